"""Screening a manifest, and deciding on its matches one by one."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from comity.base.errors import InputError
from comity.node import access
from comity.node.registers import reading, screening
from comity.node.registers.models import Match, Screening
from comity.web import entities
from comity.web.forms import Attempt, page_of, uploaded
from comity.web.middleware import purpose


@require_http_methods(["GET", "POST"])
def screenings(request: HttpRequest) -> HttpResponse:
    """The screenings so far, and the form for the next one."""
    attempt = Attempt()
    if request.method == "POST":
        with attempt:
            return redirect("screening", _screen(request).pk)
    context = {"page": page_of(request, reading.screening_list()), **attempt.context(request)}
    return render(request, "screenings/list.html", context, status=attempt.status)


def _screen(request: HttpRequest) -> Screening:
    if not purpose(request):
        raise InputError("say what the screening is for", field="purpose")
    access.require("screening.run")
    with uploaded(request.FILES.getlist("file")) as paths:
        return screening.screen(paths[0], purpose(request))


@require_GET
def screening_page(request: HttpRequest, screening_id: UUID) -> HttpResponse:
    """One screening: rows that wait for a decision first, and what could not be read."""
    found = screening.read_screening(screening_id)
    rows = reading.screening_rows(found)
    counts = {
        "rows": rows.count(),
        "matched": rows.filter(found__gt=0).count(),
        "open": rows.filter(open__gt=0).count(),
    }
    context = {"screening": found, "page": page_of(request, rows, 100), "counts": counts}
    return render(request, "screenings/screening.html", context)


@require_http_methods(["GET", "POST"])
def match(request: HttpRequest, match_id: UUID) -> HttpResponse:
    """What was looked for and what was found, side by side; a person decides whether they are the same."""
    attempt = Attempt()
    if request.method == "POST":
        with attempt:
            given = request.POST
            screening.decide(match_id, given.get("decision", ""), given.get("note", ""))
            return redirect("match", match_id)
    found = screening.read_match(match_id)
    context = {
        "match": found,
        "pairs": entities.beside(found.query.entity, found.record.entity),
        "beyond": entities.beyond(found.query.entity, found.record.entity),
        "standings": entities.STANDINGS,
        "kinds": [entities.schema_label(each.entity["schema"]) for each in (found.query, found.record)],
        "back": _back(found),
        **attempt.context(request),
    }
    return render(request, "screenings/match.html", context, status=attempt.status)


def _back(found: Match) -> tuple[str, str]:
    if found.query.case_id:
        return reverse("case", args=[found.query.case_id]), _("Back to the case")
    return reverse("screening", args=[found.query.screening_id]), _("Back to the screening")


urlpatterns = [
    path("screen/", screenings, name="screenings"),
    path("screen/<uuid:screening_id>/", screening_page, name="screening"),
    path("matches/<uuid:match_id>/", match, name="match"),
]
