"""One box over cases, what was said in them, and the records of registers."""

from __future__ import annotations

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from comity.base.errors import InputError
from comity.node import access, authorities, search
from comity.node.cases import rules
from comity.web.context import may
from comity.web.forms import Attempt, read_day, whole_number
from comity.web.middleware import purpose


@require_GET
def search_page(request: HttpRequest) -> HttpResponse:
    """The form and, once a text and a purpose are stated, what was found."""
    attempt, found = Attempt(), None
    if not may(request.officer, "search.run"):  # type: ignore[attr-defined]
        access.require("search.run")
    with attempt:
        if request.GET.get("q", "").strip() and (purpose(request) or "purpose" in request.GET):
            found = _search(request)
    me = request.officer.authority  # type: ignore[attr-defined]
    context = {
        "found": found,
        "page": found and _turned(found),
        "kinds": search.KINDS,
        "partners": authorities.partners_of(me),
        "procedures": {each: rules.book().procedure(each).title for each in rules.book().procedures},
        "purpose": purpose(request),
        "frequent": search.FREQUENT,
        **attempt.context(request),
        "given": request.GET,
    }
    return render(request, "search/page.html", context, status=attempt.status)


def _turned(found: search.Found) -> Page[int]:
    """The page of the results as a paginator knows it."""
    return Paginator(range(min(found.total, search.FREQUENT)), search.PAGE).get_page(found.asked.page)


def _search(request: HttpRequest) -> search.Found:
    if not purpose(request):
        raise InputError("say what the search is for", field="purpose")
    given = request.GET
    return search.search(
        search.Asked(
            text=given["q"],
            kind=given.get("kind", ""),
            since=read_day(given.get("since", ""), "since"),
            until=read_day(given.get("until", ""), "until"),
            procedure=given.get("procedure", ""),
            partner=given.get("partner", ""),
            page=whole_number(given.get("page", "1"), "page", least=1, most=search.FREQUENT // search.PAGE),
        )
    )


urlpatterns = [path("search/", search_page, name="search")]
