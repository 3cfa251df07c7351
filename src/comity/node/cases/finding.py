"""Finding a case, with one answer where there is none or none that may be known of; noting that it was read."""

from __future__ import annotations

from uuid import UUID

from comity.base.errors import InputError, NotFound
from comity.node import access, ledger
from comity.node.cases.models import Case


def find(case_id: UUID, *, lock: bool = False) -> Case:
    """A case of the acting authority; NotFound when there is none, or none that may be known of."""
    cases = Case.objects.select_for_update(of=("self",)) if lock else Case.objects.all()
    case = (
        cases.select_related("partner", "authority", "assigned_to", "team", "opened_by")
        .filter(pk=case_id)
        .first()
    )
    if case is None:
        raise NotFound("There is no such case here.")
    return case


def by_reference(reference: str, field: str) -> Case:
    """A case by its own reference, such as NL-2026-00042. Raises InputError at `field`."""
    case = Case.objects.filter(reference=reference.strip()[:40]).first()
    if case is None:
        raise InputError("There is no case of that reference here.", field=field)
    return case


def note_read(case: Case, **told: object) -> None:
    """Put into the ledger that a case, or what is `told` of it, was read (Directive (EU) 2016/680 art. 25)."""
    ledger.record(
        "case.read",
        article=access.RULES["case.read"].article,
        case=str(case.conversation),
        body={"reference": case.reference, **told},
    )
