"""Entities in words: what is known of one, and what two have in common and where they differ."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from followthemoney import model


@dataclass(frozen=True, slots=True)
class Fact:
    """One property of an entity: its label and its values, in the order in which they are stored."""

    label: str
    values: list[str]


@dataclass(frozen=True, slots=True)
class Pair:
    """One property of two entities. `standing`: same, different, partly, left, right (only there)."""

    label: str
    left: list[str]
    right: list[str]
    standing: str


STANDINGS = {
    "same": "the same",
    "partly": "partly the same",
    "different": "differs",
    "left": "not in the record",
    "right": "not in what was looked for",
}


@cache
def labels(schema: str) -> dict[str, str]:
    """The labels of a schema's properties by name, those that tell who or what it is first."""
    known = model.get(schema)
    if known is None:
        return {}
    names = [*known.featured, *sorted(known.properties)]
    return {
        name: str(known.properties[name].label) for name in dict.fromkeys(names) if name in known.properties
    }


def schema_label(schema: str) -> str:
    """What kind of thing a schema is, in words."""
    known = model.get(schema)
    return str(known.label) if known else schema


def facts(entity: dict[str, Any]) -> list[Fact]:
    """What is known of an entity."""
    properties = entity["properties"]
    known = labels(entity["schema"])
    names = [name for name in known if name in properties] + [
        name for name in properties if name not in known
    ]
    return [Fact(known.get(name, name), [str(value) for value in properties[name]]) for name in names]


def beside(query: dict[str, Any], record: dict[str, Any]) -> list[Pair]:
    """Two entities side by side, property by property: first what both have, then what one has."""
    left, right = query["properties"], record["properties"]
    known = labels(record["schema"]) | labels(query["schema"])
    names = [name for name in (*known, *left, *right) if name in left or name in right]
    pairs = [
        Pair(known.get(name, name), *(values := _values(left, right, name)), _standing(*values))
        for name in dict.fromkeys(names)
    ]
    return sorted(pairs, key=lambda pair: pair.standing in ("left", "right"))


def _values(left: dict[str, Any], right: dict[str, Any], name: str) -> tuple[list[str], list[str]]:
    return [str(value) for value in left.get(name, ())], [str(value) for value in right.get(name, ())]


def _standing(left: list[str], right: list[str]) -> str:
    if not right:
        return "left"
    if not left:
        return "right"
    mine, theirs = ({value.casefold().strip() for value in values} for values in (left, right))
    if mine == theirs or mine <= theirs:
        return "same"
    return "partly" if mine & theirs else "different"
