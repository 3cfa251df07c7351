"""Statistics: the figures of Directive (EU) 2023/977 art. 18 for any period, the cases behind each, files of both."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from comity.base.errors import InputError
from comity.node import access
from comity.node import statistics as node
from comity.node.cases import reading
from comity.node.cases.models import Case
from comity.node.statistics import Period
from comity.node.statistics.periods import NAMES
from comity.web import figures, reports
from comity.web.forms import page_of
from comity.web.pages.lists import CASES
from comity.web.tables import AT_MOST, Columns, csv_file

PERIODS = {
    "this-year": "This year",
    "last-year": "Last year, for the Commission by 1 March",
    "this-quarter": "This quarter",
    "last-quarter": "Last quarter",
    "this-month": "This month",
    "last-month": "Last month",
}
CELLS: Columns = {
    "letter": lambda each: node.figures.LETTERS.get(each[0].figure, ""),
    "figure": lambda each: each[0].figure,
    "state": lambda each: each[0].country,
    "urgent": lambda each: each[0].urgent,
    "ground": lambda each: each[0].ground,
    "number": lambda each: each[1],
}


@require_GET
def statistics(request: HttpRequest) -> HttpResponse:
    """The figures of a period, each a way to the cases it counts; `?recount=yes` asks the ledger again."""
    period = figures.period_of(request.GET)
    found = node.read(period, again=request.GET.get("recount") == "yes")
    layout = figures.Layout(found.counts, period)
    context = {
        "found": found,
        "period": period,
        "periods": [(name, PERIODS[name]) for name in NAMES],
        "chosen": request.GET.get("period", "") or ("" if "first" in request.GET else "this-year"),
        "tables": layout.tables(),
        "limits": figures.replies(found.limits, articles=True),
        "given": figures.replies(found.given),
        "got": figures.replies(found.got),
        "offences": figures.named_offences(found.offences),
        "by_state": figures.chart_of_states(found.counts),
        "through": figures.chart_of_days(found),
        "query": f"first={period.first}&last={period.last}",
    }
    return render(request, "statistics/page.html", context)


@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    """The cases that a number counts."""
    period, figure, wanted = _asked(request)
    page = page_of(request, node.counted_cases(period, figure, **wanted))
    reading.note_list(page.object_list)
    context = {
        "page": page,
        "period": period,
        "figure": node.FIGURES[figure],
        "wanted": wanted,
        "back": f"first={period.first}&last={period.last}",
    }
    return render(request, "statistics/cases.html", context)


@require_GET
def cases_csv(request: HttpRequest) -> FileResponse:
    """The cases that a number counts, as a file."""
    period, figure, wanted = _asked(request)
    rows: list[Case] = list(node.counted_cases(period, figure, **wanted)[: AT_MOST + 1])
    told = {"filter": request.GET.urlencode(), "cases": [case.reference for case in rows]}
    return csv_file(f"cases-{figure}", CASES, rows, **told)


@require_GET
def export(request: HttpRequest) -> FileResponse:
    """Every number of article 18 as a row."""
    period = figures.period_of(request.GET)
    found = node.read(period)
    cells = sorted(found.counts.cells.items())
    return csv_file(f"statistics-{period.first}-{period.last}", CELLS, cells, complete=found.complete)


@require_GET
def report(request: HttpRequest) -> HttpResponse:
    """The statistics as a PDF, as they go to the Commission."""
    period = figures.period_of(request.GET)
    found = node.read(period, again=True)
    name = f"statistics-{period.first}-{period.last}"
    return reports.answer(reports.statistics_pdf(found, request.officer.authority), name)  # type: ignore[attr-defined]


def _asked(request: HttpRequest) -> tuple[Period, str, dict[str, Any]]:
    access.require("statistics.read")
    given = request.GET
    figure, urgent = given.get("figure", ""), given.get("urgent", "")
    if figure not in node.FIGURES:
        raise InputError("there is no such figure", field="figure")
    if urgent not in ("", "yes", "no"):
        raise InputError("expected yes or no", field="urgent")
    wanted = {
        "country": given.get("country", "")[:2],
        "urgent": {"yes": True, "no": False}.get(urgent),
        "ground": given.get("ground", "")[:20],
    }
    return figures.period_of(given), figure, wanted


urlpatterns = [
    path("statistics/", statistics, name="statistics"),
    path("statistics/cases/", cases, name="statistics-cases"),
    path("statistics/cases.csv", cases_csv, name="statistics-cases-export"),
    path("statistics/export.csv", export, name="statistics-export"),
    path("statistics/report.pdf", report, name="statistics-report"),
]
