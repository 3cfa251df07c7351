"""Files of cases for programs: added, listed, opened, scanned again."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import File, Router, Schema, Status, UploadedFile
from pydantic import Field

from comity.node.attachments.models import Attachment
from comity.node.cases import attaching
from comity.web.api.schemas import PROBLEMS, STATED, Problem
from comity.web.pages import attachments as pages

router = Router()


class KeptFile(Schema):
    """A file. `sha256` is of its bytes; `verdict` is clean, not-scanned, waiting, infected or refused.

    One that waits, or is infected or refused, is in quarantine: not given out, not sent.
    """

    id: UUID
    name: str
    media_type: str
    size: int
    sha256: str
    verdict: str
    quarantined: bool
    note: str
    added_at: datetime
    officer: str | None
    partner: str | None

    @staticmethod
    def resolve_officer(found: Attachment) -> str | None:
        """The name of whoever added it here."""
        return found.officer.name if found.officer else None

    @staticmethod
    def resolve_partner(found: Attachment) -> str | None:
        """The code of the partner who sent it."""
        return found.partner.code if found.partner else None


class PassageOut(Schema):
    """A step the file went or came with; `receipt`: the partner's receipt, which covers the file, is kept."""

    step: UUID = Field(alias="step.pk")
    name: str = Field(alias="step.step")
    party: str = Field(alias="step.party")
    receipt: bool

    @staticmethod
    def resolve_receipt(passage: attaching.Passage) -> bool:
        """Whether the message of the step was received."""
        return bool(passage.message and passage.message.receipt and not passage.message.error)


class CaseFile(Schema):
    """A file of a case and the steps it went or came with."""

    attachment: KeptFile
    passages: list[PassageOut]


@router.get(
    "/cases/{uuid:case_id}/attachments",
    response={200: list[CaseFile], PROBLEMS: Problem},
    openapi_extra=STATED,
)
def files(request: HttpRequest, case_id: UUID) -> list[attaching.File]:
    """The files of a case; the listing is an entry of the ledger."""
    return attaching.list_files(case_id)


@router.post(
    "/cases/{uuid:case_id}/attachments",
    response={201: list[KeptFile], PROBLEMS: Problem},
    openapi_extra=STATED,
)
def add(request: HttpRequest, case_id: UUID, files: File[list[UploadedFile]]) -> Status[list[Attachment]]:
    """Add files to a case: all of them, or none when one is not taken."""
    with transaction.atomic():
        return Status(201, pages.add(request, case_id))


@router.get("/attachments/{uuid:attachment_id}", response={200: Any, PROBLEMS: Problem}, openapi_extra=STATED)
def attachment(request: HttpRequest, attachment_id: UUID) -> HttpResponse:
    """The bytes of a file; the opening is an entry of the ledger."""
    return pages.download(*attaching.open_file(attachment_id))


@router.post(
    "/attachments/{uuid:attachment_id}/scan",
    response={200: KeptFile, PROBLEMS: Problem},
    openapi_extra=STATED,
)
def scan(request: HttpRequest, attachment_id: UUID) -> Attachment:
    """Have a file scanned once more."""
    return attaching.scan_again(attachment_id)
