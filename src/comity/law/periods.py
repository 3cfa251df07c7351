"""How periods count: Regulation (EEC, Euratom) 1182/71, as pure functions.

Every period has two ends. `at` is the strict one, for the alarm: hours run from the exact minute, days end at
24:00 of the last day, nothing is moved. `latest` is the end the Regulation gives: hours start with the first
full hour (3(1), 3(2)(a)) and never move; days, weeks, months and years that end on a holiday, Saturday or
Sunday move to the end of the next working day (3(4)), and two days or more hold two working days (3(5)).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal

from comity.base.errors import InstrumentError
from comity.law.calendars import DAY, Calendar
from comity.law.schema.basic import DURATION

MOMENT = timedelta(microseconds=1)
Counting = Literal["exact-hours", "calendar-days", "working-days"]


@dataclass(frozen=True, slots=True)
class Length:
    """A duration by unit: calendar months, days, and exact time."""

    months: int
    days: int
    exact: timedelta


@dataclass(frozen=True, slots=True)
class Ends:
    """The two ends of a period, as instants in UTC; `at` is never after `latest`."""

    at: datetime
    latest: datetime


@lru_cache(maxsize=1024)
def length(text: str) -> Length:
    """Read an ISO 8601 duration in whole units; InstrumentError when it is none."""
    found = DURATION.fullmatch(text)
    if not found:
        raise InstrumentError(f"{text!r} is no ISO 8601 duration such as PT8H or P7D")
    unit = {name: int(value or 0) for name, value in found.groupdict().items()}
    return Length(
        months=unit["years"] * 12 + unit["months"],
        days=unit["weeks"] * 7 + unit["days"],
        exact=timedelta(hours=unit["hours"], minutes=unit["minutes"]),
    )


def times(text: str, count: int) -> str:
    """A duration `count` times over: the third of `P6M` is `P18M`, so that month ends do not drift."""
    size = length(text)
    minutes = int(size.exact.total_seconds() // 60) * count
    exact = f"T{minutes // 60}H{minutes % 60}M" if minutes else ""
    return f"P{size.months * count}M{size.days * count}D{exact}"


def period(
    event: datetime, within: str, counting: Counting, calendar: Calendar, *, own: bool = False
) -> Ends:
    """The ends of the period `within` that `event` initiates, on the calendar of who must act.

    `own`: the Regulation does not count it (a treaty, a limit that protects persons); both ends are strict.
    """
    size = length(within)
    if counting == "exact-hours":
        ends = hours(event, size, calendar)
    elif counting == "working-days":
        end = calendar.end_of(_working_day(calendar.local_day(event), size.days, calendar))
        ends = Ends(end, end)
    else:
        ends = days(event, size, calendar)
    return Ends(ends.at, ends.at) if own else ends


def hours(event: datetime, size: Length, calendar: Calendar) -> Ends:
    """Exact hours: elapsed time, whatever clocks and calendars do. The hour of the event does not count."""
    local = event.astimezone(calendar.zone)
    into_hour = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    first_full_hour = event - into_hour + timedelta(hours=1)
    return Ends((event + size.exact).astimezone(UTC), (first_full_hour + size.exact).astimezone(UTC))


def days(event: datetime, size: Length, calendar: Calendar) -> Ends:
    """Days, weeks, months and years: the day of the event does not count; local days of who must act."""
    start = calendar.local_day(event)
    last = add(start, size)
    moved = calendar.next_working(last)
    if size.months or size.days >= 2:
        moved = _with_two_working_days(start, moved, calendar)
    return Ends(calendar.end_of(last), calendar.end_of(moved))


def counted_back(event: datetime, before: str, calendar: Calendar) -> Ends:
    """The moment that lies `before` an event: never moved (3(4), second sentence)."""
    size = length(before)
    local = event.astimezone(calendar.zone)
    day = add(local.date(), Length(-size.months, -size.days, size.exact))
    moment = datetime.combine(day, local.timetz()).astimezone(UTC) - size.exact
    return Ends(moment, moment)


def fixed_day(event: datetime, month_day: str, calendar: Calendar) -> Ends:
    """24:00 of the next such day, today included; a fixed date never moves (article 5)."""
    start = calendar.local_day(event)
    month, day = (int(part) for part in month_day.split("-"))
    year = start.year if date(start.year, month, day) >= start else start.year + 1
    end = calendar.end_of(date(year, month, day))
    return Ends(end, end)


def running(event: datetime, exact: timedelta, window: tuple[str, str], calendar: Calendar) -> datetime:
    """The end of `exact` running time when a daily window, such as 00:00 to 09:00 local, does not run."""
    opens, closes = (time.fromisoformat(text) for text in window)
    day, rest, now = calendar.local_day(event) - DAY, exact, event
    while True:
        begin = datetime.combine(day, opens, calendar.zone).astimezone(UTC)
        ends = datetime.combine(day + DAY if closes <= opens else day, closes, calendar.zone).astimezone(UTC)
        if now < begin:
            if now + rest <= begin:
                return (now + rest).astimezone(UTC)
            rest -= begin - now
        now = max(now, ends)
        day += DAY


def extended(ends: Ends, by: str, counting: Counting, calendar: Calendar) -> Ends:
    """Both ends later by a further period: whole days start with the day after the old end."""
    if counting == "exact-hours":
        exact = length(by).exact
        return Ends(ends.at + exact, ends.latest + exact)
    strict = period(ends.at - MOMENT, by, counting, calendar)
    return Ends(strict.at, period(ends.latest - MOMENT, by, counting, calendar).latest)


def resumed(end: datetime, pause: timedelta, calendar: Calendar) -> datetime:
    """The latest end of days that were suspended: later by the pause, to the minute.

    If that lies on a day that does not work, or on the first that does after passing such days, it is the end
    of the next working day (3(4)), so that a longer pause never gives an earlier end.
    """
    later = end + pause
    day = calendar.last_day_before(later)
    eve = day - DAY
    passed = eve >= calendar.last_day_before(end) and not calendar.is_working(eve)
    return calendar.end_of(calendar.next_working(day)) if passed or not calendar.is_working(day) else later


def add(day: date, size: Length) -> date:
    """The date `size` later: same day of the month, or the month's last day where there is none such."""
    month = day.month - 1 + size.months
    year, month = day.year + month // 12, month % 12 + 1
    first_of_next = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, min(day.day, (first_of_next - DAY).day)) + timedelta(days=size.days)


def _working_day(start: date, count: int, calendar: Calendar) -> date:
    day = start
    for _ in range(count):
        day = calendar.next_working(day + DAY)
    return day


def _with_two_working_days(start: date, last: date, calendar: Calendar) -> date:
    second = _working_day(start, 2, calendar)
    return max(last, second)
