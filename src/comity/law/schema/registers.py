"""Registers of Union law: what each holds, for how long, and who sees what of it for which purpose."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field as Setting
from pydantic import model_validator

from comity.law.schema.basic import Condition, Duration, Kind, Name, Rule, Slug, Strict

Sight = Literal["full", "hit-no-hit", "none"]
"""What is seen of an entry: all of it, only whether there is one, or nothing."""


class Keeping(Rule):
    """How long an entry is kept: `after` a moment of the entry, what is to be done with it.

    `from` is one of the register's moments. A review that confirms the need lets `then_every` run anew (`after`, if
    not said), never beyond `most` from the same moment, when the entry is deleted. `when` must be known to hold,
    `unless` not; both are conditions over the register's facts.
    """

    after: Duration
    from_: Name = Setting(alias="from")
    do: Literal["review", "mask", "delete", "warn"]
    then_every: Duration | None = None
    when: Condition | None = None
    unless: Condition | None = None
    most: Duration | None = None


class Holding(Rule):
    """One kind of entry: `procedure` enters it, `keeping` says how long it stays, `fields` what it consists of."""

    id: Slug
    text: str
    procedure: str | None = None
    fields: list[str] = []
    keeping: list[Keeping] = []


class Purpose(Strict):
    """What a register may be consulted for."""

    id: Slug
    text: str


class Access(Rule):
    """Who (`kinds`) sees what (`sees`) of which entries (`holdings`, empty: all), for which `purposes`.

    What no rule grants is denied. `needs`: what must come first, in words (a case, an approval, a prior search).
    """

    kinds: list[Kind] = Setting(min_length=1)
    purposes: list[Slug] = Setting(min_length=1)
    holdings: list[Slug] = []
    sees: Sight
    needs: str = ""


class EntryFact(Strict):
    """What conditions may ask of an entry; text alone says what a yes or no means."""

    text: str
    type: Literal["boolean", "text", "number"] = "boolean"

    @model_validator(mode="before")
    @classmethod
    def _of_text(cls, value: Any) -> Any:
        return {"text": value} if isinstance(value, str) else value


class Register(Strict):
    """A register as an act lays it down. `moments`: the instants of an entry from which periods run."""

    id: Slug
    title: str
    instrument: Slug
    about: str = ""
    moments: dict[Name, str] = Setting(min_length=1)
    facts: dict[Name, EntryFact] = {}
    holdings: list[Holding] = Setting(min_length=1)
    purposes: list[Purpose] = Setting(min_length=1)
    access: list[Access] = Setting(min_length=1)

    @model_validator(mode="after")
    def _names_are_known(self) -> Register:
        holdings = {each.id for each in self.holdings}
        purposes = {each.id for each in self.purposes}
        for rule in self.access:
            for name in [*(set(rule.holdings) - holdings), *(set(rule.purposes) - purposes)]:
                raise ValueError(f"access, article {rule.article}: {name!r} is neither holding nor purpose")
        for holding in self.holdings:
            for keep in holding.keeping:
                if keep.from_ not in self.moments:
                    raise ValueError(f"{holding.id}: {keep.from_!r} is none of {', '.join(self.moments)}")
        return self
