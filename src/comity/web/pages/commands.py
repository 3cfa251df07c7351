"""Commands by name, for the keyboard: a page, and the same as JSON for the palette that Ctrl+K opens."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from comity.web import drafting
from comity.web.commands import Command, commands


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """All commands, or those that hold the words of `?q=`; `?case=` adds the steps of that case."""
    return render(request, "commands/page.html", {"commands": _found(request), "q": request.GET.get("q", "")})


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """The same as JSON: `{"commands": [{"title", "kind", "url", "keys"}]}`."""
    found = [
        {"title": each.title, "kind": each.kind, "url": each.url, "keys": each.keys}
        for each in _found(request)
    ]
    return JsonResponse({"commands": found})


def _found(request: HttpRequest) -> list[Command]:
    given = request.GET.get("case", "")
    case: UUID | None = drafting.uuid_of(given, "case") if given else None
    return commands(request.officer, request.GET.get("q", ""), case)  # type: ignore[attr-defined]


urlpatterns = [
    path("commands/", page, name="commands"),
    path("commands/list/", listed, name="commands-list"),
]
