"""Sentences with values in them that can be put into another language after they were made.

Engines and the node speak English; the pages translate. A sentence without values is its own key. One with
values keeps its pattern and its values, so that the pattern can be looked up in a catalogue of another language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Self


class Text(str):
    """An English sentence that remembers the pattern and the values it was made of."""

    __slots__ = ("pattern", "values")

    pattern: str
    values: Mapping[str, Any]

    def __new__(cls, pattern: str, values: Mapping[str, Any]) -> Self:
        text = super().__new__(cls, pattern.format_map(values))
        text.pattern, text.values = pattern, values
        return text

    def __reduce__(self) -> tuple[Any, ...]:
        return Text, (self.pattern, self.values)


def say(pattern: str, **values: Any) -> Text:
    """Make a sentence: `say("At most {limit} characters", limit=80)`. Raises KeyError when a value is missing."""
    return Text(pattern, values)


def translated(text: str, translate: Callable[[str], str]) -> str:
    """The sentence in another language; `translate` looks a pattern up and gives it back when it knows none."""
    if isinstance(text, Text):
        values = {
            name: translated(value, translate) if isinstance(value, str) else value
            for name, value in text.values.items()
        }
        return translate(text.pattern).format_map(values)
    return translate(text) if text else ""


def joined(pattern: str, parts: Iterable[str]) -> str:
    """Parts one after another, `joined("{first}; {then}", reasons)`; each can still be translated."""
    whole = ""
    for part in parts:
        whole = Text(pattern, {"first": whole, "then": part}) if whole else part
    return whole


def as_json(text: str) -> Any:
    """A sentence as JSON that keeps pattern and values: `{"say", "with"}`, a plain one as it is."""
    if not isinstance(text, Text):
        return text
    values = {
        name: as_json(value) if isinstance(value, str) else value for name, value in text.values.items()
    }
    return {"say": text.pattern, "with": values}


def from_json(kept: Any) -> str:
    """The sentence that `as_json` kept."""
    if not isinstance(kept, dict):
        return str(kept)
    return Text(kept["say"], {name: _value(value) for name, value in kept["with"].items()})


def _value(kept: Any) -> Any:
    return from_json(kept) if isinstance(kept, dict) else kept


NAMES = {
    name.lower(): name
    for name in (
        "AGIS", "API", "ARO", "Atlas", "CEPOL", "CIS", "CISA", "Commission", "Council", "DNA", "EDPS",
        "EMPACT", "EPPO", "EU", "EUAA", "EUDA", "Eurojust", "Europol", "FIU", "Frontex", "Interpol", "ISEC",
        "ISF", "JIT", "LED", "OLAF", "PCCC", "PIU", "PNR", "Schengen", "SIRENE", "SIS", "SPOC", "TCA",
        "VIS",
    )
} | {"naples2": "Naples II", "prum": "Prüm", "prum2": "Prüm II"}  # fmt: skip
"""Words of identifiers that are names, as they are written."""


def spelled(identifier: str) -> str:
    """An identifier of the law files as words: `requester.own_spoc` is `requester, own SPOC`."""
    name = identifier.removesuffix(".sent").removesuffix(".received")
    words = name.replace("_", " ").replace("-", " ").replace(".", ", ")
    return re.sub(r"[a-z0-9]+", lambda word: NAMES.get(word[0], word[0]), words)
