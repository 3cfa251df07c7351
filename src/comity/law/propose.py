"""Which procedure to use: those of the book that fit who asks whom, special acts before general ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from comity.base.text import joined, say
from comity.base.time import now
from comity.law.book import Book
from comity.law.decide import decide, parties_fit
from comity.law.facts import read_facts
from comity.law.procedures import BoundProcedure


@dataclass(frozen=True, slots=True)
class Proposal:
    """A procedure that fits the parties, with the reason and the articles."""

    procedure_id: str
    title: str
    instrument: str
    articles: tuple[str, ...]
    reason: str


def propose(book: Book, facts: Mapping[str, Any], at: datetime | None = None) -> list[Proposal]:
    """The procedures open to the parties that the facts name, best first.

    `facts` names parties by role (`requester`, `requested`); a procedure fits when those are its roles, their
    kinds are right and its act applies. Acts to which another yields come before that other.
    """
    instant = at or now()
    parties = {role: value for role, value in facts.items() if isinstance(value, Mapping | list)}
    view = book.at(instant)
    fitting = [procedure for procedure in view.procedures() if _fits(book, procedure, parties, instant)]
    order = {procedure.id: number for number, procedure in enumerate(fitting)}
    fitting.sort(key=lambda procedure: (_general(procedure), order[procedure.id]))
    return [_proposal(procedure) for procedure in fitting]


def _fits(book: Book, procedure: BoundProcedure, parties: Mapping[str, Any], instant: datetime) -> bool:
    named = {role for role, party in procedure.rules.parties.items() if party.min and not party.country}
    if named != set(parties):
        return False
    facts = read_facts(procedure, parties)
    if any(True for _ in parties_fit(procedure, facts)):
        return False
    return decide(book, procedure.id, parties, instant).applies.value is True


def _general(procedure: BoundProcedure) -> int:
    """How many acts come before this one."""
    yields = procedure.instrument.yields_to
    return len(yields.acts) if yields else 0


def _proposal(procedure: BoundProcedure) -> Proposal:
    articles = tuple(dict.fromkeys(_articles(procedure)))
    kinds = joined(
        "{first} to {then}", (party.label or role for role, party in procedure.rules.parties.items())
    )
    return Proposal(
        procedure_id=procedure.id,
        title=procedure.title,
        instrument=procedure.instrument.title,
        articles=articles,
        reason=say("{parties}: {purpose}", parties=kinds, purpose=procedure.rules.purpose),
    )


def _articles(procedure: BoundProcedure) -> Iterator[str]:
    yield procedure.article
    for party in procedure.rules.parties.values():
        yield party.article
