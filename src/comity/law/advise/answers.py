"""What the book advises: procedures that fit or may fit, and why not the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from comity.law.clocks import ClockRun
from comity.law.effects import Effect
from comity.law.procedures import BoundProcedure

Group = Literal["conditions", "asker", "parties", "place", "date", "about", "want"]
"""Why a procedure is none for the case, the nearest miss first."""

GROUPS: Mapping[Group, str] = {
    "conditions": "A condition is not met",
    "asker": "For another kind of authority to ask",
    "parties": "Not addressed to such an authority",
    "place": "Not between these states",
    "date": "Not in force on that day",
    "about": "About something else",
    "want": "For something else",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence, and the article it rests on."""

    text: str
    article: str

    def as_json(self) -> dict[str, Any]:
        return {"text": self.text, "article": self.article}


@dataclass(frozen=True, slots=True)
class Question:
    """A fact that nobody gave. `decides`: whether the procedure is open hangs on it; else only a clock does."""

    fact: str
    text: str
    article: str
    decides: bool = True

    def as_json(self) -> dict[str, Any]:
        return {"fact": self.fact, "question": self.text, "article": self.article, "decides": self.decides}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A procedure that is open (`fits`) or open when the questions that decide are answered (`perhaps`).

    `role` is that of who asks, `partner_role` that of the other side, which is one of `partner_kinds` (empty: any).
    `before`: acts that come first where they regulate the exchange themselves. `opened`: what the offences decide.
    """

    procedure: BoundProcedure
    role: str
    partner_role: str | None
    partner_kinds: tuple[str, ...]
    reasons: tuple[Reason, ...]
    clocks: tuple[ClockRun, ...]
    questions: tuple[Question, ...]
    opened: tuple[Effect, ...]
    before: tuple[Reason, ...] = ()
    yields: bool = False

    @property
    def fits(self) -> bool:
        """Whether nothing more must be known, and no act that comes first fits too."""
        return not self.yields and not any(question.decides for question in self.questions)

    @property
    def status(self) -> Literal["fits", "perhaps"]:
        return "fits" if self.fits else "perhaps"

    @property
    def articles(self) -> tuple[str, ...]:
        """The articles it rests on, the procedure's own first."""
        return tuple(dict.fromkeys([self.procedure.article, *(reason.article for reason in self.reasons)]))

    @property
    def refusals(self) -> tuple[Effect, ...]:
        """The grounds of refusal that the offences open."""
        return tuple(each for each in self.opened if each.kind == "refusal" and each.truth.value)

    def as_json(self) -> dict[str, Any]:
        refusals = [{"id": e.name, "article": e.rule.article, "text": e.text} for e in self.refusals]
        return {
            "procedure": self.procedure.id,
            "title": self.procedure.title,
            "instrument": self.procedure.instrument.title,
            "status": self.status,
            "role": self.role,
            "partner": {"role": self.partner_role, "kinds": list(self.partner_kinds)},
            "reasons": [each.as_json() for each in self.reasons],
            "articles": list(self.articles),
            "clocks": [each.as_json() | {"text": each.text, "assumed": each.assumed} for each in self.clocks],
            "missing": [each.as_json() for each in self.questions],
            "refusals": refusals,
            "yields_to": [each.as_json() for each in self.before],
        }


@dataclass(frozen=True, slots=True)
class Against:
    """A procedure that does not fit, with the first reason."""

    procedure: BoundProcedure
    group: Group
    reason: Reason

    def as_json(self) -> dict[str, Any]:
        return {
            "procedure": self.procedure.id,
            "title": self.procedure.title,
            "group": self.group,
            "reason": self.reason.text,
            "article": self.reason.article,
        }


@dataclass(frozen=True, slots=True)
class Advice:
    """What was found: `open` best first, `against` by group, in the order of `GROUPS`."""

    at: datetime
    open: tuple[Candidate, ...]
    against: tuple[Against, ...]

    def grouped(self) -> list[tuple[Group, list[Against]]]:
        """What does not fit, by why; groups of none are left out."""
        groups = [(group, [each for each in self.against if each.group == group]) for group in GROUPS]
        return [(group, found) for group, found in groups if found]

    def as_json(self) -> dict[str, Any]:
        """The documented outside form."""
        return {
            "at": self.at.isoformat(),
            "procedures": [each.as_json() for each in self.open],
            "against": [each.as_json() for each in self.against],
        }
