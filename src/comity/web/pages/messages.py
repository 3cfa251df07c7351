"""Messages for the manual channel: as PDF and JSON, to be sent by hand."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.http import require_GET

from comity.node.exchange import sending
from comity.web import letters
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


urlpatterns = [
    path("messages/<uuid:message_id>.pdf", as_pdf, name="message-pdf"),
    path("messages/<uuid:message_id>.json", as_json, name="message-json"),
]
