"""The part of a form that says who holds which role: for cases of more than two parties or roles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from comity.base.text import say, spelled
from comity.law.procedures import BoundProcedure
from comity.law.schema import Party as Role
from comity.node import authorities
from comity.node.authorities import Authority
from comity.node.cases import parties, seating
from comity.node.cases.models import Case, Party, Step
from comity.web.language import t

PREFIX = "role-"
"""Begins the names of the form's fields."""


@dataclass(frozen=True, slots=True)
class Control:
    """A role with those who may hold it: `choices` are (value, text, whether chosen)."""

    role: str
    title: str
    rule: Role
    choices: list[tuple[str, str, bool]]
    error: str

    @property
    def name(self) -> str:
        """Its name in the form."""
        return PREFIX + self.role

    @property
    def needed(self) -> bool:
        """Whether somebody must hold it."""
        return self.rule.min > 0


def title(procedure: BoundProcedure, role: str) -> str:
    """A role in words, as the act has it."""
    return t(spelled(parties.label(procedure, role)))


def controls(
    procedure: BoundProcedure, me: Authority, seats: Iterable[Party], errors: Mapping[str, str]
) -> list[Control]:
    """One control for each role that others may hold, filled from the parties chosen so far."""
    chosen = [(each.role, each.code) for each in seats]
    directory = [me, *authorities.partners_of(me)]
    return [
        Control(
            name,
            title(procedure, name),
            role,
            [
                (code, text, (name, code) in chosen)
                for code, text in _choices(procedure, name, role, me, directory)
            ],
            errors.get(PREFIX + name, ""),
        )
        for name, role in procedure.rules.parties.items()
        if name != seating.opening_role(procedure, me) or not role.single
    ]


def _choices(
    procedure: BoundProcedure, name: str, role: Role, me: Authority, directory: Iterable[Authority]
) -> Iterable[tuple[str, str]]:
    mine = seating.opening_role(procedure, me)
    known = set()
    for each in directory:
        if seating.fits(role, each.kind, each.country) and not (each == me and name == mine):
            known.add(each.kind)
            yield each.code, _("us: %(name)s") % {"name": each.name} if each == me else _named(each)
    apart = role.kinds if role.country and len(role.kinds) == 1 else seating.choices_outside(role)
    for kind in apart:
        if kind not in known:
            yield seating.STAND_IN + kind, t(say("{kind}, without Comity", kind=spelled(kind)))


def _named(authority: Authority) -> str:
    return f"{authority.name} ({authority.country}, {spelled(authority.kind)})"


def read(procedure: BoundProcedure, me: Authority, given: QueryDict) -> list[Party]:
    """The parties that a form names, ours too. InputError names the field."""
    chosen = [
        {"role": name, "partner": code}
        for name in procedure.rules.parties
        for code in given.getlist(PREFIX + name)
        if code
    ]
    return seating.read(procedure, me, chosen)


def shown(case: Case, procedure: BoundProcedure, steps: Iterable[Step]) -> list[dict[str, Any]]:
    """The parties of a case as its page lists them, with what each has done of that which all must do."""
    steps = list(steps)
    return [
        {
            "party": each,
            "title": title(procedure, each.role),
            "ours": each.code == case.authority.code,
            "done": [step for step in steps if _is_of(step, each, procedure)],
        }
        for each in parties.of(case, procedure)
    ]


def _is_of(step: Step, party: Party, procedure: BoundProcedure) -> bool:
    known = procedure.steps.get(step.step)
    return step.by == party.code and step.party == party.role and known is not None and known.consent == "all"
