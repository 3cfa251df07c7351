"""The desk of several authorities: its board, day book and statistics, and what the case page asks about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comity.base.errors import NotFound
from comity.base.time import now
from comity.node import access, authorities
from comity.node.authorities import Authority
from comity.node.cases import finding
from comity.node.pccc import categories, counting, daybook, desks, passing
from comity.node.pccc.counting import Counted
from comity.node.pccc.daybook import Line
from comity.node.pccc.models import DayEntry, Desk, Seat
from comity.web.forms import Attempt, page_of, read_day, whole_number
from comity.web.tables import csv_file

COLUMNS: dict[str, Callable[[tuple[str, Counted]], Any]] = {
    "by": lambda row: row[0],
    "name": lambda row: row[1].name,
    "asked_of_us": lambda row: row[1].asked,
    "asked_by_us": lambda row: row[1].asking,
    "open": lambda row: row[1].open,
    "lines": lambda row: row[1].lines,
    "minutes": lambda row: row[1].minutes,
}


@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """The board of a desk, `?desk=` where there are several; without one, what a desk is."""
    access.require("desk.read")
    code = request.GET.get("desk", "")
    try:
        board = counting.board(code)
    except NotFound:
        if code:
            raise
        return render(request, "desk/none.html", {"invitations": desks.invitations()})
    officer = request.officer  # type: ignore[attr-defined]
    context = {
        "board": board,
        "desks": desks.desks(),
        "here": any(each.officer_id == officer.pk for each in board.present),
    }
    return render(request, "desk/board.html", context)


@require_POST
def presence(request: HttpRequest) -> HttpResponse:
    """The officer comes to the desk, or leaves it."""
    code = request.POST.get("desk", "")
    if request.POST.get("here") == "yes":
        desks.arrive(code)
    else:
        desks.depart(code)
    return redirect(f"{request.path.removesuffix('presence/')}?desk={desks.find(code).code}")


@require_GET
def book(request: HttpRequest) -> HttpResponse:
    """The day book, newest first: our own lines, and those that others have shown to the desk."""
    given = request.GET
    found = daybook.entries(given.get("desk", ""), given.get("category", ""), given.get("only", ""))
    context = {
        "page": page_of(request, found),
        "desk": desks.find(given.get("desk", "")),
        "categories": categories.categories(),
        "outcomes": daybook.OUTCOMES,
        "me": request.officer.authority_id,  # type: ignore[attr-defined]
        "names": authorities.actor_names(),
        "given": given,
    }
    return render(request, "desk/book.html", context)


@require_http_methods(["GET", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    """The day register: ten fields, of which two are needed; a line, or a case with its clock."""
    access.require("desk.write")
    attempt = Attempt()
    if request.method == "POST":
        with attempt:
            return _written(request, daybook.write(_line(request)))
    context: dict[str, Any] = {
        "desk": desks.find(request.GET.get("desk") or request.POST.get("desk", "")),
        "categories": categories.categories(),
        "schemata": daybook.SCHEMATA,
        "outcomes": daybook.OUTCOMES,
        "partners": authorities.partners_of(request.officer.authority),  # type: ignore[attr-defined]
        **attempt.context(request),
    }
    return render(request, "desk/write.html", context, status=attempt.status)


def _line(request: HttpRequest) -> Line:
    given = request.POST
    text = {name: given.get(name, "") for name in ("category", "what", "partner", "schema", "name", "number")}
    case = given.get("case", "").strip()
    return Line(
        **text,
        reason=given.get("reason", ""),
        outcome=given.get("outcome", "done"),
        minutes=whole_number(given.get("minutes") or "0", "minutes", least=0, most=daybook.MOST_MINUTES),
        shared=given.get("shared") == "yes",
        case=finding.by_reference(case, "case").pk if case else None,
        desk=given.get("desk", ""),
    )


def _written(request: HttpRequest, entry: DayEntry) -> HttpResponse:
    messages.success(request, _("The line was written."))
    if entry.outcome == daybook.ASKED:
        return redirect("case", entry.case_id)
    return redirect("desk-book")


@require_GET
def statistics(request: HttpRequest) -> HttpResponse:
    """The numbers of a period, by category and by partner; this month when none is chosen."""
    attempt, found = Attempt(), None
    with attempt:
        found = counting.statistics(*_period(request), request.GET.get("desk", ""))
    context = {"statistics": found, **attempt.context(request), "given": request.GET}
    return render(request, "desk/statistics.html", context, status=attempt.status)


@require_GET
def statistics_csv(request: HttpRequest) -> FileResponse:
    """The same numbers as CSV."""
    since, until = _period(request)
    found = counting.statistics(since, until, request.GET.get("desk", ""))
    rows = [("category", row) for row in found.by_category] + [("partner", row) for row in found.by_partner]
    return csv_file("desk", COLUMNS, rows, since=str(since), until=str(until))


def _period(request: HttpRequest) -> tuple[date, date]:
    today = now().date()
    since = read_day(request.GET.get("since", ""), "since") or today.replace(day=1)
    return since, read_day(request.GET.get("until", ""), "until") or max(today, since)


@require_http_methods(["GET", "POST"])
def seats(request: HttpRequest) -> HttpResponse:
    """At which desks the authority sits; POST sets one up, invites, joins or leaves."""
    access.require("desk.manage")
    attempt = Attempt()
    if request.method == "POST":
        with attempt:
            _move(request.POST)
            return redirect("desk-seats")
    context = {
        "desks": [_seated(each) for each in desks.desks()],
        "invitations": desks.invitations(),
        **attempt.context(request),
    }
    return render(request, "desk/seats.html", context, status=attempt.status)


def _seated(desk: Desk) -> tuple[Desk, list[Seat], list[Authority]]:
    """A desk with its seats and those who could be invited."""
    taken = desks.seats(desk)
    sitting = {seat.authority_id for seat in taken}
    return desk, taken, [each for each in authorities.local_authorities() if each.pk not in sitting]


def _move(given: Any) -> None:
    code, move = given.get("desk", ""), given.get("move", "")
    if move == "open":
        desks.open_desk(given.get("code", ""), given.get("name", ""))
    elif move == "invite":
        desks.invite(code, given.get("authority", ""))
    elif move == "join":
        desks.join(code)
    elif move == "leave":
        desks.leave(code)


@require_POST
def category(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Say of which kind the request of a case is."""
    categories.categorise(case_id, request.POST.get("category", ""))
    return redirect("case", case_id)


@require_POST
def passing_up(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Pass a case up, or keep it at the desk for a reason."""
    access.require("case.step")
    given = request.POST
    partner = authorities.partner(given["partner"]) if given.get("partner") else None
    send = given.get("send") == "yes"
    passing.decide(case_id, given.get("to", ""), send, given.get("reason", ""), partner)
    return redirect("case", case_id)


urlpatterns = [
    path("desk/", desk, name="desk"),
    path("desk/presence/", presence, name="desk-presence"),
    path("desk/book/", book, name="desk-book"),
    path("desk/new/", write, name="desk-new"),
    path("desk/statistics/", statistics, name="desk-statistics"),
    path("desk/statistics.csv", statistics_csv, name="desk-statistics-csv"),
    path("desk/seats/", seats, name="desk-seats"),
    path("cases/<uuid:case_id>/category/", category, name="case-category"),
    path("cases/<uuid:case_id>/passing/", passing_up, name="case-passing"),
]
