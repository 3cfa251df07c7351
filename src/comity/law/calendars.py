"""Working days and local midnights of whoever must act (Regulation 1182/71, article 2).

A state's public holidays come from the `holidays` package; those of the Union's institutions are computed
from the days the Commission keeps each year. Saturdays and Sundays are never working days.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

import holidays
from dateutil.easter import easter  # type: ignore[import-untyped]

DAY = timedelta(days=1)


class Calendar:
    """The calendar of one country: its time zone and its working days. Use `calendar_of` to get one."""

    def __init__(self, country: str, zone: str, kind: Literal["national", "institutions"]) -> None:
        self.country, self.zone, self.kind = country, ZoneInfo(zone), kind
        self._years: dict[int, frozenset[date]] = {}

    def public_holidays(self, year: int) -> frozenset[date]:
        """The public holidays of a year, weekends among them or not."""
        if year not in self._years:
            days = _institutions(year) if self.kind == "institutions" else _national(self.country, year)
            self._years[year] = days
        return self._years[year]

    def is_working(self, day: date) -> bool:
        """Whether `day` is neither Saturday, Sunday nor public holiday (article 2(2))."""
        return day.weekday() < 5 and day not in self.public_holidays(day.year)

    def next_working(self, day: date) -> date:
        """`day` itself when it is a working day, else the next one that is."""
        while not self.is_working(day):
            day += DAY
        return day

    def local(self, instant: datetime) -> datetime:
        """An instant with the offset of the local time; a fixed one, so that differences stay elapsed time."""
        offset = instant.astimezone(self.zone).utcoffset()
        return instant.astimezone(timezone(offset) if offset else UTC)

    def local_day(self, instant: datetime) -> date:
        """The local date on which an instant falls."""
        return instant.astimezone(self.zone).date()

    def end_of(self, day: date) -> datetime:
        """24:00 of a local day, as an instant in UTC."""
        following = day + DAY
        return datetime(following.year, following.month, following.day, tzinfo=self.zone).astimezone(UTC)

    def last_day_before(self, end: datetime) -> date:
        """The local day that an end belongs to: 00:00 belongs to the day before."""
        return self.local_day(end - timedelta(microseconds=1))


@lru_cache(maxsize=256)
def calendar_of(country: str, zone: str, kind: Literal["national", "institutions"] = "national") -> Calendar:
    """The calendar of a country; one shared object for each, since its holidays are read once a year."""
    return Calendar(country, zone, kind)


UTC_ONLY = calendar_of("ZZ", "UTC")
"""For hours, which no calendar moves, when nobody has said in which country they run."""


def _national(country: str, year: int) -> frozenset[date]:
    if country == UTC_ONLY.country:
        return frozenset()
    return frozenset(holidays.country_holidays(country, years=year))


def _institutions(year: int) -> frozenset[date]:
    """The days that the Commission keeps each year; its yearly list in the OJ is the authority."""
    sunday: date = easter(year)
    moving = [sunday + timedelta(days=offset) for offset in (-3, -2, 1, 39, 40, 50)]
    fixed = [date(year, *day) for day in ((1, 1), (1, 2), (5, 1), (5, 9), (7, 21), (8, 15), (11, 1), (11, 2))]
    return frozenset([*moving, *fixed, *(date(year, 12, day) for day in range(24, 32))])
