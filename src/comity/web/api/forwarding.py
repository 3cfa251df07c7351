"""Forwarding inside the state, the manual channel and the numbers of other channels, for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from comity.base.time import parse_instant
from comity.node import access, authorities
from comity.node.cases import by_hand, casework, forwarding, numbers, receiving
from comity.node.cases.models import Case, Number, Step
from comity.node.exchange import sending
from comity.web import letters
from comity.web.api import case_schemas as forms
from comity.web.api.schemas import PROBLEMS, STATED, Problem

router = Router()


class Forwarding(Schema):
    """A unit or judicial authority of the own state; `facts` replace what the draft proposes, null leaves out."""

    unit: str = Field(max_length=40)
    facts: dict[str, Any] = {}


class ChildOut(Schema):
    """A case that serves another. `begins`, `ends`: its time in thousandths of the other's."""

    case: forms.CaseOut
    wanted_by: datetime | None
    overdue: bool
    beyond: bool
    reminders: int
    outcome: str | None
    begins: int
    ends: int

    @staticmethod
    def resolve_outcome(child: forwarding.Child) -> str | None:
        """The step by which the unit has answered."""
        return child.outcome.step if child.outcome else None


class Reminder(Schema):
    """A reminder in own words, or in the usual ones; with `answer_by` the unit's time ends then."""

    text: str = Field("", max_length=10_000)
    answer_by: str | None = None


class NumberIn(Schema):
    """A number of a case, or of one of its steps: channel is siena, interpol, mail or other."""

    channel: str = Field(max_length=20)
    number: str = Field(max_length=100)
    step: UUID | None = None
    ours: bool = True


class NumberOut(Schema):
    """A number under which another channel knows a case or one of its messages."""

    channel: str
    number: str
    step: UUID | None = Field(alias="step_id")
    ours: bool
    noted_at: datetime


class Received(Schema):
    """A request as it came by another channel from a partner without Comity."""

    procedure: str = Field(max_length=80)
    partner: str = Field(max_length=40)
    title: str = Field(max_length=200)
    facts: dict[str, Any] = {}
    received_at: str
    channel: str = Field("", max_length=80)
    number: str = Field("", max_length=100)
    partner_reference: str = Field("", max_length=40)
    handling: forms.Handling = forms.Handling()


class Pasted(Schema):
    """What a partner wrote."""

    text: str = Field(max_length=1_000_000)


class WaitingOut(Schema):
    """A message that waits to be sent by hand, its case, and the step it tells of (none: it is a copy)."""

    message: forms.MessageState
    case: forms.CaseOut
    step: str | None

    @staticmethod
    def resolve_step(waiting: by_hand.Waiting) -> str | None:
        """The name of the step."""
        return waiting.step.step if waiting.step else None


@router.get(
    "/cases/{uuid:case_id}/forwardings",
    response={200: list[ChildOut], PROBLEMS: Problem},
    openapi_extra=STATED,
)
def children(request: HttpRequest, case_id: UUID) -> list[forwarding.Child]:
    """The cases that serve a case, each with its clock inside that of the case."""
    return forwarding.read_children(case_id)


@router.get(
    "/cases/{uuid:case_id}/forwardings/draft",
    response={200: dict[str, Any], PROBLEMS: Problem},
    openapi_extra=STATED,
)
def draft(request: HttpRequest, case_id: UUID, procedure: str = forwarding.FORWARD) -> dict[str, Any]:
    """What a case that serves this one begins with: no more of the request than the unit needs."""
    return forwarding.draft(case_id, procedure)


@router.post(
    "/cases/{uuid:case_id}/forwardings",
    response={201: forms.CaseOut, PROBLEMS: Problem},
    openapi_extra=STATED,
)
def forward(request: HttpRequest, case_id: UUID, given: Forwarding) -> Status[Case]:
    """Put a request to a unit of the own state and send it."""
    access.require("case.forward")
    child = forwarding.forward(case_id, authorities.partner(given.unit), given.facts)
    return Status(201, casework.find(child.pk))


