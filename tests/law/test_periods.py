from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.base.errors import InstrumentError
from comity.law import periods
from comity.law.calendars import calendar_of
from comity.law.periods import Ends, Length

BERLIN = calendar_of("DE", "Europe/Berlin")
CALENDARS = [
    BERLIN,
    calendar_of("PT", "Europe/Lisbon"),
    calendar_of("FI", "Europe/Helsinki"),
    calendar_of("IS", "Atlantic/Reykjavik"),
    calendar_of("EU", "Europe/Brussels", "institutions"),
]
instants = st.datetimes(datetime(2005, 1, 1), datetime(2035, 12, 31)).map(
    lambda moment: moment.replace(tzinfo=UTC)
)
near_clock_changes = st.builds(
    lambda year, month, hours, minutes: (
        datetime(year, month, 24, tzinfo=UTC) + timedelta(hours=hours, minutes=minutes)
    ),
    st.integers(2006, 2035),
    st.sampled_from([3, 10]),
    st.integers(0, 8 * 24),
    st.integers(0, 59),
)
events = st.one_of(instants, near_clock_changes)
calendars = st.sampled_from(CALENDARS)
counted = st.one_of(
    st.tuples(st.integers(1, 100).map(lambda n: f"PT{n}H"), st.just("exact-hours")),
    st.tuples(st.integers(1, 60).map(lambda n: f"P{n}D"), st.just("calendar-days")),
    st.tuples(st.integers(1, 24).map(lambda n: f"P{n}M"), st.just("calendar-days")),
    st.tuples(st.integers(1, 30).map(lambda n: f"P{n}D"), st.just("working-days")),
)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text)


def shown(ends: Ends) -> tuple[str, str]:
    return tuple(end.astimezone(BERLIN.zone).isoformat() for end in (ends.at, ends.latest))


@pytest.mark.parametrize(
    ("event", "within", "counting", "at", "latest"),
    [
        (
            "2026-03-05T10:20:00+01:00",
            "PT8H",
            "exact-hours",
            "2026-03-05T18:20:00+01:00",
            "2026-03-05T19:00:00+01:00",
        ),
        (
            "2026-03-05T10:00:00+01:00",
            "PT8H",
            "exact-hours",
            "2026-03-05T18:00:00+01:00",
            "2026-03-05T19:00:00+01:00",
        ),
        (
            "2026-03-06T16:40:00+01:00",
            "PT48H",
            "exact-hours",
            "2026-03-08T16:40:00+01:00",
            "2026-03-08T17:00:00+01:00",
        ),
        (
            "2026-03-05T10:20:00+01:00",
            "P3D",
            "calendar-days",
            "2026-03-09T00:00:00+01:00",
            "2026-03-10T00:00:00+01:00",
        ),
        (
            "2026-03-05T10:20:00+01:00",
            "P7D",
            "calendar-days",
            "2026-03-13T00:00:00+01:00",
            "2026-03-13T00:00:00+01:00",
        ),
        (
            "2026-12-01T12:00:00+01:00",
            "P2W",
            "calendar-days",
            "2026-12-16T00:00:00+01:00",
            "2026-12-16T00:00:00+01:00",
        ),
        (
            "2027-01-31T12:00:00+01:00",
            "P1M",
            "calendar-days",
            "2027-03-01T00:00:00+01:00",
            "2027-03-02T00:00:00+01:00",
        ),
        (
            "2028-01-31T12:00:00+01:00",
            "P1M",
            "calendar-days",
            "2028-03-01T00:00:00+01:00",
            "2028-03-01T00:00:00+01:00",
        ),
        (
            "2024-02-29T12:00:00+01:00",
            "P1Y",
            "calendar-days",
            "2025-03-01T00:00:00+01:00",
            "2025-03-01T00:00:00+01:00",
        ),
        (
            "2026-03-05T10:20:00+01:00",
            "P5D",
            "working-days",
            "2026-03-13T00:00:00+01:00",
            "2026-03-13T00:00:00+01:00",
        ),
        (
            "2026-12-23T10:20:00+01:00",
            "P2D",
            "working-days",
            "2026-12-29T00:00:00+01:00",
            "2026-12-29T00:00:00+01:00",
        ),
        (
            "2026-03-06T10:20:00+01:00",
            "P1D",
            "calendar-days",
            "2026-03-08T00:00:00+01:00",
            "2026-03-10T00:00:00+01:00",
        ),
    ],
)
def test_it_counts_as_the_table_of_the_regulation_says(event, within, counting, at, latest):
    assert shown(periods.period(local(event), within, counting, BERLIN)) == (at, latest)


