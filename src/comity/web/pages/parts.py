"""The parts of a case: adding one, changing one."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from comity.node.cases import parts
from comity.node.cases.models import CasePart
from comity.web import drafting
from comity.web.forms import Attempt


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, case_id: UUID, name: str) -> HttpResponse:
    """The form of a new part; POST adds it and tells the other parties."""
    return _form(request, case_id, name, None)


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, case_id: UUID, name: str, key: UUID) -> HttpResponse:
    """The form of a part that the case has; POST changes it and tells the other parties."""
    return _form(request, case_id, name, key)


def _form(request: HttpRequest, case_id: UUID, name: str, key: UUID | None) -> HttpResponse:
    case, rule, part = parts.read_part(case_id, name, key)
    attempt = Attempt()
    more = "more" in request.POST
    if request.method == "POST" and not more:
        with attempt:
            read = drafting.read(rule.fields, request.POST)
            kept = _put(case_id, name, part, {each.id: read.get(each.id) for each in rule.fields})
            messages.success(request, _("It was saved, and the other parties are told."))
            return redirect(f"{reverse('case', args=[case_id])}#part-{kept.key}")
    given = request.POST if request.method == "POST" else None
    values = part.values if part else {}
    context = {
        "case": case,
        "rule": rule,
        "part": part,
        "cited": case.procedure,
        "against": parts.against(case),
        "controls": drafting.controls(rule.fields, values, case.partner, errors=attempt.errors, given=given),
        **attempt.context(request),
    }
    return render(request, "parts/form.html", context, status=attempt.status)


def _put(case_id: UUID, name: str, part: CasePart | None, values: dict[str, object]) -> CasePart:
    return parts.change(case_id, name, part.key, values) if part else parts.add(case_id, name, values)


urlpatterns = [
    path("cases/<uuid:case_id>/parts/<slug:name>/", new, name="case-part-new"),
    path("cases/<uuid:case_id>/parts/<slug:name>/<uuid:key>/", change, name="case-part"),
]
