"""Partners and delivery: who they are, whether their keys are trusted, what is on its way to them."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comity.base.errors import InputError
from comity.base.text import say
from comity.node import access
from comity.node.exchange import partners as node
from comity.node.exchange import sending
from comity.node.exchange.models import Outbox
from comity.web.forms import Attempt, page_of
from comity.web.language import t

STATES = {
    Outbox.DEAD: "Given up",
    Outbox.BY_HAND: "To be sent by hand",
    Outbox.PENDING: "On its way",
    Outbox.SENT: "Delivered",
}


KINDS = {"case.step": "Step of a case", "case.copy": "Copy"}


@require_http_methods(["GET", "POST"])
def partners(request: HttpRequest) -> HttpResponse:
    """All partners with what lies on the way to them; a partner is added from its descriptor or by hand."""
    attempt = Attempt()
    if request.method == "POST":
        access.require("partner.manage")
        with attempt:
            added = node.add(_given(request))
            messages.success(request, t(say("{name} is a partner now.", name=added.name)))
            return redirect("partner", added.code)
    context = {"partners": node.partners(), "states": STATES, **attempt.context(request)}
    return render(request, "partners/list.html", context, status=attempt.status)


def _given(request: HttpRequest) -> dict[str, Any]:
    if "descriptor" not in request.POST:
        return {
            name: request.POST.get(name, "").strip()
            for name in ("code", "name", "country", "kind", "contact")
        }
    try:
        return json.loads(request.POST["descriptor"])  # type: ignore[no-any-return]
    except ValueError:
        raise InputError("not JSON as `comity peers export` writes it", field="descriptor") from None


@require_GET
def partner(request: HttpRequest, code: str) -> HttpResponse:
    """One partner: keys with fingerprints, messages out by state, the last ones in, where the chains stand."""
    found = node.find(code)
    return render(request, "partners/partner.html", _context(request, found.code))


def _context(request: HttpRequest, code: str) -> dict[str, Any]:
    found = node.find(code)
    state = request.GET.get("state", "")
    sent = sending.outbox().filter(partner=found)
    return {
        "standing": node.standing(found),
        "keys": node.keys(found),
        "page": page_of(request, sent.filter(state=state) if state in STATES else sent, 30),
        "received": node.received(found)[:10],
        "states": STATES,
        "kinds": KINDS,
        "state": state,
    }


@require_POST
def confirm(request: HttpRequest, code: str) -> HttpResponse:
    """Trust a key whose fingerprint was compared."""
    node.confirm_key(request.POST.get("kid", ""))
    return redirect("partner", code)


@require_POST
def revoke(request: HttpRequest, code: str) -> HttpResponse:
    """Stop trusting a key."""
    node.revoke_key(request.POST.get("kid", ""))
    return redirect("partner", code)


@require_POST
def send_again(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """Try a message again now."""
    row = sending.send_again(message_id)
    messages.success(request, _("It is tried again now."))
    return redirect("partner", row.partner.code)


@require_GET
def descriptor(request: HttpRequest) -> JsonResponse:
    """What partners need in order to reach and to trust us, as a file."""
    own = node.own_descriptor()
    headers = {"Content-Disposition": f'attachment; filename="{own["code"]}.json"'}
    return JsonResponse(own, json_dumps_params={"indent": 2}, headers=headers)


urlpatterns = [
    path("partners/", partners, name="partners"),
    path("partners/descriptor.json", descriptor, name="partner-descriptor"),
    path("partners/<slug:code>/", partner, name="partner"),
    path("partners/<slug:code>/confirm/", confirm, name="partner-confirm"),
    path("partners/<slug:code>/revoke/", revoke, name="partner-revoke"),
    path("messages/<uuid:message_id>/again/", send_again, name="message-again"),
]
