"""The dossier of a case: its notes, its offences, its links, and who may know of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from comity.law.offences import taxonomy
from comity.node import access
from comity.node.cases import finding, links, readers, tags
from comity.node.cases import notes as casenotes
from comity.node.cases.models import Case
from comity.web import drafting
from comity.web.forms import Attempt


@require_http_methods(["GET", "POST"])
def notes(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The notes of a case; POST writes one, or annotates the one in `about`."""
    attempt = Attempt()
    if request.method == "POST":
        with attempt:
            about = request.POST.get("about", "")
            text = request.POST.get("text", "").replace("\r\n", "\n")
            casenotes.write(case_id, text, drafting.uuid_of(about, "about") if about else None)
            return redirect("case", case_id)
    shown = casenotes.read_notes(case_id)
    about = (request.POST if request.method == "POST" else request.GET).get("about", "")
    return _page(request, "dossier/notes.html", finding.find(case_id), attempt, notes=shown, about=about)


@require_http_methods(["GET", "POST"])
def offences(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The offences that a case can be tagged with; POST says which."""
    access.require("case.step")
    attempt = Attempt()
    if request.method == "POST":
        with attempt:
            tags.tag(case_id, request.POST.getlist("offences"))
            messages.success(request, _("The offences were noted."))
            return redirect("case", case_id)
    case = finding.find(case_id)
    return _page(request, "dossier/offences.html", case, attempt, taxonomy=taxonomy())


@require_http_methods(["GET", "POST"])
def case_links(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The links of a case; POST adds one."""
    attempt = Attempt()
    if request.method == "POST":
        with attempt:
            given = request.POST
            links.link(case_id, given.get("reference", ""), given.get("kind", ""), given.get("reason", ""))
            messages.success(request, _("The cases are linked."))
            return redirect("case", case_id)
    return _links(request, case_id, attempt)


@require_POST
def end_link(request: HttpRequest, case_id: UUID, link_id: UUID) -> HttpResponse:
    """End a link."""
    attempt = Attempt()
    with attempt:
        links.end(case_id, link_id, request.POST.get("reason", ""))
        messages.success(request, _("The link has been ended."))
        return redirect("case-links", case_id)
    return _links(request, case_id, attempt)


def _links(request: HttpRequest, case_id: UUID, attempt: Attempt) -> HttpResponse:
    found = links.read_links(case_id)
    kinds = [(kind, words) for kind, (words, back) in links.KINDS.items()]
    return _page(request, "dossier/links.html", finding.find(case_id), attempt, links=found, kinds=kinds)


@require_http_methods(["GET", "POST"])
def case_readers(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Who may know of a case; POST restricts it to the officers named, or with `lift` opens it to all."""
    access.require("case.restrict")
    attempt = Attempt()
    if request.method == "POST":
        with attempt:
            reason = request.POST.get("reason", "")
            if "lift" in request.POST:
                readers.lift(case_id, reason)
            else:
                readers.restrict(case_id, _numbers(request.POST.getlist("officers")), reason)
            messages.success(request, _("It was done."))
            return redirect("case", case_id)
    case = finding.find(case_id)
    named = {each.pk for each in readers.of(case)}
    context = {"choices": readers.choices(), "named": named, "supervisor": "supervisor" in _roles(request)}
    return _page(request, "dossier/readers.html", case, attempt, **context)


def _numbers(given: list[str]) -> list[int]:
    return [int(text) if text.isascii() and text.isdigit() and len(text) < 19 else -1 for text in given]


def _roles(request: HttpRequest) -> list[str]:
    return list(request.officer.roles)  # type: ignore[attr-defined]


def _page(request: HttpRequest, template: str, case: Case, attempt: Attempt, **context: Any) -> HttpResponse:
    shown = {"case": case, **context, **attempt.context(request)}
    return render(request, template, shown, status=attempt.status)


urlpatterns = [
    path("cases/<uuid:case_id>/notes/", notes, name="case-notes"),
    path("cases/<uuid:case_id>/offences/", offences, name="case-offences"),
    path("cases/<uuid:case_id>/links/", case_links, name="case-links"),
    path("cases/<uuid:case_id>/links/<uuid:link_id>/end/", end_link, name="case-link-end"),
    path("cases/<uuid:case_id>/readers/", case_readers, name="case-readers"),
]
