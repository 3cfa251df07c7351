"""What there is to be alarmed about at an instant: read from the columns of open cases, changes nothing.

A clock of ours alarms as it approaches its end, again shortly before, and when it has passed: each time under the
level it has then reached, so that a level that passed while nobody looked is not told of afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Case as Choose
from django.db.models import (
    CharField,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce

from comity.base.text import say
from comity.node.cases.models import COPY, OWN_STEP, Case, Step
from comity.node.exchange.models import Outbox
from comity.node.ledger import Entry
from comity.node.registers.models import Match

APPROACHING, CLOSE, MISSED, PARTNER_MISSED = "approaching", "close", "missed", "partner-missed"
UNREAD, UNDELIVERABLE, UNDECIDED = "unread", "undeliverable", "undecided"

LEVELS = {
    MISSED: say("time limit passed"),
    CLOSE: say("time limit close"),
    APPROACHING: say("time limit approaching"),
    UNDECIDED: say("match not decided on"),
    UNREAD: say("not read yet"),
    UNDELIVERABLE: say("message not delivered"),
    PARTNER_MISSED: say("partner is late"),
}
CLOCKS = (APPROACHING, CLOSE, MISSED)

FIRST = 0.25
SECOND = 0.10
SECOND_OF_HOURS = 0.0625
HOURS = timedelta(hours=8)
"""The shares of a limit that are left when it alarms: of 8 hours these are 2 hours and 30 minutes."""

UNREAD_URGENT = timedelta(minutes=30)
UNREAD_OTHERWISE = timedelta(hours=24)
UNREAD_SOUGHT = timedelta(days=14)
UNDECIDED_AFTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Wanted:
    """An alarm that should be active. Case, level and occasion together say which one it is."""

    case: UUID
    level: str
    occasion: str
    due_at: datetime | None = None

    @property
    def key(self) -> tuple[UUID, str, str]:
        """What the alarm is known by, whenever it is looked at."""
        return self.case, self.level, self.occasion


def wanted(at: datetime) -> Iterator[Wanted]:
    """All alarms of the acting authority that should be active at an instant, clocks first."""
    yield from _clocks(at)
    yield from _undecided(at)
    yield from _unread(at)
    yield from _undeliverable()


def _clocks(at: datetime) -> Iterator[Wanted]:
    for case, level, due_at in _levels(at).values_list("pk", "alarm", "due_at"):
        yield Wanted(case, level, due_at.isoformat(), due_at)


def _levels(at: datetime) -> QuerySet[Case]:
    begun = Coalesce("received_at", "opened_at")
    length = ExpressionWrapper(F("due_at") - begun, output_field=DurationField())
    ours = Q(owed_by=F("role"))
    running = Case.objects.filter(closed_at=None, paused=False, due_at__isnull=False).exclude(owed_by="")
    return (
        running.annotate(
            length=length,
            first=_before_due(FIRST),
            second=Choose(
                When(length__lte=HOURS, then=_before_due(SECOND_OF_HOURS)), default=_before_due(SECOND)
            ),
        )
        .annotate(
            alarm=Choose(
                When(ours & Q(due_at__lt=at), then=Value(MISSED)),
                When(ours & Q(second__lte=at), then=Value(CLOSE)),
                When(ours & Q(first__lte=at), then=Value(APPROACHING)),
                When(~ours & Q(late_after__lt=at), then=Value(PARTNER_MISSED)),
                output_field=CharField(),
            )
        )
        .filter(alarm__isnull=False)
        .order_by("due_at", "pk")
    )


def _before_due(share: float) -> ExpressionWrapper:
    begun = Coalesce("received_at", "opened_at")
    left = ExpressionWrapper((F("due_at") - begun) * share, output_field=DurationField())
    return ExpressionWrapper(F("due_at") - left, output_field=DateTimeField())


def _undecided(at: datetime) -> Iterator[Wanted]:
    found = (
        Match.objects.filter(decision=Match.OPEN, query__case__facts__urgent=True)
        .filter(query__case__closed_at=None, query__case__received_at__isnull=False)
        .exclude(query__case__role=COPY)
        .order_by()
        .values_list("query__case")
        .annotate(since=Min("found_at"))
    )
    for case, since in found.filter(since__lte=at - UNDECIDED_AFTER):
        yield Wanted(case, UNDECIDED, since.isoformat())


def _unread(at: datetime) -> Iterator[Wanted]:
    read = Entry.objects.filter(
        kind="case.read",
        case=Cast(OuterRef("case__conversation"), CharField()),
        at__gte=OuterRef("received_at"),
    )
    waits = Q(received_at__lte=at - UNREAD_OTHERWISE) | Q(
        received_at__lte=at - UNREAD_URGENT, case__facts__urgent=True
    )
    found = (
        Step.objects.filter(waits, sent_at__gte=at - UNREAD_SOUGHT, case__closed_at=None)
        .exclude(OWN_STEP)
        .exclude(case__role=COPY)
        .exclude(step="received")
        .exclude(Exists(read))
        .order_by("case", "-number")
        .distinct("case")
    )
    for case, step in found.values_list("case", "pk"):
        yield Wanted(case, UNREAD, str(step))


def _undeliverable() -> Iterator[Wanted]:
    dead = {each.conversation: each for each in Outbox.objects.filter(state=Outbox.DEAD).order_by("sequence")}
    for case in Case.objects.filter(conversation__in=dead).exclude(role=COPY):
        message = dead[case.conversation]
        yield Wanted(case.pk, UNDELIVERABLE, f"{message.pk} {message.attempts}")
