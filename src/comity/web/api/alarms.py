"""Alarms, the rota, the wall board, commands and webhooks for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from comity.base.identifiers import LARGEST_ID
from comity.node.alarms import board, choices, reading, rota, webhooks
from comity.node.alarms.models import Alarm, AlarmRules, Preferences, Shift, Webhook
from comity.web.api.schemas import PROBLEMS, Page, Problem
from comity.web.commands import Command, commands

router = Router()

TIME_OF_DAY = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"


class TellingOut(Schema):
    """One mail or call about an alarm: pending, sent, failed, not-set-up."""

    channel: str
    state: str
    attempts: int
    sent_at: datetime | None


class AlarmOut(Schema):
    """An active alarm; `passed_up` is 0, 1 (to supervisors) or 2 (to all supervisors)."""

    id: UUID
    case: UUID = Field(alias="case_id")
    reference: str = Field(alias="case.reference")
    level: str
    article: str
    due_at: datetime | None
    raised_at: datetime
    told_at: datetime | None
    acknowledged_at: datetime | None
    passed_up: int = Field(alias="escalation")
    tellings: list[TellingOut]

    @staticmethod
    def resolve_tellings(alarm: Alarm) -> list[Any]:
        """How it was told."""
        return list(alarm.tellings.all())


class SeenTo(Schema):
    """How many alarms are seen to now."""

    acknowledged: int


class ChoicesIn(Schema):
    """How an officer is told, and whether keys stand for steps."""

    mail: str = Field("", max_length=200)
    by_mail: bool = False
    shortcuts: bool = True
    language: str = Field("en", max_length=5)


class WebhookIn(Schema):
    """The address of a program; its host must be among those that node.json allows."""

    url: str = Field(max_length=300)


class WebhookOut(Schema):
    """A program that is told of alarms. `secret` signs its calls and is given once, when it is made."""

    id: UUID
    url: str
    made_at: datetime
    secret: str | None = None


class ShiftIn(Schema):
    """A weekly shift of an officer on some days, 0 being Monday; on the clock of the authority."""

    officer: int = Field(ge=1, le=LARGEST_ID)
    weekdays: list[int] = Field(min_length=1, max_length=7)
    begins: str = Field(pattern=TIME_OF_DAY)
    ends: str = Field(pattern=TIME_OF_DAY)


class ShiftOut(Schema):
    """One weekly shift."""

    id: int
    officer: int = Field(alias="officer_id")
    name: str = Field(alias="officer.name")
    weekday: int
    begins: str
    ends: str

    @staticmethod
    def resolve_begins(shift: Shift) -> str:
        """The time of day it begins, such as 06:00."""
        return shift.begins.isoformat("minutes")

    @staticmethod
    def resolve_ends(shift: Shift) -> str:
        """The time of day it ends; at or before `begins`: of the next day."""
        return shift.ends.isoformat("minutes")


class RulesIn(Schema):
    """After how many minutes an alarm is passed up, who is on call, whether a missed urgent limit wakes."""

    pass_up_after: int = Field(ge=1, le=rota.LONGEST_WAIT)
    on_call: int | None = Field(None, ge=1, le=LARGEST_ID)
    missed_breaks_quiet: bool = True


class RulesOut(Schema):
    """The same as it is set."""

    pass_up_after: int
    on_call: int | None = Field(alias="on_call_id")
    missed_breaks_quiet: bool


class RotaOut(Schema):
    """The rota: who is on duty now, the shifts of a week, and how alarms are passed up."""

    on_duty: list[str]
    shifts: list[ShiftOut]
    rules: RulesOut


class DueCase(Schema):
    """A case on the wall board."""

    reference: str
    due_at: datetime
    late_after: datetime | None


class BoardOut(Schema):
    """The wall board: no personal data of cases, no restricted case."""

    due: list[DueCase]
    counts: dict[str, int]
    on_duty: list[str]
    last_message: datetime | None


class CommandOut(Schema):
    """A page, a step of the case, or a case by its reference."""

    title: str
    kind: str
    url: str
    keys: str


@router.get("/alarms", response={200: list[AlarmOut], PROBLEMS: Problem})
def alarms(request: HttpRequest, page: Query[Page], view: str = "mine") -> list[Alarm]:
    """The active alarms, those that are due first; `view` is mine or all."""
    return list(page.of(reading.alarms(view)))


@router.post("/alarms/acknowledgements", response={200: SeenTo, PROBLEMS: Problem})
def acknowledge_all(request: HttpRequest) -> SeenTo:
    """Say that all alarms for the officer are seen to."""
    return SeenTo(acknowledged=reading.acknowledge_all())


@router.post("/alarms/{uuid:alarm_id}/acknowledgement", response={200: AlarmOut, PROBLEMS: Problem})
def acknowledge(request: HttpRequest, alarm_id: UUID) -> Alarm:
    """Say that an alarm is seen to: it is passed up no further."""
    return reading.acknowledge(alarm_id)


@router.get("/alarms/choices", response={200: ChoicesIn, PROBLEMS: Problem})
def own_choices(request: HttpRequest) -> Preferences:
    """How the officer is told of alarms."""
    return choices.of(request.officer)  # type: ignore[attr-defined]


@router.put("/alarms/choices", response={200: ChoicesIn, PROBLEMS: Problem})
def choose(request: HttpRequest, given: ChoicesIn) -> Preferences:
    """Choose how to be told of alarms."""
    return choices.choose(given.mail, given.by_mail, given.shortcuts, given.language)


@router.get("/webhooks", response={200: list[WebhookOut], PROBLEMS: Problem})
def hooks(request: HttpRequest) -> list[Webhook]:
    """The programs that are told of alarms."""
    return webhooks.listed()


@router.post("/webhooks", response={201: WebhookOut, PROBLEMS: Problem})
def add_hook(request: HttpRequest, given: WebhookIn) -> Status[WebhookOut]:
    """Tell a program of alarms."""
    made = webhooks.add(given.url)
    return Status(
        201, WebhookOut(id=made.pk, url=made.url, made_at=made.made_at, secret=webhooks.secret(made))
    )


@router.delete("/webhooks/{uuid:hook_id}", response={204: None, PROBLEMS: Problem})
def end_hook(request: HttpRequest, hook_id: UUID) -> Status[None]:
    """Tell a program of alarms no more."""
    webhooks.end(hook_id)
    return Status(204, None)


@router.get("/rota", response={200: RotaOut, PROBLEMS: Problem})
def week(request: HttpRequest) -> dict[str, Any]:
    """The weekly shifts, who is on duty now, and how alarms are passed up."""
    shifts = rota.week()
    return {"on_duty": [each.name for each in rota.on_duty()], "shifts": shifts, "rules": rota.rules()}


@router.post("/rota/shifts", response={201: list[ShiftOut], PROBLEMS: Problem})
def plan(request: HttpRequest, given: ShiftIn) -> Status[list[Shift]]:
    """Plan an officer for a time on some days of every week; what is planned already is left as it is."""
    begins, ends = rota.clock_time(given.begins, "begins"), rota.clock_time(given.ends, "ends")
    return Status(201, rota.add_shifts(given.officer, given.weekdays, begins, ends))


@router.delete("/rota/shifts/{int:shift_id}", response={204: None, PROBLEMS: Problem})
def end_shift(request: HttpRequest, shift_id: int) -> Status[None]:
    """Take a shift out of every week from now on."""
    rota.end_shift(shift_id)
    return Status(204, None)


@router.put("/rota/rules", response={200: RulesOut, PROBLEMS: Problem})
def set_rules(request: HttpRequest, given: RulesIn) -> AlarmRules:
    """Set how alarms are passed up."""
    return rota.set_rules(given.pass_up_after, given.on_call, given.missed_breaks_quiet)


@router.get("/board", response={200: BoardOut, PROBLEMS: Problem})
def wall_board(request: HttpRequest) -> dict[str, Any]:
    """What the wall board shows."""
    read = board.read()
    on_duty = [each.name for each in read.on_duty]
    return {"due": read.due, "counts": read.counts, "on_duty": on_duty, "last_message": read.last_message}


@router.get("/commands", response={200: list[CommandOut], PROBLEMS: Problem})
def palette(request: HttpRequest, q: str = "", case: UUID | None = None) -> list[Command]:
    """What can be done by name: pages, steps of a case, cases by reference."""
    return commands(request.officer, q, case)  # type: ignore[attr-defined]
