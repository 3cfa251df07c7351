"""Teams of an authority: officers who share work, and the team that receives what comes in."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from comity.base.errors import Conflict, InputError, NotFound
from comity.base.identifiers import LARGEST_ID
from comity.node import access, ledger
from comity.node.authorities import Membership, Officer, Team, colleagues
from comity.node.cases.models import Case


def teams() -> QuerySet[Team]:
    """The teams of the acting authority by name."""
    access.require("team.read")
    return Team.objects.filter(active=True)


def find(team_id: int) -> Team:
    """A team of the acting authority. Raises NotFound."""
    found = Team.objects.filter(pk=team_id, active=True).first() if 0 < team_id <= LARGEST_ID else None
    if found is None:
        raise NotFound("There is no such team here.")
    return found


def read(team_id: int) -> Team:
    """A team, for whoever works here. Raises NotFound, Denied."""
    access.require("team.read")
    return find(team_id)


def members(team: Team) -> list[Officer]:
    """The active officers of a team by name."""
    return list(Officer.objects.filter(active=True, memberships__team=team, memberships__active=True))


def team_ids(officer: Officer) -> list[int]:
    """The teams that an officer is in, by primary key."""
    inside = Membership.objects.filter(officer=officer, active=True, team__active=True)
    return list(inside.values_list("team_id", flat=True))


def inbox() -> Team | None:
    """The team that gets the requests that come in; None: they are nobody's until someone takes them."""
    return Team.objects.filter(inbox=True, active=True).first()


def make(name: str, officers: Iterable[int] = (), *, takes_in: bool = False) -> Team:
    """Make a team of some officers. Raises InputError on a missing or taken name or an unknown officer."""
    access.require("team.manage")
    team = Team(name=_name(name))
    _save(team, takes_in)
    ledger.record("team.made", body={"team": team.pk, "name": team.name, "inbox": takes_in})
    _set_members(team, set(officers))
    return team


def change(team_id: int, name: str, officers: Iterable[int], *, takes_in: bool = False) -> Team:
    """Give a team another name and other members, and say whether it gets what comes in. Raises as `make`."""
    access.require("team.manage")
    team = find(team_id)
    before = (team.name, team.inbox)
    team.name = _name(name)
    _save(team, takes_in)
    if before != (team.name, team.inbox):
        ledger.record("team.changed", body={"team": team.pk, "name": team.name, "inbox": takes_in})
    _set_members(team, set(officers))
    return team


def end(team_id: int) -> None:
    """Dissolve a team. Raises Conflict while open cases belong to it."""
    access.require("team.manage")
    team = find(team_id)
    if Case.objects.filter(team=team, closed_at=None).exists():
        raise Conflict("Open cases belong to this team: give them to another one first.")
    team.active = team.inbox = False
    team.save(update_fields=["active", "inbox"])
    Membership.objects.filter(team=team).update(active=False)
    ledger.record("team.ended", body={"team": team.pk, "name": team.name})


def _name(name: str) -> str:
    given = " ".join(name.split())
    if not given:
        raise InputError("give the team a name", field="name")
    return given[:80]


def _save(team: Team, takes_in: bool) -> None:
    if takes_in:
        Team.objects.filter(inbox=True).exclude(pk=team.pk).update(inbox=False)
    team.inbox = takes_in
    try:
        with transaction.atomic():
            team.save()
    except IntegrityError:
        raise InputError("there is already a team of this name", field="name") from None


def _set_members(team: Team, wanted: set[int]) -> None:
    known = {officer.pk: officer for officer in colleagues()}
    if not wanted <= set(known):
        raise InputError("no such officer here", field="officers")
    before = set(Membership.objects.filter(team=team, active=True).values_list("officer_id", flat=True))
    for officer in wanted - before:
        Membership.objects.update_or_create(team=team, officer_id=officer, defaults={"active": True})
        ledger.record("team.joined", body={"team": team.pk, "officer": str(known[officer].identity)})
    for left in Officer.objects.filter(pk__in=before - wanted):
        Membership.objects.filter(team=team, officer=left).update(active=False)
        ledger.record("team.left", body={"team": team.pk, "officer": str(left.identity)})
