"""A case as a file: how it is to be taken out, and the file."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_http_methods

from comity.base.errors import InputError
from comity.base.text import say
from comity.node.cases import exporting
from comity.web import dossiers
from comity.web.forms import Attempt


@require_http_methods(["GET", "POST"])
def export(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Ask in which form, with which parts and what for; then give the file."""
    case = exporting.exportable(case_id)
    attempt = Attempt()
    if request.method == "POST":
        with attempt:
            return _file(request, case_id)
    context = {"case": case, "forms": dossiers.FORMS, **attempt.context(request)}
    return render(request, "cases/export.html", context, status=attempt.status)


def _file(request: HttpRequest, case_id: UUID) -> HttpResponse:
    form = request.POST.get("form", "")
    if form not in dossiers.FORMS:
        raise InputError(say("expected one of {forms}", forms=", ".join(dossiers.FORMS)), field="form")
    dossier = exporting.export_case(
        case_id, with_notes="notes" in request.POST, for_court=form == dossiers.COURT
    )
    return dossiers.answer(dossier, form)


urlpatterns = [path("cases/<uuid:case_id>/export/", export, name="case-export")]
