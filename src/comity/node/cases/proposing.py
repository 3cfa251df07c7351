"""Which procedures two authorities could use with each other, and why not the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from comity.base.text import joined
from comity.base.time import now
from comity.law import Decision, decide
from comity.law.decide import parties_fit
from comity.law.facts import KINDS, read_facts
from comity.law.procedures import BoundProcedure
from comity.node import authorities
from comity.node.authorities import Authority
from comity.node.cases import rules, seating
from comity.node.cases.models import Party

ORDER = ("question", "notice", "search", "alert", "filing", "joint", "plan")
"""The lifecycles in the order in which their procedures are proposed."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A procedure that one could open towards another, who would hold which role, and what the engine says of it."""

    procedure: BoundProcedure
    decision: Decision
    misfits: tuple[str, ...]
    seats: tuple[Party, ...]

    @property
    def complete(self) -> bool:
        """Whether every role that must be filled is."""
        roles = self.procedure.rules.parties
        return all(sum(each.role == name for each in self.seats) >= role.min for name, role in roles.items())

    @property
    def fits(self) -> bool:
        """Whether the act applies and the two may use it with each other, perhaps together with further parties."""
        applies = self.decision.applies.value
        return not self.misfits and (applies is True or (applies is None and not self.complete))

    @property
    def reason(self) -> str:
        """Why it fits, or why not."""
        return joined("{first}; {then}", self.misfits) or self.decision.applies.reason


def proposals(opener: Authority, other: Authority, at: datetime | None = None) -> list[Proposal]:
    """Every procedure that one could open towards another, each with its reason: those that fit first.

    Of these, the ones that ask before the others, and the ones made for few kinds of authorities before the wider.
    """
    at = at or now()
    directory = authorities.partners_of(opener)
    view = rules.book().at(at)
    found = [
        _proposal(view.procedure(name), opener, other, directory, at) for name in rules.book().procedures
    ]
    return sorted(found, key=lambda each: (not each.fits, _place(each.procedure), _breadth(each)))


def against(procedure_id: str, opener: Authority, other: Authority, at: datetime) -> str:
    """Why one cannot open a procedure towards another at an instant; nothing where it can. UnknownProcedure."""
    bound = rules.procedure(procedure_id, at)
    proposal = _proposal(bound, opener, other, authorities.partners_of(opener), at)
    return "" if proposal.fits else proposal.reason


def _proposal(
    bound: BoundProcedure, opener: Authority, other: Authority, directory: Sequence[Authority], at: datetime
) -> Proposal:
    seats = seating.fill(bound, opener, other, directory)
    roles = rules.roles_as_facts(seats)
    answer = decide(rules.book(), bound.id, roles, at)
    return Proposal(bound, answer, tuple(_misfits(bound, roles)), tuple(seats))


def _misfits(bound: BoundProcedure, roles: dict[str, Any]) -> Iterator[str]:
    for _, reason, known in parties_fit(bound, read_facts(bound, roles)):
        if known is False:
            yield reason


def _breadth(proposal: Proposal) -> int:
    """How many kinds of authorities could hold the roles that the two would hold."""
    rules_of = proposal.procedure.rules.parties
    return sum(len(rules_of[each.role].kinds) or len(KINDS) for each in proposal.seats)


def _place(bound: BoundProcedure) -> int:
    lifecycle = bound.rules.lifecycle
    return ORDER.index(lifecycle) if lifecycle in ORDER else len(ORDER)
