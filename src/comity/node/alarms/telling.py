"""Whom an alarm is told to: those whom it concerns and who are on duty; at night the supervisor on call.

A restricted case is told to its readers alone, and to no program.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from comity.node.alarms import rota, sources
from comity.node.alarms.models import Alarm, AlarmRules, Preferences, Telling, Webhook
from comity.node.authorities import Officer, colleagues
from comity.node.cases import readers, teams

SUPERVISOR = "supervisor"


@dataclass(frozen=True, slots=True)
class Desk:
    """Who works at the authority and who of them is on duty, read once for all alarms of an instant."""

    at: datetime
    workers: list[Officer]
    on_duty: list[Officer]
    rules: AlarmRules

    @classmethod
    def of(cls, at: datetime) -> Desk:
        """The desk of the acting authority at an instant."""
        return cls(at, colleagues(), rota.on_duty(at), rota.rules())

    @property
    def on_call(self) -> list[Officer]:
        """The supervisor who is reached when nobody is on duty, if one is named."""
        officer = self.rules.on_call
        return [officer] if officer and officer.active else []


def whom(alarm: Alarm, desk: Desk) -> list[Officer]:
    """Who is told of an alarm now; nobody while it is quiet: then it is told when somebody comes on duty."""
    concerned = _knowing(alarm, _concerned(alarm, desk))
    on_duty = _knowing(alarm, desk.on_duty)
    if alarm.escalation:
        on_duty = _supervisors(on_duty)
    told = _both(concerned, on_duty) or on_duty or _knowing(alarm, desk.on_call)
    if breaks_quiet(alarm, desk.rules):
        told = [*told, *(each for each in concerned if each not in told)]
    return told


def breaks_quiet(alarm: Alarm, rules: AlarmRules) -> bool:
    """Whether those whom it concerns are told even when they are not on duty: a missed limit of an urgent case."""
    return (
        rules.missed_breaks_quiet and alarm.level == sources.MISSED and bool(alarm.case.facts.get("urgent"))
    )


def tell(alarm: Alarm, desk: Desk) -> bool:
    """Make the mails and calls by which an alarm is told, in this transaction; False while nobody is to be told."""
    officers = whom(alarm, desk)
    if not officers:
        return False
    mails = Preferences.objects.filter(officer__in=officers, by_mail=True).exclude(mail="")
    state = Telling.PENDING if settings.HOME.alarms.mail else Telling.NOT_SET_UP
    made = [_telling(alarm, desk, Telling.MAIL, state, officer=each.officer) for each in mails]
    if not readers.of(alarm.case):
        hooks = Webhook.objects.filter(active=True)
        made += [_telling(alarm, desk, Telling.WEBHOOK, Telling.PENDING, webhook=each) for each in hooks]
    Telling.objects.bulk_create(made)
    return True


def _telling(
    alarm: Alarm,
    desk: Desk,
    channel: str,
    state: str,
    *,
    officer: Officer | None = None,
    webhook: Webhook | None = None,
) -> Telling:
    return Telling(
        alarm=alarm,
        case=alarm.case,
        officer=officer,
        webhook=webhook,
        channel=channel,
        escalation=alarm.escalation,
        made_at=desk.at,
        state=state,
        due_at=desk.at if state == Telling.PENDING else None,
    )


def _concerned(alarm: Alarm, desk: Desk) -> list[Officer]:
    case = alarm.case
    team = teams.members(case.team) if case.team else []
    if alarm.escalation == 0:
        return [case.holder] if case.holder else team or desk.workers
    supervisors = _supervisors(desk.workers)
    return (_supervisors(team) or supervisors) if alarm.escalation == 1 else supervisors


def _supervisors(officers: Iterable[Officer]) -> list[Officer]:
    return [each for each in officers if SUPERVISOR in each.roles]


def _knowing(alarm: Alarm, officers: Iterable[Officer]) -> list[Officer]:
    named = {each.pk for each in readers.of(alarm.case)}
    return [each for each in officers if not named or each.pk in named]


def _both(some: list[Officer], others: list[Officer]) -> list[Officer]:
    return [each for each in some if each in others]
