"""What somebody asks the book: who they are, what they want, from whom, about what, for which offences, how urgently.

    {"me": {"kind": "spoc", "country": "NL"}, "partner": {"kind": "spoc", "country": "DE"} or null,
     "want": a word of advice.yaml, "about": a word or null, "offences": ["drugs"], "urgent": true, false or null,
     "facts": {"name of a field": value}, "at": "2026-11-22T10:00:00+01:00"}

`me` and `want` are needed; what else is left out or null is not known yet. `facts` answers questions of the procedures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from comity.base.errors import FactError
from comity.base.text import say
from comity.base.time import now
from comity.law import typed
from comity.law.facts import Actor, offence_values, read_actor
from comity.law.files import HOME, read_mapping, read_model
from comity.law.procedures import OFFENCES
from comity.law.schema.basic import Slug, Strict

KEYS = ("me", "partner", "want", "about", OFFENCES, "urgent", "facts", "at")


class Word(Strict):
    """One thing that one may want, or that it may be about, in a short sentence."""

    text: str


class Words(Strict):
    """The words of `advice.yaml`, in the order in which they are offered."""

    wants: dict[Slug, Word]
    about: dict[Slug, Word]


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What was asked. `listed`: the offences and, for each list, whether one of them stands in it."""

    me: Actor
    partner: Actor | None
    want: str
    about: str | None
    listed: Mapping[str, Any]
    urgent: bool | None
    facts: Mapping[str, Any]
    at: datetime

    @property
    def offences(self) -> list[str]:
        """The ids of the offences named."""
        return list(self.listed.get(OFFENCES, []))


@lru_cache(maxsize=1)
def words() -> Words:
    """The packaged words, loaded once a process. Raises InstrumentError when the file is not well formed."""
    path = HOME / "advice.yaml"
    return read_model(Words, read_mapping(path), path)


def read_inquiry(raw: Any) -> Inquiry:
    """Read what was asked; FactError names what is unknown, missing or of the wrong type."""
    if not isinstance(raw, Mapping):
        raise FactError("facts must be one JSON object")
    for key in raw:
        if key not in KEYS:
            raise FactError(
                say("unknown fact {key!r}; known: {known}", key=key, known=", ".join(KEYS)), field=key
            )
    facts, urgent, at = raw.get("facts") or {}, raw.get("urgent"), raw.get("at")
    if not isinstance(facts, Mapping):
        raise typed.wrong("facts", say("expected an object, got {value!r}", value=facts))
    return Inquiry(
        me=_me(raw.get("me")),
        partner=_partner(raw.get("partner")),
        want=_word(raw, "want", words().wants) or _needed("want"),
        about=_word(raw, "about", words().about),
        listed=offence_values(raw.get(OFFENCES)),
        urgent=None if urgent is None else typed.boolean(urgent, "urgent"),
        facts=facts,
        at=typed.instant(at, "at") if at else now(),
    )


def _me(value: Any) -> Actor:
    me = read_actor("me", value or {})
    if me.kind is None or me.country is None:
        _needed("me.country" if me.kind else "me.kind")
    return me


def _partner(value: Any) -> Actor | None:
    """The other side; None when neither its kind nor its country is known."""
    partner = read_actor("partner", value or {})
    return partner if partner.kind or partner.country else None


def _word(raw: Mapping[str, Any], key: str, known: Mapping[str, Word]) -> str | None:
    value = raw.get(key)
    if value is not None and (not isinstance(value, str) or value not in known):
        raise typed.wrong(key, say("{value!r} is none of {known}", value=value, known=", ".join(known)))
    return value


def _needed(key: str) -> str:
    raise FactError(say("{key} is needed", key=key), field=key)
