"""The law book: instruments, their procedures, and every rule with its article."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from comity.base.errors import NotFound
from comity.base.time import now
from comity.law.check import count_rules
from comity.law.procedures import BoundProcedure
from comity.law.schema import Instrument
from comity.node import access
from comity.node.cases import rules
from comity.web import rulebook
from comity.web.language import t

AREAS = {
    "exchange": gettext_lazy("Asking and telling"),
    "registers": gettext_lazy("Registers and searches"),
    "operations": gettext_lazy("Acting together"),
    "customs": gettext_lazy("Customs"),
    "money": gettext_lazy("Money and assets"),
    "third-states": gettext_lazy("With other states and organisations"),
    "steering": gettext_lazy("Planning, evaluating, training, funding"),
    "data-protection": gettext_lazy("Data protection"),
}
"""The areas of acts, in the order of the page."""


@require_GET
def law(request: HttpRequest) -> HttpResponse:
    """The instruments that apply on a day (today, if not said), by what they are about; then the others."""
    access.require("law.read")
    on, problem = _day(request.GET.get("on", ""))
    words = request.GET.get("q", "").strip()[:100]
    found = [each for each in rules.book().instruments.values() if _has(each, words)]
    groups = [
        {"title": title, "acts": [_line(act) for act in found if act.area == area and act.applies.on(on)]}
        for area, title in AREAS.items()
    ]
    context = {
        "groups": [group for group in groups if group["acts"]],
        "others": [_line(act) for act in found if not act.applies.on(on)],
        "on": on,
        "today": localtime(now()).date(),
        "words": words,
        "problem": problem,
    }
    return render(request, "law/list.html", context, status=400 if problem else 200)


def _day(text: str) -> tuple[date, str]:
    """The day typed, else today; and what is wrong with it."""
    try:
        return (date.fromisoformat(text) if text else localtime(now()).date()), ""
    except ValueError:
        return localtime(now()).date(), _("expected a day such as 2026-11-22")


def _has(act: Instrument, words: str) -> bool:
    """Whether each of the words stands in the act's names or in those of its procedures."""
    titles = [title for each in act.procedures.values() for title in (each.title, t(each.title))]
    text = " ".join([act.id, act.title, t(act.title), act.celex or "", *act.procedures, *titles]).lower()
    return all(word in text for word in words.lower().split())


def _line(act: Instrument) -> dict[str, Any]:
    return {
        "instrument": act,
        "procedures": list(act.procedures.items()),
        "verified": (count_rules(act).verified, count_rules(act).all),
    }


@require_GET
def instrument(request: HttpRequest, code: str) -> HttpResponse:
    """One instrument: where and when it applies, and its procedures."""
    access.require("law.read")
    book, found = rules.book(), _instrument(code)
    procedures = [
        {"procedure": each, "name": each.id.partition("/")[2], "verified": rulebook.verified(_rows(each))}
        for each in (book.procedures[f"{code}/{name}"] for name in found.procedures)
    ]
    acts = [(act, book.title(act)) for act in (found.yields_to.acts if found.yields_to else ())]
    context = {"instrument": found, "procedures": procedures, "acts": acts, "book": book}
    return render(request, "law/instrument.html", context)


@require_GET
def procedure(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """Every rule of a procedure with its article, its condition and whether it was checked."""
    access.require("law.read")
    found = _instrument(code)
    if name not in found.procedures:
        raise NotFound("There is no such procedure in the book.")
    bound = rules.book().procedures[f"{code}/{name}"]
    sections = rulebook.sections(bound)
    context = {
        "instrument": found,
        "procedure": bound,
        "sections": sections,
        "verified": rulebook.verified(_rows(bound)),
    }
    return render(request, "law/procedure.html", context)


def _instrument(code: str) -> Instrument:
    found = rules.book().instruments.get(code)
    if found is None:
        raise NotFound("There is no such act in the book.")
    return found


def _rows(bound: BoundProcedure) -> list[rulebook.Row]:
    return [row for section in rulebook.sections(bound) for row in section.rows]


urlpatterns = [
    path("law/", law, name="law"),
    path("law/<slug:code>/", instrument, name="instrument"),
    path("law/<slug:code>/<slug:name>/", procedure, name="procedure"),
]
