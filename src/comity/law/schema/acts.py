"""Whole files: an instrument with its procedures, a lifecycle, the national data of a state."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field as Setting
from pydantic import model_validator

from comity.law.schema.basic import Area, Checked, Condition, Country, Dated, Name, Rule, Slug, Strict
from comity.law.schema.rules import (
    Category,
    Channel,
    Clock,
    Consent,
    Copy,
    Extension,
    Field,
    Handling,
    Logging,
    Part,
    Party,
    Pause,
    Refusal,
    Requirement,
    Retention,
    Statistics,
    Step,
    StepRule,
)


class Between(Rule):
    """The condition that ties the parties together, such as two different states."""

    test: Condition
    text: str


class Offer(Strict):
    """What a procedure is for, in the words of `advice.yaml`: by these it is found, its rules then decide.

    `wants`: what one wants to have or do; `about`: what it is about (empty: whatever it may be).
    """

    wants: list[Slug] = Setting(min_length=1)
    about: list[Slug] = []


class Procedure(Rule):
    """One kind of thing that an instrument lets one authority ask, tell or do with others."""

    title: str
    lifecycle: Name
    parties: dict[Name, Party] = Setting(min_length=1)
    between: Between | None = None
    purpose: str = ""
    offers: Offer | None = None
    fields: list[Field] = []
    requirements: list[Requirement] = []
    clocks: list[Clock] = []
    pauses: list[Pause] = []
    extensions: list[Extension] = []
    steps: dict[Name, StepRule] = {}
    without: list[Name] = []
    refusals: list[Refusal] = []
    copies: list[Copy] = []
    retention: list[Retention] = []
    parts: dict[Name, Part] = {}
    consents: list[Consent] = []
    channel: Channel | None = None
    handling: list[Handling] = []
    categories: list[Category] = []
    logging: Logging | None = None
    statistics: Statistics | None = None

    @model_validator(mode="after")
    def _names_are_unique(self) -> Procedure:
        for what, ids in (
            ("field", [field.id for field in self.fields]),
            ("refusal", [(ground.id, ground.in_force) for ground in self.refusals]),
            ("copy", [(copy.id, copy.in_force) for copy in self.copies]),
        ):
            if len(ids) != len(set(ids)):
                raise ValueError(f"two {what} entries share one id")
        return self


class Territory(Rule):
    """Where the act applies: `members` of a group of states, less `except`, and the `associates`.

    `members` None: no limit of territory. `roles`: the parties it is asked of (empty: all).
    """

    members: Literal["eu"] | None = None
    except_: list[Country] = Setting([], alias="except")
    associates: list[Country] = []
    roles: list[Name] = []


class Application(Rule):
    """From when (`from`, first day) until when (`until`, first day no longer) the act governs a receipt."""

    from_: date = Setting(alias="from")
    until: date | None = None

    def on(self, day: date) -> bool:
        """Whether the act governs what is received on a day."""
        return self.from_ <= day and (self.until is None or day < self.until)


class Yielding(Rule):
    """The acts that come first where they regulate the exchange expressly."""

    acts: list[Slug] = Setting(min_length=1)


class Instrument(Strict):
    """A legal act as data. `period_rules`: how its time limits count (a treaty: by its own words)."""

    id: Slug
    title: str
    area: Area = "exchange"
    celex: str | None = None
    about: str = ""
    checked: Checked | None = None
    applies: Application
    replaces: Slug | None = None
    replaced_by: Slug | None = None
    territory: Territory
    yields_to: Yielding | None = None
    period_rules: Literal["reg-1182-71", "own"] = "reg-1182-71"
    procedures: dict[Slug, Procedure] = Setting(min_length=1)


class Lifecycle(Strict):
    """The states of a case and the steps between them; `opening` is the step that opens the case."""

    id: Name
    title: str
    opening: Name
    start: Name
    states: dict[Name, str]
    final: list[Name] = []
    steps: dict[Name, Step]

    @model_validator(mode="after")
    def _states_and_opening_exist(self) -> Lifecycle:
        if self.opening not in self.steps:
            raise ValueError(f"opening step {self.opening!r} is not among the steps")
        for state in (self.start, *self.final):
            if state not in self.states:
                raise ValueError(f"state {state!r} is not among the states")
        return self


class Membership(Dated):
    """A state's membership of a group, dated."""

    group: Literal["eu"]


class DatedValue(Rule):
    """A value that a state has declared or laid down, with the act and article it rests on."""

    id: Name
    value: bool | int | str | list[str]


class State(Strict):
    """What is known of one state (or of the Union's institutions, as EU). What is left out is unknown."""

    country: Country
    name: str
    time_zone: str
    calendar: Literal["national", "institutions"] = "national"
    memberships: list[Membership] = []
    values: list[DatedValue] = []


class ActName(Strict):
    """An act that files may refer to before it has a file of its own."""

    title: str
    celex: str | None = None
