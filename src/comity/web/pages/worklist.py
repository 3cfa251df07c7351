"""The worklist: what is asked of us, by when, under which article."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import condition, require_GET

from comity.node.cases import reading


def _tag(request: HttpRequest) -> str:
    return f'"{reading.worklist_version()}"'


@require_GET
def worklist(request: HttpRequest) -> HttpResponse:
    """Open cases, least time left first; `?filter=` is one of `reading.FILTERS`."""
    return render(request, "worklist/page.html", _context(request))


@require_GET
@condition(etag_func=_tag)
def rows(request: HttpRequest) -> HttpResponse:
    """The live part of the page alone; 304 while nothing has changed, which reads no case."""
    return render(request, "worklist/rows.html", _context(request))


def _context(request: HttpRequest) -> dict[str, object]:
    tag = _tag(request)
    choice = request.GET.get("filter", "mine")
    return {"worklist": reading.worklist(choice), "filters": reading.FILTERS, "tag": tag}


urlpatterns = [
    path("worklist/", worklist, name="worklist"),
    path("worklist/rows/", rows, name="worklist-rows"),
]