def test_two_days_hold_two_working_days():
    thursday_before_easter = local("2026-04-02T09:00:00+02:00")
    ends = periods.period(thursday_before_easter, "P2D", "calendar-days", BERLIN)
    assert shown(ends) == ("2026-04-05T00:00:00+02:00", "2026-04-09T00:00:00+02:00")


def test_a_treaty_counts_by_its_own_words():
    ends = periods.period(local("2026-03-05T10:20:00+01:00"), "PT5H", "exact-hours", BERLIN, own=True)
    assert ends.at == ends.latest == local("2026-03-05T15:20:00+01:00")


def test_what_is_counted_back_never_moves():
    ends = periods.counted_back(local("2026-06-29T00:00:00+02:00"), "P4M", BERLIN)
    assert shown(ends) == ("2026-02-28T00:00:00+01:00", "2026-02-28T00:00:00+01:00")
    before_loading = periods.counted_back(local("2026-03-29T12:00:00+02:00"), "PT24H", BERLIN)
    assert before_loading.at == local("2026-03-28T11:00:00+01:00")


def test_a_fixed_day_never_moves_and_is_whole():
    sunday = periods.fixed_day(local("2026-01-15T12:00:00+01:00"), "03-01", BERLIN)
    assert shown(sunday) == ("2026-03-02T00:00:00+01:00", "2026-03-02T00:00:00+01:00")
    on_the_day = periods.fixed_day(local("2026-03-01T23:00:00+01:00"), "03-01", BERLIN)
    assert on_the_day == sunday
    after = periods.fixed_day(local("2026-03-02T00:00:00+01:00"), "03-01", BERLIN)
    assert shown(after)[0] == "2027-03-02T00:00:00+01:00"


@pytest.mark.parametrize(
    ("event", "end"),
    [
        ("2026-03-05T20:00:00+01:00", "2026-03-06T11:00:00+01:00"),
        ("2026-03-05T03:00:00+01:00", "2026-03-05T15:00:00+01:00"),
        ("2026-03-05T12:00:00+01:00", "2026-03-05T18:00:00+01:00"),
        ("2026-03-05T18:00:00+01:00", "2026-03-06T00:00:00+01:00"),
        ("2026-03-28T20:00:00+01:00", "2026-03-29T11:00:00+02:00"),
    ],
)
def test_six_hours_of_holding_do_not_run_between_midnight_and_nine(event, end):
    window = ("00:00", "09:00")
    assert periods.running(local(event), timedelta(hours=6), window, BERLIN) == local(end)


def test_a_window_may_go_past_midnight():
    end = periods.running(local("2026-03-05T20:00:00+01:00"), timedelta(hours=4), ("22:00", "06:00"), BERLIN)
    assert end == local("2026-03-06T08:00:00+01:00")


def test_repeated_months_do_not_drift():
    start = date(2026, 8, 31)
    assert periods.add(start, periods.length(periods.times("P6M", 1))) == date(2027, 2, 28)
    assert periods.add(start, periods.length(periods.times("P6M", 2))) == date(2027, 8, 31)


def test_an_extension_of_days_starts_with_the_next_day():
    ends = periods.period(local("2026-03-05T10:20:00+01:00"), "P3D", "calendar-days", BERLIN)
    assert shown(periods.extended(ends, "P2D", "calendar-days", BERLIN)) == (
        "2026-03-11T00:00:00+01:00",
        "2026-03-12T00:00:00+01:00",
    )
    eight = periods.period(local("2026-03-05T10:20:00+01:00"), "PT8H", "exact-hours", BERLIN)
    assert periods.extended(eight, "PT2H", "exact-hours", BERLIN).at == local("2026-03-05T20:20:00+01:00")


