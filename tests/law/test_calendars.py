from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.law.calendars import UTC_ONLY, calendar_of

BERLIN = calendar_of("DE", "Europe/Berlin")
BRUSSELS = calendar_of("EU", "Europe/Brussels", "institutions")


@pytest.mark.parametrize(
    "day", ["2026-03-07", "2026-03-08", "2026-04-03", "2026-04-06", "2026-10-03", "2026-12-25"]
)
def test_weekends_and_public_holidays_are_no_working_days(day):
    assert not BERLIN.is_working(date.fromisoformat(day))


def test_a_holiday_of_one_state_is_a_working_day_of_another():
    constitution_day = date(2027, 5, 3)
    assert not calendar_of("PL", "Europe/Warsaw").is_working(constitution_day)
    assert BERLIN.is_working(constitution_day)


@pytest.mark.parametrize(
    "day",
    [
        "2026-01-02",
        "2026-04-02",
        "2026-04-03",
        "2026-04-06",
        "2026-05-15",
        "2026-11-02",
        "2026-12-24",
        "2026-12-31",
    ],
)
def test_the_institutions_keep_their_own_days(day):
    assert not BRUSSELS.is_working(date.fromisoformat(day))


def test_the_next_working_day_after_christmas():
    assert BERLIN.next_working(date(2026, 12, 25)) == date(2026, 12, 28)
    assert BERLIN.next_working(date(2026, 12, 28)) == date(2026, 12, 28)


def test_a_day_ends_at_local_midnight():
    assert BERLIN.end_of(date(2026, 3, 28)) == datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert BERLIN.end_of(date(2026, 3, 29)) == datetime(2026, 3, 29, 22, tzinfo=UTC)


def test_nobodys_calendar_has_no_holidays():
    assert UTC_ONLY.public_holidays(2026) == frozenset()


@given(st.dates(date(2000, 1, 1), date(2040, 12, 31)), st.sampled_from([BERLIN, BRUSSELS, UTC_ONLY]))
def test_the_end_of_a_day_belongs_to_that_day(day, calendar):
    assert calendar.last_day_before(calendar.end_of(day)) == day


def test_local_times_differ_by_elapsed_time_over_a_change_of_clocks():
    before, after = (BERLIN.local(datetime(2026, 3, 29, hour, tzinfo=UTC)) for hour in (0, 2))
    assert (before.isoformat(), after.isoformat()) == (
        "2026-03-29T01:00:00+01:00",
        "2026-03-29T04:00:00+02:00",
    )
    assert (after - before).total_seconds() == 2 * 3600
