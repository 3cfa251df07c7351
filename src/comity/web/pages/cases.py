"""Cases: the list, one case whole with its clock, and what is done on its page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import condition, require_GET, require_POST

from comity.base.errors import InputError
from comity.base.text import say
from comity.node import access, authorities, handling
from comity.node.cases import by_hand, casework, copies, parties, reading, rules
from comity.node.cases.models import Case
from comity.node.exchange.models import Outbox
from comity.web import drafting, seats
from comity.web.forms import page_of

STATES = (
    "open", "draft", "sent", "received", "clarifying", "answered", "refused", "withdrawn", "approved", "rejected",
    "searched", "active", "found", "deleted", "filed", "assessed", "decided", "proposed", "agreed", "running",
    "ended", "implemented", "closed",
)  # fmt: skip
ACCESS = (
    ("", "not known yet"),
    ("direct", "in a database we can query"),
    ("indirect", "with others, no coercion"),
)
JUDICIAL = (("", "not known yet"), ("no", "no"), ("yes", "yes"))


@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    """All cases; `?q=` looks in references and titles, `?state=` narrows, `?order=` is one of `reading.ORDERS`."""
    text, state, order = filters_of(request)
    page = page_of(request, reading.cases(text, state, order))
    reading.note_list(page.object_list)
    context = {"page": page, "q": text, "state": state, "order": order, "states": STATES}
    context["orders"] = list(reading.ORDERS)
    return render(request, "cases/list.html", context)


def filters_of(request: HttpRequest) -> tuple[str, str, str]:
    """The text, state and order that a list of cases is asked for. InputError names what is none."""
    text, state = request.GET.get("q", ""), request.GET.get("state", "")
    if state not in ("", *STATES):
        raise InputError(say("expected one of {states}", states=", ".join(STATES)), field="state")
    return text, state, request.GET.get("order", "newest")


@require_GET
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One case whole."""
    tag = reading.case_version(case_id)
    view = reading.read_case(case_id)
    found, decision = view.case, view.decision
    assert decision.procedure is not None
    context = {
        "view": view,
        "case": found,
        "decision": decision,
        "procedure": decision.procedure,
        "fields": _said(found, decision.procedure.rules.fields),
        "missing": drafting.blocking(decision.procedure, decision),
        "preview": _preview(found),
        "open": found.closed_at is None and found.role != "copy",
        "marking": _marking(view),
        "open_steps": _open_steps(view),
        "closed_steps": [each for each in view.options if not each.allowed],
        "by_hand_messages": [each for each in view.messages if each.state == Outbox.BY_HAND],
        "by_hand_answers": by_hand.unconnected(found),
        "parties": seats.shown(found, decision.procedure, view.steps),
        "many": not parties.plain(decision.procedure),
        "names": {each.code: each.name for each in rules.parties_of(found)},
        "copy_partners": authorities.partners_of(found.authority),
        "access_choices": ACCESS,
        "judicial_choices": JUDICIAL,
        "judicial": {None: "", True: "yes", False: "no"}[found.judicial_authorisation_required],
        "seen": tag,
        "tag": f'"{tag}"',
    }
    return render(request, "cases/case.html", context)


def _open_steps(view: reading.CaseView) -> list[rules.Option]:
    """The steps that may be taken now, those that are a duty first."""
    duties = {each.step for each in view.decision.steps if each.duty == "shall"}
    return sorted((each for each in view.options if each.allowed), key=lambda each: each.step not in duties)


def _marking(view: reading.CaseView) -> dict[str, Any] | None:
    """How all that was said in the case may be used, where that is more than the usual."""
    markings = [handling.Marking.read(step.handling) for step in view.steps]
    strictest = handling.strictest(markings)
    return None if strictest.codes == ("H0",) else strictest.as_json()


def _said(found: Case, fields: list[Any]) -> list[dict[str, Any]]:
    return [
        {"label": rule.label, "article": rule.article, "value": found.facts[rule.id], "rule": rule}
        for rule in fields
        if rule.id in found.facts
    ]


def _preview(found: Case) -> Any:
    if found.state != "draft":
        return None
    return rules.preview_of(found).due


def _clock_tag(request: HttpRequest, case_id: UUID) -> str:
    return f'"{reading.case_version(case_id)}"'


@require_GET
@condition(etag_func=_clock_tag)
def clock(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The clock of a case alone, and whether the case has changed since its page was opened."""
    tag = reading.case_version(case_id)
    found, decision = reading.case_clock(case_id)
    seen = request.GET.get("seen", "")
    context = {
        "case": found,
        "decision": decision,
        "preview": _preview(found),
        "tag": f'"{tag}"',
        "seen": seen,
        "changed": seen != tag,
    }
    return render(request, "cases/clock.html", context)


@require_POST
def assess(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Say how the information can be reached and whether a judge must allow it."""
    judicial = {"yes": True, "no": False}.get(request.POST.get("judicial", ""))
    version = drafting.version_of(request.POST)
    casework.assess(case_id, request.POST.get("access", ""), judicial, version)
    return redirect("case", case_id)


@require_POST
def decide_copy(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Send a copy that the law asks for or asks to be considered, or say why none is sent."""
    access.require("case.step")
    given = request.POST
    send = given.get("send") == "yes"
    partner = authorities.partner(given.get("partner", "")) if send else None
    step = drafting.uuid_of(given.get("step", ""), "step")
    copies.decide(case_id, step, given.get("to", ""), send, given.get("reason", ""), partner)
    return redirect("case", case_id)


urlpatterns = [
    path("cases/", cases, name="cases"),
    path("cases/<uuid:case_id>/", case, name="case"),
    path("cases/<uuid:case_id>/clock/", clock, name="case-clock"),
    path("cases/<uuid:case_id>/assess/", assess, name="case-assess"),
    path("cases/<uuid:case_id>/copies/", decide_copy, name="case-copy"),
]
