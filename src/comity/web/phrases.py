"""Putting a text block into a form that is being filled in; what was typed stays."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest

from comity.base.errors import InputError

BUTTON, BLOCK, INTO = "insert", "block", "into"
"""The names of the button, of the choice of a block, and of the field that takes it."""


def insert(request: HttpRequest, fill: Callable[[int], str]) -> bool:
    """Whether the button was pressed that inserts a block; then the block stands at the end of its field.

    `fill` gives the text of a block by its number. Raises InputError when no block was chosen.
    """
    if request.method != "POST" or BUTTON not in request.POST:
        return False
    chosen, into = request.POST.get(BLOCK, ""), request.POST.get(INTO, "")
    if not (chosen.isascii() and chosen.isdigit() and len(chosen) < 19):
        raise InputError("choose a text", field=BLOCK)
    given = request.POST.copy()
    given[into] = "\n\n".join(filter(None, [given.get(into, "").rstrip(), fill(int(chosen))]))
    request.POST = given  # type: ignore[assignment]
    return True
