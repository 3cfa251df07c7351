"""The wall board of the control room: read from afar, refreshed by itself, by reference alone."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_GET

from comity.node.alarms import board


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The whole board."""
    return render(request, "board/page.html", _context(board.read()))


@require_GET
def rows(request: HttpRequest) -> HttpResponse:
    """The live part alone; 304 while nothing has changed."""
    read = board.read()
    tag = f'"{read.version}"'
    unchanged = get_conditional_response(request, etag=tag)
    if unchanged is not None:
        return unchanged
    response = render(request, "board/rows.html", _context(read))
    response["ETag"] = tag
    return response


def _context(read: board.Board) -> dict[str, object]:
    return {"board": read, "tag": f'"{read.version}"'}


urlpatterns = [
    path("board/", page, name="board"),
    path("board/rows/", rows, name="board-rows"),
]
