from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from comity.base.errors import (
    ExpiredKey,
    Gap,
    InputError,
    NotFound,
    Replay,
    Tampered,
    UnknownSender,
    WireError,
)
from comity.base.identifiers import uuid7
from comity.base.time import clock, now
from comity.node import authorities, ledger
from comity.node.authorities import PublicKey
from comity.node.exchange import receiving
from comity.node.exchange.models import Inbox
from comity.wire import envelope
from comity.wire.envelope import Message
from comity.wire.keys import PrivateKeys


@pytest.fixture
def stranger(node):
    """A partner elsewhere, whose keys the test holds."""
    keys = PrivateKeys.generate("be-spoc", now() - timedelta(days=1), now() + timedelta(days=30))
    authorities.add_partner(
        {
            "code": "be-spoc",
            "name": "SPOC Belgium",
            "country": "BE",
            "kind": "spoc",
            "endpoint": "http://127.0.0.1:9/inbox/be-spoc",
            "keys": [keys.public().as_json()],
        },
        confirmed=True,
    )
    return keys


@pytest.fixture
def handled(monkeypatch):
    bodies = []

    def handle(received):
        if received.message.body.get("bad"):
            raise InputError("this will not do", field="bad")
        bodies.append(received.message.body)

    monkeypatch.setitem(receiving._handlers, "test.note", handle)
    return bodies


def message(sequence=1, previous="0" * 64, issued_at=None, recipient="nl-spoc", expires_at=None, **body):
    return Message(
        id=str(uuid7()), conversation=str(uuid4()), sender="be-spoc", recipient=recipient, kind="test.note",
        procedure="test/note", purpose="a test", issued_at=issued_at or now(), sequence=sequence,
        previous=previous, expires_at=expires_at, body=body,
    )  # fmt: skip


def sealed(signed, node):
    return envelope.seal(signed, authorities.private_keys(node.nl)[0].public())


def entries(node):
    with node.act("supervisor"):
        return [(line.kind, (line.body or {}).get("error")) for line in ledger.lines(kind="message")]


def inbox(node):
    with node.act("supervisor"):
        return list(Inbox.objects.order_by("sequence"))


def test_a_good_message_is_handled_and_receipted(node, stranger, handled):
    signed = envelope.sign(message(word="hello"), stranger)
    proof = receiving.receive("nl-spoc", sealed(signed, node))
    assert proof.decode() == inbox(node)[0].receipt
    assert handled == [{"word": "hello"}]


def test_a_replayed_message_gets_its_old_receipt_and_is_not_handled_again(node, stranger, handled):
    signed = envelope.sign(message(word="hello"), stranger)
    first = receiving.receive("nl-spoc", sealed(signed, node))
    second = receiving.receive("nl-spoc", sealed(signed, node))
    assert first == second
    assert len(handled) == 1
    assert entries(node)[0][0] == "message.repeated"


def test_an_old_number_with_another_content_is_refused_and_noted(node, stranger, handled):
    receiving.receive("nl-spoc", sealed(envelope.sign(message(word="one"), stranger), node))
    with pytest.raises(Replay):
        receiving.receive("nl-spoc", sealed(envelope.sign(message(word="two"), stranger), node))
    assert entries(node)[0] == ("message.refused", "Replay")
    assert handled == [{"word": "one"}]


def test_a_gap_is_refused_and_says_which_number_is_expected(node, stranger, handled):
    with pytest.raises(Gap) as gap:
        receiving.receive("nl-spoc", sealed(envelope.sign(message(sequence=3), stranger), node))
    assert (gap.value.expected, gap.value.got) == (1, 3)
    assert entries(node)[0] == ("message.refused", "Gap")


def test_a_message_with_another_past_is_refused(node, stranger, handled):
    with pytest.raises(Tampered):
        receiving.receive("nl-spoc", sealed(envelope.sign(message(previous="1" * 64), stranger), node))
    assert handled == []


def test_a_tampered_message_is_refused_and_noted(node, stranger, handled):
    wire = bytearray(sealed(envelope.sign(message(), stranger), node))
    wire[-30] ^= 1
    with pytest.raises(WireError):
        receiving.receive("nl-spoc", bytes(wire))
    assert entries(node)[0][0] == "message.refused"
    assert inbox(node) == []


def test_an_unknown_sender_is_refused_and_noted(node, handled):
    keys = PrivateKeys.generate("be-spoc", now() - timedelta(days=1), now() + timedelta(days=30))
    with pytest.raises(UnknownSender):
        receiving.receive("nl-spoc", sealed(envelope.sign(message(), keys), node))
    assert entries(node)[0] == ("message.refused", "UnknownSender")


def test_a_key_that_nobody_has_confirmed_is_not_trusted(node, stranger, handled):
    PublicKey.objects.filter(kid=stranger.kid).update(confirmed=False)
    with pytest.raises(UnknownSender):
        receiving.receive("nl-spoc", sealed(envelope.sign(message(), stranger), node))


def test_an_expired_key_is_refused_and_noted(node, stranger, handled):
    signed = envelope.sign(message(), stranger)
    with clock(now() + timedelta(days=31)):
        with pytest.raises(ExpiredKey):
            receiving.receive("nl-spoc", sealed(signed, node))
        assert entries(node)[0] == ("message.refused", "ExpiredKey")


def test_a_revoked_key_is_refused(node, stranger, handled):
    with node.act("node"):
        authorities.revoke_key(stranger.kid)
    with clock(now() + timedelta(seconds=1)), pytest.raises(ExpiredKey, match="revoked"):
        receiving.receive("nl-spoc", sealed(envelope.sign(message(), stranger), node))


def test_a_message_for_another_authority_is_refused(node, stranger, handled):
    with pytest.raises(WireError):
        receiving.receive("nl-spoc", sealed(envelope.sign(message(recipient="de-spoc"), stranger), node))
    assert handled == []


def test_garbage_is_refused_and_noted(node):
    with pytest.raises(WireError):
        receiving.receive("nl-spoc", b"\x00garbage")
    assert entries(node)[0][0] == "message.refused"


def test_an_unknown_recipient_is_not_found(node):
    with pytest.raises(NotFound):
        receiving.receive("xx-spoc", b"anything")


def test_a_message_that_will_not_do_is_refused_by_receipt_and_the_chain_goes_on(node, stranger, handled):
    first = envelope.sign(message(bad=True), stranger)
    receiving.receive("nl-spoc", sealed(first, node))
    second = envelope.sign(message(sequence=2, previous=envelope.digest(first), word="two"), stranger)
    receiving.receive("nl-spoc", sealed(second, node))
    refused, accepted = inbox(node)
    assert (refused.verdict, accepted.verdict) == ("refused", "accepted")
    assert "this will not do" in refused.reason
    assert handled == [{"word": "two"}]


def test_an_unknown_kind_is_refused_by_receipt(node, stranger):
    receiving.receive("nl-spoc", sealed(envelope.sign(message(), stranger), node))
    assert "does not know" in inbox(node)[0].reason


def test_a_message_that_came_too_late_is_refused_by_receipt_and_keeps_its_place(node, stranger, handled):
    expired = envelope.sign(message(expires_at=now(), word="late"), stranger)
    receiving.receive("nl-spoc", sealed(expired, node))
    in_time = message(2, envelope.digest(expired), expires_at=now() + timedelta(hours=1), word="in time")
    receiving.receive("nl-spoc", sealed(envelope.sign(in_time, stranger), node))
    assert [row.verdict for row in inbox(node)] == ["refused", "accepted"]
    assert handled == [{"word": "in time"}]
