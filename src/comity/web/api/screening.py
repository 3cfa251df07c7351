"""Screenings and matches for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import File, Query, Router, Schema, Status, UploadedFile
from pydantic import Field

from comity.base.errors import InputError
from comity.node.registers import models, reading, screening
from comity.web.api.schemas import PROBLEMS, STATED, Page, Problem
from comity.web.forms import uploaded
from comity.web.middleware import purpose

router = Router()


class MatchOut(Schema):
    """A match: score from 0 to 1, reasons with their weight, and what a person decided (open, confirmed, discarded)."""

    id: UUID
    record: int = Field(alias="record_id")
    caption: str = Field(alias="record.caption")
    register_code: str = Field(alias="record.register.code")
    score: float
    reasons: list[dict[str, Any]]
    decision: str
    note: str
    decided_at: datetime | None


class ManifestRow(Schema):
    """One row of the manifest and what it met."""

    line: int
    role: str
    caption: str
    entity: dict[str, Any]
    matches: list[MatchOut]


class ScreeningOut(Schema):
    """A screening in short."""

    id: UUID
    at: datetime
    source: str
    purpose: str
    officer: str = Field(alias="officer.name")
    rejected: list[dict[str, Any]]


class ScreeningWhole(ScreeningOut):
    """A screening with its rows: those that wait for a decision first."""

    rows: list[ManifestRow]

    @staticmethod
    def resolve_rows(screening: models.Screening) -> Any:
        """The rows with their matches."""
        return reading.screening_rows(screening)


class MatchWhole(MatchOut):
    """A match with both sides in full."""

    query: dict[str, Any] = Field(alias="query.entity")
    found: dict[str, Any] = Field(alias="record.entity")


class Decision(Schema):
    """What a person decides: `confirmed` makes the match a hit, `discarded` says that it is not the same."""

    decision: str
    note: str = Field(max_length=500)


@router.get("/screenings", response={200: list[ScreeningOut], PROBLEMS: Problem})
def screenings(request: HttpRequest, page: Query[Page]) -> list[models.Screening]:
    """The screenings of the authority, newest first."""
    return list(page.of(screening.screenings()))


@router.post("/screenings", response={201: ScreeningWhole, PROBLEMS: Problem}, openapi_extra=STATED)
def screen(request: HttpRequest, file: File[UploadedFile]) -> Status[models.Screening]:
    """Compare a manifest (CSV) with all registers, for the stated purpose."""
    if not purpose(request):
        raise InputError("say what the screening is for", field="purpose")
    with uploaded([file]) as paths:
        made = screening.screen(paths[0], purpose(request))
    return Status(201, made)


@router.get("/screenings/{uuid:screening_id}", response={200: ScreeningWhole, PROBLEMS: Problem})
def one_screening(request: HttpRequest, screening_id: UUID) -> models.Screening:
    """One screening with its rows and matches; the reading is an entry of the ledger."""
    return screening.read_screening(screening_id)


@router.get("/matches/{uuid:match_id}", response={200: MatchWhole, PROBLEMS: Problem})
def match(request: HttpRequest, match_id: UUID) -> models.Match:
    """What was looked for and what was found; the reading of the record is an entry of the ledger."""
    return screening.read_match(match_id)


@router.post(
    "/matches/{uuid:match_id}/decision", response={200: MatchOut, PROBLEMS: Problem}, openapi_extra=STATED
)
def decide(request: HttpRequest, match_id: UUID, given: Decision) -> models.Match:
    """Confirm a match, which makes it a hit, or discard it; once, with a note."""
    return screening.decide(match_id, given.decision, given.note)
