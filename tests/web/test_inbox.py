"""Where partners' nodes hand over messages."""

from __future__ import annotations

from uuid import uuid4

import pytest

from comity.base.time import now
from comity.node import authorities
from comity.node.exchange import sending
from comity.wire import envelope, receipt

JOSE = "application/jose"


def sealed(node, number=1):
    """Messages of the German desk to the Dutch one, of which the last is returned with what was signed."""
    with node.act("officer", "de-spoc"):
        for _ in range(number):
            row = sending.send(node.nl, "unknown", {}, conversation=uuid4(), procedure="x", purpose="x")
        return envelope.seal(bytes(row.signed), authorities.trust_list().current("nl-spoc", now())), row


def post(node, content, code="nl-spoc"):
    return node.client(None).post(f"/inbox/{code}", content, content_type=JOSE)


def test_a_message_is_answered_with_a_signed_receipt(node):
    content, row = sealed(node)
    answer = post(node, content)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == JOSE
    with node.act("officer", "de-spoc"):
        message = sending.read(row)
    proof = receipt.verify(
        answer.content, authorities.trust_list(), now(), message=message, signed=bytes(row.signed)
    )
    assert proof.message == str(row.pk)
    assert post(node, content).content == answer.content


def test_a_gap_names_the_number_that_was_expected(node):
    content, _ = sealed(node, 2)
    answer = post(node, content)
    assert answer.status_code == 409
    assert answer.json()["expected"] == 1


@pytest.mark.parametrize("content", [b"", b"nonsense", b"a.b.c.d.e", b"\xff" * 100])
def test_what_is_no_message_is_refused_without_a_fault(node, content):
    answer = post(node, content)
    assert answer.status_code in (400, 403)
    assert answer.json()["error"]


def test_a_message_for_nobody_here_is_not_found(node):
    content, _ = sealed(node)
    assert post(node, content, "fr-spoc").status_code == 404


def test_a_message_for_another_authority_is_refused(node):
    content, _ = sealed(node)
    assert post(node, content, "de-spoc").status_code == 403


def test_more_than_can_be_a_message_is_not_read(node, monkeypatch):
    monkeypatch.setattr("comity.web.inbox.LARGEST", 100)
    assert post(node, b"x" * 101).status_code == 413


def test_the_inbox_only_takes_messages(node):
    assert node.client(None).get("/inbox/nl-spoc").status_code == 405
