"""The rota: who is on duty now, the week as a table, planning shifts, and how alarms are passed up."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from comity.base.identifiers import LARGEST_ID
from comity.node import access
from comity.node.alarms import rota
from comity.node.alarms.models import Shift
from comity.node.authorities import Officer, colleagues
from comity.web.forms import Attempt, whole_number


@require_GET
def week(request: HttpRequest) -> HttpResponse:
    """The weekly shifts of the authority, an officer a row, a day a column."""
    return _show(request, Attempt())


@require_POST
def plan(request: HttpRequest) -> HttpResponse:
    """Plan an officer for a time on some days of the week."""
    access.require("rota.manage")
    attempt = Attempt()
    with attempt:
        given = request.POST
        days = [whole_number(day, "weekdays", least=0, most=6) for day in given.getlist("weekdays")]
        officer = whole_number(given.get("officer", ""), "officer", least=1, most=LARGEST_ID)
        begins, ends = (rota.clock_time(given.get(name, ""), name) for name in ("begins", "ends"))
        rota.add_shifts(officer, days, begins, ends)
        messages.success(request, _("Planned."))
        return redirect("rota")
    return _show(request, attempt)


@require_POST
def end(request: HttpRequest, shift_id: int) -> HttpResponse:
    """Take a shift out of every week from now on."""
    rota.end_shift(shift_id)
    return redirect("rota")


@require_POST
def rules(request: HttpRequest) -> HttpResponse:
    """Set when alarms are passed up, whom they reach when nobody is on duty, and what wakes."""
    access.require("rota.manage")
    attempt = Attempt()
    with attempt:
        given = request.POST
        minutes = whole_number(
            given.get("pass_up_after", ""), "pass_up_after", least=1, most=rota.LONGEST_WAIT
        )
        chosen = given.get("on_call", "")
        on_call = whole_number(chosen, "on_call", least=1, most=LARGEST_ID) if chosen else None
        rota.set_rules(minutes, on_call, "missed_breaks_quiet" in given)
        messages.success(request, _("Kept."))
        return redirect("rota")
    return _show(request, attempt)


def _show(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    shifts = rota.week()
    officers = colleagues()
    context = {
        "days": rota.DAYS,
        "table": [(officer, _days(officer, shifts)) for officer in officers],
        "on_duty": rota.on_duty(),
        "planned": bool(shifts),
        "officers": officers,
        "supervisors": [each for each in officers if "supervisor" in each.roles],
        "rules": rota.rules(),
        "chosen_days": request.POST.getlist("weekdays"),
        **attempt.context(request),
    }
    return render(request, "rota/page.html", context, status=attempt.status)


def _days(officer: Officer, shifts: list[Shift]) -> list[tuple[str, list[Shift]]]:
    own = [shift for shift in shifts if shift.officer_id == officer.pk]
    return [(name, [shift for shift in own if shift.weekday == day]) for day, name in enumerate(rota.DAYS)]


urlpatterns = [
    path("rota/", week, name="rota"),
    path("rota/shifts/", plan, name="rota-plan"),
    path("rota/shifts/<int:shift_id>/end/", end, name="rota-end"),
    path("rota/rules/", rules, name="rota-rules"),
]
