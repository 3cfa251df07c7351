"""Filling the roles of a procedure before a case of it is opened: who fits where, and who is still to be found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from comity.base.errors import InputError, NotFound
from comity.base.text import say, spelled
from comity.law.procedures import BoundProcedure
from comity.law.schema import Party as Role
from comity.node import authorities
from comity.node.authorities import Authority
from comity.node.cases import parties
from comity.node.cases.models import Party

OUTSIDE = ("data-subject", "carrier", "economic-operator", "private-body", "bank")
"""Kinds of parties that are no authorities: one entry of the directory stands for all of a kind, without a name."""
STAND_IN = "~"
"""Begins the code of a party that stands for its kind: `~carrier`."""


def fits(role: Role, kind: str, country: str) -> bool:
    """Whether an authority may hold a role, as far as its kind and state decide."""
    return (not role.kinds or kind in role.kinds) and role.country in (None, country)


def opening_role(bound: BoundProcedure, opener: Authority) -> str:
    """The role in which an authority opens a case: the first that fits it, else the first."""
    roles = parties.openers(bound)
    fitting = [each for each in roles if fits(bound.rules.parties[each], opener.kind, opener.country)]
    return next(iter(fitting), roles[0])


def fill(
    bound: BoundProcedure, opener: Authority, other: Authority, directory: Iterable[Authority] = ()
) -> list[Party]:
    """The parties of a case that `opener` opens towards `other`, as far as they follow from these two.

    A role that one institution alone can hold goes to it, as the directory knows it; other roles that must be
    filled go to the opener, where it may hold them. Nothing is saved.
    """
    mine = opening_role(bound, opener)
    seats = [_seat(mine, opener), _seat(_role_for(bound, other, mine), other)]
    if parties.plain(bound):
        return seats
    for name, role in bound.rules.parties.items():
        if sum(each.role == name for each in seats) >= role.min:
            continue
        if role.country and len(role.kinds) == 1:
            seats.append(_institution(name, role, directory))
        elif fits(role, opener.kind, opener.country) and name != mine:
            seats.append(_seat(name, opener))
    return seats


def partner(code: str, me: Authority) -> Authority:
    """An authority of the directory by its code, or the one that stands for a kind of party, not yet saved: `~carrier`.

    Raises NotFound.
    """
    kind = code.removeprefix(STAND_IN)
    if code.startswith(STAND_IN) and kind in OUTSIDE:
        return Authority(code=code, name=_title(kind), kind=kind, country=me.country, channel="manual")
    return authorities.partner(code)


def in_directory(who: Authority) -> Authority:
    """The same with a place in the directory."""
    return who if who.pk else authorities.stand_in(who.kind, who.country, who.name)


def outside(me: Authority) -> list[Authority]:
    """One for each kind of party that is no authority, for a form to choose from; those known already are left out."""
    known = {each.kind for each in authorities.partners_of(me)}
    return [partner(STAND_IN + kind, me) for kind in OUTSIDE if kind not in known]


def _seat(role: str, who: Authority) -> Party:
    return parties.party(role, who) if who.pk else stand_in(role, who.kind, who.country)


def _title(kind: str) -> str:
    name = spelled(kind)
    return name[:1].upper() + name[1:]


def _role_for(bound: BoundProcedure, other: Authority, mine: str) -> str:
    """The role of the one to whom one turns: one that must be filled and names its kind, if there is any."""
    roles = bound.rules.parties
    free = {name: role for name, role in roles.items() if name != mine or role.max is None or role.max > 1}
    fitting = [name for name, role in free.items() if fits(role, other.kind, other.country)]

    def rank(name: str) -> tuple[bool, bool, bool]:
        needed = roles[name].min > (name == mine)
        return (not needed, not roles[name].kinds, name not in _active(bound))

    return min(fitting, key=rank, default=next(iter(free), mine))


def _active(bound: BoundProcedure) -> set[str]:
    return {role for step in bound.steps.values() for role in step.move.by}


def _institution(name: str, role: Role, directory: Iterable[Authority]) -> Party:
    kind, country = role.kinds[0], str(role.country)
    known = [each for each in directory if each.kind == kind and each.country == country]
    return parties.party(name, known[0]) if known else stand_in(name, kind, country)


def stand_in(role: str, kind: str, country: str) -> Party:
    """A party that stands for its kind in a state; `seated` gives it a place in the directory."""
    return Party(role=role, code=STAND_IN + kind, name=_title(kind), kind=kind, country=country)


def read(bound: BoundProcedure, me: Authority, given: Iterable[Mapping[str, str]]) -> list[Party]:
    """Parties as a form or a program gives them, `{"role", "partner"}`; ours is added where it is left out.

    Raises InputError on a role that the procedure does not have, or a party that nobody knows.
    """
    seats = [_read(bound, me, str(each.get("role")), str(each.get("partner"))) for each in given]
    if not any(each.code == me.code and each.role in parties.openers(bound) for each in seats):
        seats.insert(0, parties.party(opening_role(bound, me), me))
    for name, role in bound.rules.parties.items():
        single = role.country and len(role.kinds) == 1
        if single and role.min and not any(each.role == name for each in seats):
            seats.append(_institution(name, role, authorities.partners_of(me)))
    return seats


def _read(bound: BoundProcedure, me: Authority, role: str, code: str) -> Party:
    rule = bound.rules.parties.get(role)
    if rule is None:
        raise InputError(say("{title} has no role {role!r}", title=bound.title, role=role), field="parties")
    if code.startswith(STAND_IN):
        kind = code.removeprefix(STAND_IN)
        if kind not in choices_outside(rule) and not (rule.country and kind in rule.kinds):
            raise InputError("There is no such partner.", field=f"role-{role}")
        return stand_in(role, kind, rule.country or me.country)
    try:
        return parties.party(role, authorities.partner(code))
    except NotFound as error:
        raise InputError(error.sentence, field=f"role-{role}") from None


def choices_outside(rule: Role) -> list[str]:
    """The kinds that are no authorities and may hold a role."""
    return [kind for kind in OUTSIDE if kind in rule.kinds]


def seated(bound: BoundProcedure, me: Authority, seats: Sequence[Party]) -> list[Party]:
    """The parties of a case about to be opened, those that stand for their kind found in the directory.

    Raises InputError when nobody else takes part, a role is short of holders, or one stands there twice.
    """
    placed = [each if each.holder else _placed(each) for each in seats]
    reason = next(_against(bound, me, placed), None)
    if reason:
        raise InputError(reason[1], field=reason[0])
    return placed


def _placed(seat: Party) -> Party:
    return parties.party(seat.role, authorities.stand_in(seat.kind, seat.country, seat.name))


def _against(bound: BoundProcedure, me: Authority, seats: Sequence[Party]) -> Iterator[tuple[str, str]]:
    if not any(each.code == me.code and each.role in parties.openers(bound) for each in seats):
        yield "parties", say("{title}: it is for {role} to open it", title=bound.title, role=_opener(bound))
    if all(each.code == me.code for each in seats):
        yield "parties", say("choose at least one partner")
    if len({(each.code, each.role) for each in seats}) < len(seats):
        yield "parties", say("a partner is named twice in the same role")
    for name, role in bound.rules.parties.items():
        count = sum(each.role == name for each in seats)
        if count < role.min:
            named = parties.label(bound, name)
            yield (
                f"role-{name}",
                say("{name} needs {min}, has {count}", name=named, min=role.min, count=count),
            )


def _opener(bound: BoundProcedure) -> str:
    return parties.label(bound, parties.openers(bound)[0])
