from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.base.errors import Denied, InputError, NotFound
from comity.node import ledger
from comity.node.alarms import rota
from comity.node.alarms.models import Shift

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
CLOCK = st.times().map(lambda at: at.replace(second=0, microsecond=0))


@given(begins=CLOCK, ends=CLOCK, weekday=st.integers(0, 6), minutes=st.integers(0, 7 * 1440 - 1))
def test_a_shift_covers_what_lies_between_its_ends_each_week(begins, ends, weekday, minutes):
    at = MONDAY + timedelta(minutes=minutes)
    first = weekday * 1440 + begins.hour * 60 + begins.minute
    length = (ends.hour * 60 + ends.minute - begins.hour * 60 - begins.minute) % 1440 or 1440
    inside = (minutes - first) % (7 * 1440) < length
    assert rota.covers(Shift(authority_id=1, weekday=weekday, begins=begins, ends=ends), at) is inside


def on_duty(desk):
    with desk.act():
        return [each.name for each in rota.on_duty()]


def test_everyone_is_on_duty_while_no_shift_is_planned(desk):
    assert on_duty(desk) == ["officer DE", "supervisor DE"]


def test_shifts_are_on_the_clock_of_the_authority(desk):
    desk.plan("officer", [3], "10:00", "10:30")  # Thursday; 09:20 UTC is 10:20 in Germany
    assert on_duty(desk) == ["officer DE"]
    desk.hand.later(minutes=10)
    assert on_duty(desk) == []


def test_a_night_shift_goes_on_into_the_next_day(desk):
    desk.plan("officer", [2], "22:00", "10:30")
    assert on_duty(desk) == ["officer DE"]


def test_a_shift_that_is_ended_counts_no_more_and_is_kept_in_the_ledger(desk):
    desk.plan("officer", [3, 4], "06:00", "14:00")
    with desk.act("supervisor"):
        for shift in rota.week():
            rota.end_shift(shift.pk)
        assert rota.week() == []
        assert len(ledger.lines(kind="rota.planned")) == 2
        assert len(ledger.lines(kind="rota.ended")) == 2


def test_the_same_shift_is_planned_once(desk):
    desk.plan("officer", [3], "06:00", "14:00")
    desk.plan("officer", [3], "06:00", "14:00")
    with desk.act():
        assert len(rota.week()) == 1


def test_it_refuses_what_cannot_be_planned(desk):
    six, two = time(6), time(14)
    with desk.act("supervisor"):
        with pytest.raises(InputError, match="day"):
            rota.add_shifts(desk.officer().pk, [], six, two)
        with pytest.raises(InputError, match="day"):
            rota.add_shifts(desk.officer().pk, [7], six, two)
        with pytest.raises(InputError, match="officer"):
            rota.add_shifts(desk.node.officer().pk, [0], six, two)
        with pytest.raises(NotFound):
            rota.end_shift(10**30)
        with pytest.raises(InputError, match="supervisor"):
            rota.set_rules(15, desk.officer().pk, True)
        with pytest.raises(InputError, match="1440"):
            rota.set_rules(0, None, True)


def test_officers_do_not_plan(desk):
    with pytest.raises(Denied), desk.act():
        rota.set_rules(15, None, True)
