"""The languages in which states take requests: what is recorded, where and when it was read."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from comity.base.errors import InputError
from comity.node import access
from comity.node.texts import languages as node
from comity.web.forms import Attempt


@require_http_methods(["GET", "POST"])
def languages(request: HttpRequest) -> HttpResponse:
    """The languages of states; POST records those of one."""
    attempt = Attempt()
    if request.method == "POST":
        access.require("language.record")
        with attempt:
            given = request.POST
            codes = given.get("languages", "").replace(",", " ").split()
            read_on = day(given.get("read_on", ""))
            node.record(given.get("country", ""), codes, given.get("source", ""), read_on)
            messages.success(request, _("It was recorded."))
            return redirect("languages")
    context = {"rows": node.recorded(), **attempt.context(request)}
    return render(request, "partners/languages.html", context, status=attempt.status)


def day(text: str) -> date:
    """A day typed into a form. InputError says what was expected."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError("expected a day such as 2026-11-22", field="read_on") from None


urlpatterns = [path("partners/languages/", languages, name="languages")]
