"""Registers of Union law for programs: who sees what for which purpose, and how long entries are kept."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from comity.base.time import now
from comity.law import registers
from comity.node import access
from comity.node.cases import rules
from comity.web.api.schemas import PROBLEMS, Problem
from comity.web.pages import law_registers as pages

router = Router()


class GrantOut(Schema):
    """What a kind of authority sees (full, hit-no-hit, none) for a purpose, of which holdings (none named: all)."""

    kind: str
    purpose: str
    sees: str
    holdings: list[str]
    needs: str
    article: str
    checked: bool


class LawRegisterOut(Schema):
    """A register of the book with its table as it is today; what no row grants is denied."""

    id: str
    title: str
    instrument: str
    access: list[GrantOut]


@router.get("/law/registers", response={200: list[LawRegisterOut], PROBLEMS: Problem})
def law_registers(request: HttpRequest) -> list[dict[str, Any]]:
    """The registers in the book, each with who sees what of it."""
    access.require("law.read")
    return [_register(code) for code in rules.book().registers]


@router.get("/law/registers/{slug:law_code}", response={200: dict[str, Any], PROBLEMS: Problem})
def law_register(request: HttpRequest, law_code: str) -> dict[str, Any]:
    """One register with every rule, as its file has it."""
    access.require("law.read")
    return pages.find(law_code).model_dump(mode="json", by_alias=True, exclude_none=True)


def _register(code: str) -> dict[str, Any]:
    found = pages.find(code)
    names = {"id": found.id, "title": found.title, "instrument": found.instrument}
    return names | {"access": [_grant(row) for row in registers.table(found, now())]}


def _grant(row: registers.Granted) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "purpose": row.purpose,
        "checked": row.rule.checked is not None,
        **{name: getattr(row.rule, name) for name in ("sees", "holdings", "needs", "article")},
    }
