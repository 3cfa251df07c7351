"""Statistics laid out as tables, for the page, the report and the API alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils import dateformat
from django.utils.translation import gettext as _

from comity.base.errors import InputError
from comity.law.offences import taxonomy
from comity.node.statistics import Counts, Period, Statistics
from comity.node.statistics.timing import BY_DAY_UP_TO, Replies
from comity.web import charts, words
from comity.web.language import t
from comity.web.templatetags.comity import ground_text

PROCEDURE = "dir-2023-977/request"
"""The procedure whose grounds of refusal article 18 counts."""


def period_of(given: QueryDict | dict[str, str]) -> Period:
    """The period that an address asks for: `period`, or `first` and `last`; this year when it says nothing."""
    first, last = str(given.get("first") or ""), str(given.get("last") or "")
    if first or last:
        return Period.between(_day(first, "first"), _day(last, "last"))
    return Period.named(str(given.get("period") or "this-year"))


def _day(text: str, field: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise InputError("expected a day such as 2026-03-01", field=field) from None


@dataclass(frozen=True, slots=True)
class Number:
    """A number and the address of the cases that it counts; none leads nowhere."""

    value: int
    query: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table: what it is about, and its numbers in the order of the headings."""

    label: str
    numbers: Sequence[Number]
    text: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of figures: the letter of article 18 it answers, if any, its headings and rows, the sum last."""

    id: str
    letter: str
    title: str
    first: str
    headings: Sequence[str]
    lines: Sequence[Line]


class Layout:
    """Lays out the counts of one period; every number knows the cases it counts."""

    def __init__(self, counts: Counts, period: Period) -> None:
        self.counts = counts
        self.days = {"first": period.first.isoformat(), "last": period.last.isoformat()}

    def number(self, figure: str, **wanted: Any) -> Number:
        """The number of a figure that is as wanted, with its address."""
        asked = {"figure": figure, **self.days, **wanted}
        if "urgent" in wanted:
            asked["urgent"] = "yes" if wanted["urgent"] else "no"
        value = self.counts.of(figure, **wanted)
        return Number(value, urlencode(asked) if value else "")

    def _by_country(self, columns: Sequence[tuple[str, bool | None]]) -> list[Line]:
        figures = [figure for figure, _urgent in columns]
        countries = self.counts.countries(*figures)
        rows = [Line(country, self._numbers(columns, country)) for country in countries]
        return [*rows, Line(_("All"), self._numbers(columns, None))] if rows else []

    def _numbers(self, columns: Sequence[tuple[str, bool | None]], country: str | None) -> list[Number]:
        place = {"country": country} if country else {}
        return [
            self.number(figure, **place, **({} if urgent is None else {"urgent": urgent}))
            for figure, urgent in columns
        ]

    def tables(self) -> list[Table]:
        """The tables of article 18, by letter."""
        return [self._sent(), self._received(), self._refused(), self._exceeded()]

    def _sent(self) -> Table:
        headings = (
            _("By us, urgent"),
            _("By us, other"),
            _("By other authorities of the state, from copies"),
        )
        lines = self._by_country((("sent", True), ("sent", False), ("sent-by-others", None)))
        return Table("sent", "a", _("Requests sent"), _("To"), headings, lines)

    def _received(self) -> Table:
        headings = (
            _("Received, urgent"), _("Received, other"), _("Answered, urgent"), _("Answered, other"),
            _("Answered in part"), _("Withdrawn"),
        )  # fmt: skip
        columns = (
            ("received", True), ("received", False), ("answered", True), ("answered", False),
            ("partly-answered", None), ("withdrawn", None),
        )  # fmt: skip
        title = _("Requests received and answered")
        return Table("received", "b", title, _("From"), headings, self._by_country(columns))

    def _refused(self) -> Table:
        countries = self.counts.countries("refused", "refused-on-ground")
        grounds = self.counts.grounds()
        lines = [
            Line(ground, [self.number("refused-on-ground", ground=ground, country=each) for each in countries]
                 + [self.number("refused-on-ground", ground=ground)], ground_text(ground, PROCEDURE))
            for ground in grounds
        ]  # fmt: skip
        if countries:
            total = [self.number("refused", country=each) for each in countries]
            lines.append(Line(_("Requests refused"), [*total, self.number("refused")]))
        title = _("Refusals by ground")
        return Table("refused", "c", title, _("Ground"), [*countries, _("All")], lines)

    def _exceeded(self) -> Table:
        lines = self._by_country((("exceeded", None),))
        title = _("Time limits left because of a judicial authorisation")
        return Table("exceeded", "d", title, _("From"), [_("Requests")], lines)


def replies(rows: Iterable[Replies], *, articles: bool = False) -> list[dict[str, Any]]:
    """Replies with how many were in time and how long they took, in words."""
    return [
        {
            "heading": (f"art. {row.heading}" if row.heading else _("no time limit"))
            if articles
            else row.heading,
            "number": row.number,
            "in_time": row.in_time,
            "percent": row.percent,
            "median": words.span(row.median) if row.median is not None else "",
        }
        for row in rows
    ]


def named_offences(rows: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """Offences by their titles."""
    known = taxonomy().offences
    return [(t(known[each].title) if each in known else each, number) for each, number in rows]


def chart_of_states(counts: Counts) -> str:
    """Received and answered by state, as bars."""
    rows = [
        (country, (counts.of("received", country=country), counts.of("answered", country=country)))
        for country in counts.countries("received", "answered")
    ]
    names = (_("Received"), _("Answered"))
    return charts.bars(_("Requests received and answered, by state"), names, rows) if rows else ""


def chart_of_days(found: Statistics) -> str:
    """Received and answered through the period, as lines."""
    short = found.period.days <= BY_DAY_UP_TO
    rows = [
        (dateformat.format(each.day, "j M" if short else "M Y"), (each.received, each.answered))
        for each in found.series
    ]
    return charts.lines(
        _("Requests received and answered through the period"), (_("Received"), _("Answered")), rows
    )
