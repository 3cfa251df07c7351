"""What an officer sees of cases: the list of all, one case whole, its timeline. Each reading is an entry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Case as Rank
from django.db.models import Count, F, Q, QuerySet, Sum, When

from comity.base.errors import InputError
from comity.base.text import say
from comity.law import Decision
from comity.node import access, authorities, ledger
from comity.node.cases import casework, copies, finding, numbers, rules
from comity.node.cases.copies import Due
from comity.node.cases.models import COPY, OWN_STEP, Case, Copy, Step
from comity.node.exchange.models import Outbox
from comity.node.ledger import Line
from comity.node.registers.models import Match

ORDERS: dict[str, tuple[Any, ...]] = {
    "newest": ("-opened_at", "-pk"),
    "time left": (F("due_at").asc(nulls_last=True), "-pk"),
    "partner": ("partner__name", "-pk"),
    "title": ("title", "-pk"),
}


@dataclass(frozen=True, slots=True)
class CaseView:
    """Everything the case page shows, read in one transaction."""

    case: Case
    decision: Decision
    options: list[rules.Option]
    steps: list[Step]
    timeline: list[Line]
    matches: list[Match]
    copies_due: list[Due]
    copies: list[Copy]
    messages: list[Outbox]
    officers: dict[str, str]


def cases(text: str = "", state: str = "", order: str = "newest") -> QuerySet[Case]:
    """All cases of the authority in one of ORDERS; `text` is looked for in references and titles."""
    access.require("worklist.read")
    if order not in ORDERS:
        raise InputError(say("expected one of {orders}", orders=", ".join(ORDERS)), field="order")
    found = Case.objects.select_related("partner", "assigned_to", "team").order_by(*ORDERS[order])
    if text.strip():
        wanted = text.strip()
        found = found.filter(
            Q(reference__icontains=wanted)
            | Q(partner_reference__icontains=wanted)
            | Q(numbers.bearing(wanted))
            | Q(title__icontains=wanted)
        )
    if state:
        found = found.filter(closed_at=None) if state == "open" else found.filter(state=state)
    return found


def note_list(shown: Iterable[Case]) -> None:
    """Put into the ledger which cases a list has shown."""
    ledger.record(
        "cases.listed",
        article=access.RULES["case.read"].article,
        body={"cases": [case.reference for case in shown]},
    )


def read_case(case_id: UUID) -> CaseView:
    """One case whole; the reading goes into the ledger before anything is shown."""
    access.require("case.read")
    case = casework.find(case_id)
    conversation = str(case.conversation)
    finding.note_read(case)
    decision = rules.decision(case)
    steps = list(case.steps.select_related("officer"))
    matches = (
        Match.objects.filter(query__case=case)
        .select_related("query", "record__register", "decided_by")
        .order_by("query__line", "-score", "-key")
    )
    return CaseView(
        case=case,
        decision=decision,
        options=rules.options(case, decision),
        steps=steps,
        timeline=ledger.lines(case=conversation),
        matches=list(matches),
        copies_due=copies.due(case, steps, decision),
        copies=list(case.copies.select_related("partner", "decided_by")),
        messages=list(Outbox.objects.filter(conversation=case.conversation).select_related("partner")),
        officers=authorities.actor_names(),
    )


def case_of(conversation: UUID) -> Case | None:
    """Our case of a conversation; a copy sent to somebody else belongs to the case it is a copy of."""
    access.require("worklist.read")
    return Case.objects.filter(conversation=conversation).first()


def includable(case: Case) -> QuerySet[Step]:
    """What partners of other cases have told us, newest first: it can be passed on as its handling codes allow."""
    access.require("case.read")
    told = Step.objects.filter(content__has_key="fields").exclude(OWN_STEP).exclude(case__role=COPY)
    others = told.exclude(case__partner=case.partner).exclude(content__fields={})
    told_inside = Rank(When(case__parent=case, then=0), default=1)
    return others.select_related("case__partner").order_by(told_inside, "-sent_at")[:30]


def case_clock(case_id: UUID) -> tuple[Case, Decision]:
    """A case and what the law says of it now, for its clock alone: nothing of its content is to be shown."""
    access.require("case.read")
    case = casework.find(case_id)
    return case, rules.decision(case)


def case_version(case_id: UUID) -> str:
    """Changes with every step, assignment, delivery or decision in a case, and reads nothing of it."""
    access.require("case.read")
    case = casework.find(case_id)
    messages = Outbox.objects.filter(conversation=case.conversation)
    tried = messages.aggregate(
        all=Count("pk"), tries=Sum("attempts"), waiting=Count("due_at"), back=Count("received_at")
    )
    decided = Match.objects.filter(query__case=case).aggregate(all=Count("pk"), decided=Count("decided_at"))
    copied = Copy.objects.filter(case=case).count()
    return "-".join(str(value or 0) for value in (case.version, *tried.values(), *decided.values(), copied))
