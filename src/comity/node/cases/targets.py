"""Service targets: by when an authority means to take a step where the law sets it no limit.

They are the authority's own, never law: they bear no article, nothing is late by them, and no statistics count them.
They only say in which order work is done, and only where no legal clock runs. So does a day that the other side wishes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from django.db.models import QuerySet

from comity.base.errors import Conflict, InputError, NotFound
from comity.base.text import say
from comity.base.time import now
from comity.law import Decision, periods
from comity.law.calendars import UTC_ONLY
from comity.law.periods import Counting
from comity.law.schema.basic import DURATION
from comity.node import access, ledger
from comity.node.cases import parties
from comity.node.cases.models import COPY, Case
from comity.node.cases.target_models import ServiceTarget
from comity.node.lawbook import book

COUNTINGS: tuple[str, ...] = get_args(Counting)
LONGEST_YEARS = 5


@dataclass(frozen=True, slots=True)
class Aim:
    """By when a step is meant to be taken: by a target of ours, or (`target` None) by the other side's wish."""

    target: ServiceTarget | None
    title: str
    at: datetime


def targets() -> QuerySet[ServiceTarget]:
    """The service targets of the acting authority by procedure."""
    access.require("target.read")
    return ServiceTarget.objects.filter(ended_at=None).select_related("set_by")


def set_target(procedure: str, step: str, within: str, counting: str) -> ServiceTarget:
    """Aim to take a step of a procedure within a period of having received the case; it replaces the one before.

    Raises InputError naming the field.
    """
    officer = access.require("target.set")
    _check(procedure, step, within, counting)
    ServiceTarget.objects.filter(procedure=procedure, step=step, ended_at=None).update(
        ended_at=now(), ended_by=officer
    )
    made = ServiceTarget.objects.create(
        procedure=procedure, step=step, within=within, counting=counting, set_by=officer, set_at=now()
    )
    _note("target.set", made)
    _spread(procedure)
    return made


def end(target_id: int) -> None:
    """Give up a target. Raises NotFound, Conflict."""
    officer = access.require("target.set")
    target = ServiceTarget.objects.select_for_update(of=("self",)).filter(pk=target_id).first()
    if target is None:
        raise NotFound("There is no such target here.")
    if target.ended_at:
        raise Conflict("It has been given up already.")
    target.ended_at, target.ended_by = now(), officer
    target.save(update_fields=["ended_at", "ended_by"])
    _note("target.ended", target)
    _spread(target.procedure)


def of(case: Case, answer: Decision) -> Aim | None:
    """The next target of a case: where we owe a step, no legal clock runs and the step was not taken yet."""
    if answer.due or answer.procedure is None or case.closed_at or not case.received_at or case.role == COPY:
        return None
    bound = answer.procedure
    ours = set(parties.own_roles(case, bound))
    taken = {each.step for each in answer.history.taken} if answer.history else set()
    aims = [
        Aim(each, bound.steps[each.step].title, _end(case, each))
        for each in ServiceTarget.objects.filter(procedure=case.procedure, ended_at=None)
        if each.step in bound.steps and each.step not in taken and ours & set(bound.steps[each.step].move.by)
    ]
    wishes = [
        Aim(None, run.text, run.at)
        for run in answer.clocks
        if run.duty == "wish" and run.at and run.ended is None and run.owed_by in ours
    ]
    return min([*aims, *wishes], key=lambda aim: aim.at, default=None)


def _end(case: Case, target: ServiceTarget) -> datetime:
    calendar = book().calendar(case.authority.country) or UTC_ONLY
    assert case.received_at is not None
    counting: Counting = target.counting  # type: ignore[assignment]
    return periods.period(case.received_at, target.within, counting, calendar, own=True).at


def _check(procedure: str, step: str, within: str, counting: str) -> None:
    bound = book().procedures.get(procedure)
    if bound is None:
        raise InputError("there is no such procedure in the law book", field="procedure")
    if step not in bound.steps:
        raise InputError("there is no such step in the law book", field="step")
    if counting not in COUNTINGS:
        raise InputError(say("expected one of {known}", known=", ".join(COUNTINGS)), field="counting")
    hours = counting == "exact-hours"
    if not DURATION.fullmatch(within) or ("T" in within) != hours or not _is_sensible(within):
        example = "PT8H" if hours else "P14D"
        raise InputError(say("expected a period such as {example}", example=example), field="within")


def _is_sensible(within: str) -> bool:
    if any(len(digits) > 4 for digits in re.findall(r"\d+", within)):
        return False
    size = periods.length(within)
    days = size.months * 31 + size.days + size.exact.total_seconds() / 86400
    return 0 < days <= LONGEST_YEARS * 366


def _spread(procedure: str) -> None:
    """Bring the open cases of a procedure in step with its targets."""
    from comity.node.cases import rules

    for case in Case.objects.filter(procedure=procedure, closed_at=None).select_related(
        "partner", "authority"
    ):
        aim = of(case, rules.decision(case))
        Case.objects.filter(pk=case.pk).update(target_at=aim.at if aim else None)


def _note(kind: str, target: ServiceTarget) -> None:
    told = {name: getattr(target, name) for name in ("procedure", "step", "within", "counting")}
    ledger.record(kind, body=told)
