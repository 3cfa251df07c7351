"""What is still open in a case that somebody is about to close."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.db.models import Max

from comity.base.text import Text, say
from comity.node import access
from comity.node.cases import copies, finding, rules
from comity.node.cases.models import OWN_STEP, Case, CaseLink
from comity.node.exchange.models import Outbox
from comity.node.ledger import Entry
from comity.node.registers.models import Match


def open_ends(case: Case) -> list[Text]:
    """One sentence for each thing that closing would leave undone; a warning, no hindrance."""
    counted = (
        (_children(case), "Cases that belong to this one and are open: {count}"),
        (Match.objects.filter(query__case=case, decision=Match.OPEN).count(), "Matches undecided: {count}"),
        (_copies(case), "Copies to decide on: {count}"),
        (_unread(case), "Messages of the partner that nobody has read: {count}"),
        (_on_their_way(case), "Messages that have not reached the partner: {count}"),
    )
    return [say(sentence, count=count) for count, sentence in counted if count]


def closes(case: Case, step: str) -> bool:
    """Whether a step ends the case."""
    bound = rules.procedure(case.procedure, case.received_at or case.opened_at)
    return step in bound.steps and bound.steps[step].move.to in bound.lifecycle.final


def _children(case: Case) -> int:
    linked = CaseLink.objects.filter(case=case, kind="parent", ended_at=None, other__closed_at=None)
    return len({*_open_children(case), *linked.values_list("other_id", flat=True)})


def _open_children(case: Case) -> Iterator[object]:
    yield from Case.objects.filter(parent=case, closed_at=None).values_list("pk", flat=True)


def _copies(case: Case) -> int:
    return len(copies.due(case, list(case.steps.all()), rules.decision(case)))


def _unread(case: Case) -> int:
    """Steps of the partner that came after the case was last read."""
    read = Entry.objects.filter(case=str(case.conversation), kind="case.read").aggregate(last=Max("at"))
    told = case.steps.exclude(OWN_STEP)
    return told.filter(received_at__gt=read["last"]).count() if read["last"] else told.count()


def _on_their_way(case: Case) -> int:
    waiting = (Outbox.PENDING, Outbox.DEAD, Outbox.BY_HAND)
    return Outbox.objects.filter(conversation=case.conversation, state__in=waiting).count()


def before_closing(case_id: UUID) -> list[Text]:
    """The same, by the id of a case. Raises NotFound."""
    access.require("case.read")
    return open_ends(finding.find(case_id))
