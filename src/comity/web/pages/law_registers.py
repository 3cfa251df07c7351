"""Registers of Union law as a table: who sees what for which purpose, and how long each kind of entry is kept."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from comity.base.errors import NotFound
from comity.base.time import now
from comity.law import registers
from comity.law.schema import Register
from comity.node import access
from comity.node.cases import rules
from comity.node.registers import reading


@require_GET
def law_registers(request: HttpRequest) -> HttpResponse:
    """The registers that the book knows, and those of this authority that are kept under each."""
    access.require("law.read")
    book = rules.book()
    ours = reading.under_law()
    rows = [
        {"register": each, "act": book.title(each.instrument), "ours": ours.get(each.id, [])}
        for each in book.registers.values()
    ]
    return render(request, "law/registers.html", {"rows": rows})


@require_GET
def law_register(request: HttpRequest, law_code: str) -> HttpResponse:
    """One register: who sees what for which purpose, what it holds and until when."""
    access.require("law.read")
    found = find(law_code)
    book = rules.book()
    context = {
        "register": found,
        "act": book.title(found.instrument),
        "has_act": found.instrument in book.instruments,
        "rows": rows_of(found),
        "purposes": {each.id: each.text for each in found.purposes},
        "holdings": {each.id: each.text for each in found.holdings},
        "procedures": {id: each.title for id, each in book.procedures.items()},
        "ours": reading.under_law().get(law_code, []),
        "own_kind": request.officer.authority.kind,  # type: ignore[attr-defined]
    }
    return render(request, "law/register.html", context)


def find(code: str) -> Register:
    """A register of the book by its code. Raises NotFound."""
    found = rules.book().registers.get(code)
    if found is None:
        raise NotFound("There is no such register in the book.")
    return found


def rows_of(register: Register) -> list[dict[str, Any]]:
    """The table of a register as it is today: authorities with the same sight and purpose in one row."""
    rows: dict[tuple[str, int], dict[str, Any]] = {}
    for row in registers.table(register, now()):
        line = rows.setdefault(
            (row.purpose, id(row.rule)), {"kinds": [], "purpose": row.purpose, "rule": row.rule}
        )
        line["kinds"].append(row.kind)
    return list(rows.values())


urlpatterns = [
    path("law/registers/", law_registers, name="law-registers"),
    path("law/registers/<slug:law_code>/", law_register, name="law-register"),
]
