"""Searching for programs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from comity.node import search as node
from comity.web.api.schemas import PROBLEMS, STATED, Problem

router = Router()


class Looked(Schema):
    """What is looked for: words, `"phrases"` and `prefixes*`, all of which must be there; and where."""

    q: str = Field(max_length=300)
    kind: str = Field("", max_length=12)
    since: date | None = None
    until: date | None = None
    procedure: str = Field("", max_length=80)
    partner: str = Field("", max_length=40)
    page: int = Field(1, ge=1, le=node.FREQUENT // node.PAGE)


class PieceOut(Schema):
    """A run of text of a snippet; `found` when it is what was asked for."""

    text: str
    found: bool


class HitOut(Schema):
    """A case, or something said in it: `kind` says which."""

    kind: str
    case: UUID = Field(alias="case.pk")
    reference: str = Field(alias="case.reference")
    title: str = Field(alias="case.title")
    at: datetime
    snippet: list[PieceOut]


class RecordLike(Schema):
    """A record of a register that is like the text."""

    id: int
    register_code: str
    caption: str
    score: float
    reasons: list[dict[str, Any]]


class FoundOut(Schema):
    """One page of results. `total` counts what the asker may know of; `more`: it was not counted to the end."""

    total: int
    more: bool
    pages: int
    hits: list[HitOut]
    records: list[RecordLike]
    unavailable: str


@router.get("/search", response={200: FoundOut, PROBLEMS: Problem}, openapi_extra=STATED)
def search(request: HttpRequest, asked: Query[Looked]) -> dict[str, Any]:
    """Search cases, what was said in them and registers, newest first; the search is an entry of the ledger."""
    given = asked.dict()
    found = node.search(node.Asked(text=given.pop("q"), **given))
    return {
        "total": found.total,
        "more": found.more,
        "pages": found.pages,
        "hits": found.hits,
        "records": [
            {
                "id": record.pk,
                "register_code": record.register.code,
                "caption": record.caption,
                "score": match["score"],
                "reasons": match["reasons"],
            }
            for record, match in found.records
        ],
        "unavailable": found.unavailable,
    }
