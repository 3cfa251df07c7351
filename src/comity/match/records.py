"""An entity as the engine compares it: folded names, identifiers, dates, countries.

A record is made once, when an entity is indexed or asked for; the score works on records only, so that
FollowTheMoney stays out of the hot path.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from rigour.names import replace_org_types_compare

from comity.base.errors import InputError
from comity.match.identifiers import Identifier, read
from comity.match.results import Entity
from comity.match.text import LONGEST_TEXT, characters, fold, is_voweless, skeleton, tokens
from comity.match.words import Token, token

MOST_NAMES = 40
"""Names of one entity that are looked at."""
MOST_VALUES = 100
"""Values of one property that are looked at."""

_FAMILIES = {
    "Person": "person",
    "Organization": "organization",
    "Company": "organization",
    "PublicBody": "organization",
    "LegalEntity": "legal_entity",
    "Vessel": "vessel",
    "Airplane": "airplane",
    "Vehicle": "vehicle",
    "Passport": "passport",
    "Identification": "document",
}
_RELATED = {
    frozenset(("person", "legal_entity")),
    frozenset(("organization", "legal_entity")),
}
_BY_NUMBER_ONLY = {"passport", "document"}
_NAMES = ("name", "alias", "previousName")
_COUNTRIES = ("nationality", "citizenship", "country", "jurisdiction", "mainCountry", "flag")


@dataclass(frozen=True, slots=True)
class Name:
    """One name: as written, its tokens, whether its script writes no vowels, whether it is a weak alias.

    `bones` are the consonants of its tokens and of all of them joined: what two spellings have in common.
    """

    text: str
    tokens: tuple[Token, ...]
    voweless: bool
    weak: bool
    bones: frozenset[str] = field(init=False)
    characters: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        words = [token.text for token in self.tokens]
        object.__setattr__(self, "bones", frozenset([*map(skeleton, words), "+" + skeleton("".join(words))]))
        object.__setattr__(self, "characters", () if self.text.isascii() else tuple(characters(self.text)))

    def by_character(self) -> Name:
        """The same name with its characters as tokens."""
        return Name(self.text, tuple(Token(sign, 1.0) for sign in self.characters), False, self.weak)

    def acronym(self) -> tuple[str, tuple[int, ...]]:
        """The initials of the full words of a name of three or more, and the places of those words."""
        places = tuple(i for i, token in enumerate(self.tokens) if len(token.text) > 1 and token.weight > 0.2)
        if len(places) < 3:
            return "", ()
        return "".join(self.tokens[i].text[0] for i in places), places


@dataclass(frozen=True, slots=True)
class Record:
    """An analysed entity. Dates are ISO 8601 prefixes (`1965`, `1965-03`), countries lower-case codes."""

    id: str
    schema: str
    family: str
    names: tuple[Name, ...]
    identifiers: tuple[Identifier, ...]
    births: tuple[str, ...]
    countries: frozenset[str]
    genders: frozenset[str]
    types: frozenset[str]


def analyse(entity: Entity) -> Record:
    """The record of an entity; InputError when it is no FollowTheMoney entity at all."""
    schema, properties = entity.get("schema"), entity.get("properties")
    if not isinstance(schema, str) or not isinstance(properties, Mapping):
        raise InputError("is no FollowTheMoney entity; expected an object with 'schema' and 'properties'")
    family = _FAMILIES.get(schema, "any")
    values = {name: _strings(value) for name, value in properties.items()}
    return Record(
        id=_well_formed(str(entity.get("id") or "")),
        schema=schema,
        family=family,
        names=_names(family, values),
        identifiers=read(family, values),
        births=tuple(date[:10] for date in values.get("birthDate", ()) if date[:4].isdigit()),
        countries=frozenset(code.lower() for name in _COUNTRIES for code in values.get(name, ())),
        genders=frozenset(values.get("gender", ())) & {"male", "female"},
        types=frozenset(word for kind in values.get("type", ()) for word in tokens(fold(kind))),
    )


def comparable(query: str, candidate: str) -> bool:
    """Whether entities of two families can be one: a person is no vessel; `any` and documents go with all."""
    if query == candidate or "any" in (query, candidate) or {query, candidate} & _BY_NUMBER_ONLY:
        return True
    return frozenset((query, candidate)) in _RELATED


def _strings(value: Any) -> list[str]:
    values = [value] if isinstance(value, str) else value if isinstance(value, Sequence) else []
    texts = (_well_formed(text).strip() for text in values[:MOST_VALUES] if isinstance(text, str))
    return [text for text in texts if text]


def _well_formed(text: str) -> str:
    """The text without the halves of surrogate pairs that JSON lets through and UTF-8 cannot hold."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _names(family: str, values: Mapping[str, list[str]]) -> tuple[Name, ...]:
    texts = dict.fromkeys((text for name in _NAMES for text in values.get(name, ())), False)
    if not texts and (parts := _joined_parts(values)):
        texts[parts] = False
    for text in values.get("weakAlias", ()):
        texts.setdefault(text, True)
    if family in _BY_NUMBER_ONLY:
        return ()
    names = (make_name(text, family, weak) for text, weak in texts.items())
    return tuple(_each_once(name for name in names if name.tokens))[:MOST_NAMES]


def _joined_parts(values: Mapping[str, list[str]]) -> str:
    order = ("firstName", "secondName", "middleName", "fatherName", "lastName")
    return " ".join(values[part][0] for part in order if values.get(part))


def _each_once(names: Iterable[Name]) -> Iterable[Name]:
    seen: dict[tuple[Token, ...], Name] = {}
    for name in names:
        seen.setdefault(name.tokens, name)
    return seen.values()


def make_name(text: str, family: str, weak: bool = False) -> Name:
    """Fold and cut one name; legal forms are first made one (`Aktiengesellschaft` becomes `jsc`)."""
    short = text[:LONGEST_TEXT]
    if family in ("organization", "legal_entity", "any"):
        short_forms = replace_org_types_compare(short.casefold(), generic=True)
    else:
        short_forms = short
    folded = fold(short_forms)
    found = tuple(token(word, family) for word in tokens(folded))
    return Name(short, found, is_voweless(short), weak)


def dump(record: Record) -> bytes:
    """The record as JSON, for the index."""
    names = [
        [name.text, int(name.weak), int(name.voweless), " ".join(one.text for one in name.tokens)]
        for name in record.names
    ]
    numbers = [[one.kind, one.value, int(one.sound)] for one in record.identifiers]
    rest = [list(record.births), *(sorted(each) for each in (record.countries, record.genders, record.types))]
    return orjson.dumps([record.id, record.schema, names, numbers, *rest])


def load(data: bytes | memoryview) -> Record:
    """The record that `dump` wrote."""
    key, schema, names, numbers, births, countries, genders, types = orjson.loads(data)
    family = _FAMILIES.get(schema, "any")
    return Record(
        id=key,
        schema=schema,
        family=family,
        names=tuple(
            Name(text, tuple(token(word, family) for word in words.split()), bool(voweless), bool(weak))
            for text, weak, voweless, words in names
        ),
        identifiers=tuple(Identifier(kind, value, bool(sound)) for kind, value, sound in numbers),
        births=tuple(births),
        countries=frozenset(countries),
        genders=frozenset(genders),
        types=frozenset(types),
    )
