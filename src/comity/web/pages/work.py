"""Who works on what: one case given, several chosen on the worklist, a shift handed over."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comity.base.errors import InputError
from comity.law.offences import taxonomy
from comity.node import access, authorities
from comity.node.cases import bulk, teams, work
from comity.node.handling import CODES
from comity.web import drafting
from comity.web.forms import Attempt, number_of


@require_POST
def assign(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Give the case to an officer, to a team, or to nobody."""
    work.assign(case_id, *_holder(request))
    return redirect("case", case_id)


@require_http_methods(["GET", "POST"])
def chosen(request: HttpRequest) -> HttpResponse:
    """What can be done with the chosen cases; POST gives or tags them, as its `do` says."""
    access.require("worklist.read")
    attempt = Attempt()
    if request.method == "POST":
        with attempt:
            return _result(request, _do(request, _case_ids(request.POST.getlist("case"))))
    given = request.POST if request.method == "POST" else request.GET
    cases = bulk.chosen(_case_ids(given.getlist("case")))
    bulk.note_chosen(cases)
    context = {
        "cases": cases,
        "steps": bulk.steps(cases),
        "offences": taxonomy().offences,
        **_receivers(),
        **attempt.context(request),
    }
    return render(request, "work/chosen.html", context, status=attempt.status)


def _do(request: HttpRequest, case_ids: list[UUID]) -> list[bulk.Outcome]:
    if request.POST.get("do") == "tag":
        return bulk.tag(case_ids, request.POST.getlist("offences"))
    return work.assign_many(case_ids, *_holder(request))


@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, name: str) -> HttpResponse:
    """One step in several cases: in which it can be taken, and its form; POST takes it in each."""
    access.require("case.step")
    given = request.POST if request.method == "POST" else request.GET
    case_ids = _case_ids(given.getlist("case"))
    attempt = Attempt()
    if request.method == "POST":
        with attempt:
            return _result(request, _take(request, case_ids, name))
    preview = bulk.preview(bulk.chosen(case_ids), name)
    bulk.note_chosen(choice.case for choice in preview.choices)
    return render(request, "work/step.html", _form(request, name, preview, attempt), status=attempt.status)


def _take(request: HttpRequest, case_ids: list[UUID], name: str) -> list[bulk.Outcome]:
    preview = bulk.preview(bulk.chosen(case_ids), name)
    given = request.POST
    content = {
        "fields": drafting.read(preview.option.needs, given) if preview.option else {},
        "text": given.get("text", "").replace("\r\n", "\n"),
        "grounds": given.getlist("grounds"),
        "partial": given.get("partial") == "yes",
    }
    marking = {"codes": given.getlist("codes"), "text": given.get("handling_text", "")}
    versions = dict(zip(case_ids, _versions(given.getlist("version")), strict=False))
    return bulk.take(case_ids, name, content, marking=marking, versions=versions)


def _form(request: HttpRequest, name: str, preview: bulk.Preview, attempt: Attempt) -> dict[str, Any]:
    option, given = preview.option, request.POST if request.method == "POST" else None
    context: dict[str, Any] = {"preview": preview, "option": option, "name": name}
    if option:
        first = next(choice.case for choice in preview.choices if choice.allowed)
        context |= {
            "case": first,
            "controls": drafting.controls(
                option.needs, {}, first.partner, errors=attempt.errors, given=given
            ),
            "note": not any(need.type == "longtext" for need in option.needs),
            "grounds": preview.grounds,
            "chosen": request.POST.getlist("grounds"),
            "codes": CODES,
            "chosen_codes": request.POST.getlist("codes") or ["H0"],
        }
    return context | attempt.context(request)


def _result(request: HttpRequest, outcomes: list[bulk.Outcome]) -> HttpResponse:
    context = {
        "done": [each for each in outcomes if each.done],
        "refused": [each for each in outcomes if not each.done],
    }
    return render(request, "work/result.html", context)


@require_http_methods(["GET", "POST"])
def hand_overs(request: HttpRequest) -> HttpResponse:
    """Hand over the chosen cases or a whole shift; below, what was handed over lately."""
    access.require("worklist.read")
    attempt = Attempt()
    if request.method == "POST":
        with attempt:
            return _hand_over(request)
    given = request.POST if request.method == "POST" else request.GET
    case_ids = _case_ids(given.getlist("case"))
    cases = bulk.chosen(case_ids) if case_ids else []
    me = access.acting_officer()
    context = {
        "cases": cases,
        "held": work.held(me).count(),
        "hand_overs": work.hand_overs(),
        **_receivers(),
        **attempt.context(request),
    }
    return render(request, "work/hand_overs.html", context, status=attempt.status)


def _hand_over(request: HttpRequest) -> HttpResponse:
    given = request.POST
    case_ids = _case_ids(given.getlist("case")) or None
    whose = number_of(given.get("whose", ""), "whose")
    handed = work.hand_over(*_holder(request), given.get("note", ""), case_ids, whose)
    if handed.hand_over is None or not all(each.done for each in handed.outcomes):
        return _result(request, handed.outcomes)
    messages.success(request, _("It was handed over: %(count)s cases.") % {"count": len(handed.outcomes)})
    return redirect("hand-over", handed.hand_over.pk)


@require_GET
def hand_over(request: HttpRequest, hand_over_id: UUID) -> HttpResponse:
    """One hand-over: its note, its cases, who has read it."""
    given, cases = work.read_hand_over(hand_over_id)
    me = access.acting_officer()
    context = {"each": given, "cases": cases, "to_me": work.is_receiver(given, me)}
    return render(request, "work/hand_over.html", context)


@require_POST
def confirm_read(request: HttpRequest, hand_over_id: UUID) -> HttpResponse:
    """Say that the note was read."""
    work.confirm_read(hand_over_id)
    return redirect("worklist")


def _receivers() -> dict[str, Any]:
    return {"colleagues": authorities.colleagues(), "teams": list(teams.teams())}


def _holder(request: HttpRequest) -> tuple[int | None, int | None]:
    """The officer and the team of one choice: `officer-3`, `team-1`, or nothing for nobody."""
    kind, _dash, number = request.POST.get("to", "").partition("-")
    if kind not in ("", "officer", "team"):
        raise InputError("no such officer here", field="to")
    chosen = number_of(number, "to")
    return (chosen, None) if kind == "officer" else (None, chosen)


def _case_ids(texts: Iterable[str]) -> list[UUID]:
    return [drafting.uuid_of(text, "case") for text in texts]


def _versions(texts: Iterable[str]) -> list[int]:
    return [number_of(text, "version") or 0 for text in texts]


urlpatterns = [
    path("cases/<uuid:case_id>/assign/", assign, name="case-assign"),
    path("work/", chosen, name="work-chosen"),
    path("work/steps/<slug:name>/", step, name="work-step"),
    path("handovers/", hand_overs, name="hand-overs"),
    path("handovers/<uuid:hand_over_id>/", hand_over, name="hand-over"),
    path("handovers/<uuid:hand_over_id>/read/", confirm_read, name="hand-over-read"),
]
