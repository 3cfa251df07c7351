"""What the law engine says about a case: the one place where cases and instruments meet."""

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def book() -> Any:
    """The packaged law book, loaded once a process."""
    from comity.law import Book

    return Book.load()
