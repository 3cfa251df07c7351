"""Text blocks and the languages of states for programs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from comity.node.cases import phrasing
from comity.node.texts import blocks
from comity.node.texts import languages as node
from comity.node.texts.models import StateLanguages, TextBlock
from comity.web.api.schemas import PROBLEMS, STATED, Problem

router = Router()


class TextIn(Schema):
    """A text block with placeholders such as `{reference}`; `procedure` and `step` empty: for any."""

    title: str = Field(max_length=120)
    language: str = Field(max_length=2)
    text: str = Field(max_length=blocks.LONGEST)
    procedure: str = Field("", max_length=80)
    step: str = Field("", max_length=40)


class TextChange(TextIn):
    """A text block as it is to be, and the version that was read."""

    version: int = Field(ge=1, le=2**31 - 1)


class TextOut(Schema):
    """A text block; one that is not `active` is kept, but not offered."""

    id: int
    title: str
    language: str
    text: str
    procedure: str
    step: str
    active: bool
    version: int
    changed_at: datetime


class Filled(Schema):
    """A text block with its placeholders filled in."""

    text: str


class Loaded(Schema):
    """How many text blocks were added."""

    added: int


class LanguagesIn(Schema):
    """The languages of a state as ISO 639-1 codes, where and on which day they were read."""

    country: str = Field(max_length=2)
    languages: list[str] = Field(max_length=30)
    source: str = Field(max_length=300)
    read_on: date


class LanguagesOut(LanguagesIn):
    """What is recorded of a state, and since when."""

    recorded_at: datetime


@router.get("/texts", response={200: list[TextOut], PROBLEMS: Problem})
def texts(request: HttpRequest, procedure: str = "", step: str = "") -> list[TextBlock]:
    """The text blocks in use; of a procedure and step, with those that are for any."""
    return list(blocks.blocks(procedure, step))


@router.post("/texts", response={201: TextOut, PROBLEMS: Problem})
def write(request: HttpRequest, given: TextIn) -> Status[TextBlock]:
    """Write a text block."""
    return Status(201, blocks.write(**given.dict()))


@router.post("/texts/starter", response={200: Loaded, PROBLEMS: Problem})
def starter(request: HttpRequest) -> dict[str, int]:
    """Write the text blocks that Comity brings along, as far as they are not there."""
    return {"added": blocks.load_starter()}


@router.put("/texts/{int:text_id}", response={200: TextOut, PROBLEMS: Problem})
def change(request: HttpRequest, text_id: int, given: TextChange) -> TextBlock:
    """Change a text block, which puts it into use again."""
    return blocks.change(text_id, **given.dict())


@router.post("/texts/{int:text_id}/retire", response={200: TextOut, PROBLEMS: Problem})
def retire(request: HttpRequest, text_id: int) -> TextBlock:
    """Take a text block out of use."""
    return blocks.retire(text_id)


@router.get(
    "/cases/{uuid:case_id}/texts/{int:text_id}",
    response={200: Filled, PROBLEMS: Problem},
    openapi_extra=STATED,
)
def filled(request: HttpRequest, case_id: UUID, text_id: int) -> dict[str, Any]:
    """A text block filled in for a case."""
    return {"text": phrasing.for_case(case_id, text_id)}


@router.get("/languages", response={200: list[LanguagesOut], PROBLEMS: Problem})
def languages(request: HttpRequest) -> list[StateLanguages]:
    """The languages in which states take requests, one line a state; a state without a line is unknown."""
    return node.recorded()


@router.post("/languages", response={201: LanguagesOut, PROBLEMS: Problem})
def record(request: HttpRequest, given: LanguagesIn) -> Status[StateLanguages]:
    """Record the languages of a state."""
    return Status(201, node.record(**given.dict()))
