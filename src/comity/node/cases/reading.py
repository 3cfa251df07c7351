"""What an officer sees of cases: the worklist, one case whole, its timeline. Each reading is an entry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from comity.base.errors import InputError
from comity.base.text import say
from comity.base.time import now
from comity.law import Decision
from comity.node import access, authorities, ledger
from comity.node.authorities import Officer
from comity.node.cases import casework, copies, rules
from comity.node.cases.copies import Due
from comity.node.cases.models import COPY, Case, Copy, Step
from comity.node.exchange.models import Outbox
from comity.node.ledger import Line
from comity.node.registers.models import Match

SOON = timedelta(hours=8)
WORKLIST_LIMIT = 500

OURS = Q(owed_by=F("role"))
FILTERS: dict[str, str] = {
    "mine": "Mine and unassigned",
    "late": "Late",
    "soon": "Due soon",
    "urgent": "Urgent",
    "waiting": "Waiting for partner",
    "all": "All open cases",
}

ORDERS: dict[str, tuple[Any, ...]] = {
    "newest": ("-opened_at", "-pk"),
    "time left": (F("due_at").asc(nulls_last=True), "-pk"),
    "partner": ("partner__name", "-pk"),
    "title": ("title", "-pk"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the worklist: the case, what the law says about it now, what is asked of us next."""

    case: Case
    decision: Decision
    matches: int
    next: str


@dataclass(frozen=True, slots=True)
class Worklist:
    """The rows of one filter, and how many each filter would show."""

    rows: list[Row]
    counts: dict[str, int]
    filter: str
    late: int
    soon: int


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


def worklist(choice: str = "mine") -> Worklist:
    """Open cases, those with least time left first. Raises InputError on an unknown filter."""
    officer = access.require("worklist.read")
    if choice not in FILTERS:
        raise InputError(say("expected one of {filters}", filters=", ".join(FILTERS)), field="filter")
    open_cases = Case.objects.filter(closed_at=None)
    conditions = _conditions(officer)
    counts = open_cases.aggregate(**{name: Count("pk", filter=q) for name, q in conditions.items()})
    chosen = (
        open_cases.filter(conditions[choice])
        .select_related("partner", "authority", "assigned_to")
        .prefetch_related("steps")
        .annotate(
            known=Count("queries__matches", filter=~Q(queries__matches__decision=Match.DISCARDED)),
            by_hand=Exists(
                Outbox.objects.filter(conversation=OuterRef("conversation"), state=Outbox.BY_HAND)
            ),
        )
        .order_by(F("due_at").asc(nulls_last=True), "opened_at")[:WORKLIST_LIMIT]
    )
    rows = [_row(case) for case in chosen]
    ledger.record(
        "worklist.read",
        article=access.RULES["worklist.read"].article,
        body={"filter": choice, "cases": [row.case.reference for row in rows]},
    )
    return Worklist(rows, counts, choice, late=counts["late"], soon=counts["soon"])


def _conditions(officer: Officer) -> dict[str, Q]:
    at = now()
    running = OURS & Q(paused=False)
    return {
        "mine": Q(assigned_to=officer) | Q(assigned_to=None),
        "late": running & Q(late_after__lt=at),
        "soon": running & Q(due_at__gte=at, due_at__lte=at + SOON),
        "urgent": Q(facts__urgent=True),
        "waiting": ~OURS & ~Q(owed_by=""),
        "all": Q(),
    }


def _row(case: Case) -> Row:
    decision = rules.decision(case)
    following = "Send it by hand" if case.by_hand else rules.next_for_us(case, decision)
    return Row(case, decision, case.known, following)


def cases(text: str = "", state: str = "", order: str = "newest") -> QuerySet[Case]:
    """All cases of the authority in one of ORDERS; `text` is looked for in references and titles."""
    access.require("worklist.read")
    if order not in ORDERS:
        raise InputError(say("expected one of {orders}", orders=", ".join(ORDERS)), field="order")
    found = Case.objects.select_related("partner", "assigned_to").order_by(*ORDERS[order])
    if text.strip():
        wanted = text.strip()
        found = found.filter(
            Q(reference__icontains=wanted)
            | Q(partner_reference__icontains=wanted)
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
    ledger.record(
        "case.read",
        article=access.RULES["case.read"].article,
        case=conversation,
        body={"reference": case.reference},
    )
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
    told = (
        Step.objects.filter(content__has_key="fields").exclude(party=F("case__role")).exclude(case__role=COPY)
    )
    others = told.exclude(case__partner=case.partner).exclude(content__fields={})
    return others.select_related("case__partner").order_by("-sent_at")[:30]


def worklist_version() -> str:
    """Changes whenever the worklist does, and reads no case: for polling."""
    conditions = _conditions(access.require("worklist.read"))
    found = Case.objects.filter(closed_at=None).aggregate(
        cases=Count("pk"),
        versions=Sum("version"),
        late=Count("pk", filter=conditions["late"]),
        soon=Count("pk", filter=conditions["soon"]),
        checked=Count("cross_checked_at"),
    )
    discarded = Match.objects.filter(query__case__closed_at=None, decision=Match.DISCARDED).count()
    return "-".join(str(value or 0) for value in (*found.values(), discarded))


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
