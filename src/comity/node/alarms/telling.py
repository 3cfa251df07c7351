"""Whom an alarm is told to: those whom it concerns and who are on duty; at night the supervisor on call.

A restricted case is told to its readers alone, and to no program.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from comity.node.alarms import rota, sources
from comity.node.alarms.models import Alarm, AlarmRules, Preferences, Telling, Webhook
from comity.node.authorities import Membership, Officer, colleagues
from comity.node.cases.models import Reader

SUPERVISOR = "supervisor"


@dataclass(frozen=True, slots=True)
class Desk:
    """Who works at the authority and how they are told, read once for all alarms of an instant.

    `teams` and `readers` are officers by the key of a team and of a restricted case; `by_mail` wants mails.
    """

    at: datetime
    workers: list[Officer]
    on_duty: list[Officer]
    rules: AlarmRules
    teams: Mapping[int, set[int]]
    readers: Mapping[UUID, set[int]]
    by_mail: set[int]
    webhooks: list[Webhook]

    @classmethod
    def of(cls, at: datetime) -> Desk:
        """The desk of the acting authority at an instant."""
        members = Membership.objects.filter(active=True).values_list("team", "officer")
        named = Reader.objects.filter(ended_at=None).values_list("case", "officer")
        mails = Preferences.objects.filter(by_mail=True).exclude(mail="")
        return cls(
            at=at,
            workers=colleagues(),
            on_duty=rota.on_duty(at),
            rules=rota.rules(),
            teams=_grouped(members),
            readers=_grouped(named),
            by_mail=set(mails.values_list("officer", flat=True)),
            webhooks=list(Webhook.objects.filter(active=True)),
        )

    @property
    def on_call(self) -> list[Officer]:
        """The supervisor who is reached when nobody is on duty, if one is named."""
        officer = self.rules.on_call
        return [officer] if officer and officer.active else []


def whom(alarm: Alarm, desk: Desk) -> list[Officer]:
    """Who is told of an alarm now; nobody while it is quiet: then it is told when somebody comes on duty."""
    concerned = _knowing(alarm, desk, _concerned(alarm, desk))
    on_duty = _knowing(alarm, desk, desk.on_duty)
    if alarm.escalation:
        on_duty = _supervisors(on_duty)
    told = _both(concerned, on_duty) or on_duty or _knowing(alarm, desk, desk.on_call)
    if breaks_quiet(alarm, desk.rules):
        told = [*told, *(each for each in concerned if each not in told)]
    return told


def breaks_quiet(alarm: Alarm, rules: AlarmRules) -> bool:
    """Whether those whom it concerns are told even when they are not on duty: a missed limit of an urgent case."""
    return (
        rules.missed_breaks_quiet and alarm.level == sources.MISSED and bool(alarm.case.facts.get("urgent"))
    )


def tell(alarms: Iterable[Alarm], at: datetime) -> list[Alarm]:
    """Make the mails and calls by which alarms are told, in this transaction; those that somebody is told of."""
    desk = Desk.of(at)
    told = [(alarm, officers) for alarm in alarms if (officers := whom(alarm, desk))]
    Telling.objects.bulk_create(each for alarm, officers in told for each in _tellings(alarm, officers, desk))
    return [alarm for alarm, _ in told]


def _tellings(alarm: Alarm, officers: Iterable[Officer], desk: Desk) -> list[Telling]:
    state = Telling.PENDING if settings.HOME.alarms.mail else Telling.NOT_SET_UP
    mailed = [each for each in officers if each.pk in desk.by_mail]
    called = [] if alarm.case_id in desk.readers else desk.webhooks
    return [
        *(_telling(alarm, desk, Telling.MAIL, state, officer=each) for each in mailed),
        *(_telling(alarm, desk, Telling.WEBHOOK, Telling.PENDING, webhook=each) for each in called),
    ]


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
    inside = desk.teams.get(case.team_id, set()) if case.team_id else set()
    team = [each for each in desk.workers if each.pk in inside]
    if alarm.escalation == 0:
        return [case.holder] if case.holder else team or desk.workers
    supervisors = _supervisors(desk.workers)
    return (_supervisors(team) or supervisors) if alarm.escalation == 1 else supervisors


def _supervisors(officers: Iterable[Officer]) -> list[Officer]:
    return [each for each in officers if SUPERVISOR in each.roles]


def _knowing(alarm: Alarm, desk: Desk, officers: Iterable[Officer]) -> list[Officer]:
    named = desk.readers.get(alarm.case_id)
    return [each for each in officers if not named or each.pk in named]


def _both(some: list[Officer], others: list[Officer]) -> list[Officer]:
    return [each for each in some if each in others]


def _grouped(pairs: Iterable[tuple[Any, int]]) -> dict[Any, set[int]]:
    found: dict[Any, set[int]] = defaultdict(set)
    for key, officer in pairs:
        found[key].add(officer)
    return dict(found)
