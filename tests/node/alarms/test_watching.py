from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.base.errors import Denied
from comity.node import ledger
from comity.node.alarms import reading, watching
from comity.node.alarms.models import Alarm
from comity.node.cases import casework
from comity.node.cases.models import Case
from comity.node.exchange.models import Outbox

EXAMPLES = count(1)


def level_at(minutes):
    """What an eight hour clock alarms at so many minutes after its start."""
    if minutes > 480:
        return "missed"
    if minutes >= 450:
        return "close"
    return "approaching" if minutes >= 360 else None


@given(
    looks=st.lists(st.tuples(st.integers(0, 600), st.booleans()), min_size=1, max_size=8).map(
        lambda looks: sorted(looks)
    )
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_each_crossing_is_raised_once_whenever_the_job_looks_and_wherever_it_is_killed(desk, case, looks):
    start = desk.hand.now + timedelta(days=30 * next(EXAMPLES))
    with desk.act("node"):
        due = start + timedelta(hours=8)
        Case.objects.filter(pk=case).update(received_at=start, due_at=due, late_after=due, paused=False)
    for minutes, killed in looks:
        try:
            with desk.act("node"):
                watching.watch(start + timedelta(minutes=minutes))
                if killed:
                    raise KeyboardInterrupt
        except KeyboardInterrupt:
            pass
    with desk.act():
        raised = list(Alarm.objects.filter(due_at=due).values_list("level", flat=True))
    seen = {level_at(minutes) for minutes, killed in looks if not killed} - {None}
    assert sorted(raised) == sorted(seen)


@pytest.fixture
def case(desk):
    found = desk.ask()
    desk.read(found)
    return found


def test_an_eight_hour_limit_alarms_two_hours_and_half_an_hour_before_and_when_missed(desk, case):
    seen = []
    for minutes in (359, 360, 449, 450, 480, 481):
        desk.hand.later(minutes=minutes)
        desk.watch()
        seen.append([level for level, _ in desk.active()])
    assert seen == [[], ["approaching"], ["approaching"], ["close"], ["close"], ["missed"]]


def test_it_clears_itself_when_the_case_is_answered(desk, case):
    desk.hand.later(hours=7)
    desk.watch()
    assert desk.active() == [("approaching", 0)]
    with desk.act():
        casework.take_step(case, "answered", {"text": "Three calls."})
    desk.watch()
    assert desk.active() == []


def test_it_clears_itself_while_the_clock_stands_still_and_alarms_again_afterwards(desk, case):
    desk.hand.later(hours=7)
    desk.watch()
    with desk.act():
        casework.take_step(case, "clarification_requested", {"text": "Which months?"})
    desk.node.carry()
    desk.watch()
    assert desk.active() == []
    desk.hand.later(hours=8, minutes=30)
    with desk.node.act():
        asked = Case.objects.get(role="requester")
        casework.take_step(asked.pk, "clarification_given", {"text": "March."})
    desk.node.carry()
    desk.watch()
    assert desk.active() == [("approaching", 0)]


def test_an_alarm_names_the_article_and_is_in_the_timeline_of_its_case(desk, case):
    desk.hand.later(hours=9)
    desk.watch()
    with desk.act():
        alarm = reading.alarms("all").get()
        assert alarm.article == "dir-2023-977 art. 5(1)(a)"
        kinds = [line.kind for line in ledger.lines(case=str(alarm.case.conversation))]
    assert kinds.count("alarm.raised") == 1


def test_a_partner_who_is_late_alarms_the_one_who_asked(desk, case):
    desk.hand.later(hours=9)
    with desk.node.act("node"):
        watching.watch()
    with desk.node.act():
        assert [each.level for each in reading.alarms("all")] == ["partner-missed"]


def test_an_urgent_request_that_nobody_reads_alarms_until_it_is_read(desk):
    case = desk.ask()
    desk.hand.later(minutes=29)
    desk.watch()
    assert desk.active() == []
    desk.hand.later(minutes=31)
    desk.watch()
    assert desk.active() == [("unread", 0)]
    desk.read(case)
    desk.watch()
    assert desk.active() == []


def test_a_request_that_is_not_urgent_may_wait_a_day_to_be_read(desk):
    desk.ask(urgent=False, urgency_reason=[])
    desk.hand.later(hours=23)
    desk.watch()
    assert ("unread", 0) not in desk.active()
    desk.hand.later(hours=25)
    desk.watch()
    assert ("unread", 0) in desk.active()


def test_a_dead_message_alarms_until_it_is_sent_again(desk, case):
    from comity.node.exchange import sending

    with desk.act():
        casework.take_step(case, "answered", {"text": "Three calls."})
        message = Outbox.objects.latest("made_at")
        Outbox.objects.filter(pk=message.pk).update(state=Outbox.DEAD, attempts=3)
    desk.watch()
    assert desk.active() == [("undeliverable", 0)]
    with desk.act("supervisor"):
        sending.send_again(message.pk)
    desk.watch()
    assert desk.active() == []


def test_an_alarm_nobody_sees_to_is_passed_up_and_a_missed_one_twice(desk, case):
    desk.hand.later(minutes=481)
    desk.watch()
    seen = []
    for minutes in (490, 496, 511, 600):
        desk.hand.later(minutes=minutes)
        desk.watch()
        seen += desk.active()
    assert seen == [("missed", 0), ("missed", 1), ("missed", 2), ("missed", 2)]
    with desk.act("supervisor"):
        assert len(ledger.lines(kind="alarm.passed-up")) == 2


def test_an_approaching_limit_is_passed_up_once_only(desk, case):
    for minutes in (361, 380, 400, 440):
        desk.hand.later(minutes=minutes)
        desk.watch()
    assert desk.active() == [("approaching", 1)]


def test_what_is_seen_to_is_passed_up_no_further(desk, case):
    desk.hand.later(minutes=481)
    desk.watch()
    with desk.act():
        reading.acknowledge(reading.alarms("all").get().pk)
    desk.hand.later(minutes=600)
    desk.watch()
    assert desk.active() == [("missed", 0)]
    with desk.act():
        assert ledger.lines(kind="alarm.acknowledged")


def test_only_the_node_raises_alarms(desk, case):
    with pytest.raises(Denied), desk.act("supervisor"):
        watching.watch()
