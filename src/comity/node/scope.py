"""On whose behalf the node acts now: the first fact of every transaction.

Row-level security reads the same two settings, so that even raw SQL sees one authority's rows only
(migrations/0002_guards.py). The settings end with the transaction and cannot leak through a pool.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import connection, models, transaction

from comity.base.errors import Denied

SETTINGS = "SELECT set_config('comity.authority', %s, true), set_config('comity.officer', %s, true)"


@dataclass(frozen=True, slots=True)
class Scope:
    """The acting authority and officer, by primary key, and what for (one line, kept in the ledger)."""

    authority: int
    officer: int
    purpose: str = ""


_current: ContextVar[Scope | None] = ContextVar("scope", default=None)


def current() -> Scope:
    """The scope of this transaction; Denied when nobody acts, which is the default."""
    scope = _current.get()
    if scope is None:
        raise Denied(
            "Nobody is signed in: nothing is shown or changed.", rule="scope", grantor="administrator"
        )
    return scope


def is_set() -> bool:
    """Whether somebody acts; a page that says what went wrong is made when nobody does any more."""
    return _current.get() is not None


def current_authority() -> int:
    """Primary key of the acting authority: the owner of every row made now."""
    return current().authority


@contextmanager
def acting(authority: int, officer: int, purpose: str = "") -> Iterator[Scope]:
    """One transaction on behalf of an officer of an authority; nested calls restore the outer scope."""
    scope = Scope(authority, officer, purpose)
    outer = _current.get()
    with transaction.atomic():
        token = _current.set(scope)
        try:
            _tell_database(scope)
            yield scope
        finally:
            _current.reset(token)
        _tell_database(outer)


def _tell_database(scope: Scope | None) -> None:
    values = [str(scope.authority), str(scope.officer)] if scope else ["", ""]
    with connection.cursor() as cursor:
        cursor.execute(SETTINGS, values)


class Owned(models.Model):
    """A row that belongs to one authority and that no other authority sees."""

    authority = models.ForeignKey(
        "node.Authority", on_delete=models.PROTECT, default=current_authority, related_name="+"
    )

    class Meta:
        abstract = True
