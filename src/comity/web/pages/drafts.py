"""A new request: whom to ask, under which procedure, and its form, saved as a draft until nothing is missing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comity.base.errors import Conflict, InputError
from comity.base.time import now
from comity.law.procedures import BoundProcedure
from comity.node import access, authorities
from comity.node.authorities import Authority
from comity.node.cases import casework, parties, phrasing, proposing, rules, seating
from comity.node.cases.models import Case, Party
from comity.node.registers import screening
from comity.node.registers.models import Match
from comity.web import drafting, phrases, seats, subjects
from comity.web.forms import Attempt


@require_GET
def new(request: HttpRequest) -> HttpResponse:
    """Whom to ask and what for: proposes the procedures, those that fit first, each with its reason."""
    access.require("case.open")
    me = request.officer.authority  # type: ignore[attr-defined]
    code = request.GET.get("partner", "")
    partner = seating.partner(code, me) if code else None
    found = proposing.proposals(me, partner) if partner else []
    context = {
        "partners": [*authorities.partners_of(me), *seating.outside(me)],
        "partner": partner,
        "proposals": found,
        "fitting": [each for each in found if each.fits],
        "match": _match(request),
        "title": request.GET.get("title", ""),
    }
    return render(request, "drafts/new.html", context)


@require_http_methods(["GET", "POST"])
def form(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """The form of one procedure towards a partner, or with several in their roles; POST saves it as a draft."""
    access.require("case.open")
    procedure, partner = rules.procedure(f"{code}/{name}", now()), _partner(request)
    match = _match(request)
    attempt = Attempt()
    with attempt:
        title = request.POST.get("title", "")
        if partner:
            phrases.insert(request, lambda block: phrasing.for_request(procedure.id, partner, title, block))
    if request.method == "POST" and "save" in request.POST:
        with attempt:
            facts = drafting.read(drafting.asked(procedure), request.POST)
            title = request.POST.get("title", "")
            placed = _seats(request, procedure, partner)
            case = casework.open_case(
                procedure.id, partner, title, facts, match=match and match.pk, seats=placed
            )
            return _after(request, case)
    facts = _facts_about(procedure, match)
    title = request.GET.get("title") or (match.query.caption if match else "")
    return _show(request, procedure, partner, facts, title, attempt, match=match, roles=True)


def _partner(request: HttpRequest) -> Authority | None:
    code = request.GET.get("partner", "")
    return seating.partner(code, request.officer.authority) if code else None  # type: ignore[attr-defined]


def _seats(request: HttpRequest, procedure: BoundProcedure, partner: Authority | None) -> list[Party]:
    """Who holds which role: as the form says where it asks, or else as it follows from the partner."""
    me: Authority = request.officer.authority  # type: ignore[attr-defined]
    if request.method == "POST" and (partner is None or not parties.plain(procedure)):
        return seats.read(procedure, me, request.POST)
    if partner is None:
        return seating.read(procedure, me, [])
    return seating.fill(procedure, me, partner, authorities.partners_of(me))


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Change a draft that was not sent yet."""
    access.require("case.step")
    case = casework.find(case_id)
    if case.state != "draft":
        raise Conflict("It has been sent: what was asked cannot be changed any more.")
    procedure = rules.procedure(case.procedure, now())
    attempt = Attempt()
    with attempt:
        phrases.insert(request, lambda block: phrasing.for_case(case_id, block))
    if request.method == "POST" and "save" in request.POST:
        with attempt:
            facts = drafting.read(drafting.asked(procedure), request.POST)
            version = drafting.version_of(request.POST)
            return _after(
                request, casework.save_facts(case_id, request.POST.get("title", ""), facts, version)
            )
    return _show(request, procedure, case.partner, case.facts, case.title, attempt, case=case)


