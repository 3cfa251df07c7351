"""In: a message is opened, verified, put in its place in the chain and handled once, in one transaction."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from comity.base.errors import ComityError, NotFound, Replay, Unavailable, UnknownSender, WireError
from comity.base.text import say
from comity.base.time import now
from comity.node import authorities, ledger, scope
from comity.node.authorities import Authority, Identity
from comity.node.exchange.models import Inbox, Link
from comity.node.exchange.sending import link_with
from comity.wire import chain, envelope, receipt
from comity.wire.envelope import Message
from comity.wire.receipt import Receipt

log = logging.getLogger("comity.exchange")

ARTICLE = "Directive (EU) 2016/680 art. 25"


@dataclass(frozen=True, slots=True)
class Received:
    """A verified message as its subscriber gets it: who sent it, and when this node received it.

    `parts` are the files that came with it, in the order in which the message names them.
    """

    message: Message
    partner: Authority
    at: datetime
    parts: tuple[bytes, ...] = ()


Handler = Callable[[Received], None]
_handlers: dict[str, Handler] = {}


def subscribe(kind: str) -> Callable[[Handler], Handler]:
    """Have messages of `kind` handled by the decorated function, inside the receiving transaction.

    A ComityError it raises refuses the message: its changes are undone, the receipt carries the reason. With
    Unavailable it is not taken in yet, and the sender tries it again later.
    """

    def register(handler: Handler) -> Handler:
        _handlers[kind] = handler
        return handler

    return register


def receive(code: str, sealed: bytes) -> bytes:
    """Take in one sealed message for the authority `code` of this node; returns the signed receipt.

    A repeated message gets the receipt it got before and is not handled again. Raises NotFound for another
    authority, Unavailable for what cannot be handled yet, and WireError, after noting it in the ledger, for what is
    not to be believed.
    """
    me = Authority.objects.filter(code=code, local=True, active=True).first()
    if me is None:
        raise NotFound(say("No authority {code!r} is reached here.", code=code))
    identity = Identity.of_node(me)
    at = now()
    try:
        with scope.acting(identity.authority, identity.officer, "receive a message"):
            return _take(me, sealed, at)
    except WireError as error:
        with scope.acting(identity.authority, identity.officer, "receive a message"):
            ledger.record(
                "message.refused",
                article=ARTICLE,
                body={"error": type(error).__name__, "reason": str(error), "digest": envelope.digest(sealed)},
            )
        log.warning("a message for %s was refused: %s", code, error)
        raise


def _take(me: Authority, sealed: bytes, at: datetime) -> bytes:
    signed, parts = envelope.unseal_all(sealed, authorities.private_keys(me))
    message = envelope.verify(signed, authorities.trust_list(), at, expect_recipient=me.code)
    envelope.check_parts(message, parts)
    partner = Authority.objects.filter(code=message.sender, active=True).first()
    if partner is None:
        raise UnknownSender(say("{sender} is not a partner of this node.", sender=message.sender))
    link = link_with(partner)
    before = Inbox.objects.filter(pk=message.id).first()
    if before is not None:
        return _again(before, signed)
    place = chain.check(chain.Link(link.in_sequence, link.in_digest), message, signed)
    received = Received(message, partner, at, parts)
    return _keep(me, link, place, received, signed, _handle(received))


def _again(before: Inbox, signed: bytes) -> bytes:
    if before.digest != envelope.digest(signed):
        raise Replay(say("message {pk} was received before with another content", pk=before.pk))
    ledger.record(
        "message.repeated",
        article=ARTICLE,
        subject=str(before.pk),
        body={"partner": before.partner.code, "sequence": before.sequence},
    )
    return before.receipt.encode()


def _handle(received: Received) -> str:
    handler = _handlers.get(received.message.kind)
    if handler is None:
        return f"this node does not know messages of kind {received.message.kind}"
    if received.message.expired(received.at):
        return "the message came after the instant until which it was to be handled"
    try:
        with transaction.atomic():
            handler(received)
    except Unavailable:
        raise
    except ComityError as error:
        return str(error)[:500]
    return ""


def _keep(
    me: Authority, link: Link, place: chain.Link, received: Received, signed: bytes, reason: str
) -> bytes:
    proof = _receipt(me, place, received, reason)
    row = Inbox.objects.create(
        id=received.message.id,
        partner=received.partner,
        kind=received.message.kind,
        conversation=received.message.conversation,
        sequence=place.sequence,
        signed=signed,
        digest=place.digest,
        received_at=received.at,
        verdict="refused" if reason else "accepted",
        reason=reason,
        receipt=proof.decode(),
    )
    link.in_sequence, link.in_digest = place.sequence, place.digest
    link.save(update_fields=["in_sequence", "in_digest"])
    _note(row)
    return proof


def _receipt(me: Authority, place: chain.Link, received: Received, reason: str) -> bytes:
    given = Receipt(
        message=received.message.id,
        digest=place.digest,
        authority=me.code,
        received_at=received.at,
        verdict="refused" if reason else "accepted",
        reason=reason or None,
    )
    return receipt.sign(given, authorities.current_keys(me))


def _note(row: Inbox) -> None:
    ledger.record(
        "message.not-accepted" if row.reason else "message.received",
        article=ARTICLE,
        case=str(row.conversation),
        subject=str(row.pk),
        body={
            "partner": row.partner.code,
            "kind": row.kind,
            "sequence": row.sequence,
            "digest": row.digest,
            "reason": row.reason,
        },
    )
