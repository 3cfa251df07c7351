"""The building blocks of a procedure: parties, fields, clocks, pauses, refusals, copies, retention, steps."""

from __future__ import annotations

from typing import Literal

from pydantic import Field as Setting
from pydantic import model_validator

from comity.law.schema.basic import (
    Condition,
    Country,
    Duration,
    Kind,
    LatestOf,
    Name,
    Reference,
    Rule,
    Strict,
)


class Party(Rule):
    """One role in a procedure. `kinds` empty: any authority; `min`, `max`: how many may hold the role.

    `country` is that of every holder (EU for an institution); facts then need not name the party. `anywhere`: the
    territory of the act is no limit to who holds it (an operator, a person concerned, a third country).
    """

    kinds: list[Kind] = []
    label: str = ""
    country: Country | None = None
    anywhere: bool = False
    min: int = Setting(1, ge=0)
    max: int | None = Setting(1, ge=1)

    @property
    def single(self) -> bool:
        """Whether one authority at most holds the role, so that facts name it without a list."""
        return self.max == 1


class Choice(Strict):
    """One value of a choice field; `article` where it has one of its own."""

    id: str
    text: str
    article: str | None = None


class Field(Rule):
    """A fact that a form asks for.

    It must be given when `required`, or while `required_when` holds, unless `waived_when` is known to hold.
    `by` names the role that can know it when that is not the one who opens the case: it then never blocks.
    `texts` and `countries` are lists of short texts and of country codes; `list` is one of persons and things.
    `same_as` names a fact of the case that a field of a step must agree with; left blank, it takes its value.
    """

    id: Name
    type: Literal[
        "boolean",
        "choice",
        "text",
        "longtext",
        "number",
        "date",
        "instant",
        "entity",
        "list",
        "country",
        "language",
        "texts",
        "countries",
    ]
    label: str
    help: str = ""
    of: list[Choice] = []
    multiple: bool = False
    required: bool = False
    required_when: Condition | None = None
    waived_when: Condition | None = None
    by: Name | None = None
    group: Name | None = None
    same_as: Name | None = None

    @model_validator(mode="after")
    def _choices_only_for_choice(self) -> Field:
        if (self.type == "choice") != bool(self.of):
            raise ValueError(f"field {self.id}: `of` is for choice fields, which need it")
        return self


class Requirement(Rule):
    """A condition that must hold before the procedure may be used.

    Known false it forbids; unknown it forbids too and names what is missing, except when `presumed`: whoever
    sends vouches for it.
    """

    id: Name
    text: str
    test: Condition
    presumed: bool = False


class Excluding(Strict):
    """Times of day that do not run, as `[from, to]` in local time."""

    daily: tuple[str, str]


class Clock(Rule):
    """A time limit. Of several clocks with one id, the first whose `when` holds is the one that runs.

    `within` counts forward from `from`; `before` counts back from it or, with `within`, from the end of that
    period; `every` repeats the limit, each time fulfilled by the step `done_by`; `on` is a fixed day each year
    (MM-DD), and fixed-date without it the day that `from` names. `end` names a field that says the end, its day
    (fixed-date) or its very instant (fixed-instant); a later step that gives the field moves it. At-once: the act
    sets no figure. `owed_by`: of several in a role, the first named. `duty`: what the act obliges to (`shall`) or
    allows (`may`), or what one side only wishes (`wish`): no law backs it. What must stop or be deleted `on_expiry`
    protects persons: it never moves.
    """

    id: Name
    owed_by: Name
    text: str = ""
    from_: Reference | LatestOf | None = Setting(None, alias="from")
    until: list[Reference] = []
    counting: Literal[
        "exact-hours", "calendar-days", "working-days", "fixed-date", "fixed-instant", "at-once"
    ]
    within: Duration | None = None
    before: Duration | None = None
    every: Duration | None = None
    end: Name | None = None
    on: str | None = Setting(None, pattern=r"^\d\d-\d\d$")
    done_by: Name | None = None
    excluding: Excluding | None = None
    when: Condition | None = None
    duty: Literal["shall", "may", "wish"] = "shall"
    on_expiry: Literal["warn", "stop", "delete", "open"] = "warn"

    @model_validator(mode="after")
    def _one_measure(self) -> Clock:
        given = [name for name in ("within", "before", "every") if getattr(self, name)]
        expected = 0 if self.counting in ("at-once", "fixed-date", "fixed-instant") else 1
        if len(given) != expected and not (expected and given == ["within", "before"]):
            raise ValueError(f"clock {self.id}: {self.counting} needs {expected} of within, before, every")
        if self.counting == "fixed-date" and not (self.on or self.from_):
            raise ValueError(f"clock {self.id}: fixed-date needs `on` or `from`")
        if self.counting == "fixed-instant" and not self.end:
            raise ValueError(f"clock {self.id}: fixed-instant needs `end`")
        if self.end and not (self.from_ and self.counting in ("fixed-date", "fixed-instant")):
            raise ValueError(f"clock {self.id}: `end` needs `from` and a fixed date or instant")
        if bool(self.every) != bool(self.done_by):
            raise ValueError(f"clock {self.id}: `every` and `done_by` belong together")
        length = self.length
        if length and (self.counting == "exact-hours") != ("T" in length):
            raise ValueError(f"clock {self.id}: {length} cannot be counted in {self.counting}")
        return self

    @property
    def length(self) -> str | None:
        """The duration, whichever way it counts."""
        return self.before or self.within or self.every