@pytest.mark.parametrize("text", ["", "P", "PT", "8H", "P-1D", "P1.5D", "P1D2W", "PT8HX"])
def test_it_refuses_what_is_no_duration(text):
    with pytest.raises(InstrumentError, match="no ISO 8601 duration"):
        periods.length(text)


def test_it_reads_a_duration_by_unit():
    assert periods.length("P1Y2M3W4DT5H6M") == Length(14, 25, timedelta(hours=5, minutes=6))


@given(events, counted, calendars)
def test_the_strict_end_is_never_after_the_latest_and_both_lie_ahead(event, limit, calendar):
    ends = periods.period(event, *limit, calendar)
    assert event < ends.at <= ends.latest


@given(events, st.timedeltas(timedelta(0), timedelta(days=40)), counted, calendars)
def test_a_later_event_never_ends_earlier(event, later, limit, calendar):
    first, second = (periods.period(moment, *limit, calendar) for moment in (event, event + later))
    assert first.at <= second.at
    assert first.latest <= second.latest


@given(events, st.integers(1, 200), calendars)
def test_hours_are_elapsed_time_over_every_change_of_clocks(event, hours, calendar):
    ends = periods.period(event, f"PT{hours}H", "exact-hours", calendar)
    assert ends.at - event == timedelta(hours=hours)
    assert timedelta(0) < ends.latest - ends.at <= timedelta(hours=1)


@given(events, st.integers(1, 60), calendars)
def test_days_end_at_local_midnight_and_by_the_regulation_on_a_working_day(event, days, calendar):
    ends = periods.period(event, f"P{days}D", "calendar-days", calendar)
    for end in (ends.at, ends.latest):
        assert end.astimezone(calendar.zone).strftime("%H:%M:%S") == "00:00:00"
    assert calendar.is_working(calendar.last_day_before(ends.latest))
    strict = calendar.last_day_before(ends.at)
    assert strict == calendar.local_day(event) + timedelta(days=days)


@given(events, st.integers(2, 30), calendars)
def test_two_days_or_more_hold_at_least_two_working_days(event, days, calendar):
    last = calendar.last_day_before(periods.period(event, f"P{days}D", "calendar-days", calendar).latest)
    start = calendar.local_day(event)
    span = (start + timedelta(days=offset) for offset in range(1, (last - start).days + 1))
    assert sum(map(calendar.is_working, span)) >= 2


@given(events, st.integers(1, 40), calendars)
def test_working_days_are_counted_one_by_one(event, days, calendar):
    last = calendar.last_day_before(periods.period(event, f"P{days}D", "working-days", calendar).at)
    start = calendar.local_day(event)
    span = (start + timedelta(days=offset) for offset in range(1, (last - start).days + 1))
    assert sum(map(calendar.is_working, span)) == days


@given(events, st.integers(1, 100), calendars)
def test_a_daily_window_never_shortens(event, hours, calendar):
    end = periods.running(event, timedelta(hours=hours), ("00:00", "09:00"), calendar)
    assert end - event >= timedelta(hours=hours)


@pytest.mark.parametrize(
    ("end", "pause", "resumed"),
    [
        ("2026-03-12T00:00:00+01:00", timedelta(hours=2), "2026-03-12T02:00:00+01:00"),
        ("2026-03-13T00:00:00+01:00", timedelta(hours=26), "2026-03-17T00:00:00+01:00"),
        ("2026-03-13T00:00:00+01:00", timedelta(hours=73), "2026-03-17T00:00:00+01:00"),
        ("2026-03-13T00:00:00+01:00", timedelta(hours=97), "2026-03-17T01:00:00+01:00"),
    ],
)
def test_days_that_were_suspended_keep_their_rest_and_end_on_no_weekend(end, pause, resumed):
    assert periods.resumed(local(end), pause, BERLIN) == local(resumed)


pauses = st.timedeltas(timedelta(0), timedelta(days=20))


@given(events, pauses, pauses, calendars)
def test_a_longer_suspension_never_ends_earlier(event, pause, more, calendar):
    end = periods.period(event, "P7D", "calendar-days", calendar).latest
    shorter, longer = (periods.resumed(end, length, calendar) for length in (pause, pause + more))
    assert end + pause <= shorter <= longer
