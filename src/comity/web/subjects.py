"""The persons and things a request is about: rows of a form, and FollowTheMoney entities.

A row has the columns of a manifest, so that what was screened can be asked about without typing it again.
"""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from comity.base.errors import InputError
from comity.base.text import say
from comity.match.sources import manifest

COLUMNS = ("kind", "name", "birth_date", "country", "identifier_type", "identifier")
KINDS = tuple(manifest.SCHEMAS)
IDENTIFIERS = tuple(dict.fromkeys(name for names in manifest.PROPERTIES.values() for name in names))
COUNTRIES = ("nationality", "flag", "country", "jurisdiction")
MOST = 50

Row = dict[str, str]


def rows(given: QueryDict, field: str) -> list[Row]:
    """The rows of a form as they were typed, without those left empty."""
    columns = [given.getlist(f"{field}-{name}") for name in COLUMNS]
    found = [dict(zip(COLUMNS, values, strict=True)) for values in zip(*columns, strict=False)]
    return [row for row in found[:MOST] if any(row[name].strip() for name in COLUMNS[1:])]


def read(given: QueryDict, field: str) -> list[dict[str, Any]]:
    """The entities of a form's rows. InputError names the row, the column and what was expected."""
    entities = []
    for number, row in enumerate(rows(given, field), 1):
        try:
            made = manifest.entity({name: text.strip() for name, text in row.items()}, str(number))
        except InputError as error:
            column = (error.field or "").replace("_", " ")
            raise InputError(
                say("row {number}, {column}: {message}", number=number, column=column, message=error.message),
                field=field,
            ) from None
        entities.append(
            {"id": f"subject-{number}", "schema": made["schema"], "properties": made["properties"]}
        )
    return entities


def row_of(entity: dict[str, Any]) -> Row:
    """An entity as a row of the form: its kind, first name, and all of its numbers."""
    properties = entity.get("properties", {})
    kind = _kind(entity.get("schema", ""), properties)
    numbers = [
        (name, value)
        for name, column in manifest.PROPERTIES[kind].items()
        for value in properties.get(column, ())[:1]
    ]
    once = {value: name for name, value in reversed(numbers)}
    country = next((properties[name][0] for name in COUNTRIES if properties.get(name)), "")
    return {
        "kind": kind,
        "name": _first(properties, "name"),
        "birth_date": _first(properties, "birthDate"),
        "country": country,
        "identifier_type": ";".join(reversed(once.values())),
        "identifier": ";".join(reversed(once)),
    }


def _kind(schema: str, properties: dict[str, Any]) -> str:
    if schema == "Vehicle" and "container" in properties.get("type", ()):
        return "container"
    kinds = {name: kind for kind, name in manifest.SCHEMAS.items() if kind != "container"}
    return kinds.get(schema, "organization")


def _first(properties: dict[str, Any], name: str) -> str:
    return str((properties.get(name) or [""])[0])
