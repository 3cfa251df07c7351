from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
from django.db import connection

from comity.base.errors import Conflict, Denied, InputError, NotFound
from comity.base.time import clock, now
from comity.node import jobs, ledger
from comity.node.authorities import Identity
from comity.node.exchange import receiving, sending
from comity.node.exchange.models import Inbox, Outbox


@pytest.fixture
def heard(monkeypatch):
    """What the German authority was told: the bodies of the messages it handled, in order."""
    bodies = []
    monkeypatch.setitem(
        receiving._handlers, "test.note", lambda received: bodies.append(received.message.body)
    )
    return bodies


def write(node, to=None, **body):
    with node.act():
        return sending.send(
            to or node.de, "test.note", body, conversation=uuid4(), procedure="test/note", purpose="a test"
        )


def rows(node, model=Outbox, code="nl-spoc"):
    with node.act("supervisor", code):
        return list(model.objects.order_by("sequence"))


def kinds(node, code="nl-spoc"):
    with node.act("supervisor", code):
        return [line.kind for line in ledger.lines(kind="message")]


def test_a_message_is_carried_and_its_receipt_kept(node, heard):
    write(node, word="hello")
    assert node.carry() == 1
    sent = rows(node)[0]
    assert heard == [{"word": "hello"}]
    assert (sent.state, bool(sent.receipt), sent.received_at is not None) == (Outbox.SENT, True, True)
    assert kinds(node) == ["message.delivered", "message.signed"]
    assert kinds(node, "de-spoc") == ["message.received"]


def test_messages_keep_their_order_and_their_chain(node, heard):
    for number in range(3):
        write(node, number=number)
    node.carry()
    assert [body["number"] for body in heard] == [0, 1, 2]
    received = rows(node, Inbox, "de-spoc")
    assert [row.sequence for row in received] == [1, 2, 3]
    assert [row.digest for row in received] == [row.digest for row in rows(node)]


def test_a_partner_that_is_down_gets_the_message_later_and_once(node, heard, monkeypatch):
    def down(*_, **__):
        raise httpx.ConnectError("refused")

    write(node, word="hello")
    with monkeypatch.context() as outage:
        outage.setattr("comity.node.exchange.sending.httpx.post", down)
        assert node.carry() == 0
    waiting = rows(node)[0]
    assert (waiting.state, waiting.attempts) == (Outbox.PENDING, 1)
    assert "cannot be reached" in waiting.error
    assert waiting.due_at > now()
    assert node.carry() == 0
    with clock(now() + timedelta(minutes=10)):
        assert node.carry() == 1
        assert node.carry() == 0
    assert heard == [{"word": "hello"}]


def test_waiting_grows_with_each_failure_up_to_five_minutes(node, monkeypatch):
    def down(*_, **__):
        raise httpx.ConnectError("refused")

    monkeypatch.setattr("comity.node.exchange.sending.httpx.post", down)
    write(node)
    waits, at = [], now()
    for _ in range(14):
        with clock(at):
            node.carry()
            due = rows(node)[0].due_at
            waits.append(due - at)
            at = due
    assert waits == sorted(waits)
    assert waits[-1] == sending.LONGEST_WAIT


def test_a_message_that_cannot_be_delivered_for_days_becomes_a_dead_letter(node, monkeypatch):
    def down(*_, **__):
        raise httpx.ConnectError("refused")

    monkeypatch.setattr("comity.node.exchange.sending.httpx.post", down)
    write(node)
    with clock(now() + sending.GIVE_UP_AFTER + timedelta(minutes=1)):
        node.carry()
    assert rows(node)[0].state == Outbox.DEAD
    assert "message.dead" in kinds(node)


def test_a_lost_receipt_is_asked_for_again_and_the_message_is_handled_once(node, heard, monkeypatch):
    real = sending.httpx.post
    lost = []

    def lose_the_first_answer(url, **kwargs):
        answer = real(url, **kwargs)
        if not lost:
            lost.append(answer)
            raise httpx.ReadTimeout("lost")
        return answer

    monkeypatch.setattr("comity.node.exchange.sending.httpx.post", lose_the_first_answer)
    write(node, word="hello")
    node.carry()
    with clock(now() + timedelta(minutes=1)):
        node.carry()
    assert heard == [{"word": "hello"}]
    assert len(rows(node, Inbox, "de-spoc")) == 1
    assert rows(node)[0].receipt.encode() == lost[0].content
    assert "message.repeated" in kinds(node, "de-spoc")


