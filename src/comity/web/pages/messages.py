"""Messages for the manual channel: as PDF and JSON, to be sent by hand, and the note that they were."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from comity.base.time import now
from comity.node import access, authorities
from comity.node.cases import by_hand, reading
from comity.node.exchange import sending
from comity.node.exchange.models import Outbox
from comity.web import drafting, letters, words
from comity.web.forms import Attempt
from comity.wire.canonical import as_json as as_plain


@require_GET
def as_pdf(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """The message as a letter."""
    message = sending.read_message(message_id)
    response = HttpResponse(letters.pdf(message), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{letters.file_name(message)}.pdf"'
    return response


@require_GET
def as_json(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """The message as it was signed, for a system that reads it."""
    message = sending.read_message(message_id)
    response = JsonResponse(as_plain(message), json_dumps_params={"indent": 2, "ensure_ascii": False})
    response["Content-Disposition"] = f'attachment; filename="{letters.file_name(message)}.json"'
    return response


@require_http_methods(["GET", "POST"])
def sent(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """Note by which channel a message went out by hand, and since when the partner has it."""
    access.require("message.send-by-hand")
    attempt = Attempt()
    if request.method == "POST":
        with attempt:
            given = request.POST
            at = now() if "now" in given else drafting.local_instant(given.get("at", ""), "at")
            channel, number, note = (given.get(name, "") for name in ("channel", "number", "note"))
            row = by_hand.sent(message_id, channel, at, number, note)
            messages.success(
                request, _("Noted: %(name)s has it. Its clock runs from then.") % {"name": row.partner.name}
            )
            return redirect("by-hand" if given.get("back") == "list" else _where(row))
    message = sending.read_message(message_id)
    partner = authorities.partner(message.recipient)
    context = {
        "message": message,
        "partner": partner,
        "text": letters.plain(message),
        "now_local": words.local_minute(now()),
    }
    return render(request, "messages/sent.html", context | attempt.context(request), status=attempt.status)


def _where(row: Outbox) -> str:
    case = reading.case_of(row.conversation)
    return reverse("case", args=[case.pk]) if case else reverse("partner", args=[row.partner.code])


urlpatterns = [
    path("messages/<uuid:message_id>.pdf", as_pdf, name="message-pdf"),
    path("messages/<uuid:message_id>.json", as_json, name="message-json"),
    path("messages/<uuid:message_id>/sent/", sent, name="message-sent"),
]
