"""Entities in words: what is known of one, and what two have in common and where they differ."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from babel import Locale
from django.utils.translation import get_language

from comity.match.text import fold


@dataclass(frozen=True, slots=True)
class Fact:
    """One property of an entity: its label and its values in words, in the order in which they are stored."""

    label: str
    values: list[str]


@dataclass(frozen=True, slots=True)
class Pair:
    """One property of what was looked for beside that of a record; `standing` is one of STANDINGS."""

    label: str
    left: list[str]
    right: list[str]
    standing: str


STANDINGS = {
    "same": "the same",
    "alike": "the same, written otherwise",
    "partly": "partly the same",
    "different": "differs",
    "left": "not on record",
}


def _schema(name: str) -> Any:
    # FollowTheMoney takes a second to load: only the process that shows an entity waits for it.
    from followthemoney import model
    from followthemoney.util import set_model_locale

    set_model_locale(Locale.parse(get_language() or "en"))
    return model.get(name)


def labels(schema: str) -> dict[str, str]:
    """The labels of a schema's properties by name, those that tell who or what it is first."""
    return _labels(schema, get_language())


@cache
def _labels(schema: str, language: str | None) -> dict[str, str]:
    known = _schema(schema)
    if known is None:
        return {}
    names = dict.fromkeys([*known.featured, *sorted(known.properties)])
    return {name: str(known.properties[name].label) for name in names if name in known.properties}


def schema_label(schema: str) -> str:
    """What kind of thing a schema is, in words."""
    known = _schema(schema)
    return str(known.label) if known else schema


def facts(entity: dict[str, Any]) -> list[Fact]:
    """What is known of an entity."""
    return [_fact(entity, name) for name in _names(entity)]


def beside(query: dict[str, Any], record: dict[str, Any]) -> list[Pair]:
    """What was looked for beside the record, property by property: first what both have."""
    pairs = [_pair(_fact(query, name), _fact(record, name)) for name in _names(query)]
    return sorted(pairs, key=lambda pair: pair.standing == "left")


def beyond(query: dict[str, Any], record: dict[str, Any]) -> list[Fact]:
    """What the record knows besides."""
    return [_fact(record, name) for name in _names(record) if name not in query["properties"]]


def _names(entity: dict[str, Any]) -> list[str]:
    known = labels(entity["schema"])
    order = {name: place for place, name in enumerate(known)}
    return sorted(entity["properties"], key=lambda name: order.get(name, len(order)))


def _fact(entity: dict[str, Any], name: str) -> Fact:
    schema = _schema(entity["schema"])
    known = schema.properties.get(name) if schema else None
    values = [str(value) for value in entity["properties"].get(name, ())]
    return Fact(
        labels(entity["schema"]).get(name, name),
        [_caption(known, value) for value in values] if known else values,
    )


def _caption(known: Any, value: str) -> str:
    if known.type.name == "country":
        named = Locale.parse(get_language() or "en").territories.get(value.upper())
        return str(named or known.type.caption(value) or value)
    return str(known.type.caption(value) or value)


def _pair(mine: Fact, theirs: Fact) -> Pair:
    return Pair(mine.label, mine.values, theirs.values, _standing(mine.values, theirs.values))


def _standing(left: list[str], right: list[str]) -> str:
    if not right:
        return "left"
    mine, theirs = ({value.casefold().strip() for value in values} for values in (left, right))
    if mine <= theirs:
        return "same"
    if {fold(value) for value in mine} <= {fold(value) for value in theirs}:
        return "alike"
    return "partly" if mine & theirs else "different"
