"""Who takes part in a case, in which role.

A procedure of two roles, each held by one, needs no more than the case itself says (`plain`). Every other case has
a row for each party in each of its roles, in the order in which whoever opened it wrote them down.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import prefetch_related_objects

from comity.base.errors import InputError
from comity.base.text import say
from comity.base.time import now
from comity.law.procedures import BoundProcedure
from comity.node.authorities import Authority
from comity.node.cases.models import COPY, Case, Party

MOST = 100
"""Parties of one case."""


def plain(bound: BoundProcedure) -> bool:
    """Whether a procedure knows two roles only, each held by one."""
    roles = bound.rules.parties
    return len(roles) == 2 and all(rule.single and rule.min for rule in roles.values())


def openers(bound: BoundProcedure) -> list[str]:
    """The roles that may open a case of the procedure."""
    return bound.steps[bound.lifecycle.opening].move.by


def label(bound: BoundProcedure, role: str) -> str:
    """The name of a role as the act has it."""
    rule = bound.rules.parties.get(role)
    return (rule and rule.label) or role


def party(role: str, authority: Authority) -> Party:
    """An authority of the directory in a role; nothing is saved."""
    return Party(
        role=role,
        code=authority.code,
        name=authority.name,
        kind=authority.kind,
        country=authority.country,
        holder=authority,
    )


def of(case: Case, bound: BoundProcedure) -> list[Party]:
    """Everyone who takes part in a case; whoever holds two roles stands there twice."""
    if not plain(bound):
        prefetch_related_objects([case], "parties__holder")
        rows = list(case.parties.all())
        if rows:
            return rows
    theirs = case.other_role if case.other_role in bound.rules.parties else openers(bound)[0]
    left = [role for role in bound.rules.parties if role != theirs]
    mine = left[0] if case.role == COPY and left else case.role
    return [party(mine, case.authority), party(theirs, case.partner)]


def own_roles(case: Case, bound: BoundProcedure) -> list[str]:
    """The roles that the own authority holds; in a copy it holds none of the procedure's."""
    return [COPY] if case.role == COPY else roles_of(case, bound, case.authority.code)


def roles_of(case: Case, bound: BoundProcedure, code: str) -> list[str]:
    """The roles that an authority holds in a case."""
    return [each.role for each in of(case, bound) if each.code == code]


def others(case: Case, bound: BoundProcedure) -> list[Party]:
    """Each other party once, in its first role; the main partner comes first."""
    found: dict[str, Party] = {}
    for each in of(case, bound):
        if each.code != case.authority.code:
            found.setdefault(each.code, each)
    return sorted(found.values(), key=lambda each: each.code != case.partner.code)


def holders(case: Case, bound: BoundProcedure, role: str) -> list[Party]:
    """The other parties that hold a role; the main partner where nobody is known to."""
    found = [each for each in of(case, bound) if each.role == role and each.code != case.authority.code]
    return found or [party(role, case.partner)]


def save(case: Case, bound: BoundProcedure, seats: Iterable[Party]) -> None:
    """Write down the parties of a new case, where the case itself does not say all."""
    if plain(bound):
        return
    for number, each in enumerate(seats, 1):
        each.case, each.number, each.joined_at = case, number, now()
        each.save(force_insert=True)


def as_told(seats: Iterable[Party]) -> list[dict[str, str]]:
    """The parties as the message that opens a case names them."""
    return [
        {name: getattr(each, name) for name in ("role", "code", "name", "kind", "country")} for each in seats
    ]


def as_heard(told: Any, bound: BoundProcedure) -> list[Party]:
    """The parties that such a message names: as our directory knows them, or else as the message says.

    Raises InputError when it is not of that form, names one twice in a role, or a role that the procedure has not.
    """
    if not isinstance(told, list) or not 1 < len(told) <= MOST:
        raise InputError("expected a list of parties", field="parties")
    codes = [str(each.get("code")) for each in told if isinstance(each, Mapping)]
    known = {each.code: each for each in Authority.objects.filter(code__in=codes, active=True)}
    heard = [_heard(each, known) for each in told]
    for each in heard:
        if each.role not in bound.rules.parties:
            raise InputError(
                say("{title} has no role {role!r}", title=bound.title, role=each.role), field="parties"
            )
    if len({(each.code, each.role) for each in heard}) < len(heard):
        raise InputError("a partner is named twice in the same role", field="parties")
    return heard


def _heard(told: Any, known: Mapping[str, Authority]) -> Party:
    if not isinstance(told, Mapping):
        raise InputError("expected a list of parties", field="parties")
    said = {name: told.get(name) for name in ("role", "code", "name", "kind", "country")}
    for name, most in (("role", 40), ("code", 40), ("name", 120), ("kind", 40), ("country", 2)):
        value = said[name]
        if not isinstance(value, str) or not 0 < len(value) <= most:
            raise InputError(say("a party without its {name}", name=name), field="parties")
    holder = known.get(str(said["code"]))
    return party(str(said["role"]), holder) if holder else Party(**said)
