"""The ledger for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import FileResponse, HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from comity.node import ledger as node
from comity.node import oversight
from comity.web.api.schemas import PROBLEMS, STATED, Page, Problem
from comity.web.pages.ledger import exported

router = Router()


class EntryLine(Schema):
    """An entry; `body` is null once erased, `place` is its place in the sealed tree."""

    sequence: int
    at: datetime
    kind: str
    article: str
    actor: str
    case: str
    subject: str
    body: dict[str, Any] | None
    place: int | None


class ProofOut(Schema):
    """That the entry is leaf `place` (from 0) of the tree of that size and root: the audit path of RFC 6962."""

    leaf: str
    place: int
    size: int
    root: str
    at: datetime
    path: list[str]


class EntryOut(Schema):
    """An entry with its proof; null while it is not sealed."""

    line: EntryLine
    proof: ProofOut | None


class ProblemFound(Schema):
    """One thing that is wrong with the ledger."""

    kind: str
    message: str
    sequence: int | None


class ReportOut(Schema):
    """What a verification found."""

    ok: bool
    authority: str
    entries: int
    proven: int
    checkpoints: int
    bodies: int
    erased: int
    root: str
    problem_count: int
    problems: list[ProblemFound]


class Which(Page):
    """Which entries: kinds that begin with `kind`, of one conversation, about one subject."""

    kind: str = Field("", max_length=60)
    case: str = Field("", max_length=60)
    subject: str = Field("", max_length=60)


class Reason(Schema):
    """Why a body is erased."""

    reason: str = Field(max_length=500)


@router.get("/ledger", response={200: list[EntryLine], PROBLEMS: Problem}, openapi_extra=STATED)
def entries(request: HttpRequest, which: Query[Which]) -> list[node.Line]:
    """Entries, newest first, for the stated purpose; the reading is an entry itself."""
    return oversight.read_ledger(**which.dict())


@router.get("/ledger/{int:sequence}", response={200: EntryOut, PROBLEMS: Problem}, openapi_extra=STATED)
def entry(request: HttpRequest, sequence: int) -> dict[str, Any]:
    """One entry with the proof that it is in the tree."""
    line, proof = oversight.read_entry(sequence)
    return {"line": line, "proof": proof}


@router.post("/ledger/verify", response={200: ReportOut, PROBLEMS: Problem})
def verify(request: HttpRequest) -> Any:
    """Recompute the whole ledger."""
    return oversight.verify_ledger()


@router.post("/ledger/export", response={200: Any, PROBLEMS: Problem}, openapi_extra=STATED)
def export(request: HttpRequest, bodies: bool = False) -> FileResponse:
    """The ledger as a file (JSON lines) that anyone can verify offline."""
    return FileResponse(exported(bodies), content_type="application/jsonl", filename="ledger.jsonl")


@router.post("/ledger/{int:sequence}/erase", response={204: None, PROBLEMS: Problem}, openapi_extra=STATED)
def erase(request: HttpRequest, sequence: int, why: Reason) -> Status[None]:
    """Forget the body of an entry; header, leaf and root go on to verify."""
    oversight.erase_body(sequence, why.reason)
    return Status(204, None)
