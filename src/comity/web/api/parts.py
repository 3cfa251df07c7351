"""The parts of cases for programs: items of evidence, recommendations, members."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status

from comity.node.cases import parts
from comity.node.cases.models import CasePart
from comity.node.cases.parts import Kind, Shown
from comity.web.api.schemas import PROBLEMS, STATED, Problem

router = Router()


class PartOut(Schema):
    """A part of a case: all parties know it under its `key`; `party` is who added it."""

    key: UUID
    name: str
    values: dict[str, Any]
    party: str
    added_at: datetime
    changed_at: datetime | None


class PartShown(PartOut):
    """A part with its clocks, each under its own id, and with what happens to its data when."""

    clocks: list[dict[str, Any]]
    retention: list[dict[str, Any]]


class KindOut(Schema):
    """One kind of part that the procedure knows: its fields, and the parts that the case has."""

    name: str
    title: str
    article: str
    checked: bool
    fields: list[dict[str, Any]]
    parts: list[PartShown]


class PartsOut(Schema):
    """The parts of a case by kind. `against` says why none can be added or changed now; empty where one can."""

    against: str
    kinds: list[KindOut]


class PartIn(Schema):
    """The fields of a part; of one that is changed, those that change: null empties one."""

    values: dict[str, Any]


@router.get("/cases/{uuid:case_id}/parts", response={200: PartsOut, PROBLEMS: Problem}, openapi_extra=STATED)
def read_parts(request: HttpRequest, case_id: UUID) -> dict[str, Any]:
    """The parts of a case, by the kinds that its procedure knows."""
    case, kinds = parts.read_parts(case_id)
    return {"against": str(parts.against(case)), "kinds": [_kind(each) for each in kinds]}


@router.post(
    "/cases/{uuid:case_id}/parts/{slug:name}",
    response={201: PartOut, PROBLEMS: Problem},
    openapi_extra=STATED,
)
def add_part(request: HttpRequest, case_id: UUID, name: str, given: PartIn) -> Status[CasePart]:
    """Add a part to a case; the other parties are told."""
    return Status(201, parts.add(case_id, name, given.values))


@router.put(
    "/cases/{uuid:case_id}/parts/{slug:name}/{uuid:key}",
    response={200: PartOut, PROBLEMS: Problem},
    openapi_extra=STATED,
)
def change_part(request: HttpRequest, case_id: UUID, name: str, key: UUID, given: PartIn) -> CasePart:
    """Change the fields that are given; the other parties are told."""
    return parts.change(case_id, name, key, given.values)


def _kind(kind: Kind) -> dict[str, Any]:
    return {
        "name": kind.name,
        "title": kind.rule.title,
        "article": kind.rule.article,
        "checked": kind.rule.checked is not None,
        "fields": [field.model_dump(mode="json") for field in kind.rule.fields],
        "parts": [_shown(each) for each in kind.parts],
    }


def _shown(shown: Shown) -> dict[str, Any]:
    return {
        **{name: getattr(shown.part, name) for name in PartOut.model_fields},
        "clocks": [clock.as_json() for clock in shown.clocks],
        "retention": [keeping.as_json() for keeping in shown.retention],
    }
