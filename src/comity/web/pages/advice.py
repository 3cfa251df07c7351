"""Which instrument to use, and what an offence decides in the law book."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from comity.base.errors import NotFound
from comity.base.time import now
from comity.law import advise as advise_on
from comity.law.advise.answers import GROUPS, Candidate
from comity.law.effects import Effect, closes, effects
from comity.law.offences import taxonomy
from comity.node import access, authorities
from comity.node.authorities import Authority
from comity.node.cases import rules
from comity.web import advising
from comity.web.context import may
from comity.web.forms import Attempt


@require_GET
def advise(request: HttpRequest) -> HttpResponse:
    """A few plain questions; once it is said what is wanted, the procedures that serve it, best first."""
    access.require("law.read")
    me = request.officer.authority  # type: ignore[attr-defined]
    given = request.GET
    attempt, found = Attempt(), None
    partners = authorities.partners_of(me) if may(request.officer, "partner.read") else []  # type: ignore[attr-defined]
    partner = _partner(given.get("partner", ""), partners)
    with attempt:
        if given.get("want"):
            found = advise_on(rules.book(), advising.asked(given, me, partner))
    context = {
        "choices": advising.choices(),
        "partners": partners,
        "taxonomy": taxonomy(),
        "partner": partner,
        "me": me,
        "given": given,
        "chosen": given.getlist("offences"),
        "advice": found,
        "cards": [_card(request, each, partner) for each in found.open] if found else [],
        "groups": [(GROUPS[group], each) for group, each in found.grouped()] if found else [],
        "errors": {advising.AT.get(field, field): text for field, text in attempt.errors.items()},
    }
    return render(request, "law/advise.html", context, status=attempt.status)


def _partner(code: str, partners: list[Authority]) -> Authority | None:
    """The partner of that code among those that can be chosen; None when none was."""
    found = next((each for each in partners if each.code == code), None)
    if code and found is None:
        raise NotFound("There is no such partner.")
    return found


def _card(request: HttpRequest, each: Candidate, partner: Authority | None) -> dict[str, Any]:
    """What a procedure that is open shows: clocks with their length, questions with links that answer them."""
    return {
        "candidate": each,
        "kinds": advising.spelled_kinds(each.partner_kinds),
        "clocks": [(clock, advising.length(clock)) for clock in each.clocks],
        "questions": [(question, advising.answers(question, request.GET)) for question in each.questions],
        "begin": advising.begin(each, partner, request.GET.get("title", "")[:200]),
    }


@require_GET
def offences(request: HttpRequest) -> HttpResponse:
    """The offences that cases are tagged with, and their place in each list."""
    access.require("law.read")
    known = taxonomy()
    rows = [(id, each, known.places(id)) for id, each in known.offences.items()]
    return render(request, "law/offences.html", {"taxonomy": known, "rows": rows})


@require_GET
def offence(request: HttpRequest, id: str) -> HttpResponse:
    """One offence: the lists it stands in, and what it decides in each procedure of the book."""
    access.require("law.read")
    known = taxonomy()
    if id not in known.offences:
        raise NotFound("There is no such offence in the list.")
    found = effects(rules.book().at(now()), [id])
    procedures = [
        _decided(list(each)) for _id, each in groupby(found, key=lambda effect: effect.procedure.id)
    ]
    context = {
        "id": id,
        "offence": known.offences[id],
        "places": [(known.lists[name], place) for name, place in known.places(id).items()],
        "procedures": procedures,
    }
    return render(request, "law/offence.html", context)


def _decided(found: list[Effect]) -> dict[str, Any]:
    """What an offence decides in one procedure."""
    kinds = {
        "requirement": _("Must hold"),
        "refusal": _("Ground of refusal"),
        "clock": _("Time limit"),
        "field": _("Required field"),
        "copy": _("Copy"),
        "retention": _("Keeping"),
        "step": _("Step"),
        "other": _("Extension"),
    }
    lines = [(kinds[each.kind], each) for each in found]
    return {"procedure": found[0].procedure, "closed": closes(found), "lines": lines}


urlpatterns = [
    path("law/advise/", advise, name="advise"),
    path("law/offences/", offences, name="offences"),
    path("law/offences/<slug:id>/", offence, name="offence"),
]