def test_a_partner_without_the_message_before_gets_it_again(node, heard, monkeypatch):
    write(node, number=1)
    write(node, number=2)
    real = sending.httpx.post
    monkeypatch.setattr(
        "comity.node.exchange.sending.httpx.post", lambda *_, **__: httpx.Response(200, content=b"x")
    )
    node.carry()
    monkeypatch.setattr("comity.node.exchange.sending.httpx.post", real)
    with node.act("node"):
        Outbox.objects.filter(sequence=1).update(state=Outbox.SENT, due_at=None)
    with clock(now() + timedelta(minutes=1)):
        node.carry()
        node.carry()
    assert [body["number"] for body in heard] == [1, 2]


def test_a_forged_receipt_is_not_believed(node, monkeypatch):
    monkeypatch.setattr(
        "comity.node.exchange.sending.httpx.post", lambda *_, **__: httpx.Response(200, content=b"forged")
    )
    write(node)
    node.carry()
    assert rows(node)[0].state == Outbox.PENDING
    assert "does not hold" in rows(node)[0].error


def test_what_the_partner_refuses_is_seen_and_does_not_stop_what_follows(node, heard):
    with node.act():
        sending.send(
            node.de, "test.unknown", {}, conversation=uuid4(), procedure="test/note", purpose="a test"
        )
    write(node, number=2)
    node.carry()
    first, second = rows(node)
    assert "does not know" in first.error
    assert (second.state, second.error, heard) == (Outbox.SENT, "", [{"number": 2}])
    assert "message.refused-by-partner" in kinds(node)


def test_a_dead_letter_is_seen_and_can_be_sent_again(node, heard, monkeypatch):
    with monkeypatch.context() as outage:
        outage.setattr(
            "comity.node.exchange.sending.httpx.post",
            lambda *_, **__: httpx.Response(403, json={"error": "no"}),
        )
        row = write(node, word="hello")
        node.carry()
    assert (rows(node)[0].state, rows(node)[0].error) == (Outbox.DEAD, "no")
    with node.act("supervisor"):
        sending.send_again(row.pk)
    assert node.carry() == 1
    assert heard == [{"word": "hello"}]


def test_an_officer_may_not_send_again_but_learns_who_may(node):
    row = write(node)
    with pytest.raises(Denied, match="Supervisors and administrators"), node.act():
        sending.send_again(row.pk)


def test_a_delivered_message_is_not_sent_again(node, heard):
    row = write(node)
    node.carry()
    with pytest.raises(Conflict, match="delivered"), node.act("supervisor"):
        sending.send_again(row.pk)


def test_another_authoritys_message_is_not_found(node):
    row = write(node)
    with pytest.raises(NotFound), node.act("supervisor", "de-spoc"):
        sending.send_again(row.pk)


def test_a_partner_without_comity_is_served_by_hand(node):
    row = write(node, node.pt)
    assert row.state == Outbox.BY_HAND
    assert node.carry() == 0
    with node.act():
        done = sending.sent_by_hand(row.pk, "SIENA", now(), "1234567")
    assert (done.state, done.note) == (Outbox.SENT, "SIENA 1234567")
    assert "message.sent-by-hand" in kinds(node)


@pytest.mark.parametrize("shift", [timedelta(hours=1), timedelta(days=-1)])
def test_by_hand_neither_the_future_nor_the_past_before_writing_is_believed(node, shift):
    row = write(node, node.pt)
    with pytest.raises(InputError, match="instant"), node.act():
        sending.sent_by_hand(row.pk, "SIENA", now() + shift)


def test_by_hand_the_channel_must_be_said(node):
    row = write(node, node.pt)
    with pytest.raises(InputError, match="channel"), node.act():
        sending.sent_by_hand(row.pk, " ", now())


def test_a_message_is_undone_with_the_change_it_tells_of(node):
    with pytest.raises(ZeroDivisionError), node.act():  # noqa: PT012
        sending.send(node.de, "test.note", {}, conversation=uuid4(), procedure="test/note", purpose="a test")
        1 / 0  # noqa: B018
    assert rows(node) == []
    assert write(node).sequence == 1


def test_the_sweep_carries_what_is_due(node, heard):
    write(node, word="hello")
    jobs.sweep(0)
    assert heard == [{"word": "hello"}]


def test_one_process_at_a_time_carries_for_a_pair(node, heard):
    write(node)
    with node.act("node"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [node.nl.pk, node.de.pk])
        assert node.aside(sending.deliver, Identity.of_node(node.nl), node.de) is False
