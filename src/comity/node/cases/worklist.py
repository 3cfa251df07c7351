"""The worklist: the open cases of a filter, least time left first, a page at a time, with what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet, Sum, prefetch_related_objects
from django.db.models.functions import Coalesce

from comity.base.text import say
from comity.law import Decision
from comity.node import access, ledger
from comity.node.authorities import Officer
from comity.node.cases import filters, rules
from comity.node.cases.filters import Filter
from comity.node.cases.models import Case, SavedFilter
from comity.node.exchange.models import Outbox
from comity.node.registers.models import Match

PAGE = 50
CHIPS = 60
"""Saved filters that are counted and shown beside the worklist; the page of filters has the others."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the worklist: the case, what the law says about it now, what is asked of us next."""

    case: Case
    decision: Decision
    matches: int
    next: str


@dataclass(frozen=True, slots=True)
class Chip:
    """A saved filter, its query, and how many cases it shows to the one who looks."""

    saved: SavedFilter
    query: str
    count: int


@dataclass(frozen=True, slots=True)
class Worklist:
    """One page of the rows of a filter, how many each view would show, and the saved filters."""

    rows: list[Row]
    page: Page[Case]
    counts: dict[str, int]
    filter: Filter
    saved: list[Chip]

    @property
    def late(self) -> int:
        """How many of all open cases are late."""
        return self.counts["late"]

    @property
    def soon(self) -> int:
        """How many of all open cases are due soon."""
        return self.counts["soon"]


def read(chosen: Filter | None = None, page: int | str | None = 1) -> Worklist:
    """A page of PAGE open cases, those with least time left first; a page beyond the last is the last."""
    officer = access.require("worklist.read")
    chosen = chosen or Filter()
    counts, saved = _counts(officer)
    found = _page(officer, chosen, page)
    rows = _rows(list(found.object_list))
    ledger.record(
        "worklist.read",
        article=access.RULES["worklist.read"].article,
        body={"filter": chosen.query, "cases": [row.case.reference for row in rows]},
    )
    return Worklist(rows, found, counts, chosen, saved)


def open_cases() -> QuerySet[Case]:
    """The open cases that the acting officer may know of."""
    return Case.objects.filter(closed_at=None)


def _counts(officer: Officer) -> tuple[dict[str, int], list[Chip]]:
    """How many cases each view and each saved filter shows, counted in one statement."""
    wanted = {f"view_{name}": q for name, q in filters.views(officer).items()}
    kept = filters.readable(filters.saved()[:CHIPS])
    wanted |= {f"saved_{each.pk}": one.condition(officer) for each, one in kept}
    found = open_cases().aggregate(**{name: Count("pk", filter=q) for name, q in wanted.items()})
    views = {name: found[f"view_{name}"] for name in filters.VIEWS}
    return views, [Chip(each, one.query, found[f"saved_{each.pk}"]) for each, one in kept]


def _page(officer: Officer, chosen: Filter, page: int | str | None) -> Page[Case]:
    found = (
        open_cases()
        .filter(chosen.condition(officer))
        .select_related("partner", "authority", "assigned_to", "team")
        .order_by(Coalesce("due_at", "target_at").asc(nulls_last=True), "opened_at", "pk")
    )
    return Paginator(found, PAGE).get_page(page)


def _rows(cases: list[Case]) -> list[Row]:
    ids = [case.pk for case in cases]
    matches = Match.objects.filter(query__case__in=ids).exclude(decision=Match.DISCARDED).order_by()
    known: dict[UUID, int] = dict(matches.values_list("query__case").annotate(Count("pk")))
    by_hand = set(
        Outbox.objects.filter(
            conversation__in=[case.conversation for case in cases], state=Outbox.BY_HAND
        ).values_list("conversation", flat=True)
    )
    prefetch_related_objects(cases, "steps", "parts", "parties__holder")
    return [_row(case, known.get(case.pk, 0), case.conversation in by_hand) for case in cases]


def _row(case: Case, matches: int, by_hand: bool) -> Row:
    decision = rules.decision(case)
    following = say("Send it by hand") if by_hand else rules.next_for_us(case, decision)
    return Row(case, decision, matches, following)


def version() -> str:
    """Changes whenever the worklist may have, and reads no case: for polling."""
    officer = access.require("worklist.read")
    views = filters.views(officer)
    found: dict[str, Any] = open_cases().aggregate(
        cases=Count("pk"),
        versions=Sum("version"),
        late=Count("pk", filter=views["late"]),
        soon=Count("pk", filter=views["soon"]),
        checked=Count("cross_checked_at"),
    )
    decided = Match.objects.filter(~Q(decided_at=None)).order_by("-decided_at")
    latest = decided.values_list("decided_at", flat=True).first()
    return "-".join(str(value or 0) for value in (*found.values(), latest and latest.timestamp()))
