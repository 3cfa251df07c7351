"""One form for everything that is signed or hashed: canonical JSON, and records read back from it strictly.

The canonical form is JSON in UTF-8 with keys in the order of their code points, no white space, finite
numbers in their shortest form, and no U+0000 (which PostgreSQL cannot hold).
"""

from __future__ import annotations

import json
import re
from dataclasses import fields
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, cast

from pydantic import ConfigDict, Field, PlainValidator, TypeAdapter, ValidationError

from comity.base.errors import Malformed
from comity.base.text import say

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Record = TypeVar("Record", bound="DataclassInstance")

STRICT = ConfigDict(extra="forbid", strict=True)
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")


def _read_instant(value: object) -> datetime:
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        raise ValueError("expected an instant such as 2026-11-22T10:20:00.000000Z")
    return datetime.fromisoformat(value)


Instant = Annotated[datetime, PlainValidator(_read_instant)]
Text = Annotated[str, Field(min_length=1, max_length=200)]
Reason = Annotated[str, Field(min_length=1, max_length=1000)]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}\z")]
Identifier = Annotated[
    str, Field(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\z")
]


def canonical(value: Any) -> bytes:
    """The canonical JSON of a value of dicts, lists, strings, numbers, booleans and None.

    Raises Malformed when the value has no such form (NaN, other types, lone surrogates, U+0000, too deep).
    """
    try:
        text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
        data = text.encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise Malformed(say("the content cannot be written as JSON: {error}", error=str(error))) from None
    if b"\\u0000" in data and _NUL.search(data):
        raise Malformed("the content holds the character U+0000, which no record may hold")
    return data


def instant(at: datetime) -> str:
    """An aware instant as ISO 8601 in UTC to the microsecond, such as `2026-11-22T10:20:00.000000Z`."""
    if at.tzinfo is None:
        raise Malformed("an instant without an offset from UTC cannot be written")
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def as_json(record: DataclassInstance) -> dict[str, Any]:
    """The fields of a flat record as JSON values: instants as `instant`, tuples as lists."""
    return {field.name: _plain(getattr(record, field.name)) for field in fields(record)}


def encode(record: DataclassInstance) -> bytes:
    """The canonical JSON of a flat record."""
    return canonical(as_json(record))


def decode(kind: type[Record], data: bytes) -> Record:
    """Read a record back from its canonical JSON, and from nothing else.

    Raises Malformed when a field is missing, unknown or of the wrong type, or the form is not canonical.
    """
    record = parse(kind, data)
    if encode(record) != data:
        raise Malformed(say("this {kind} is not in canonical form", kind=kind.__name__.lower()))
    return record


def parse(kind: type[Record], data: bytes | str) -> Record:
    """Read a record from JSON in any form; Malformed names the first field that is wrong."""
    try:
        return cast(Record, _adapter(kind).validate_json(data))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        field = f" field {where!r}:" if where else ""
        raise Malformed(
            say(
                "this is not a {kind}:{field} {msg}",
                kind=kind.__name__.lower(),
                field=field,
                msg=first["msg"],
            )
        ) from None


@cache
def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant(value)
    return list(value) if isinstance(value, tuple) else value
