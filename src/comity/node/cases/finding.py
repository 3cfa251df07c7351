"""Finding a case: one query, and one answer where there is none or none that may be known of."""

from __future__ import annotations

from uuid import UUID

from comity.base.errors import InputError, NotFound
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
