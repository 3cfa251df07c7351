"""The kinds of request that a police and customs cooperation centre gets, as data (Council document 9105/11)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from uuid import UUID

import yaml

from comity.base.errors import InputError
from comity.node import access, ledger
from comity.node.cases import finding
from comity.node.cases.models import Case


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of request; `subject` is the FollowTheMoney schema it is usually about, or nothing."""

    id: str
    title: str
    subject: str


@lru_cache(maxsize=1)
def categories() -> dict[str, Category]:
    """The categories by id, in the order in which they are offered."""
    given = yaml.safe_load(files("comity.node.pccc").joinpath("categories.yaml").read_bytes())
    return {name: Category(name, each["title"], each["schema"]) for name, each in given.items()}


def title(category: str) -> str:
    """The title of a category; of one that is no longer offered, its id."""
    known = categories().get(category)
    return known.title if known else category


def check(category: str) -> str:
    """The category, when it is one; InputError names the field."""
    if category not in categories():
        raise InputError("choose what kind of request it is", field="category")
    return category


def categorise(case_id: UUID, category: str) -> Case:
    """Say of which kind the request of a case is; with nothing, take it back. Raises InputError."""
    access.require("case.step")
    case = finding.find(case_id, lock=True)
    before, case.category = case.category, check(category) if category else ""
    if case.category != before:
        case.version += 1
        case.save(update_fields=["category", "version"])
        ledger.record(
            "case.categorised",
            article="Council document 9105/11",
            case=str(case.conversation),
            body={"reference": case.reference, "category": category, "before": before},
        )
    return case
