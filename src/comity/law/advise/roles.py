"""Who takes which part in a procedure: who asks opens it, the other side takes a role that its kind may hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from comity.base.text import say, spelled
from comity.law.advise.answers import Against, Reason
from comity.law.advise.inquiry import Inquiry
from comity.law.decide import misfit
from comity.law.facts import Actor
from comity.law.procedures import BoundProcedure
from comity.law.schema import Party


@dataclass(frozen=True, slots=True)
class Cast:
    """The roles of who asks and of the other side (None: the procedure has no other side)."""

    mine: str
    theirs: str | None

    def facts(self, procedure: BoundProcedure, inquiry: Inquiry) -> dict[str, Any]:
        """The parties as facts of a case."""
        parties = {self.mine: [_fact(inquiry.me, procedure.rules.parties[self.mine])]}
        if self.theirs and inquiry.partner:
            party = procedure.rules.parties[self.theirs]
            parties.setdefault(self.theirs, []).append(_fact(inquiry.partner, party))
        return dict(parties)


def cast(procedure: BoundProcedure, inquiry: Inquiry) -> Cast | Against:
    """The roles, or the reason why the two cannot take part so."""
    parties = procedure.rules.parties
    openers = procedure.steps[procedure.lifecycle.opening].move.by
    mine = next((role for role in openers if _may_be(inquiry.me, parties[role])), None)
    if mine is None:
        return Against(procedure, "asker", _wrong(openers[0], parties[openers[0]], inquiry.me))
    others = list(_others(procedure, mine))
    if inquiry.partner is None:
        return Cast(mine, others[0] if others else None)
    theirs = next((role for role in others if _may_be(inquiry.partner, parties[role])), None)
    if theirs:
        return Cast(mine, theirs)
    if others:
        return Against(procedure, "parties", _wrong(others[0], parties[others[0]], inquiry.partner))
    return Against(procedure, "parties", Reason(say("no other authority takes part"), procedure.article))


def _others(procedure: BoundProcedure, mine: str) -> Iterator[str]:
    """The roles of the other side: the own one where several must hold it, those that must be filled, else any."""
    parties = procedure.rules.parties
    rest = [role for role in parties if role != mine]
    must = [role for role in rest if parties[role].min] + ([] if parties[mine].single else [mine])
    yield from sorted(must, key=lambda role: role != mine or parties[role].min < 2) or rest


def _may_be(actor: Actor, party: Party) -> bool:
    kind_fits = not party.kinds or actor.kind is None or actor.kind in party.kinds
    return kind_fits and party.country in (None, actor.country or party.country)


def _wrong(role: str, party: Party, actor: Actor) -> Reason:
    name = party.label or spelled(role)
    if party.kinds and actor.kind is not None and actor.kind not in party.kinds:
        return Reason(misfit(name, party.kinds, actor.kind), party.article)
    text = say(
        "{name} is of {country}, not of {other}", name=name, country=party.country or "", other=actor.country
    )
    return Reason(text, party.article)


def _fact(actor: Actor, party: Party) -> dict[str, Any]:
    """The authority as a fact; where only one kind may hold the role, it is of that kind."""
    only = party.kinds[0] if len(party.kinds) == 1 else None
    return {"kind": actor.kind or only, "country": actor.country}
