"""Registers and records for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import FileResponse, HttpRequest
from ninja import File, Form, Query, Router, Schema, Status, UploadedFile
from pydantic import Field

from comity.base.errors import InputError
from comity.match.sources import Mapping
from comity.node.registers import models, reading, screening
from comity.web.api.schemas import PROBLEMS, STATED, Page, Problem
from comity.web.forms import uploaded
from comity.web.middleware import purpose
from comity.web.pages import registers as pages

router = Router()


class ImportOut(Schema):
    """What an import did, in numbers of records."""

    id: int
    at: datetime
    source: str
    kind: str
    read: int
    added: int
    changed: int
    unchanged: int
    rejected: int


class RegisterIn(Schema):
    """A register to be set up; `use` says what it is for.

    `law` is the register of the law book that it is kept under, `compared_for` the purpose of that law for which cases
    are compared with it.
    """

    code: str = Field(pattern=r"^[a-z0-9-]{1,40}$")
    name: str = Field(min_length=1, max_length=120)
    basis: str = Field(min_length=1, max_length=200)
    use: str = Field(min_length=1, max_length=200)
    law: str = Field("", max_length=40)
    compared_for: str = Field("", max_length=60)


class RegisterOut(Schema):
    """A register, how many records of it are in force, and its newest import."""

    code: str = Field(alias="register.code")
    name: str = Field(alias="register.name")
    basis: str = Field(alias="register.basis")
    use: str = Field(alias="register.purpose")
    law: str = Field(alias="register.law")
    compared_for: str = Field(alias="register.compared_for")
    records: int
    last: ImportOut | None


class Load(Schema):
    """How to read the files: the kind of source, whether they are the whole list, the kind of entry under law."""

    kind: str
    complete: bool = True
    holding: str = ""


class RecordOut(Schema):
    """A record: a FollowTheMoney entity with where it comes from."""

    id: int
    register_code: str = Field(alias="register.code")
    key: str
    caption: str
    entity: dict[str, Any]
    since: datetime
    changed_at: datetime
    withdrawn_at: datetime | None
    holding: str
    sees: str


class Found(Schema):
    """A record that is like what was looked for."""

    id: int
    register_code: str
    caption: str
    schema_name: str
    score: float
    reasons: list[dict[str, Any]]


@router.get("/registers", response={200: list[RegisterOut], PROBLEMS: Problem})
def registers(request: HttpRequest) -> list[reading.Holding]:
    """The registers of the authority with what they hold."""
    return reading.registers()


@router.post("/registers", response={201: RegisterOut, PROBLEMS: Problem})
def open_register(request: HttpRequest, given: RegisterIn) -> Status[reading.Holding]:
    """Set up a register, or find the one of that code."""
    made = pages.open_register(given.dict())
    return Status(201, reading.read_register(made.code))


@router.get("/registers/{slug:code}", response={200: RegisterOut, PROBLEMS: Problem})
def register(request: HttpRequest, code: str) -> reading.Holding:
    """One register."""
    return reading.read_register(code)


@router.get("/registers/{slug:code}/imports", response={200: list[ImportOut], PROBLEMS: Problem})
def imports(request: HttpRequest, code: str, page: Query[Page]) -> list[models.Import]:
    """The imports into a register, newest first."""
    return list(page.of(reading.imports(reading.read_register(code).register)))


@router.post("/registers/{slug:code}/imports", response={201: ImportOut, PROBLEMS: Problem})
def load(
    request: HttpRequest,
    code: str,
    how: Form[Load],
    files: File[list[UploadedFile]],
    mapping: File[UploadedFile | None] = None,
) -> Status[models.Import]:
    """Load files into a register: the good rows go in, the bad ones to a reject file."""
    into = reading.read_register(code).register
    with uploaded(files, "files") as paths:
        return Status(201, pages.load(into, paths, how.kind, _mapping(mapping), how.complete, how.holding))


def _mapping(file: UploadedFile | None) -> Mapping | None:
    if file is None:
        return None
    with uploaded([file], "mapping") as paths:
        return Mapping.load(paths[0])


@router.get("/imports/{int:import_id}/rejects", response={200: Any, PROBLEMS: Problem})
def rejects(request: HttpRequest, import_id: int) -> FileResponse:
    """The rows that an import could not take in, each with what was expected (JSON lines)."""
    file = reading.reject_file(import_id)
    return FileResponse(file.open("rb"), content_type="application/jsonl", filename=file.name)


@router.get("/records", response={200: list[Found], PROBLEMS: Problem}, openapi_extra=STATED)
def search(request: HttpRequest, q: str, within: str = "", use: str = "") -> list[dict[str, Any]]:
    """Records like `q`, best first, of the register `within` or of all; each one shown is named in the ledger.

    Of records under law what is shown is what is seen for the purpose `use` of that law.
    """
    if not purpose(request):
        raise InputError("say what the search is for", field="purpose")
    return [
        {
            "id": record.pk,
            "register_code": record.register.code,
            "caption": record.caption,
            "schema_name": record.schema,
            "score": match["score"],
            "reasons": match["reasons"],
        }
        for record, match in screening.search(q, within, use=use)
    ]


@router.get("/records/{int:record_id}", response={200: RecordOut, PROBLEMS: Problem}, openapi_extra=STATED)
def record(request: HttpRequest, record_id: int, use: str = "") -> models.Record:
    """One record for the stated purpose; the reading is an entry of the ledger.

    Of a record under law what is shown is what is seen for the purpose `use` of that law; `sees` says what that is.
    """
    found, seen = screening.read_record(record_id, use)
    found.sees = seen.sees  # type: ignore[attr-defined]
    return found
