"""Searching: one text over cases, what was said in them, and records; each search is an entry of the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from comity.base.errors import InputError, Unavailable
from comity.base.text import say
from comity.node import access, ledger, scope
from comity.node.authorities import Authority, Officer
from comity.node.cases import rules
from comity.node.cases.models import Case
from comity.node.registers import screening
from comity.node.registers.models import Record
from comity.node.search import words
from comity.node.search.snippets import Piece, snippet
from comity.node.search.sources import KINDS, SOURCES, Source
from comity.node.search.words import Term

PAGE = 20
FREQUENT = 2_000
"""More are not counted: their number is told as "more than" this."""
RECORDS = "record"
MOST_RECORDS = 20
SEARCH = "SELECT kind, source, total FROM comity_search(%s, %s, %s, %s, %s, %s)"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for, and where: `kind` one of KINDS, days counted in the authority's time zone."""

    text: str
    kind: str = ""
    since: date | None = None
    until: date | None = None
    procedure: str = ""
    partner: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Hit:
    """A case, or something said in it, with the words that were found."""

    kind: str
    title: str
    case: Case
    at: datetime
    snippet: list[Piece]


@dataclass(frozen=True, slots=True)
class Found:
    """One page of results, newest first. `total` counts all that the officer may know of, up to FREQUENT."""

    asked: Asked
    hits: list[Hit]
    total: int
    records: list[tuple[Record, dict[str, Any]]] = field(default_factory=list)
    unavailable: str = ""

    @property
    def more(self) -> bool:
        """Whether there are more than were counted."""
        return self.total > FREQUENT

    @property
    def pages(self) -> int:
        """How many pages can be turned to."""
        return -(-min(self.total, FREQUENT) // PAGE)


def search(asked: Asked) -> Found:
    """Look for a text. Raises InputError on a text or filter that cannot be read, Denied without a purpose.

    An officer who may not read cases gets records alone, one who may not search registers gets none of those.
    """
    officer = access.require("search.run")
    terms = words.terms(asked.text)
    _check(asked)
    hits, total = _in_cases(officer, asked, terms)
    records, unavailable = _in_registers(officer, asked)
    _note(asked, hits, total)
    return Found(asked, hits, total, records, unavailable)


def _check(asked: Asked) -> None:
    if asked.kind not in ("", *KINDS):
        raise InputError(say("expected one of {kinds}", kinds=", ".join(KINDS)), field="kind")
    if not 1 <= asked.page <= FREQUENT // PAGE:
        raise InputError(say("expected a page from 1 to {last}", last=FREQUENT // PAGE), field="page")
    if asked.since and asked.until and asked.until < asked.since:
        raise InputError("the last day is before the first", field="until")
    if asked.procedure and asked.procedure not in rules.book().procedures:
        raise InputError("no such procedure", field="procedure")


def _in_cases(officer: Officer, asked: Asked, terms: Sequence[Term]) -> tuple[list[Hit], int]:
    if asked.kind == RECORDS or not access.may(officer, "case.read", purpose="search"):
        return [], 0
    wanted = words.query(terms, _marks(asked))
    first, last = _period(officer.authority, asked)
    with connection.cursor() as cursor:
        cursor.execute(SEARCH, [wanted, first, last, (asked.page - 1) * PAGE, PAGE, FREQUENT])
        rows = cursor.fetchall()
    total = rows[0][2] if rows else 0
    return list(_shown([(kind, key) for kind, key, _ in rows], terms)), total


def _marks(asked: Asked) -> Iterator[str]:
    if asked.kind:
        yield f"k:{asked.kind}"
    if asked.procedure:
        yield f"p:{asked.procedure}"
    if asked.partner:
        partner = Authority.objects.filter(code=asked.partner).first()
        if partner is None:
            raise InputError("no such partner", field="partner")
        yield f"w:{partner.pk}"


def _period(authority: Authority, asked: Asked) -> tuple[datetime | None, datetime | None]:
    """The instants at which the days asked for begin and end where the authority is."""
    zone = rules.zone(authority)

    def midnight(day: date | None) -> datetime | None:
        return datetime(day.year, day.month, day.day, tzinfo=zone) if day else None

    try:
        return midnight(asked.since), midnight(asked.until and asked.until + timedelta(days=1))
    except OverflowError:
        raise InputError("expected a day that has a next one", field="until") from None


def _shown(keys: list[tuple[str, str]], terms: Sequence[Term]) -> Iterator[Hit]:
    """The rows behind the keys, read under row-level security: what it does not show is not shown."""
    rows: dict[tuple[str, str], Any] = {}
    for source in SOURCES.values():
        wanted = [key for kind, key in keys if kind == source.kind]
        if wanted:
            rows |= {(source.kind, str(row.pk)): row for row in _rows(source, wanted)}
    for kind, key in keys:
        if row := rows.get((kind, key)):
            source = SOURCES[kind]
            pieces = snippet(source.texts(row), terms)
            yield Hit(kind, KINDS[kind], source.case(row), source.at(row), pieces)


def _rows(source: Source, wanted: list[str]) -> Any:
    related = ("partner",) if source.model is Case else ("case__partner",)
    return source.model._default_manager.filter(pk__in=wanted).select_related(*related)


def _in_registers(officer: Officer, asked: Asked) -> tuple[list[tuple[Record, dict[str, Any]]], str]:
    """Records like the text; registers know nothing of partners, procedures and periods of cases."""
    filtered = asked.since or asked.until or asked.procedure or asked.partner
    if asked.kind not in ("", RECORDS) or filtered or asked.page > 1:
        return [], ""
    if not access.may(officer, "record.search", purpose="search"):
        return [], ""
    try:
        return screening.search(asked.text.replace('"', " ").replace("*", " "), limit=MOST_RECORDS), ""
    except Unavailable as error:
        return [], str(error)


def _note(asked: Asked, hits: list[Hit], total: int) -> None:
    ledger.record(
        "search.run",
        article=access.RULES["search.run"].article,
        body={
            "text": asked.text,
            "purpose": scope.current().purpose,
            "kind": asked.kind,
            "since": str(asked.since or ""),
            "until": str(asked.until or ""),
            "procedure": asked.procedure,
            "partner": asked.partner,
            "page": asked.page,
            "found": total,
            "cases": sorted({hit.case.reference for hit in hits}),
        },
    )
