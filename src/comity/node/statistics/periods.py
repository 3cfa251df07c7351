"""The periods that statistics are asked for: whole days on the clock of the authority's state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from comity.base.errors import InputError
from comity.base.time import now
from comity.node import scope
from comity.node.authorities import Authority
from comity.node.cases import rules

NAMES = ("this-year", "last-year", "this-quarter", "last-quarter", "this-month", "last-month")
EARLIEST, LATEST = date(2000, 1, 1), date(2200, 1, 1)


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `first` to `last`, both included, on the clock of `zone`."""

    first: date
    last: date
    zone: tzinfo = UTC

    @property
    def since(self) -> datetime:
        """Its first instant, in UTC."""
        return _midnight(self.first, self.zone)

    @property
    def until(self) -> datetime:
        """The instant after its last, in UTC."""
        return _midnight(self.last + timedelta(days=1), self.zone)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @classmethod
    def between(cls, first: date, last: date) -> Period:
        """The days between two, both included, where the acting authority is. InputError when there are none."""
        if last < first:
            raise InputError("the last day lies before the first one", field="last")
        if first < EARLIEST or last > LATEST:
            raise InputError("expected days from 2000 to 2200", field="first")
        return cls(first, last, _zone())

    @classmethod
    def named(cls, name: str) -> Period:
        """One of NAMES, as of today. InputError when the name is none of them."""
        zone = _zone()
        today = now().astimezone(zone).date()
        if name not in NAMES:
            raise InputError("this is no period that has a name", field="period")
        which, _, unit = name.partition("-")
        first, months = _start(today, unit)
        if which == "last":
            first = _month(first, -months)
        return cls(first, _month(first, months) - timedelta(days=1), zone)


def _start(day: date, unit: str) -> tuple[date, int]:
    """The first day of the year, quarter or month of a day, and how many months such a unit has."""
    if unit == "year":
        return date(day.year, 1, 1), 12
    if unit == "quarter":
        return date(day.year, day.month - (day.month - 1) % 3, 1), 3
    return date(day.year, day.month, 1), 1


def _month(day: date, by: int) -> date:
    months = day.year * 12 + day.month - 1 + by
    return date(months // 12, months % 12 + 1, 1)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _zone() -> tzinfo:
    return rules.zone(Authority.objects.get(pk=scope.current_authority()))