@router.post(
    "/cases/{uuid:case_id}/authorisations",
    response={201: forms.CaseOut, PROBLEMS: Problem},
    openapi_extra=STATED,
)
def seek_authorisation(request: HttpRequest, case_id: UUID, given: Forwarding) -> Status[Case]:
    """Ask a judicial authority to authorise the answer; the legal time limit may then be exceeded."""
    access.require("case.forward")
    child = forwarding.seek_authorisation(case_id, authorities.partner(given.unit), given.facts)
    return Status(201, casework.find(child.pk))


@router.post(
    "/cases/{uuid:case_id}/reminders", response={201: forms.StepOut, PROBLEMS: Problem}, openapi_extra=STATED
)
def remind(request: HttpRequest, case_id: UUID, given: Reminder) -> Status[Step]:
    """Remind the unit of a case that serves another."""
    wanted = parse_instant(given.answer_by, "answer_by") if given.answer_by else None
    return Status(201, forwarding.remind(case_id, given.text, wanted))


@router.get(
    "/cases/{uuid:case_id}/forwardings/{uuid:child_id}/reply",
    response={200: dict[str, Any], PROBLEMS: Problem},
    openapi_extra=STATED,
)
def reply(request: HttpRequest, case_id: UUID, child_id: UUID) -> dict[str, Any]:
    """The reply as far as a unit's answer makes it, in the form that a step takes."""
    return forwarding.reply(case_id, child_id)


@router.post("/cases/received", response={201: forms.CaseOut, PROBLEMS: Problem}, openapi_extra=STATED)
def write_down(request: HttpRequest, given: Received) -> Status[Case]:
    """Write down a request that came by another channel; its clock runs from `received_at`."""
    access.require("case.write-down")
    case = receiving.write_down(
        given.procedure,
        authorities.partner(given.partner),
        given.title,
        given.facts,
        parse_instant(given.received_at, "received_at"),
        channel=given.channel,
        number=given.number,
        partner_reference=given.partner_reference,
        marking=given.handling.model_dump(),
    )
    return Status(201, casework.find(case.pk))


@router.post(
    "/cases/{uuid:case_id}/answers/proposal",
    response={200: dict[str, Any], PROBLEMS: Problem},
    openapi_extra=STATED,
)
def proposal(request: HttpRequest, case_id: UUID, given: Pasted) -> dict[str, Any]:
    """Which step a partner's text most likely is; a person decides."""
    return by_hand.proposal(case_id, given.text)


@router.get(
    "/cases/{uuid:case_id}/numbers", response={200: list[NumberOut], PROBLEMS: Problem}, openapi_extra=STATED
)
def numbers_of(request: HttpRequest, case_id: UUID) -> list[Number]:
    """The numbers under which other channels know a case and its messages."""
    access.require("case.read")
    return list(numbers.of_case(casework.find(case_id)))


@router.post(
    "/cases/{uuid:case_id}/numbers", response={201: NumberOut, PROBLEMS: Problem}, openapi_extra=STATED
)
def note_number(request: HttpRequest, case_id: UUID, given: NumberIn) -> Status[Number]:
    """Note a number of a case or of one of its steps; final once written."""
    return Status(201, numbers.note(case_id, given.channel, given.number, step=given.step, ours=given.ours))


@router.get("/messages/by-hand", response={200: list[WaitingOut], PROBLEMS: Problem})
def waiting(request: HttpRequest) -> list[by_hand.Waiting]:
    """What waits to be sent by hand, oldest first."""
    return by_hand.waiting()


@router.get(
    "/messages/{uuid:message_id}/text",
    response={200: dict[str, str], PROBLEMS: Problem},
    openapi_extra=STATED,
)
def text(request: HttpRequest, message_id: UUID) -> dict[str, str]:
    """A message as plain text, to be copied into another channel; the reading is an entry of the ledger."""
    return {"text": letters.plain(sending.read_message(message_id))}
