"""Teams: who is in which, and which one gets what comes in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from comity.node import access, authorities
from comity.node.cases import teams as node
from comity.web.forms import Attempt, number_of


@require_http_methods(["GET", "POST"])
def teams(request: HttpRequest) -> HttpResponse:
    """All teams with their members; POST makes one."""
    attempt = Attempt()
    if request.method == "POST":
        access.require("team.manage")
        with attempt:
            made = node.make(**_given(request))
            messages.success(request, _("The team was made."))
            return redirect("team", made.pk)
    found = [(team, node.members(team)) for team in node.teams()]
    context = {"teams": found, "colleagues": authorities.colleagues(), **attempt.context(request)}
    context["chosen"] = request.POST.getlist("officers")
    return render(request, "work/teams.html", context, status=attempt.status)


@require_http_methods(["GET", "POST"])
def team(request: HttpRequest, team_id: int) -> HttpResponse:
    """One team; POST changes its name and members."""
    found, attempt = node.read(team_id), Attempt()
    if request.method == "POST":
        access.require("team.manage")
        with attempt:
            node.change(team_id, **_given(request))
            messages.success(request, _("The team was changed."))
            return redirect("team", team_id)
    members = node.members(found)
    context = {"team": found, "members": members, "colleagues": authorities.colleagues()}
    context |= {"chosen": [str(each.pk) for each in members], **attempt.context(request)}
    return render(request, "work/team.html", context, status=attempt.status)


@require_POST
def end(request: HttpRequest, team_id: int) -> HttpResponse:
    """Dissolve a team to which no open case belongs."""
    node.end(team_id)
    return redirect("teams")


def _given(request: HttpRequest) -> dict[str, Any]:
    officers = [number_of(text, "officers") or 0 for text in request.POST.getlist("officers")]
    name, inbox = request.POST.get("name", ""), request.POST.get("inbox") == "yes"
    return {"name": name, "officers": officers, "takes_in": inbox}


urlpatterns = [
    path("teams/", teams, name="teams"),
    path("teams/<int:team_id>/", team, name="team"),
    path("teams/<int:team_id>/end/", end, name="team-end"),
]
