"""Cases, their steps and copies for programs."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Status

from comity.base.time import now, parse_instant
from comity.node import access, authorities
from comity.node.authorities import Authority
from comity.node.cases import by_hand, casework, copies, proposing, reading, receiving, rules, seating
from comity.node.cases.models import Case, Copy, Party, Step
from comity.node.exchange import sending
from comity.node.exchange.models import Outbox
from comity.web.api import case_schemas as forms
from comity.web.api.schemas import PROBLEMS, STATED, Page, Problem
from comity.wire.canonical import as_json

router = Router()

SAID = {"text", "fields", "grounds", "partial", "includes", "attachments"}
"""What a step says, of all that a route is given about it."""


@router.get("/cases", response={200: list[forms.CaseOut], PROBLEMS: Problem})
def cases(
    request: HttpRequest, page: Query[Page], q: str = "", state: str = "", order: str = "newest"
) -> list[Case]:
    """All cases; `q` looks in references and titles; `order` is newest, time left, partner or title."""
    found = list(page.of(reading.cases(q, state, order)))
    reading.note_list(found)
    return found


@router.post("/cases", response={201: forms.CaseWhole, PROBLEMS: Problem}, openapi_extra=STATED)
def open_case(request: HttpRequest, given: forms.Draft) -> Status[SimpleNamespace]:
    """Open a draft towards a partner, or with several parties; it may be unfinished."""
    access.require("case.open")
    seats = _seats(request, given)
    partner = authorities.partner(given.partner) if given.partner else None
    case = casework.open_case(
        given.procedure, partner, given.title, given.facts, match=given.match, seats=seats
    )
    return Status(201, _whole(case.pk))


def _seats(request: HttpRequest, given: forms.Draft | forms.Preview) -> list[Party]:
    """Who is to hold which role: as given, or as it follows from the one partner."""
    bound = rules.procedure(given.procedure, now())
    if given.parties:
        return seating.read(bound, _me(request), [each.model_dump() for each in given.parties])
    me = _me(request)
    return seating.fill(bound, me, authorities.partner(given.partner), authorities.partners_of(me))


@router.get("/cases/proposals", response={200: list[forms.ProposalOut], PROBLEMS: Problem})
def proposals(request: HttpRequest, partner: str) -> list[dict[str, Any]]:
    """The procedures towards a partner: those that fit first, then the others with the reason against them."""
    access.require("case.open")
    found = proposing.proposals(_me(request), authorities.partner(partner))
    return [_proposal(each) for each in found]


def _proposal(each: proposing.Proposal) -> dict[str, Any]:
    return {
        "procedure": each.procedure.id,
        "title": each.procedure.title,
        "act": each.procedure.instrument.title,
        "article": each.procedure.article,
        "fits": each.fits,
        "reason": each.reason,
    }


@router.post("/cases/preview", response={200: dict[str, Any], PROBLEMS: Problem})
def preview(request: HttpRequest, given: forms.Preview) -> dict[str, Any]:
    """What the law would say if the draft were received now: what is missing, which clock runs. Saves nothing."""
    access.require("case.open")
    facts = rules.clean(given.procedure, given.facts)
    decision = rules.preview(given.procedure, facts, _seats(request, given), _me(request), now())
    return decision.as_json()


@router.get("/cases/{uuid:case_id}", response={200: forms.CaseWhole, PROBLEMS: Problem}, openapi_extra=STATED)
def case(request: HttpRequest, case_id: UUID) -> SimpleNamespace:
    """One case whole; the reading is an entry of the ledger."""
    return _whole(case_id)


@router.put("/cases/{uuid:case_id}", response={200: forms.CaseWhole, PROBLEMS: Problem}, openapi_extra=STATED)
def change(request: HttpRequest, case_id: UUID, given: forms.Change) -> SimpleNamespace:
    """Replace the facts of a draft."""
    casework.save_facts(case_id, given.title, given.facts, given.version)
    return _whole(case_id)


@router.post(
    "/cases/{uuid:case_id}/steps/{str:step}",
    response={201: forms.StepOut, PROBLEMS: Problem},
    openapi_extra=STATED,
)
def take_step(request: HttpRequest, case_id: UUID, step: str, given: forms.StepIn) -> Status[Step]:
    """Take a step as our party: send, answer, refuse, ask for clarification, close."""
    taken = casework.take_step(
        case_id, step, _content(given), marking=given.handling.model_dump(), version=given.version
    )
    return Status(201, taken)


@router.post(
    "/cases/{uuid:case_id}/answers", response={201: forms.StepOut, PROBLEMS: Problem}, openapi_extra=STATED
)
def key_in(request: HttpRequest, case_id: UUID, given: forms.AnswerIn) -> Status[Step]:
    """Write down a step of a partner without Comity."""
    at = parse_instant(given.received_at, "received_at") if given.received_at else now()
    content, marking = _content(given), given.handling.model_dump()
    return Status(
        201,
        receiving.key_in(case_id, given.step, content, at, marking, given.channel, given.number, given.party),
    )


@router.post(
    "/cases/{uuid:case_id}/assessment",
    response={200: forms.CaseWhole, PROBLEMS: Problem},
    openapi_extra=STATED,
)
def assess(request: HttpRequest, case_id: UUID, given: forms.Assessment) -> SimpleNamespace:
    """Say how the information can be reached; it decides which limit runs."""
    casework.assess(case_id, given.access, given.judicial_authorisation_required, given.version)
    return _whole(case_id)


@router.post(
    "/cases/{uuid:case_id}/copies", response={201: forms.CopyOut, PROBLEMS: Problem}, openapi_extra=STATED
)
def decide_copy(request: HttpRequest, case_id: UUID, given: forms.CopyDecision) -> Status[Copy]:
    """Send a copy that the law asks for or asks to be considered, or say why none is sent."""
    access.require("case.step")
    partner = authorities.partner(given.partner) if given.send and given.partner else None
    return Status(201, copies.decide(case_id, given.step, given.to, given.send, given.reason, partner))


@router.get(
    "/messages/{uuid:message_id}", response={200: dict[str, Any], PROBLEMS: Problem}, openapi_extra=STATED
)
def message(request: HttpRequest, message_id: UUID) -> dict[str, Any]:
    """A message as it was signed; the reading is an entry of the ledger."""
    return as_json(sending.read_message(message_id))


@router.post("/messages/{uuid:message_id}/sent", response={200: forms.MessageState, PROBLEMS: Problem})
def sent_by_hand(request: HttpRequest, message_id: UUID, given: forms.SentByHand) -> Outbox:
    """Note that a message went out by the manual channel; the clocks run from `at`."""
    return by_hand.sent(message_id, given.channel, parse_instant(given.at, "at"), given.number, given.note)


def _me(request: HttpRequest) -> Authority:
    authority: Authority = request.officer.authority  # type: ignore[attr-defined]
    return authority


def _content(given: forms.StepIn) -> dict[str, Any]:
    return given.model_dump(mode="json", include=SAID)


def _clock(decision: Any) -> dict[str, Any] | None:
    return decision.due.as_json() if decision.due else None


def _whole(case_id: UUID) -> SimpleNamespace:
    view = reading.read_case(case_id)
    found = view.case
    ahead = None
    if found.state == "draft":
        ahead = _clock(rules.preview_of(found))
    short = {name: getattr(found, name) for name in forms.CaseOut.model_fields}
    return SimpleNamespace(
        **short,
        parties=rules.parties_of(found),
        facts=found.facts,
        judicial_authorisation_required=found.judicial_authorisation_required,
        cross_checked_at=found.cross_checked_at,
        decision=view.decision.as_json(),
        preview=ahead,
        options=view.options,
        steps=view.steps,
        copies_due=view.copies_due,
        copies=view.copies,
        messages=view.messages,
        matches=view.matches,
        timeline=view.timeline,
    )
