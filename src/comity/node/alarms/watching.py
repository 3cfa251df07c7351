"""Raising, clearing and passing up alarms: what should be active is compared with what is, at any instant.

Nothing is remembered between two looks but the rows, so that a look that is killed is simply done again, and
none raises twice what another has raised.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from comity.base.time import now
from comity.node import access, ledger, scope
from comity.node.alarms import rota, sources, telling
from comity.node.alarms.models import Alarm
from comity.node.alarms.sources import Wanted
from comity.node.cases import rules
from comity.node.cases.models import Case

AT_MOST = 500
"""New alarms raised at one look, the most pressing first; the next look raises the others."""

LOCK = 0xA1A2


def watch(at: datetime | None = None) -> None:
    """Look once at everything that may alarm, on behalf of the node for one authority."""
    access.require("alarm.raise")
    at = at or now()
    if not _alone():
        return
    _reconcile(at)
    _pass_up(at)
    _tell(at)


def active() -> QuerySet[Alarm]:
    """The alarms of the acting authority whose reason lasts."""
    return Alarm.objects.filter(cleared_at=None)


def _alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK, scope.current_authority()])
        return bool(cursor.fetchone()[0])


def _reconcile(at: datetime) -> None:
    wanted = {each.key: each for each in sources.wanted(at)}
    known = {(case, level, occasion): pk for pk, case, level, occasion in active().values_list(*_KEY)}
    gone = [pk for key, pk in known.items() if key not in wanted]
    Alarm.objects.filter(pk__in=gone).update(cleared_at=at)
    missing = [each for key, each in wanted.items() if key not in known]
    new = _again(missing)[:AT_MOST]
    cases = {case.pk: case for case in _cases(each.case for each in new)}
    for each in new:
        if each.case in cases:
            _raise(cases[each.case], each, at)


_KEY = ("pk", "case", "level", "occasion")


def _again(missing: list[Wanted]) -> list[Wanted]:
    """Those that were never raised; one whose reason has come back lasts on as it was."""
    before = Alarm.objects.filter(case__in={each.case for each in missing}).exclude(cleared_at=None)
    ended = {(case, level, occasion): pk for pk, case, level, occasion in before.values_list(*_KEY)}
    back = [ended[each.key] for each in missing if each.key in ended]
    Alarm.objects.filter(pk__in=back).update(cleared_at=None)
    return [each for each in missing if each.key not in ended]


def _cases(ids: Iterable[UUID]) -> QuerySet[Case]:
    return (
        Case.objects.filter(pk__in=set(ids))
        .select_related("authority", "partner")
        .prefetch_related("steps", "parties__holder")
    )


def _raise(case: Case, wanted: Wanted, at: datetime) -> Alarm:
    alarm = Alarm.objects.create(
        case=case,
        level=wanted.level,
        occasion=wanted.occasion,
        article=_article(case, wanted, at),
        due_at=wanted.due_at,
        raised_at=at,
    )
    _note("alarm.raised", alarm)
    return alarm


def _article(case: Case, wanted: Wanted, at: datetime) -> str:
    due = rules.decision(case, at).due if wanted.due_at else None
    return rules.cite(case.procedure, due.article) if due else rules.article(case.procedure, case.opened_at)


def _pass_up(at: datetime) -> None:
    wait = timedelta(minutes=rota.rules().pass_up_after)
    open_ones = active().filter(acknowledged_at=None).select_related("case")
    first = open_ones.filter(escalation=0, told_at__lte=at - wait)
    second = open_ones.filter(escalation=1, level=sources.MISSED, told_at__lte=at - wait)
    for alarm in (*second, *first):
        alarm.escalation += 1
        alarm.told_at = None
        alarm.save(update_fields=["escalation", "told_at"])
        _note("alarm.passed-up", alarm)


def _tell(at: datetime) -> None:
    waiting = list(active().filter(told_at=None, acknowledged_at=None).select_related("case__assigned_to"))
    if not waiting:
        return
    told = telling.tell(waiting, at)
    Alarm.objects.filter(pk__in=[alarm.pk for alarm in told]).update(told_at=at)


def _note(kind: str, alarm: Alarm) -> None:
    ledger.record(
        kind,
        article=alarm.article,
        case=str(alarm.case.conversation),
        subject=str(alarm.pk),
        body={
            "reference": alarm.case.reference,
            "level": alarm.level,
            "due_at": alarm.due_at.isoformat() if alarm.due_at else None,
            "passed_up": alarm.escalation,
        },
    )