@require_POST
def check(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """What is missing in a form that is being filled in, and the clock that will run; saves nothing."""
    access.require("case.open")
    procedure, partner = rules.procedure(f"{code}/{name}", now()), _partner(request)
    attempt = Attempt()
    placed: list[Party] = []
    with attempt:
        placed = _seats(request, procedure, partner)
    found = _check(request, procedure, placed, {}, attempt)
    context = {"check": found, "procedure": procedure, "owing": _owing(found, placed)}
    return render(request, "drafts/check.html", context)


def _show(
    request: HttpRequest,
    procedure: BoundProcedure,
    partner: Authority | None,
    facts: dict[str, Any],
    title: str,
    attempt: Attempt,
    roles: bool = False,
    **more: Any,
) -> HttpResponse:
    given = request.POST if request.method == "POST" else None
    me: Authority = request.officer.authority  # type: ignore[attr-defined]
    placed: list[Party] = rules.parties_of(more["case"]) if "case" in more else []
    with attempt:
        placed = placed or _seats(request, procedure, partner)
    found = _check(request, procedure, placed, facts, attempt)
    asks = roles and (partner is None or not parties.plain(procedure))
    code, _, name = procedure.id.partition("/")
    context = {
        "procedure": procedure,
        "cited": procedure.id,
        "code": code,
        "name": name,
        "partner": partner,
        "asked": _names(request, placed),
        "roles": seats.controls(procedure, me, placed, attempt.errors) if asks else [],
        "title": given.get("title", "") if given else title,
        "controls": _controls(procedure, facts, partner or me, found, attempt, given),
        "check": found,
        "owing": _owing(found, placed),
        "given_language": (given or {}).get("fact-language") or facts.get("language") or "",
        "kinds": subjects.KINDS,
        "identifiers": subjects.IDENTIFIERS,
        "errors": attempt.errors,
        **more,
    }
    return render(request, "drafts/form.html", context, status=attempt.status)


def _controls(
    procedure: BoundProcedure,
    facts: dict[str, Any],
    other: Authority,
    found: drafting.Check,
    attempt: Attempt,
    given: QueryDict | None,
) -> list[drafting.Control]:
    """The fields of the form; once it was sent in, with what is missing."""
    missing = {field for field, _, _ in found.missing} if given else set()
    asked = drafting.asked(procedure)
    return drafting.controls(asked, facts, other, missing=missing, errors=attempt.errors, given=given)


def _check(
    request: HttpRequest,
    procedure: BoundProcedure,
    placed: list[Party],
    facts: dict[str, Any],
    attempt: Attempt,
) -> drafting.Check:
    if request.method == "POST":
        try:
            facts = drafting.read(drafting.asked(procedure), request.POST)
        except InputError as error:
            attempt.note(error)
            return drafting.Check(None, [], error.sentence)
    return drafting.check(procedure, facts, request.officer.authority, placed)  # type: ignore[attr-defined]


def _owing(check: drafting.Check, placed: list[Party]) -> str:
    """The names of those whose time limit would run."""
    due = check.decision and check.decision.due
    return ", ".join(each.name for each in placed if due and each.role == due.owed_by)


def _names(request: HttpRequest, placed: list[Party]) -> str:
    """The names of the others who take part, as they are addressed."""
    me = request.officer.authority  # type: ignore[attr-defined]
    return ", ".join(dict.fromkeys(each.name for each in placed if each.code != me.code))


def _after(request: HttpRequest, case: Case) -> HttpResponse:
    if request.POST.get("save") == "send":
        return redirect("case-step", case.pk, rules.opening(case.procedure))
    return redirect("case", case.pk)


def _facts_about(procedure: BoundProcedure, match: Match | None) -> dict[str, Any]:
    """What a new form begins with: English, which every state accepts, and what the hit is about."""
    asked = drafting.asked(procedure)
    facts: dict[str, Any] = {rule.id: "en" for rule in asked if rule.type == "language"}
    lists = [rule.id for rule in asked if rule.type == "list"]
    if match and lists:
        facts[lists[0]] = [{**match.query.entity, "id": "subject-1"}]
    return facts


def _match(request: HttpRequest) -> Match | None:
    given = request.GET.get("match")
    if not given:
        return None
    return screening.read_match(drafting.uuid_of(given, "match"))


urlpatterns = [
    path("cases/new/", new, name="case-new"),
    path("cases/new/<slug:code>/<slug:name>/", form, name="case-form"),
    path("cases/new/<slug:code>/<slug:name>/check/", check, name="case-check"),
    path("cases/<uuid:case_id>/edit/", edit, name="case-edit"),
]
