"""What a case still counts as once it was deleted: its figures with their instants, and nothing of the case.

They are kept twice, as rows that are counted and in the entry of the deletion from which they are counted once more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count

from comity.base.time import now, parse_instant
from comity.node import ledger
from comity.node.cases.models import COPY, REQUESTED, REQUESTER, Case, Step
from comity.node.statistics import figures
from comity.node.statistics.figures import Cell, counted_procedures
from comity.node.statistics.models import Tally
from comity.node.statistics.periods import Period

DELETED = "case.deleted"


def keep(case: Case) -> list[dict[str, Any]]:
    """Keep what a case that is about to be deleted counts as; returns it for the entry of the deletion."""
    if case.procedure not in counted_procedures():
        return []
    first: dict[Cell, datetime] = {}
    for figure, ground, at in _counted(case):
        cell = Cell(figure, case.partner.country, case.facts.get("urgent") is True, ground)
        first[cell] = min(at, first.get(cell, at))
    Tally.objects.bulk_create(Tally(**cell.as_json(), at=at) for cell, at in first.items())
    return [cell.as_json() | {"at": at.isoformat()} for cell, at in first.items()]


def count(period: Period) -> Counter[Cell]:
    """What deleted cases count as in a period."""
    rows = Tally.objects.filter(at__gte=period.since, at__lt=period.until).order_by()
    counted = rows.values_list("figure", "country", "urgent", "ground").annotate(Count("pk"))
    return Counter({Cell(*cell): number for *cell, number in counted})


def recount(period: Period) -> Counter[Cell]:
    """The same once more, from the entries of their deletion."""
    found: Counter[Cell] = Counter()
    for line in ledger.each((DELETED,)):
        for told in (line.body or {}).get("counted", ()):
            if period.since <= parse_instant(told["at"]) < period.until:
                found[Cell(told["figure"], told["country"], told["urgent"], told["ground"])] += 1
    return found


def _counted(case: Case) -> Iterator[tuple[str, str, datetime]]:
    """The figures of a case, each with the ground, if it has one, and its instant."""
    steps = list(case.steps.all())
    if case.role == REQUESTED and case.received_at:
        yield figures.RECEIVED, "", case.received_at
    for step in steps:
        yield from _of_step(case, step)
    if case.role == REQUESTED and case.judicial_authorisation_required and case.limit_at:
        ends = [each for each in steps if each.step in figures.ENDS and not each.content.get("partial")]
        if case.limit_at <= now() and not any(each.sent_at <= case.limit_at for each in ends):
            yield figures.EXCEEDED, "", case.limit_at


def _of_step(case: Case, step: Step) -> Iterator[tuple[str, str, datetime]]:
    at = step.sent_at
    if case.role == REQUESTER and step.step == "sent":
        yield figures.SENT, "", at
    elif case.role == COPY and step.step == "copied" and case.partner.country == case.authority.country:
        yield figures.SENT_BY_OTHERS, "", at
    elif case.role == REQUESTED and step.step == "answered":
        yield figures.PARTLY if step.content.get("partial") else figures.ANSWERED, "", at
    elif case.role == REQUESTED and step.step == "refused":
        yield figures.REFUSED, "", at
        yield from ((figures.ON_GROUND, each["id"], at) for each in step.content.get("grounds") or ())
    elif case.role == REQUESTED and step.step == "withdrawn":
        yield figures.WITHDRAWN, "", at
