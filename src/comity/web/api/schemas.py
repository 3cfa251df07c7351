"""What the routes of all nouns share: the form of an error, and how a purpose is stated."""

from __future__ import annotations

from typing import Any

from ninja import Schema
from pydantic import Field


class Problem(Schema):
    """What every route answers when it cannot do what was asked."""

    error: str
    field: str | None = None
    articles: list[str] = []
    rule: str | None = None
    grantor: str | None = None


PROBLEMS = frozenset({400, 401, 403, 404, 409, 422, 503})
"""The statuses of a Problem: for `response={200: ..., PROBLEMS: Problem}`."""

STATED: dict[str, Any] = {
    "parameters": [
        {
            "in": "query",
            "name": "purpose",
            "description": "What for; kept in the ledger. `X-Purpose` may state it instead.",
            "schema": {"type": "string", "maxLength": 300},
        }
    ]
}
"""For `openapi_extra` of routes that show or change personal data."""


class Page(Schema):
    """Which part of a list: at most `limit` rows, from the row `offset` on."""

    limit: int = Field(100, ge=1, le=500)
    offset: int = Field(0, ge=0, le=10_000_000)

    def of(self, rows: Any) -> Any:
        """That part of the rows."""
        return rows[self.offset : self.offset + self.limit]
