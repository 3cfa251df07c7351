"""The wall board of the control room: what is due next, by reference alone, and who is on duty.

A whole room reads it, so that restricted cases are left out whoever has signed in.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Max, Q, QuerySet

from comity.base.time import now
from comity.node import access
from comity.node.alarms import rota
from comity.node.authorities import Officer
from comity.node.cases.models import COPY, Case, Reader
from comity.node.exchange.models import Inbox

SHOWN = 10
SOON = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Board:
    """What the board shows. `due` are the next cases whose clock is ours and runs; `counts` of all open ones."""

    due: list[Case]
    counts: dict[str, int]
    on_duty: list[Officer]
    last_message: datetime | None

    @property
    def version(self) -> str:
        """Changes whenever what is shown does; for polling."""
        cases = [(str(case.pk), str(case.due_at)) for case in self.due]
        shown = (cases, self.counts, [each.pk for each in self.on_duty], str(self.last_message))
        return hashlib.sha256(repr(shown).encode()).hexdigest()[:24]


def read() -> Board:
    """The board of the acting authority now."""
    access.require("board.read")
    at = now()
    due = _ours().filter(paused=False, due_at__isnull=False).order_by("due_at", "pk")
    counts = _ours().aggregate(
        late=Count("pk", filter=Q(late_after__lt=at, paused=False)),
        soon=Count("pk", filter=Q(late_after__gte=at, due_at__lt=at + SOON, paused=False)),
        urgent=Count("pk", filter=Q(facts__urgent=True)),
    )
    counts["waiting"] = _open().exclude(owed_by=F("role")).count()
    inbox = Inbox.objects.exclude(conversation__in=_restricted().values("conversation"))
    last = inbox.aggregate(last=Max("received_at"))["last"]
    return Board(list(due[:SHOWN]), counts, rota.on_duty(at), last)


def _open() -> QuerySet[Case]:
    return Case.objects.filter(closed_at=None).exclude(role=COPY).exclude(pk__in=_restricted().values("case"))


def _restricted() -> QuerySet[Reader]:
    return Reader.objects.filter(ended_at=None)


def _ours() -> QuerySet[Case]:
    return _open().filter(owed_by=F("role"))
