"""The manual channel: what waits to be sent by hand, and requests that arrived by another channel."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from comity.base.time import now
from comity.law.procedures import BoundProcedure
from comity.node import access, authorities
from comity.node.authorities import Authority
from comity.node.cases import by_hand, proposing, receiving, rules, seating
from comity.node.cases.models import Case
from comity.node.exchange import sending
from comity.node.handling import CODES
from comity.web import drafting, letters, subjects, words
from comity.web.forms import Attempt


@require_GET
def waiting(request: HttpRequest) -> HttpResponse:
    """What waits to be sent by hand: its letter, its text to copy, and a note that it was sent."""
    return render(request, "by_hand/list.html", {"waiting": by_hand.waiting()})


@require_GET
def text(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """The message as plain text, to be copied into another channel."""
    message = sending.read_message(message_id)
    return HttpResponse(letters.plain(message), content_type="text/plain; charset=utf-8")


@require_GET
def received(request: HttpRequest) -> HttpResponse:
    """A request that came by another channel: from whom, and under which law."""
    access.require("case.write-down")
    me = request.officer.authority  # type: ignore[attr-defined]
    partners = [each for each in authorities.partners_of(me) if each.channel == "manual"] + seating.outside(
        me
    )
    partner = seating.partner(request.GET["partner"], me) if request.GET.get("partner") else None
    proposals = proposing.proposals(partner, me) if partner else []
    context = {
        "partners": partners,
        "partner": partner,
        "proposals": proposals,
        "fitting": [each for each in proposals if each.fits],
    }
    return render(request, "by_hand/received.html", context)


@require_http_methods(["GET", "POST"])
def received_form(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """Write a request down as it came; its clock runs from the instant at which it came."""
    access.require("case.write-down")
    partner = seating.partner(request.GET.get("partner", ""), request.officer.authority)  # type: ignore[attr-defined]
    procedure = rules.procedure(f"{code}/{name}", now())
    attempt = Attempt()
    if request.method == "POST" and "save" in request.POST:
        with attempt:
            case = _write_down(request, procedure, partner)
            messages.success(request, _("It was written down; its clock runs."))
            return redirect("case", case.pk)
    given = request.POST if request.method == "POST" else None
    asked = drafting.asked(procedure)
    context = {
        "procedure": procedure,
        "cited": procedure.id,
        "partner": partner,
        "controls": drafting.controls(asked, {}, partner, errors=attempt.errors, given=given),
        "now_local": words.local_minute(now()),
        "codes": CODES,
        "chosen_codes": request.POST.getlist("codes") or ["H0"],
        "kinds": subjects.KINDS,
        "identifiers": subjects.IDENTIFIERS,
        **attempt.context(request),
    }
    return render(request, "by_hand/form.html", context, status=attempt.status)


def _write_down(request: HttpRequest, procedure: BoundProcedure, partner: Authority) -> Case:
    given = request.POST
    marking: dict[str, Any] = {"codes": given.getlist("codes"), "text": given.get("handling_text", "")}
    return receiving.write_down(
        procedure.id,
        partner,
        given.get("title", ""),
        drafting.read(drafting.asked(procedure), given),
        drafting.local_instant(given.get("received_at", ""), "received_at"),
        channel=given.get("channel", ""),
        number=given.get("number", ""),
        partner_reference=given.get("partner_reference", ""),
        marking=marking,
    )


urlpatterns = [
    path("messages/by-hand/", waiting, name="by-hand"),
    path("messages/<uuid:message_id>.txt", text, name="message-text"),
    path("cases/received/", received, name="case-received"),
    path("cases/received/<slug:code>/<slug:name>/", received_form, name="case-received-form"),
]
