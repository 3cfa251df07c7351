"""A case and the cases that serve it: what a unit says in one of them is told to the case that waits for it."""

from __future__ import annotations

from django.db.models import F

from comity.node import ledger
from comity.node.cases.models import Case, Step


def tell_parent(taken: Step) -> None:
    """Let the case that a child serves show that the child's unit has said something."""
    child = taken.case
    if child.parent_id is None:
        return
    parent = Case.objects.filter(pk=child.parent_id).first()
    if parent is None:
        return
    Case.objects.filter(pk=parent.pk).update(version=F("version") + 1)
    ledger.record(
        "forwarding.told",
        article=taken.articles[0] if taken.articles else "",
        case=str(parent.conversation),
        subject=str(taken.pk),
        body={
            "reference": child.reference,
            "step": taken.step,
            "note": f"{child.reference} {child.partner.name}",
        },
    )