class Pause(Rule):
    """Stops the named clock between two moments; the rest of the period is kept to the minute."""

    clock: Name
    from_: Reference = Setting(alias="from")
    until: Reference
    when: Condition | None = None


class Extension(Rule):
    """Lets the named clock be exceeded: `open`, as far as needed, else `by` more. `duty`: a clock then owed."""

    clock: Name
    when: Condition
    open: bool = False
    by: Duration | None = None
    duty: Name | None = None

    @model_validator(mode="after")
    def _open_or_by(self) -> Extension:
        if self.open == bool(self.by):
            raise ValueError(f"extension of {self.clock}: either open or by")
        return self


class Refusal(Rule):
    """A ground on which it may be refused; `partial`: only as far as the ground reaches."""

    id: str
    text: str
    partial: bool = False
    when: Condition | None = None


class Waiver(Rule):
    """A reason not to send a copy in this case."""

    id: Name
    text: str


class Copy(Rule):
    """Who else gets a copy, when; `assess: always` means that somebody must decide each time and say why."""

    id: Name
    to: str
    of: Name = "sent"
    text: str = ""
    when: Condition | None = None
    waivers: list[Waiver] = []
    assess: Literal["always"] | None = None


class Retention(Rule):
    """What happens to the data when: `after` a moment, for a group of fields, `unless` a condition holds."""

    after: Duration
    from_: Reference = Setting(alias="from")
    do: Literal["review", "mask", "delete", "warn"]
    then_every: Duration | None = None
    fields: Name | None = None
    when: Condition | None = None
    unless: Condition | None = None


class Approval(Rule):
    """A step that another must approve first: four eyes, a central access point, a judge.

    It is given by the step `approved`; `after_the_fact` is the condition under which it may follow.
    """

    by: Name
    consent: Literal["all", "any"] = "any"
    after_the_fact: Condition | None = None


class Consent(Rule):
    """A use that needs the consent of another; `silence`: no answer in time counts as consent."""

    id: Name
    of: Name
    text: str
    silence: bool = False


class Channel(Rule):
    """The channel to use, with the exceptions under which another one is allowed."""

    use: str
    exceptions: list[Waiver] = []


class Handling(Rule):
    """How what is sent may be used by who receives it."""

    id: Name
    text: str


class Category(Rule):
    """Personal data that may be exchanged about one kind of person."""

    subject: Name
    data: list[str] = Setting(min_length=1)


class Statistics(Rule):
    """What must be counted, for whom, by which day of the next year (MM-DD)."""

    to: str
    due: str = Setting(pattern=r"^\d\d-\d\d$")
    counters: list[Name] = Setting(min_length=1)


class Logging(Rule):
    """What must be recorded of each access and how long it is kept."""

    fields: list[str] = Setting(min_length=1)
    keep: Duration | None = None


class Need(Strict):
    """What a lifecycle asks for with a step, whatever the act; it bears the step's article then."""

    id: Name
    type: Literal["choice", "text", "longtext"]
    label: str
    help: str = ""
    of: list[Choice] = []
    multiple: bool = False
    required: bool = False

    def under(self, article: str) -> Field:
        """The same as a field under an article."""
        return Field(article=article, **{name: getattr(self, name) for name in type(self).model_fields})


class Step(Strict):
    """A move of a case, by one of the roles `by`, from one of the states `from` to the state `to`.

    `to` None: the state stays. `received_to`: the state once it has arrived. `partial_to`: the state when it
    covers only a part. `receipt_of`: it only reports that another step has arrived. `effect`: one sentence.
    `told`: the others learn of it. `needs`: what it asks for.
    """

    title: str
    by: list[Name] = Setting(min_length=1)
    from_: list[Name] = Setting(alias="from", min_length=1)
    to: Name | None = None
    received_to: Name | None = None
    partial_to: Name | None = None
    receipt_of: Name | None = None
    effect: str = ""
    consent: Literal["all", "any"] = "any"
    duty: Literal["shall", "may"] = "may"
    told: bool = True
    needs: list[Need] = []


class StepRule(Rule):
    """What an act says of one step: its article, what it needs, when it is open.

    `step` is given in full where the act adds a step that its lifecycle does not have.
    """

    step: Step | None = None
    when: Condition | None = None
    needs: list[Field] = []
    approval: Approval | None = None
    effect: str = ""
    consent: Literal["all", "any"] | None = None
    duty: Literal["shall", "may"] | None = None


class Part(Rule):
    """A part of a case with clocks of its own: a recommendation, an evidence item, a member, a handover."""

    title: str
    fields: list[Field] = []
    clocks: list[Clock] = []
    retention: list[Retention] = []
