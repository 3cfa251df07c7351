"""Which instrument to use, and what an offence decides, for programs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from comity.base.errors import NotFound
from comity.base.time import now
from comity.law import advise
from comity.law.advise import words as known
from comity.law.effects import effects
from comity.law.offences import taxonomy
from comity.node import access
from comity.node.cases import rules
from comity.web.api.schemas import PROBLEMS, Problem

router = Router()


class Party(Schema):
    """An authority by its kind and country; what is not known is left out."""

    kind: str | None = Field(None, max_length=60)
    country: str | None = Field(None, max_length=2)


class Asked(Schema):
    """Who asks (`me`), what they want and from whom; `want` and `about` are words that `GET /api/law/words` lists.

    `facts` answers what a procedure asks, by the names of its fields; `at` is an instant, now if left out.
    """

    me: Party
    want: str = Field(max_length=60)
    partner: Party | None = None
    about: str | None = Field(None, max_length=60)
    offences: list[str] = Field([], max_length=100)
    urgent: bool | None = None
    facts: dict[str, Any] = {}
    at: str | None = Field(None, max_length=40)


class AdviceOut(Schema):
    """Procedures that serve it, best first, and those that do not, each with the first reason against it."""

    at: str
    procedures: list[dict[str, Any]]
    against: list[dict[str, Any]]


class EffectOut(Schema):
    """A rule that the offence decides. `holds` null: the facts in `depends_on` have their say too."""

    procedure: str
    kind: str
    rule: str
    text: str
    article: str
    holds: bool | None
    depends_on: list[str]
    checked: bool


@router.post("/law/advice", response={200: AdviceOut, PROBLEMS: Problem})
def advice(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """Which instrument? The procedures of the law book that serve what is wanted, with reasons, articles and clocks."""
    access.require("law.read")
    return advise(rules.book(), asked.model_dump()).as_json()


@router.get("/law/words", response={200: dict[str, dict[str, str]], PROBLEMS: Problem})
def words(request: HttpRequest) -> dict[str, dict[str, str]]:
    """The words by which one says what is wanted and what it is about, each with its sentence."""
    access.require("law.read")
    return {
        "wants": {name: word.text for name, word in known().wants.items()},
        "about": {name: word.text for name, word in known().about.items()},
    }


@router.get("/law/offences/{str:offence}", response={200: list[EffectOut], PROBLEMS: Problem})
def effects_of(request: HttpRequest, offence: str) -> list[dict[str, Any]]:
    """What an offence decides in every procedure of the law book as it stands today."""
    access.require("law.read")
    if offence not in taxonomy().offences:
        raise NotFound("There is no such offence in the list.")
    return [each.as_json() for each in effects(rules.book().at(now()), [offence])]
