"""Making clean FollowTheMoney entities out of what a list says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING

from comity.base.errors import InputError
from comity.base.text import say
from comity.match.results import Entity

if TYPE_CHECKING:
    from followthemoney.model import Model
    from followthemoney.property import Property
    from followthemoney.schema import Schema

EXPECTED = {
    "date": "a date such as 1965-03-17, 1965-03 or 1965",
    "country": "a country name or ISO 3166 code",
    "gender": "male or female",
    "url": "a web address",
    "email": "an e-mail address",
}


def model() -> Model:
    """FollowTheMoney's schemata, read when first asked for: most processes that import this read no list."""
    from followthemoney import model

    return model


def schema_named(name: str) -> Schema:
    """The FollowTheMoney schema `name`; InputError when there is none."""
    schema = model().get(name)
    if schema is None or schema.abstract:
        raise InputError(
            say("{name!r} is no FollowTheMoney schema; expected for example Person or Vessel", name=name)
        )
    return schema


@cache
def property_named(schema: str, name: str) -> Property:
    """The property `name` of a schema; InputError when there is none or it does not hold plain values."""
    found = schema_named(schema).get(name)
    if found is None or found.stub or found.type.name == "entity":
        raise InputError(say("{schema} has no property {name!r}", schema=schema, name=name), field=name)
    return found


class EntityMaker:
    """Collects the values of one entity; each is cleaned by its FollowTheMoney type, each kept once."""

    def __init__(self, source: str, key: str, schema: str) -> None:
        self.id, self.schema, self._source = f"{source}-{key}", schema, source
        self._properties: dict[str, dict[str, None]] = {}

    def add(self, name: str, *values: str | None) -> None:
        """Add the values that can be understood, pass over the others."""
        for value in values:
            if value and (clean := self.clean(name, value)) is not None:
                self._properties.setdefault(name, {})[clean] = None

    def add_strictly(self, name: str, value: str, field: str) -> None:
        """Add a value; InputError naming `field` and what was expected when it cannot be understood."""
        kind = property_named(self.schema, name).type.name
        if self.clean(name, value) is None:
            expected = EXPECTED.get(kind, f"a value of type {kind}")
            raise InputError(
                say(
                    "{value!r} cannot be understood; expected {expected}", value=value[:80], expected=expected
                ),
                field=field,
            )
        self.add(name, value)

    def clean(self, name: str, value: str) -> str | None:
        cleaned: str | None = property_named(self.schema, name).type.clean(value)
        return cleaned

    def has(self, *names: str) -> bool:
        return any(name in self._properties for name in names)

    def entity(self) -> Entity:
        """The entity as JSON; its dataset is the source."""
        properties = {name: list(values) for name, values in self._properties.items()}
        return {"id": self.id, "schema": self.schema, "properties": properties, "datasets": [self._source]}


def joined(parts: Iterable[str | None], by: str = " ") -> str:
    """The parts that are not empty, joined."""
    return by.join(part.strip() for part in parts if part and part.strip())


def has_plain_properties(value: object) -> bool:
    """Whether `value` has the form of FollowTheMoney properties: `{name: [strings]}` or `{name: string}`."""
    if not isinstance(value, Mapping):
        return False
    return all(
        isinstance(name, str)
        and (isinstance(of, str) or (isinstance(of, list) and all(isinstance(one, str) for one in of)))
        for name, of in value.items()
    )
