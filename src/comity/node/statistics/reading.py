"""Reading the statistics of a period, and the cases behind each number."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from comity.node import access, ledger
from comity.node.authorities import NODE_ROLE
from comity.node.cases.models import REQUESTED, REQUESTER, Case
from comity.node.ledger import Entry
from comity.node.statistics import counting, figures, timing
from comity.node.statistics.figures import Counts
from comity.node.statistics.periods import Period
from comity.node.statistics.recounting import KINDS, Recount, recount
from comity.node.statistics.timing import Moment, Practice, Replies

RECOUNT_UNASKED = 3000
"""So many entries of the ledger are counted again without being asked for it."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """The statistics of a period. `complete`: no case was kept from them, whatever its restriction.

    `recount` is what the ledger says of the same numbers; None while that has not been asked for.
    """

    period: Period
    complete: bool
    counts: Counts
    limits: list[Replies]
    given: list[Replies]
    got: list[Replies]
    overdue: list[tuple[str, int]]
    offences: list[tuple[str, int]]
    categories: list[tuple[str, int]]
    series: list[Moment]
    others: list[Practice]
    recount: Recount | None

    @property
    def agrees(self) -> bool | None:
        """Whether the ledger says the same; None while nobody has asked it."""
        return None if self.recount is None else self.recount.counts == self.counts


def read(period: Period, *, again: bool = False) -> Statistics:
    """The statistics of a period, of the cases that the acting officer may know of; `again` recounts the ledger.

    A short ledger is recounted unasked. The reading is an entry itself.
    """
    officer = access.require("statistics.read")
    counts = counting.count(period)
    again = again or _entries(period) <= RECOUNT_UNASKED
    ledger.record(
        "statistics.read",
        article=figures.ARTICLE,
        body={"first": period.first.isoformat(), "last": period.last.isoformat(), "recounted": again},
    )
    return Statistics(
        period=period,
        complete=not {access.DPO, NODE_ROLE}.isdisjoint(officer.roles),
        counts=counts,
        limits=timing.by_limit(period),
        given=timing.by_partner(period, REQUESTED),
        got=timing.by_partner(period, REQUESTER),
        overdue=timing.overdue(),
        offences=timing.by_offence(period),
        categories=timing.by_category(period),
        series=timing.series(period),
        others=timing.others(period),
        recount=recount(period) if again else None,
    )


def counted_cases(
    period: Period, figure: str, *, country: str = "", urgent: bool | None = None, ground: str = ""
) -> QuerySet[Case]:
    """The cases that a number counts, as far as the acting officer may know of them. Raises InputError."""
    access.require("statistics.read")
    found = (
        counting.cases_of(figure, period).select_related("partner", "assigned_to").order_by("opened_at", "pk")
    )
    if country:
        found = found.filter(partner__country=country)
    if urgent is not None:
        found = found.filter(counting.URGENT if urgent else Q(~counting.URGENT))
    if ground:
        found = counting.on_ground(found, ground, period)
    return found


def _entries(period: Period) -> int:
    recent = Entry.objects.filter(kind__in=KINDS, at__gte=period.since).order_by()
    return recent[: RECOUNT_UNASKED + 1].count()
