"""Taking one step of a case: its form, and writing down a step that came by another channel."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from comity.base.errors import NotFound
from comity.base.text import say
from comity.base.time import now
from comity.node import access
from comity.node.cases import by_hand, casework, forwarding, parties, phrasing, reading, receiving, rules
from comity.node.cases.models import Case
from comity.node.handling import CODES
from comity.web import drafting, phrases, words
from comity.web.forms import Attempt
from comity.web.language import t
from comity.web.pages import attachments


@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, case_id: UUID, name: str) -> HttpResponse:
    """The form of a step: what it says, its effect on the clock, its handling code; POST takes the step."""
    access.require("case.step")
    case = casework.find(case_id)
    option = rules.option(case, name)
    attempt = Attempt()
    attached = _attached(request, case, attempt)
    inserted = False
    with attempt:
        inserted = phrases.insert(request, lambda block: phrasing.for_case(case_id, block))
    if request.method == "POST" and not attempt.errors and not inserted:
        with attempt:
            version = drafting.version_of(request.POST)
            content = _content(request, option) | {"attachments": attached}
            casework.take_step(case_id, name, content, marking=_marking(request), version=version)
            messages.success(request, _done(option))
            return redirect("case", case_id)
    decision = rules.decision(case)
    assert decision.procedure is not None
    reply = _reply(request, case)
    opening = option.step == rules.opening(case.procedure)
    context = {
        "told": ", ".join(each.name for each in parties.others(case, decision.procedure)),
        "missing": drafting.blocking(decision.procedure, decision) if opening else [],
        "grounds": decision.refusals if option.refusal else (),
        "chosen": request.POST.getlist("grounds") or reply["grounds"],
        "includable": reading.includable(case) if option.told and not opening else [],
        "included": request.POST.getlist("includes") or reply["includes"],
        "attached": attached,
        **_shown(request, case, option, attempt, reply["fields"]),
    }
    return render(request, "steps/step.html", context, status=attempt.status)


def _reply(request: HttpRequest, case: Case) -> dict[str, Any]:
    """What the answer to a forwarded case, `?from=`, puts into the form of the reply."""
    if request.method == "GET" and request.GET.get("from"):
        return forwarding.reply(case.pk, drafting.uuid_of(request.GET["from"], "from"))
    return {"fields": {}, "grounds": [], "includes": []}


def _done(option: rules.Option) -> str:
    if option.told:
        return t(say("{step}: done. It is on its way.", step=option.title))
    return t(say("{step}: done.", step=option.title))


def _shown(
    request: HttpRequest, case: Case, option: rules.Option, attempt: Attempt, facts: dict[str, Any]
) -> dict[str, Any]:
    given = request.POST if request.method == "POST" and "read" not in request.POST else None
    facts = {need.id: case.facts.get(need.same_as) for need in option.needs if need.same_as} | facts
    return {
        "case": case,
        "option": option,
        "cited": case.procedure,
        "controls": drafting.controls(option.needs, facts, case.partner, errors=attempt.errors, given=given),
        "note": not any(need.type == "longtext" for need in option.needs),
        "codes": CODES,
        "chosen_codes": request.POST.getlist("codes") or ["H0"],
        **attempt.context(request),
    }


def _content(request: HttpRequest, option: rules.Option) -> dict[str, Any]:
    given = request.POST
    return {
        "fields": drafting.read(option.needs, given),
        "text": given.get("text", "").replace("\r\n", "\n"),
        "grounds": given.getlist("grounds"),
        "includes": given.getlist("includes"),
        "partial": given.get("partial") == "yes",
    }


def _attached(request: HttpRequest, case: Case, attempt: Attempt) -> list[str]:
    """The files chosen for the step and those added with its form, which stay with the case if the step fails."""
    added: list[str] = []
    if request.FILES:
        with attempt:
            added = [str(each.pk) for each in attachments.add(request, case.pk)]
    return [*request.POST.getlist("attachments"), *added]


def _marking(request: HttpRequest) -> dict[str, Any]:
    return {"codes": request.POST.getlist("codes"), "text": request.POST.get("handling_text", "")}


@require_http_methods(["GET", "POST"])
def key_in(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Write down what a partner without Comity says, with the instant at which it came; `?step=` says what it did."""
    access.require("case.step")
    case = casework.find(case_id)
    who = by_hand.party(case, request.GET.get("party", ""))
    if who.connected:
        raise NotFound(say("{name} answers through Comity itself.", name=who.name))
    options = by_hand.options(case, who.code)
    option = next((each for each in options if each.step == request.GET.get("step")), None)
    attempt = Attempt()
    attached = _attached(request, case, attempt)
    pasted = _pasted(request, attempt)
    if pasted and option is None and not attempt.errors:
        named = next((each for each in options if each.step == pasted.step), None)
        option = named or by_hand.propose_step(pasted.text, options)
    if option is None:
        context = {"case": case, "who": who, "options": options, **attempt.context(request)}
        return render(request, "steps/choose.html", context, status=attempt.status)
    if request.method == "POST" and not pasted and not attempt.errors:
        with attempt:
            _write_down(request, case_id, option, attached, who.code)
            messages.success(request, _("It was written down."))
            return redirect("case", case_id)
    context = {
        "who": who,
        "grounds": rules.decision(case).refusals if option.refusal else (),
        "chosen": request.POST.getlist("grounds"),
        "attached": attached,
        "others": [each for each in options if each.step != option.step],
        "pasted": pasted,
        "came_at": words.local_minute(pasted.at if pasted and pasted.at else now()),
        **_shown(request, case, option, attempt, _said(option, pasted)),
    }
    return render(request, "steps/key_in.html", context, status=attempt.status)


def _write_down(
    request: HttpRequest, case_id: UUID, option: rules.Option, attached: list[str], party: str
) -> None:
    given = request.POST
    at = drafting.local_instant(given.get("received_at", ""), "received_at")
    content = _content(request, option) | {"attachments": attached}
    channel, number = given.get("channel", ""), given.get("number", "")
    receiving.key_in(case_id, option.step, content, at, _marking(request), channel, number, party)


def _pasted(request: HttpRequest, attempt: Attempt) -> by_hand.Pasted | None:
    """What was pasted or uploaded to be read before it is written down; the words of a file that has any."""
    if request.method != "POST" or "read" not in request.POST:
        return None
    found = by_hand.Pasted(request.POST.get("pasted", "").replace("\r\n", "\n").strip())
    for file in request.FILES.getlist("files"):
        if str(file.name).lower().endswith(by_hand.READABLE):
            with attempt:
                file.seek(0)
                found = by_hand.read_file(str(file.name), file.read(by_hand.LARGEST + 1))
    return found


def _said(option: rules.Option, pasted: by_hand.Pasted | None) -> dict[str, Any]:
    """The form of a step, begun with what was pasted: in its first long field."""
    long = [need.id for need in option.needs if need.type == "longtext"]
    return {long[0]: pasted.text} if pasted and long else {}


urlpatterns = [
    path("cases/<uuid:case_id>/answers/", key_in, name="case-key-in"),
    path("cases/<uuid:case_id>/steps/<slug:name>/", step, name="case-step"),
]
