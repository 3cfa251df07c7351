"""The figures as conditions on cases, counted by the database."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from comity.base.errors import InputError
from comity.base.text import say
from comity.base.time import now
from comity.node import scope
from comity.node.authorities import Authority
from comity.node.cases.models import COPY, REQUESTED, REQUESTER, Case, Step
from comity.node.statistics import figures, tallies
from comity.node.statistics.figures import ENDS, FIGURES, Cell, Counts, counted_procedures
from comity.node.statistics.periods import Period

URGENT = Q(facts__contains={"urgent": True})
PARTIAL = Q(content__contains={"partial": True})


def count(period: Period) -> Counts:
    """Every figure of the period, of the cases that the acting officer may know of and of those that were deleted."""
    cells = tallies.count(period)
    for figure in FIGURES:
        cells.update(_by_ground(period) if figure == figures.ON_GROUND else _by_country(figure, period))
    return Counts(dict(cells))


def cases_of(figure: str, period: Period) -> QuerySet[Case]:
    """The cases that a figure counts. InputError when there is no such figure."""
    counted = Case.objects.filter(procedure__in=counted_procedures())
    asked_of_us = counted.filter(role=REQUESTED)
    if figure == figures.SENT:
        return counted.filter(_took(period, "sent"), role=REQUESTER)
    if figure == figures.SENT_BY_OTHERS:
        mine = Authority.objects.values_list("country", flat=True).get(pk=scope.current_authority())
        return counted.filter(_took(period, "copied"), role=COPY, partner__country=mine)
    if figure == figures.RECEIVED:
        return asked_of_us.filter(received_at__gte=period.since, received_at__lt=period.until)
    if figure == figures.ANSWERED:
        return asked_of_us.filter(_took(period, "answered", ~PARTIAL))
    if figure == figures.PARTLY:
        return asked_of_us.filter(_took(period, "answered", PARTIAL))
    if figure in (figures.REFUSED, figures.ON_GROUND):
        return asked_of_us.filter(_took(period, "refused"))
    if figure == figures.WITHDRAWN:
        return asked_of_us.filter(_took(period, "withdrawn"))
    if figure == figures.EXCEEDED:
        return asked_of_us.filter(_exceeded(period))
    raise InputError(say("expected one of {figures}", figures=", ".join(FIGURES)), field="figure")


def on_ground(found: QuerySet[Case], ground: str, period: Period) -> QuerySet[Case]:
    """Those of the cases in which a refusal in the period rests on a ground."""
    return found.filter(_took(period, "refused", Q(content__grounds__contains=[{"id": ground}])))


def _took(period: Period, step: str, condition: Q | None = None) -> Exists:
    steps = Step.objects.filter(
        condition or Q(), case=OuterRef("pk"), step=step, sent_at__gte=period.since, sent_at__lt=period.until
    )
    return Exists(steps)


def _exceeded(period: Period) -> Q:
    """Its ordinary limit passed in the period, with nothing that had ended it, for want of an authorisation."""
    ended = Step.objects.filter(
        ~PARTIAL, case=OuterRef("pk"), step__in=ENDS, sent_at__lte=OuterRef("limit_at")
    )
    return Q(
        ~Exists(ended),
        judicial_authorisation_required=True,
        paused=False,
        limit_at__gte=period.since,
        limit_at__lt=_so_far(period),
    )


def _so_far(period: Period) -> datetime:
    return min(period.until, now())


def _by_country(figure: str, period: Period) -> dict[Cell, int]:
    found = cases_of(figure, period).order_by()
    counted = found.values("partner__country").annotate(all=Count("pk"), urgent=Count("pk", filter=URGENT))
    cells = {}
    for row in counted:
        country = row["partner__country"]
        cells[Cell(figure, country, True)] = row["urgent"]
        cells[Cell(figure, country, False)] = row["all"] - row["urgent"]
    return {cell: number for cell, number in cells.items() if number}


def _by_ground(period: Period) -> dict[Cell, int]:
    refusals = Step.objects.filter(
        step="refused", sent_at__gte=period.since, sent_at__lt=period.until,
        case__role=REQUESTED, case__procedure__in=counted_procedures(),
    )  # fmt: skip
    rows = refusals.order_by().values_list(
        "case", "case__partner__country", "case__facts__urgent", "content__grounds"
    )
    found: set[tuple[Cell, object]] = set()
    for case, country, urgent, grounds in rows.iterator():
        found |= {
            (Cell(figures.ON_GROUND, country, urgent is True, each["id"]), case) for each in grounds or ()
        }
    return dict(Counter(cell for cell, _ in found))
