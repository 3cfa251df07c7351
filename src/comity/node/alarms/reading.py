"""The alarms that an officer sees, and seeing to them: by reference alone, so that no case is read by a glance."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet

from comity.base.errors import InputError, NotFound
from comity.base.time import now
from comity.node import access, ledger
from comity.node.alarms.models import Alarm
from comity.node.authorities import Membership, Officer
from comity.node.cases import teams

VIEWS = ("mine", "all")


def alarms(view: str = "mine") -> QuerySet[Alarm]:
    """The active alarms: those for the acting officer, or all of cases that it may know of. Raises InputError."""
    officer = access.require("alarm.read")
    if view not in VIEWS:
        raise InputError("expected mine or all", field="view")
    found = _active().select_related("case__partner", "case__assigned_to", "acknowledged_by")
    if view == "mine":
        found = found.filter(_for(officer))
    return found.prefetch_related("tellings")


def _active() -> QuerySet[Alarm]:
    return Alarm.objects.filter(cleared_at=None)


def _for(officer: Officer) -> Q:
    """What is for an officer: own cases, those of the teams, those of nobody, and what is passed up to it."""
    inside = teams.team_ids(officer)
    mine = Q(case__assigned_to=officer)
    free = Q(case__assigned_to=None) | Q(case__assigned_to__active=False)
    mine |= free & (Q(case__team=None) | Q(case__team__in=inside))
    if "supervisor" in officer.roles:
        supervised = Membership.objects.filter(
            active=True, officer__active=True, officer__roles__contains=["supervisor"]
        )
        others = Q(case__team=None) | Q(case__team__in=inside) | ~Q(case__team__in=supervised.values("team"))
        mine |= Q(escalation__gte=2) | Q(escalation=1) & others
    return mine


def unseen(officer: Officer) -> int:
    """How many alarms wait for an officer to see to them: the number at the bell."""
    return _active().filter(_for(officer), acknowledged_at=None).count()


def version(view: str = "mine") -> str:
    """Changes whenever the list of alarms does; for polling."""
    officer = access.require("alarm.read")
    shown = _active().filter(_for(officer)) if view == "mine" else _active()
    found = shown.aggregate(
        all=Count("pk"), seen=Count("acknowledged_at"), last=Max("raised_at"), told=Max("told_at")
    )
    return "-".join(
        str(value.timestamp() if hasattr(value, "timestamp") else value) for value in found.values()
    )


def acknowledge(alarm_id: UUID) -> Alarm:
    """Say that an alarm is seen to: it is passed up no further. Raises NotFound."""
    officer = access.require("alarm.acknowledge")
    alarm = _active().select_for_update(of=("self",)).select_related("case").filter(pk=alarm_id).first()
    if alarm is None:
        raise NotFound("There is no such alarm any more.")
    if alarm.acknowledged_at is None:
        _acknowledge(alarm, officer)
    return alarm


def acknowledge_all() -> int:
    """Say that all alarms for the acting officer are seen to; returns how many."""
    officer = access.require("alarm.acknowledge")
    waiting = _active().filter(_for(officer), acknowledged_at=None)
    found = list(waiting.select_for_update(of=("self",)).select_related("case"))
    for alarm in found:
        _acknowledge(alarm, officer)
    return len(found)


def _acknowledge(alarm: Alarm, officer: Officer) -> None:
    alarm.acknowledged_at, alarm.acknowledged_by = now(), officer
    alarm.save(update_fields=["acknowledged_at", "acknowledged_by"])
    ledger.record(
        "alarm.acknowledged",
        article=alarm.article,
        case=str(alarm.case.conversation),
        subject=str(alarm.pk),
        body={"reference": alarm.case.reference, "level": alarm.level},
    )
