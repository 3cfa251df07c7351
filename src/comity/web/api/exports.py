"""Whole cases and their changes for other systems."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema

from comity.base.time import parse_instant
from comity.node.cases import changes, exporting
from comity.web import dossiers
from comity.web.api.case_schemas import CaseOut
from comity.web.api.export_schemas import CaseExport, laid_out
from comity.web.api.schemas import PROBLEMS, STATED, Problem

router = Router()


class Since(Schema):
    """From where on: an instant (ISO 8601, with its offset) at first, then the cursor that the answer before gave."""

    changed_since: str = Field("", max_length=40)
    after: str = Field("", max_length=80)
    limit: int = Field(100, ge=1, le=500)


class Changed(CaseOut):
    """A case that has changed, and when the database last saw it change."""

    changed_at: datetime


class Changes(Schema):
    """Cases in the order of their changes. `next` asks for what follows; `more`: it can be asked for at once."""

    cases: list[Changed]
    next: str
    more: bool


@router.get("/cases/changed", response={200: Changes, PROBLEMS: Problem})
def changed(request: HttpRequest, since: Query[Since]) -> Any:
    """The cases that have changed: their steps, notes, files, copies, numbers, links, matches, delivery or assignment.

    Begin with `changed_since` or with nothing, then go on with `after`, the `next` of the answer before: so no change
    is missed, in whatever order transactions end. A case comes again when it changes again.
    """
    instant = parse_instant(since.changed_since, "changed_since") if since.changed_since else None
    return changes.read(instant, since.after, since.limit)


@router.get(
    "/cases/{uuid:case_id}/export", response={200: CaseExport, PROBLEMS: Problem}, openapi_extra=STATED
)
def export(request: HttpRequest, case_id: UUID, notes: bool = False, court: bool = False) -> Any:
    """One case whole; `court` leaves out what others do not let a court see, and lists the ledger's entries."""
    return laid_out(exporting.export_case(case_id, with_notes=notes, for_court=court))


@router.get(
    "/cases/{uuid:case_id}/export/{form}", response={200: Any, PROBLEMS: Problem}, openapi_extra=STATED
)
def export_file(
    request: HttpRequest, case_id: UUID, form: Literal["pdf", "court"], notes: bool = False
) -> HttpResponse:
    """The same as a PDF, or for a court as a ZIP of PDF, JSON and the proofs of the ledger."""
    dossier = exporting.export_case(case_id, with_notes=notes, for_court=form == dossiers.COURT)
    return dossiers.answer(dossier, form)
