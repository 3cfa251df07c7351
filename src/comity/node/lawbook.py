"""The law book of this node: the packaged acts, and those that stand in the `law` folder of its home.

An act there of the id of a packaged one replaces it: so an authority adds a bilateral agreement, or corrects a rule.
"""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings

from comity.law import Book, standard_book
from comity.law.files import HOME
from comity.node.home import Home


def load(home: Home) -> Book:
    """The book of a home folder. Raises InstrumentError naming file and field when an act is not well formed."""
    added = sorted(home.law_dir.glob("*.yaml"))
    return Book.load(HOME, *added) if added else standard_book()


@lru_cache(maxsize=1)
def book() -> Book:
    """The book of this node, loaded once a process: a change is read when the node starts anew."""
    return load(settings.HOME)
