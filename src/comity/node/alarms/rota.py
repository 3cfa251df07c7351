"""The rota: who is on duty when, on the clock of the authority's state, and what the authority has set."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta, tzinfo

from django.db.models import QuerySet

from comity.base.errors import InputError, NotFound
from comity.base.identifiers import LARGEST_ID
from comity.base.text import say
from comity.base.time import now
from comity.node import access, ledger, scope
from comity.node.alarms.models import AlarmRules, Shift
from comity.node.authorities import Authority, Officer, colleagues
from comity.node.cases.rules import zone as zone_of

DAYS = (
    say("Monday"),
    say("Tuesday"),
    say("Wednesday"),
    say("Thursday"),
    say("Friday"),
    say("Saturday"),
    say("Sunday"),
)
LONGEST_WAIT = 24 * 60


def zone() -> tzinfo:
    """The time zone that the acting authority works in."""
    return zone_of(Authority.objects.get(pk=scope.current_authority()))


def week() -> list[Shift]:
    """All weekly shifts of the acting authority, from Monday on."""
    access.require("rota.read")
    return list(_shifts())


def on_duty(at: datetime | None = None) -> list[Officer]:
    """The officers on duty at an instant, by name; everyone who works on cases while no shift is planned."""
    shifts = list(_shifts())
    if not shifts:
        return colleagues()
    local = (at or now()).astimezone(zone())
    found = {shift.officer.pk: shift.officer for shift in shifts if covers(shift, local)}
    return sorted((each for each in found.values() if each.active), key=lambda each: each.name)


def covers(shift: Shift, local: datetime) -> bool:
    """Whether a shift lasts at an instant given on the clock of the authority."""
    clock, today = local.time(), local.weekday()
    if shift.begins < shift.ends:
        return today == shift.weekday and shift.begins <= clock < shift.ends
    yesterday = (local - timedelta(days=1)).weekday()
    return (today == shift.weekday and clock >= shift.begins) or (
        yesterday == shift.weekday and clock < shift.ends
    )


def add_shifts(officer_id: int, weekdays: Iterable[int], begins: time, ends: time) -> list[Shift]:
    """Plan an officer for a time on some days of every week. Raises InputError, Denied."""
    access.require("rota.manage")
    officer = _colleague(officer_id)
    days = sorted(set(weekdays))
    if not days or not set(days) <= set(range(len(DAYS))):
        raise InputError("choose at least one day of the week", field="weekdays")
    made = [
        Shift.objects.create(officer=officer, weekday=day, begins=begins, ends=ends)
        for day in days
        if not _shifts().filter(officer=officer, weekday=day, begins=begins, ends=ends).exists()
    ]
    for shift in made:
        _note("rota.planned", shift)
    return made


def end_shift(shift_id: int) -> None:
    """Take a shift out of every week from now on. Raises NotFound."""
    access.require("rota.manage")
    shift = _shifts().filter(pk=shift_id).first() if 0 < shift_id <= LARGEST_ID else None
    if shift is None:
        raise NotFound("There is no such shift here.")
    shift.active = False
    shift.save(update_fields=["active"])
    _note("rota.ended", shift)


def rules() -> AlarmRules:
    """What the acting authority has set, or what holds while it has set nothing."""
    return AlarmRules.objects.select_related("on_call").first() or AlarmRules()


def set_rules(pass_up_after: int, on_call: int | None, missed_breaks_quiet: bool) -> AlarmRules:
    """Set after how many minutes an alarm is passed up, whom it reaches when nobody is on duty, and what wakes.

    Raises InputError for other than 1 minute to a day, or an on-call officer who is no supervisor.
    """
    access.require("rota.manage")
    if not 1 <= pass_up_after <= LONGEST_WAIT:
        raise InputError(
            say("expected a whole number from {least} to {most}", least=1, most=LONGEST_WAIT),
            field="pass_up_after",
        )
    officer = _colleague(on_call, "on_call") if on_call is not None else None
    if officer and "supervisor" not in officer.roles:
        raise InputError("choose a supervisor", field="on_call")
    values = {
        "pass_up_after": pass_up_after,
        "on_call": officer,
        "missed_breaks_quiet": missed_breaks_quiet,
    }
    kept, _ = AlarmRules.objects.update_or_create(defaults=values)
    body = {**values, "on_call": str(officer.identity) if officer else None}
    ledger.record("rota.rules", body=body)
    return kept


def clock_time(text: str, field: str) -> time:
    """A time of day such as 06:00. Raises InputError at `field`."""
    try:
        return time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        raise InputError("expected a time of day such as 06:00", field=field) from None


def _shifts() -> QuerySet[Shift]:
    return Shift.objects.filter(active=True).select_related("officer")


def _colleague(officer_id: int, field: str = "officer") -> Officer:
    found = next((each for each in colleagues() if each.pk == officer_id), None)
    if found is None:
        raise InputError("no such officer here", field=field)
    return found


def _note(kind: str, shift: Shift) -> None:
    ledger.record(
        kind,
        body={
            "officer": str(shift.officer.identity),
            "weekday": shift.weekday,
            "begins": shift.begins.isoformat("minutes"),
            "ends": shift.ends.isoformat("minutes"),
        },
    )
