"""Partners, their keys and the delivery of messages for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Body, Query, Router, Schema, Status
from pydantic import Field

from comity.node.authorities import PublicKey
from comity.node.exchange import models, sending
from comity.node.exchange import partners as node
from comity.web.api.schemas import PROBLEMS, Page, Problem

router = Router()


class PartnerOut(Schema):
    """A partner; `states` counts the messages to it by state, `sent` and `received` are where the chains stand."""

    code: str = Field(alias="authority.code")
    name: str = Field(alias="authority.name")
    country: str = Field(alias="authority.country")
    kind: str = Field(alias="authority.kind")
    channel: str = Field(alias="authority.channel")
    endpoint: str = Field(alias="authority.endpoint")
    states: dict[str, int]
    unconfirmed: int
    sent: int
    received: int

    @staticmethod
    def resolve_sent(standing: node.Standing) -> int:
        """The number of the last message out."""
        return standing.link.out_sequence if standing.link else 0

    @staticmethod
    def resolve_received(standing: node.Standing) -> int:
        """The number of the last message in."""
        return standing.link.in_sequence if standing.link else 0


class KeyOut(Schema):
    """A public key; it counts once `confirmed`."""

    kid: str
    fingerprint: str
    confirmed: bool
    key: dict[str, Any]


class MessageOut(Schema):
    """A message out: `pending`, `sent`, `dead` or `by-hand`."""

    id: UUID
    partner: str = Field(alias="partner.code")
    kind: str
    conversation: UUID
    sequence: int
    state: str
    attempts: int
    due_at: datetime | None
    error: str
    made_at: datetime
    sent_at: datetime | None
    received_at: datetime | None
    note: str


class ByHand(Schema):
    """How and when a message went out by another channel; `at` is when the partner has it, with an offset."""

    channel: str = Field(max_length=80)
    at: datetime
    note: str = Field("", max_length=200)


class Which(Page):
    """Which messages: to one partner, in one state."""

    partner: str = ""
    state: str = ""


@router.get("/partners", response={200: list[PartnerOut], PROBLEMS: Problem})
def partners(request: HttpRequest) -> list[node.Standing]:
    """All partners with how they stand with us."""
    return node.partners()


@router.post("/partners", response={201: PartnerOut, PROBLEMS: Problem})
def add(request: HttpRequest, descriptor: Body[dict[str, Any]]) -> Status[node.Standing]:
    """Add or renew a partner from its descriptor; without an endpoint it is reached by hand."""
    return Status(201, node.standing(node.add(descriptor)))


@router.get("/partners/{slug:code}", response={200: PartnerOut, PROBLEMS: Problem})
def partner(request: HttpRequest, code: str) -> node.Standing:
    """One partner."""
    return node.standing(node.find(code))


@router.get("/partners/{slug:code}/keys", response={200: list[KeyOut], PROBLEMS: Problem})
def keys(request: HttpRequest, code: str) -> list[PublicKey]:
    """The partner's public keys with their fingerprints."""
    return list(node.keys(node.find(code)))


@router.get("/descriptor", response={200: dict[str, Any], PROBLEMS: Problem})
def descriptor(request: HttpRequest) -> dict[str, Any]:
    """What partners need in order to reach and to trust us; no secret."""
    return node.own_descriptor()


@router.post("/keys/{str:kid}/confirm", response={200: KeyOut, PROBLEMS: Problem})
def confirm(request: HttpRequest, kid: str) -> PublicKey:
    """Trust a partner's key, its fingerprint having been compared over another channel."""
    return node.confirm_key(kid)


@router.post("/keys/{str:kid}/revoke", response={200: KeyOut, PROBLEMS: Problem})
def revoke(request: HttpRequest, kid: str) -> PublicKey:
    """Stop trusting a partner's key from now on."""
    return node.revoke_key(kid)


@router.get("/messages", response={200: list[MessageOut], PROBLEMS: Problem})
def messages(request: HttpRequest, which: Query[Which]) -> list[models.Outbox]:
    """Messages out, newest first."""
    rows = sending.outbox()
    if which.partner:
        rows = rows.filter(partner__code=which.partner)
    if which.state:
        rows = rows.filter(state=which.state)
    return list(which.of(rows))


@router.post("/messages/{uuid:message_id}/again", response={200: MessageOut, PROBLEMS: Problem})
def send_again(request: HttpRequest, message_id: UUID) -> models.Outbox:
    """Try a message again now: one that waits, or one given up."""
    return sending.send_again(message_id)
