"""The worklist: what is asked of us, by when, under which article."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import condition, require_GET

from comity.node import access
from comity.node.cases import filters, worklist
from comity.node.cases.filters import Filter


def _tag(request: HttpRequest) -> str:
    return f'"{worklist.version()}"'


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Open cases, least time left first; `?filter=` is one of `filters.VIEWS`, other parts narrow it."""
    return render(request, "worklist/page.html", _context(request) | {"choices": filters.choices()})


@require_GET
@condition(etag_func=_tag)
def rows(request: HttpRequest) -> HttpResponse:
    """The live part of the page alone; 304 while nothing has changed, which reads no case."""
    return render(request, "worklist/rows.html", _context(request))


def _context(request: HttpRequest) -> dict[str, object]:
    access.require("worklist.read")
    tag = _tag(request)
    found = worklist.read(Filter.read(request.GET), request.GET.get("page"))
    return {"worklist": found, "page": found.page, "filters": filters.VIEWS, "tag": tag}


urlpatterns = [
    path("worklist/", page, name="worklist"),
    path("worklist/rows/", rows, name="worklist-rows"),
]
