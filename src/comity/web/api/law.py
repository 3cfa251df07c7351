"""The law book for programs."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from comity.base.errors import NotFound
from comity.law.schema import Instrument
from comity.node import access
from comity.node.cases import rules
from comity.web.api.schemas import PROBLEMS, Problem

router = Router()


class ActOut(Schema):
    """An act in the book: from and until when it applies, and its procedures by title."""

    id: str
    title: str
    celex: str | None
    applies_from: date
    applies_until: date | None
    procedures: dict[str, str]


def _act(found: Instrument) -> dict[str, Any]:
    return {
        "id": found.id,
        "title": found.title,
        "celex": found.celex,
        "applies_from": found.applies.from_,
        "applies_until": found.applies.until,
        "procedures": {f"{found.id}/{name}": each.title for name, each in found.procedures.items()},
    }


@router.get("/law", response={200: list[ActOut], PROBLEMS: Problem})
def law(request: HttpRequest) -> list[dict[str, Any]]:
    """The acts in the book."""
    access.require("law.read")
    return [_act(found) for found in rules.book().instruments.values()]


@router.get("/law/{str:code}", response={200: dict[str, Any], PROBLEMS: Problem})
def instrument(request: HttpRequest, code: str) -> dict[str, Any]:
    """One act with every rule, as its file has it."""
    access.require("law.read")
    found = rules.book().instruments.get(code)
    if found is None:
        raise NotFound("There is no such act in the book.")
    return found.model_dump(mode="json", by_alias=True, exclude_none=True)


@router.get("/law/{str:code}/{str:name}", response={200: dict[str, Any], PROBLEMS: Problem})
def procedure(request: HttpRequest, code: str, name: str) -> dict[str, Any]:
    """One procedure with every rule, as its file has it."""
    access.require("law.read")
    found = rules.book().instruments.get(code)
    if found is None or name not in found.procedures:
        raise NotFound("There is no such procedure in the book.")
    return found.procedures[name].model_dump(mode="json", by_alias=True, exclude_none=True)
