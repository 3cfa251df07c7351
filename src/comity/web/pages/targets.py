"""Service targets of the authority: what it means to keep where the law sets no limit."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from comity.base.errors import InputError
from comity.node import access
from comity.node.cases import rules
from comity.node.cases import targets as node
from comity.web.forms import Attempt


@require_http_methods(["GET", "POST"])
def targets(request: HttpRequest) -> HttpResponse:
    """The targets there are, and the form for one more; POST sets it."""
    attempt = Attempt()
    found = list(node.targets())
    if request.method == "POST":
        access.require("target.set")
        with attempt:
            procedure, _slash, step = request.POST.get("step", "").rpartition(" ")
            within = _period(request.POST.get("length", ""), request.POST.get("unit", ""))
            node.set_target(procedure, step, *within)
            messages.success(request, _("The target is set."))
            return redirect("targets")
    book = rules.book()
    choices = [
        (procedure, [step for step in procedure.steps.values() if step.id != procedure.lifecycle.opening])
        for procedure in book.procedures.values()
        if not procedure.rules.clocks
    ]
    context = {
        "targets": [(each, book.procedures.get(each.procedure)) for each in found],
        "choices": choices,
        "units": UNITS,
        **attempt.context(request),
    }
    return render(request, "targets/page.html", context, status=attempt.status)


UNITS = {
    "hours": ("PT{n}H", "exact-hours"),
    "working days": ("P{n}D", "working-days"),
    "calendar days": ("P{n}D", "calendar-days"),
    "months": ("P{n}M", "calendar-days"),
}
"""The units of a target in a form: how its period is written, and how it counts."""


def _period(length: str, unit: str) -> tuple[str, str]:
    if not (length.isascii() and length.isdigit()) or unit not in UNITS:
        raise InputError("expected a whole number and its unit", field="length")
    pattern, counting = UNITS[unit]
    return pattern.format(n=length), counting


@require_POST
def end(request: HttpRequest, target_id: int) -> HttpResponse:
    """Give up a target."""
    node.end(target_id)
    messages.success(request, _("The target is given up."))
    return redirect("targets")


urlpatterns = [
    path("targets/", targets, name="targets"),
    path("targets/<int:target_id>/end/", end, name="target-end"),
]
