"""Taking one step of a case: its form, and writing down a step that came by another channel."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods

from comity.base.errors import NotFound
from comity.law.schema import Field
from comity.node import access
from comity.node.cases import casework, reading, receiving, rules
from comity.node.cases.models import Case
from comity.node.handling import CODES
from comity.web import drafting
from comity.web.forms import Attempt

SOURCES = {"A": "completely reliable", "B": "usually reliable", "C": "not usually reliable", "X": "not known"}
CONTENTS = {
    "1": "known to be true",
    "2": "known first hand",
    "3": "known second hand",
    "4": "cannot be judged",
}


@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, case_id: UUID, name: str) -> HttpResponse:
    """The form of a step: what it says, its effect on the clock, its handling code; POST takes the step."""
    access.require("case.step")
    case = casework.find(case_id)
    option = rules.option(case, name)
    attempt = Attempt()
    if request.method == "POST":
        with attempt:
            taken = casework.take_step(
                case_id,
                name,
                _content(request),
                marking=_marking(request),
                version=drafting.version_of(request.POST),
            )
            messages.success(request, f"{option.title}: done.{' It is on its way.' if option.told else ''}")
            return redirect("case", taken.case_id)
    return render(request, "steps/step.html", _context(request, case, option, attempt), status=attempt.status)


def _context(request: HttpRequest, case: Case, option: rules.Option, attempt: Attempt) -> dict[str, Any]:
    decision = rules.decision(case)
    assert decision.procedure is not None
    needs = _needs(decision.procedure.steps[option.step].needs)
    return {
        "case": case,
        "option": option,
        "decision": decision,
        "missing": drafting.blocking(decision.procedure, decision) if option.step == casework.SEND else [],
        "says": option.told and option.step != casework.SEND,
        "text_rule": needs[0] if needs else None,
        "also": needs[1:],
        "grounds": decision.refusals if option.refusal else (),
        "chosen": request.POST.getlist("grounds"),
        "codes": CODES,
        "chosen_codes": request.POST.getlist("codes") or ["H0"],
        "sources": SOURCES,
        "contents": CONTENTS,
        "includable": reading.includable(case) if option.told and option.step != casework.SEND else [],
        "included": request.POST.getlist("includes"),
        **attempt.context(request),
    }


def _needs(fields: list[Field]) -> list[Field]:
    return sorted((field for field in fields if field.required), key=lambda field: field.type != "longtext")


def _content(request: HttpRequest) -> dict[str, Any]:
    given = request.POST
    return {
        "text": given.get("text", "").replace("\r\n", "\n"),
        "grounds": given.getlist("grounds"),
        "includes": [str(drafting.uuid_of(each, "includes")) for each in given.getlist("includes")],
        "partial": given.get("partial") == "yes",
        "evaluation": given.get("source", "") + given.get("contents", ""),
    }


def _marking(request: HttpRequest) -> dict[str, Any]:
    return {"codes": request.POST.getlist("codes"), "text": request.POST.get("handling_text", "")}


@require_http_methods(["GET", "POST"])
def key_in(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Write down what a partner without Comity has answered, with the instant at which it came."""
    access.require("case.step")
    case = casework.find(case_id)
    if case.partner.channel != "manual":
        raise NotFound(f"{case.partner.name} answers through Comity itself.")
    attempt = Attempt()
    if request.method == "POST":
        with attempt:
            given = request.POST
            at = drafting.local_instant(given.get("received_at", ""), "received_at")
            receiving.key_in(
                case_id,
                given.get("step", ""),
                given.get("text", ""),
                at,
                _marking(request),
                given.get("channel", ""),
            )
            messages.success(request, "It was written down.")
            return redirect("case", case_id)
    options = [each for each in rules.options(case, party=case.other_role) if each.allowed and each.told]
    context = {
        "case": case,
        "options": options,
        "codes": CODES,
        "chosen_codes": request.POST.getlist("codes") or ["H0"],
        **attempt.context(request),
    }
    return render(request, "steps/key_in.html", context, status=attempt.status)


urlpatterns = [
    path("cases/<uuid:case_id>/answers/", key_in, name="case-key-in"),
    path("cases/<uuid:case_id>/steps/<slug:name>/", step, name="case-step"),
]
