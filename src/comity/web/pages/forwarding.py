"""Forwarding inside the state: to a unit or a judge, reminding them, and the numbers of other channels."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from comity.base.time import now
from comity.law import schema
from comity.law.procedures import BoundProcedure
from comity.node import access, authorities
from comity.node.cases import casework, forwarding, numbers, rules
from comity.web import drafting, subjects
from comity.web.forms import Attempt

BY_THE_NODE = ("request_from", "request_reference", "legal_deadline", "language")
"""Fields that the node fills in from the request itself."""


@require_http_methods(["GET", "POST"])
def forward(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Put a request to a unit of the own state: what is asked and by when an answer is wanted."""
    return _form(request, case_id, forwarding.FORWARD)


@require_http_methods(["GET", "POST"])
def authorisation(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Ask a judicial authority of the own state to authorise the answer."""
    return _form(request, case_id, forwarding.AUTHORISE)


def _form(request: HttpRequest, case_id: UUID, procedure_id: str) -> HttpResponse:
    access.require("case.forward")
    case = casework.find(case_id)
    procedure = rules.procedure(procedure_id, now())
    facts = forwarding.draft(case_id, procedure_id)
    attempt = Attempt()
    if request.method == "POST" and "send" in request.POST:
        with attempt:
            child = _send(request, case_id, procedure)
            messages.success(request, _("It is on its way to %(unit)s.") % {"unit": child.partner.name})
            return redirect("case", case_id)
    given = request.POST if request.method == "POST" else None
    controls = drafting.controls(_asked(procedure), facts, case.partner, errors=attempt.errors, given=given)
    context = {
        "case": case,
        "procedure": procedure,
        "cited": procedure.id,
        "units": forwarding.units(case, procedure_id),
        "chosen": request.POST.get("unit") or request.GET.get("unit", ""),
        "limit": forwarding.limit(rules.decision(case)),
        "controls": controls,
        "judicial": procedure_id == forwarding.AUTHORISE,
        "kinds": subjects.KINDS,
        "identifiers": subjects.IDENTIFIERS,
        **attempt.context(request),
    }
    return render(request, "forwarding/form.html", context, status=attempt.status)


def _asked(procedure: BoundProcedure) -> list[schema.Field]:
    return [rule for rule in drafting.asked(procedure) if rule.id not in BY_THE_NODE]


def _send(request: HttpRequest, case_id: UUID, procedure: BoundProcedure) -> Any:
    asked = _asked(procedure)
    blank = dict.fromkeys([rule.id for rule in asked])
    facts = blank | drafting.read(asked, request.POST)
    unit = authorities.partner(request.POST.get("unit", ""))
    put = forwarding.seek_authorisation if procedure.id == forwarding.AUTHORISE else forwarding.forward
    return put(case_id, unit, facts)


@require_POST
def remind(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Remind the unit of a forwarded case in the usual words."""
    taken = forwarding.remind(case_id)
    name = taken.case.partner.name
    messages.success(request, _("%(unit)s is reminded.") % {"unit": name})
    return redirect("case", taken.case.parent_id)


@require_POST
def number(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Note the number of a case, or of one of its messages, in another channel."""
    given = request.POST
    step = drafting.uuid_of(given["step"], "step") if given.get("step") else None
    numbers.note(
        case_id,
        given.get("channel", ""),
        given.get("number", ""),
        step=step,
        ours=given.get("ours") != "no",
    )
    return redirect("case", case_id)


urlpatterns = [
    path("cases/<uuid:case_id>/forward/", forward, name="case-forward"),
    path("cases/<uuid:case_id>/authorisation/", authorisation, name="case-authorisation"),
    path("cases/<uuid:case_id>/remind/", remind, name="case-remind"),
    path("cases/<uuid:case_id>/numbers/", number, name="case-number"),
]
