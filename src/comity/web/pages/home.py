"""The first page, and the one by which the supervisor knows that the node is well."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.views.decorators.http import require_GET

from comity.web.context import may, navigation


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """To the worklist for those who work on cases, the ledger for who supervises them, else the first place."""
    officer = request.officer  # type: ignore[attr-defined]
    if may(officer, "ledger.read") and not may(officer, "worklist.read"):
        return redirect("ledger")
    places = navigation(officer, "/")
    return redirect(places[0]["url"] if places else reverse("account"))


@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """200 when the node answers and reaches its database, else 503; says nothing more."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "database not reached"}, status=503)
    return JsonResponse({"status": "ok"})


urlpatterns = [
    path("", home, name="home"),
    path("healthz", health, name="home-health"),
]
