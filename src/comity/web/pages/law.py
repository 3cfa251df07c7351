"""The law book: instruments, their procedures, and every rule with its article."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from comity.base.errors import NotFound
from comity.law.procedures import BoundProcedure
from comity.law.schema import Instrument
from comity.node import access
from comity.node.cases import rules
from comity.web import rulebook


@require_GET
def law(request: HttpRequest) -> HttpResponse:
    """The instruments in the book, with the dates from and until which they apply."""
    access.require("law.read")
    book = rules.book()
    instruments = [
        {"instrument": each, "procedures": list(each.procedures.items()), "verified": _verified(each)}
        for each in book.instruments.values()
    ]
    return render(request, "law/list.html", {"instruments": instruments})


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


def _verified(found: Instrument) -> tuple[int, int]:
    counts = [
        rulebook.verified(_rows(rules.book().procedures[f"{found.id}/{name}"])) for name in found.procedures
    ]
    return sum(checked for checked, _ in counts), sum(total for _, total in counts)


urlpatterns = [
    path("law/", law, name="law"),
    path("law/<slug:code>/", instrument, name="instrument"),
    path("law/<slug:code>/<slug:name>/", procedure, name="procedure"),
]
