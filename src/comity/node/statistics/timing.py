"""How the desk is doing: in time or not, how long an answer takes, with whom, about what."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Aggregate, Count, DurationField, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDay, TruncMonth

from comity.base.time import now
from comity.node.cases.models import COPY, REQUESTED, REQUESTER, Case, Step
from comity.node.statistics import figures
from comity.node.statistics.counting import PARTIAL, cases_of
from comity.node.statistics.figures import ENDS, counted_procedures
from comity.node.statistics.periods import Period

BY_DAY_UP_TO = 62
REPLIES = ("answered", "refused")


class Median(Aggregate):
    """The middle of lengths of time."""

    template = "percentile_cont(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


@dataclass(frozen=True, slots=True)
class Replies:
    """The final replies of the requested side that fall under one heading, and how long they took."""

    heading: str
    number: int
    in_time: int
    median: timedelta | None

    @property
    def percent(self) -> int:
        """How many of a hundred were in time; rounded down, so that 100 means all."""
        return self.in_time * 100 // self.number if self.number else 0


@dataclass(frozen=True, slots=True)
class Moment:
    """How many requests were received and answered on a day, or in the month that begins on it."""

    day: date
    received: int
    answered: int


@dataclass(frozen=True, slots=True)
class Practice:
    """One procedure that article 18 does not count: cases opened in the period, and how many of them are closed."""

    procedure: str
    role: str
    opened: int
    closed: int


def by_limit(period: Period) -> list[Replies]:
    """Our replies, by the article of the limit that they were owed within."""
    return _grouped(_replies(period, REQUESTED), "case__limit_article")


def by_partner(period: Period, role: str) -> list[Replies]:
    """Replies by partner: ours to them (`role` requested), or theirs to us (requester)."""
    return _grouped(_replies(period, role), "case__partner__name")


def overdue() -> list[tuple[str, int]]:
    """Requests whose limit has passed and that wait for our answer now, by partner."""
    late = Case.objects.filter(
        role=REQUESTED, owed_by=F("role"), closed_at=None, paused=False, late_after__lt=now(),
        procedure__in=counted_procedures(),
    )  # fmt: skip
    return list(late.order_by("partner__name").values_list("partner__name").annotate(Count("pk")))


def by_offence(period: Period) -> list[tuple[str, int]]:
    """Requests received by the offence they are tagged with, most frequent first; one may have several."""
    groups = cases_of(figures.RECEIVED, period).order_by().values_list("offences").annotate(Count("pk"))
    found: Counter[str] = Counter()
    for offences, number in groups:
        for offence in dict.fromkeys(offences):
            found[offence] += number
    return found.most_common()


def by_category(period: Period) -> list[tuple[str, int]]:
    """Requests received by the category that the desk gave them, most frequent first."""
    given = cases_of(figures.RECEIVED, period).exclude(category="").order_by()
    return list(given.values_list("category").annotate(number=Count("pk")).order_by("-number", "category"))


def series(period: Period) -> list[Moment]:
    """Received and answered through the period: by day when it is short, else by month."""
    trunc: Any = TruncDay if period.days <= BY_DAY_UP_TO else TruncMonth
    received = _through(cases_of(figures.RECEIVED, period), trunc("received_at", tzinfo=period.zone))
    steps = Step.objects.filter(
        ~PARTIAL, step="answered", case__role=REQUESTED, case__procedure__in=counted_procedures(),
        sent_at__gte=period.since, sent_at__lt=period.until,
    )  # fmt: skip
    answered = _through(steps, trunc("sent_at", tzinfo=period.zone))
    return [Moment(day, received.get(day, 0), answered.get(day, 0)) for day in _days(period)]


def others(period: Period) -> list[Practice]:
    """The cases under other procedures that were opened in the period."""
    opened = Case.objects.filter(opened_at__gte=period.since, opened_at__lt=period.until).exclude(role=COPY)
    rows = (
        opened.exclude(procedure__in=counted_procedures())
        .order_by("procedure", "role")
        .values_list("procedure", "role")
        .annotate(Count("pk"), Count("closed_at"))
    )
    return [Practice(*row) for row in rows]


def _replies(period: Period, role: str) -> QuerySet[Step]:
    """The first final reply of each request, if it was given in the period, with `took` and `in_time`."""
    earlier = Step.objects.filter(
        ~PARTIAL, case=OuterRef("case"), step__in=ENDS, number__lt=OuterRef("number")
    )
    final = Step.objects.filter(
        ~PARTIAL, ~Exists(earlier), step__in=REPLIES, case__role=role, case__procedure__in=counted_procedures(),
        sent_at__gte=period.since, sent_at__lt=period.until,
    )  # fmt: skip
    if role == REQUESTER:
        return final.filter(case__steps__step="sent").annotate(
            took=F("sent_at") - F("case__steps__received_at")
        )
    return final.annotate(took=F("sent_at") - F("case__received_at"))


def _grouped(replies: QuerySet[Step], heading: str) -> list[Replies]:
    in_time = Q(sent_at__lte=F("case__limit_at")) | Q(case__limit_at=None)
    rows = (
        replies.order_by(heading)
        .values_list(heading)
        .annotate(number=Count("pk"), in_time=Count("pk", filter=in_time), median=Median("took"))
    )
    return [Replies(*row) for row in rows]


def _through(rows: QuerySet[Any], moment: Any) -> dict[date, int]:
    counted = rows.order_by().annotate(moment=moment).values_list("moment").annotate(Count("pk"))
    return {instant.date(): number for instant, number in counted}


def _days(period: Period) -> list[date]:
    if period.days <= BY_DAY_UP_TO:
        return [period.first + timedelta(days=number) for number in range(period.days)]
    first = period.first.year * 12 + period.first.month - 1
    last = period.last.year * 12 + period.last.month - 1
    return [date(months // 12, months % 12 + 1, 1) for months in range(first, last + 1)]
