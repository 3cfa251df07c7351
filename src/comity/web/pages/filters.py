"""Saved filters of the worklist: kept under a name, shared, put away."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from comity.node import access
from comity.node.cases import filters as node
from comity.node.cases import teams
from comity.node.cases.filters import Filter
from comity.web.forms import Attempt, number_of


@require_http_methods(["GET", "POST"])
def filters(request: HttpRequest) -> HttpResponse:
    """The filters one may use; POST saves the one whose query it holds."""
    me = access.require("worklist.read")
    attempt = Attempt()
    if request.method == "POST":
        with attempt:
            kept = node.save(Filter.of_query(request.POST.get("query", "")), **_given(request))
            messages.success(request, _("The filter was saved."))
            return redirect(f"{reverse('worklist')}?{kept.query}")
    query = (request.POST if request.method == "POST" else request.GET).get("query", "")
    context = {
        "saved": [(kept, node.may_end(me, kept), kept.officer_id == me.pk) for kept in node.saved()],
        "query": query,
        "shares": node.SHARES,
        "teams": teams.teams().filter(pk__in=teams.team_ids(me)),
        **attempt.context(request),
    }
    return render(request, "work/filters.html", context, status=attempt.status)


@require_POST
def change(request: HttpRequest, filter_id: int) -> HttpResponse:
    """Give one's own filter another name, or share it otherwise."""
    node.change(filter_id, **_given(request))
    return redirect("filters")


@require_POST
def end(request: HttpRequest, filter_id: int) -> HttpResponse:
    """Put a filter away."""
    node.end(filter_id)
    return redirect("filters")


def _given(request: HttpRequest) -> dict[str, Any]:
    """`shared` is mine, authority, or a team as `team-3`."""
    shared, _dash, number = request.POST.get("shared", "mine").partition("-")
    return {
        "name": request.POST.get("name", ""),
        "shared": shared,
        "team_id": number_of(number, "shared"),
    }


urlpatterns = [
    path("filters/", filters, name="filters"),
    path("filters/<int:filter_id>/", change, name="filter-change"),
    path("filters/<int:filter_id>/end/", end, name="filter-end"),
]
