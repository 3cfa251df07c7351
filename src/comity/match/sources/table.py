"""Any CSV register, read with a mapping that says which column is which property.

source: vessel-register          # ids begin with it
schema: Vessel                   # FollowTheMoney schema
id: [imo, mmsi]                  # columns whose values make the record's id
required: [imo]                  # a row without them is rejected
columns: {imo: imoNumber, mmsi: mmsi, name: name, flag: flag, type: type}
moments: {entered_on: entered}   # of a register under law: columns with the instants of an entry, by their names there
facts: {minor: minor}            # and with what its periods depend on
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from comity.base.errors import InputError
from comity.base.files import Rejects, open_text
from comity.base.text import say
from comity.match.results import Entity
from comity.match.sources.entities import EntityMaker, property_named, schema_named
from comity.match.sources.lines import rows


@dataclass(frozen=True, slots=True)
class Mapping:
    """How a table becomes entities; see the head of this module."""

    source: str
    schema: str
    id: tuple[str, ...]
    columns: dict[str, str]
    required: tuple[str, ...] = ()
    moments: dict[str, str] = dataclasses.field(default_factory=dict)
    facts: dict[str, str] = dataclasses.field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> Mapping:
        """Read a mapping file. InputError names the field that is wrong."""
        try:
            with open_text(path) as file:
                data = yaml.safe_load(file)
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise InputError(
                say("is no YAML ({error})", error=" ".join(str(error).split())), file=str(path)
            ) from None
        try:
            return cls.parse(data)
        except InputError as error:
            raise InputError(error.message, file=str(path), field=error.field) from None

    @classmethod
    def parse(cls, data: Any) -> Mapping:
        """Make a mapping of what YAML or JSON gave; InputError names the field that is wrong."""
        if not isinstance(data, dict):
            raise InputError("is no mapping; expected source, schema, id and columns")
        if unknown := set(data) - {"source", "schema", "id", "columns", "required", "moments", "facts"}:
            raise InputError("is unknown", field=str(min(unknown, key=str)))
        for field in ("source", "schema"):
            if not isinstance(data.get(field), str) or not data[field]:
                raise InputError("is missing; expected a text", field=field)
        columns = data.get("columns")
        if not isinstance(columns, dict) or not columns:
            raise InputError("is missing; expected column names with their properties", field="columns")
        schema_named(data["schema"])
        properties = {str(column): str(name).rpartition(".")[2] for column, name in columns.items()}
        for name in properties.values():
            property_named(data["schema"], name)
        return cls(
            data["source"],
            data["schema"],
            _names(data, "id"),
            properties,
            _names(data, "required"),
            *(_named(data, each) for each in ("moments", "facts")),
        )


def _named(data: dict[str, Any], field: str) -> dict[str, str]:
    value = data.get(field, {})
    if not isinstance(value, dict):
        raise InputError("expected column names with what they are", field=field)
    return {str(column): str(name) for column, name in value.items()}


def _names(data: dict[str, Any], field: str) -> tuple[str, ...]:
    value = data.get(field, [])
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or (field == "id" and not names):
        raise InputError("expected the name of a column, or a list of them", field=field)
    return tuple(str(name) for name in names)


def read(path: Path, rejects: Rejects, mapping: Mapping) -> Iterator[Entity]:
    """Entities of a CSV file with a header, one a row.

    A row goes to `rejects` when its length, its id or a required value is wrong. A value that cannot be
    understood is left out and noted there; the rest of its row goes in. A record that stands twice is kept
    twice: the second one's id ends in `-2`. InputError when the file or a column is missing.
    """
    numbered = rows(path)
    _, header = next(numbered, (0, []))
    columns = [name.strip() for name in header]
    named = (*mapping.id, *mapping.required, *mapping.columns, *mapping.moments, *mapping.facts)
    if missing := [name for name in named if name not in columns]:
        message = f"has no column {missing[0]!r}; it has {', '.join(columns)[:200]}"
        raise InputError(message, file=str(path), line=1, field=missing[0])
    times: dict[str, int] = {}
    for line, row in numbered:
        try:
            values = _values(row, columns, mapping)
        except InputError as error:
            rejects.add(InputError(error.message, file=str(path), line=line, field=error.field), row)
            continue
        key = "-".join(values[name] for name in mapping.id if values[name])
        times[key] = times.get(key, 0) + 1
        maker = EntityMaker(mapping.source, key if times[key] == 1 else f"{key}-{times[key]}", mapping.schema)
        for left_out in _fill(maker, values, mapping):
            rejects.add(InputError(left_out.message, file=str(path), line=line, field=left_out.field), row)
        yield maker.entity() | _entry(values, mapping)


def _entry(values: dict[str, str], mapping: Mapping) -> dict[str, Any]:
    """What the row says of itself as an entry of a register under law, under `entry`."""
    said = {
        kind: {name: values[column] for column, name in columns.items() if values[column]}
        for kind, columns in (("moments", mapping.moments), ("facts", mapping.facts))
        if columns
    }
    return {"entry": said} if said else {}


def _values(row: list[str], columns: list[str], mapping: Mapping) -> dict[str, str]:
    if len(row) != len(columns):
        raise InputError(
            say("has {count} columns, expected {expected}", count=len(row), expected=len(columns))
        )
    values = {name: text.strip() for name, text in zip(columns, row, strict=True)}
    for name in mapping.required:
        if not values[name]:
            raise InputError("is empty, but required", field=name)
    if not any(values[name] for name in mapping.id):
        raise InputError("is empty; the record would have no id", field=mapping.id[0])
    return values


def _fill(maker: EntityMaker, values: dict[str, str], mapping: Mapping) -> Iterator[InputError]:
    for column, name in mapping.columns.items():
        if not values[column]:
            continue
        try:
            maker.add_strictly(name, values[column], column)
        except InputError as error:
            yield InputError(
                say("{message}; left out, the rest of the row went in", message=error.message),
                field=error.field,
            )
