"""What the law engine answers. Each answer carries its articles; `as_json` is the documented outside form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from comity.law.schema import Channel, Statistics, Waiver

if TYPE_CHECKING:
    from comity.law.clocks import ClockRun
    from comity.law.procedures import BoundProcedure
    from comity.law.steps import History, StepOption


@dataclass(frozen=True, slots=True)
class Answer:
    """Yes, no or not known (None), the articles it rests on, and one sentence why."""

    value: bool | None
    articles: tuple[str, ...]
    reason: str

    def as_json(self) -> dict[str, Any]:
        return {"value": self.value, "articles": list(self.articles), "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact that is missing. `of`: the role that can know it; `blocks`: nothing may be sent without it."""

    field: str
    article: str
    of: str | None = None
    blocks: bool = True

    def as_json(self) -> dict[str, Any]:
        return {"field": self.field, "article": self.article}


@dataclass(frozen=True, slots=True)
class OpenRefusal:
    """A ground on which the requested side may refuse."""

    id: str
    article: str
    text: str
    partial: bool
    checked: bool

    def as_json(self) -> dict[str, Any]:
        return {"id": self.id, "article": self.article}


@dataclass(frozen=True, slots=True)
class OwedCopy:
    """A copy to send, or (`assess`) a decision to take on one. `of` is the step it goes along with."""

    id: str
    to: str
    of: str
    article: str
    text: str
    assess: str | None
    waivers: tuple[Waiver, ...]
    checked: bool

    def as_json(self) -> dict[str, Any]:
        waivers = [{"id": waiver.id, "article": waiver.article} for waiver in self.waivers]
        content = {"id": self.id, "to": self.to, "of": self.of, "article": self.article, "waivers": waivers}
        return content | ({"assess": self.assess} if self.assess else {})


@dataclass(frozen=True, slots=True)
class Keeping:
    """What happens to the data when; `at` None until the moment it counts from is known. Never moved."""

    after: str
    from_: str
    do: str
    article: str
    at: datetime | None
    fields: str | None
    then_every: str | None
    part: str | None
    checked: bool

    def as_json(self) -> dict[str, Any]:
        return {
            "after": self.after,
            "from": self.from_,
            "do": self.do,
            "article": self.article,
            "at": self.at and self.at.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Decision:
    """The law's answer about one case at one instant."""

    procedure_id: str
    at: datetime
    state: str
    applies: Answer
    may: Answer
    missing: tuple[Missing, ...] = ()
    clocks: tuple[ClockRun, ...] = ()
    due: ClockRun | None = None
    refusals: tuple[OpenRefusal, ...] = ()
    copies: tuple[OwedCopy, ...] = ()
    retention: tuple[Keeping, ...] = ()
    steps: tuple[StepOption, ...] = ()
    history: History | None = None
    channel: Channel | None = None
    statistics: Statistics | None = None
    procedure: BoundProcedure | None = None

    def steps_for(self, *roles: str) -> tuple[StepOption, ...]:
        """The steps that are for one of the roles, allowed or not."""
        return tuple(option for option in self.steps if set(option.by) & set(roles))

    def as_json(self) -> dict[str, Any]:
        """The documented outside form: instants in ISO 8601 with the offset of who must act."""
        due = self.due and self.due.as_json()
        return {
            "procedure": self.procedure_id,
            "applies": self.applies.as_json(),
            "may": self.may.as_json(),
            "missing": [one.as_json() for one in self.missing],
            "clocks": [clock.as_json() for clock in self.clocks],
            "due": due
            and {"at": due["at"], "latest": due["latest"], "clock": due["id"], "paused": due["paused"]},
            "refusals": [ground.as_json() for ground in self.refusals],
            "copies": [copy.as_json() for copy in self.copies],
            "retention": [keeping.as_json() for keeping in self.retention],
        }
