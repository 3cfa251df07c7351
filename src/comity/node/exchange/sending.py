"""Out: a message is signed and put in the outbox by the change it tells of; the worker carries it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
from django.db import connection
from django.db.models import QuerySet
from django.dispatch import Signal

from comity.base.errors import Conflict, InputError, NotFound, WireError
from comity.base.identifiers import uuid7
from comity.base.time import now
from comity.node import access, authorities, ledger, scope
from comity.node.authorities import Authority, Identity
from comity.node.exchange.models import Link, Outbox
from comity.wire import chain, envelope, receipt
from comity.wire.envelope import Message

log = logging.getLogger("comity.exchange")

enqueued = Signal()
"""Sent with `message` (an Outbox row) inside the transaction that made it."""
delivered = Signal()
"""Sent with `message` and `received_at` inside the transaction that stores the proof of delivery."""

TIMEOUT_SECONDS = 15
TIMEOUT_WITH_FILES_SECONDS = 90
LONGEST_WAIT = timedelta(minutes=5)
GIVE_UP_AFTER = timedelta(days=3)


Load = Callable[[str], bytes]
_loads: list[Load] = []


def parts_from(load: Load) -> Load:
    """Have the files that go with messages loaded by the decorated function, by their SHA-256."""
    _loads[:] = [load]
    return load


def link_with(partner: Authority) -> Link:
    """The chain with a partner, locked until the transaction ends."""
    Link.objects.get_or_create(authority_id=scope.current_authority(), partner=partner)
    return Link.objects.select_for_update().get(partner=partner)


def send(
    partner: Authority,
    kind: str,
    body: dict[str, Any],
    *,
    conversation: UUID,
    procedure: str,
    purpose: str,
    articles: Sequence[str] = (),
    handling: Sequence[str] = (),
    parts: Sequence[str] = (),
) -> Outbox:
    """Sign a message and put it in the outbox, in this transaction; a partner without Comity is served by hand.

    `parts` are the SHA-256 of files that go with it: the noun that keeps them hands them over (`parts_from`).
    """
    me = Authority.objects.get(pk=scope.current_authority())
    link = link_with(partner)
    message = Message(
        id=str(uuid7()),
        conversation=str(conversation),
        sender=me.code,
        recipient=partner.code,
        kind=kind,
        procedure=procedure,
        purpose=purpose or kind,
        issued_at=now(),
        sequence=link.out_sequence + 1,
        previous=link.out_digest,
        body=body,
        articles=tuple(articles),
        handling=tuple(handling),
        parts=tuple(parts),
    )
    row = _put(message, envelope.sign(message, authorities.current_keys(me)), partner, link)
    if row.state == Outbox.PENDING:
        enqueued.send(Outbox, message=row)
    return row


def _put(message: Message, signed: bytes, partner: Authority, link: Link) -> Outbox:
    step = chain.next_link(chain.Link(link.out_sequence, link.out_digest), signed)
    link.out_sequence, link.out_digest = step.sequence, step.digest
    link.save(update_fields=["out_sequence", "out_digest"])
    by_hand = partner.channel == "manual"
    row = Outbox.objects.create(
        id=UUID(message.id),
        partner=partner,
        kind=message.kind,
        conversation=UUID(message.conversation),
        sequence=step.sequence,
        signed=signed,
        digest=step.digest,
        made_at=message.issued_at,
        state=Outbox.BY_HAND if by_hand else Outbox.PENDING,
        due_at=None if by_hand else message.issued_at,
    )
    _note(row, "message.to-send-by-hand" if by_hand else "message.signed")
    return row


def read(row: Outbox) -> Message:
    """The message inside an outbox row, as it was signed. NotFound once its time has come and it was emptied."""
    if not row.signed:
        raise NotFound("What the message said was deleted when its time had come.")
    return envelope.verify(
        bytes(row.signed), authorities.trust_list(), row.made_at, expect_recipient=row.partner.code
    )


def read_message(message_id: UUID) -> Message:
    """A message of the acting authority, to be read or sent by another channel; the reading is an entry."""
    access.require("case.read")
    row = Outbox.objects.select_related("partner").filter(pk=message_id).first()
    if row is None:
        raise NotFound("There is no such message here.")
    ledger.record(
        "message.read",
        article=access.RULES["case.read"].article,
        case=str(row.conversation),
        subject=str(row.pk),
    )
    return read(row)


def deliver(identity: Identity, partner: Authority) -> bool:
    """Carry the next message to a partner; True when there may be another to carry now.

    The row stays locked while the message travels: whoever is killed on the way leaves it pending, and the
    partner recognises a message that it has handled.
    """
    with scope.acting(identity.authority, identity.officer, "deliver messages"):
        if not _alone(identity.authority, partner.pk):
            return False
        row = (
            Outbox.objects.filter(partner=partner, state__in=(Outbox.PENDING, Outbox.DEAD))
            .order_by("sequence")
            .first()
        )
        if row is None or row.state == Outbox.DEAD or row.due_at is None or row.due_at > now():
            return False
        row.attempts += 1
        return _carry(row, partner)


def _alone(authority: int, partner: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [authority, partner])
        return bool(cursor.fetchone()[0])


def _carry(row: Outbox, partner: Authority) -> bool:
    try:
        keys = authorities.trust_list().current(partner.code, now())
        parts = [_loads[0](part) for part in read(row).parts]
        sealed = envelope.seal(bytes(row.signed), keys, parts)
        answer = httpx.post(
            partner.endpoint,
            content=sealed,
            headers={"content-type": "application/jose"},
            timeout=TIMEOUT_WITH_FILES_SECONDS if parts else TIMEOUT_SECONDS,
            trust_env=False,
        )
    except httpx.HTTPError as error:
        _wait(row, f"{partner.name} cannot be reached: {type(error).__name__}")
        return False
    except (WireError, NotFound) as error:
        _bury(row, str(error))
        return False
    if answer.status_code == 200:
        return _accept(row, partner, answer.content)
    return _refused(row, answer)


def _accept(row: Outbox, partner: Authority, signed_receipt: bytes) -> bool:
    try:
        proof = receipt.verify(
            signed_receipt, authorities.trust_list(), now(), message=read(row), signed=bytes(row.signed)
        )
    except WireError as error:
        _wait(row, f"the receipt of {partner.name} does not hold: {error}")
        return False
    row.state, row.due_at, row.sent_at = Outbox.SENT, None, now()
    row.received_at, row.receipt = proof.received_at, signed_receipt.decode()
    row.error = f"refused by {partner.name}: {proof.reason}"[:500] if proof.verdict == "refused" else ""
    row.save()
    _note(row, "message.delivered" if proof.verdict == "accepted" else "message.refused-by-partner")
    delivered.send(Outbox, message=row, received_at=proof.received_at)
    return True


def _refused(row: Outbox, answer: httpx.Response) -> bool:
    try:
        said = answer.json()
    except json.JSONDecodeError:
        said = {}
    reason = str(said.get("error") or f"the partner answered {answer.status_code}")
    expected = said.get("expected")
    if isinstance(expected, int) and 0 < expected < row.sequence:
        return _go_back(row, expected, reason)
    if answer.status_code >= 500 or answer.status_code == 429:
        _wait(row, reason)
    else:
        _bury(row, reason)
    return False


def _go_back(row: Outbox, expected: int, reason: str) -> bool:
    earlier = Outbox.objects.filter(
        partner=row.partner, sequence__gte=expected, sequence__lt=row.sequence, state=Outbox.SENT
    )
    if not earlier.update(state=Outbox.PENDING, due_at=now()):
        _bury(row, reason)
        return False
    _wait(row, reason)
    row.due_at = now()
    row.save(update_fields=["due_at"])
    return True


def _wait(row: Outbox, error: str) -> None:
    if now() - row.made_at > GIVE_UP_AFTER:
        _bury(row, error)
        return
    row.error = error[:500]
    row.due_at = now() + min(timedelta(seconds=2 ** min(row.attempts, 20) / 2), LONGEST_WAIT)
    row.save(update_fields=["attempts", "error", "due_at"])


def _bury(row: Outbox, error: str) -> None:
    row.state, row.error, row.due_at = Outbox.DEAD, error[:500], None
    row.save(update_fields=["attempts", "state", "error", "due_at"])
    _note(row, "message.dead")


def send_again(message_id: UUID) -> Outbox:
    """Try a message again now: one that waits for its next attempt, or a dead letter."""
    access.require("message.resend")
    row = _find(message_id)
    if row.state not in (Outbox.PENDING, Outbox.DEAD):
        raise Conflict("It has been delivered, or is to be sent by hand.")
    row.state, row.due_at, row.error = Outbox.PENDING, now(), ""
    row.save(update_fields=["state", "due_at", "error"])
    _note(row, "message.resent")
    enqueued.send(Outbox, message=row)
    return row


def sent_by_hand(message_id: UUID, channel: str, at: Any, note: str = "") -> Outbox:
    """Note that a message went out by the manual channel: how, when, under which number.

    `at` is the instant the partner has it, from which its clocks run. Raises InputError, Conflict.
    """
    access.require("message.send-by-hand")
    row = _find(message_id)
    if row.state != Outbox.BY_HAND:
        raise Conflict("It is not waiting to be sent by hand.")
    if not channel.strip():
        raise InputError("say by which channel it was sent, for example SIENA", field="channel")
    if not row.made_at.replace(second=0, microsecond=0) <= at <= now():
        raise InputError(
            "expected an instant after the message was written and not in the future", field="at"
        )
    row.state, row.sent_at, row.received_at = Outbox.SENT, at, at
    row.note = f"{channel.strip()} {note.strip()}".strip()[:300]
    row.save(update_fields=["state", "sent_at", "received_at", "note"])
    _note(row, "message.sent-by-hand")
    delivered.send(Outbox, message=row, received_at=at)
    return row


def outbox() -> QuerySet[Outbox]:
    """The messages of the acting authority, newest first."""
    access.require("partner.read")
    return Outbox.objects.select_related("partner")


def _find(message_id: UUID) -> Outbox:
    row = (
        Outbox.objects.select_for_update(of=("self",)).select_related("partner").filter(pk=message_id).first()
    )
    if row is None:
        raise NotFound("There is no such message here.")
    return row


def _note(row: Outbox, kind: str) -> None:
    ledger.record(
        kind,
        article="Directive (EU) 2016/680 art. 25",
        case=str(row.conversation),
        subject=str(row.pk),
        body={
            "partner": row.partner.code,
            "kind": row.kind,
            "sequence": row.sequence,
            "digest": row.digest,
            "error": row.error,
            "note": row.note,
        },
    )
