from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comity.base.errors import InputError
from comity.node.alarms import choices, reading, rota, telling, watching
from comity.node.alarms.models import Alarm, Telling, Webhook
from comity.node.cases import readers, teams, work
from comity.node.cases.models import Case
from comity.node.home import AlarmRules, MailServer

MAIL = MailServer(host="127.0.0.1", sender="comity@example.org")


@pytest.fixture(autouse=True)
def channels(desk, monkeypatch):
    rules = AlarmRules(mail=MAIL, webhook_hosts=["localhost:9"])
    monkeypatch.setattr(type(desk.node.home), "alarms", property(lambda home: rules))


@pytest.fixture
def case(desk):
    """An urgent request that the officer holds; officer and supervisor want mails."""
    found = desk.ask()
    desk.read(found)
    for role in ("officer", "supervisor"):
        with desk.act(role):
            choices.choose(f"{role}@example.org", True, True)
    with desk.act():
        work.assign(found, desk.officer().pk)
    return found


def told(desk):
    """Who was told by which channel, in order, of what."""
    with desk.act("node"):
        return [
            (each.officer.roles[0] if each.officer else each.channel, each.alarm.level)
            for each in Telling.objects.select_related("officer", "alarm").order_by(
                "made_at", "officer__name"
            )
        ]


def test_the_holder_is_told_of_an_alarm_once(desk, case):
    desk.hand.later(hours=6)
    desk.watch()
    desk.watch()
    assert told(desk) == [("officer", "approaching")]


def test_the_supervisor_is_told_when_nobody_sees_to_it(desk, case):
    desk.hand.later(hours=6)
    desk.watch()
    desk.hand.later(hours=6, minutes=16)
    desk.watch()
    assert told(desk) == [("officer", "approaching"), ("supervisor", "approaching")]


def test_off_duty_the_holder_is_let_be_and_whoever_is_on_duty_is_told(desk, case):
    desk.plan("supervisor", range(7), "00:00", "00:00")
    desk.hand.later(hours=6)
    desk.watch()
    assert told(desk) == [("supervisor", "approaching")]


def test_outside_the_rota_the_supervisor_on_call_is_told(desk, case):
    desk.plan("officer", [0], "06:00", "07:00")
    with desk.act("supervisor"):
        rota.set_rules(15, desk.officer("supervisor").pk, True)
    desk.hand.later(hours=6)
    desk.watch()
    assert told(desk) == [("supervisor", "approaching")]


def test_with_nobody_on_duty_or_on_call_an_alarm_waits_for_the_next_shift(desk, case):
    desk.plan("officer", [3], "17:30", "18:00")  # 16:30 UTC
    desk.hand.later(hours=6)
    desk.watch()
    assert told(desk) == []
    desk.hand.later(hours=7, minutes=15)
    desk.watch()
    assert told(desk) == [("officer", "approaching")]


@pytest.mark.parametrize("breaks", [True, False])
def test_a_missed_limit_of_an_urgent_case_breaks_the_quiet_when_it_is_set_so(desk, case, breaks):
    desk.plan("officer", [0], "06:00", "07:00")
    with desk.act("supervisor"):
        rota.set_rules(15, None, breaks)
    desk.hand.later(hours=9)
    desk.watch()
    assert told(desk) == ([("officer", "missed")] if breaks else [])


def test_a_case_of_a_team_is_told_to_the_team(desk, case):
    with desk.act("supervisor"):
        team = teams.make("Night", [desk.officer("supervisor").pk])
        Case.objects.filter(pk=case).update(assigned_to=None, team=team)
    desk.hand.later(hours=6)
    desk.watch()
    assert told(desk) == [("supervisor", "approaching")]


def test_a_restricted_case_is_told_to_its_readers_alone_and_to_no_program(desk, case):
    with desk.act("administrator"):
        Webhook.objects.create(url="http://localhost:9/", made_at=desk.hand.now)
    with desk.act("supervisor"):
        readers.restrict(case, [], "undercover")
    desk.hand.later(hours=9)
    desk.watch()
    assert told(desk) == [("supervisor", "missed")]
    assert desk.active() == []
    with desk.act():
        assert reading.unseen(desk.officer()) == 0
        assert Telling.objects.count() == 0
    assert desk.active("supervisor") == [("missed", 0)]


def test_programs_are_told_once(desk, case):
    with desk.act("administrator"):
        Webhook.objects.create(url="http://localhost:9/", made_at=desk.hand.now)
    desk.hand.later(hours=6)
    desk.watch()
    assert told(desk) == [("officer", "approaching"), ("webhook", "approaching")]


def test_without_a_mail_server_it_is_said_that_no_mail_goes_out(desk, case, monkeypatch):
    monkeypatch.setattr(type(desk.node.home), "alarms", property(lambda home: AlarmRules()))
    desk.hand.later(hours=6)
    desk.watch()
    with desk.act():
        assert Telling.objects.get().state == Telling.NOT_SET_UP


def test_whoever_wants_no_mail_gets_none(desk, case):
    with desk.act():
        choices.choose("officer@example.org", False, True)
    desk.hand.later(hours=6)
    desk.watch()
    assert told(desk) == []
    assert desk.active() == [("approaching", 0)]


def test_telling_of_many_alarms_asks_the_database_no_more_often_than_telling_of_one(desk, case):
    others = [desk.ask() for _ in range(3)]
    with desk.act("node"):
        waiting = [
            Alarm(case=each, level="unread", occasion="x", raised_at=desk.hand.now)
            for each in Case.objects.filter(pk__in=[case, *others]).select_related("assigned_to")
        ]
        Alarm.objects.bulk_create(waiting)
        counts = []
        for some in (waiting[:1], waiting):
            with CaptureQueriesContext(connection) as asked:
                assert telling.tell(some, desk.hand.now) == some
            counts.append(len(asked))
    assert counts[0] == counts[1]


def test_mails_need_an_address(desk):
    with desk.act(), pytest.raises(InputError, match="mail address"):
        choices.choose("nobody", True, True)


def test_seeing_to_all_takes_those_for_oneself_only(desk, case):
    desk.hand.later(hours=6)
    desk.watch()
    with desk.act("supervisor"):
        assert reading.unseen(desk.officer("supervisor")) == 0
        assert reading.acknowledge_all() == 0
    with desk.act():
        assert reading.unseen(desk.officer()) == 1
        assert reading.acknowledge_all() == 1
        assert reading.unseen(desk.officer()) == 0


def test_the_desk_of_another_authority_sees_nothing(desk, case):
    desk.hand.later(hours=9)
    desk.watch()
    with desk.node.act():
        assert Alarm.objects.count() == 0


def test_at_most_so_many_are_raised_at_one_look_and_the_others_at_the_next(desk, case, monkeypatch):
    desk.read(desk.ask())
    monkeypatch.setattr(watching, "AT_MOST", 1)
    desk.hand.later(hours=6)
    desk.watch()
    assert len(desk.active()) == 1
    desk.watch()
    assert len(desk.active()) == 2
