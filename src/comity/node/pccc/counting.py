"""The numbers of a desk: today's board, and statistics by category and partner for any period.

Numbers of cases and of lines that are not shown are the own authority's alone; of the other authorities at the desk
only what they have shown is counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet, Sum

from comity.base.errors import InputError
from comity.base.time import now
from comity.node import access, ledger
from comity.node.authorities import Authority
from comity.node.cases import rules
from comity.node.cases.models import COPY, Case
from comity.node.pccc import categories, desks
from comity.node.pccc.models import DayEntry, Desk, Presence, Seat

LONGEST_PERIOD = timedelta(days=3660)


@dataclass(frozen=True, slots=True)
class Counted:
    """One row: cases asked of us and by us, how many still run, lines of the day book and the minutes on them."""

    name: str
    asked: int = 0
    asking: int = 0
    open: int = 0
    lines: int = 0
    minutes: int = 0


@dataclass(frozen=True, slots=True)
class Shown:
    """What the authorities of the desk have shown of one category: lines by authority name."""

    category: str
    lines: dict[str, int]


@dataclass(frozen=True, slots=True)
class Statistics:
    """The numbers of a period: our own by category and by partner, and what the desk has shown by authority."""

    since: date
    until: date
    by_category: list[Counted]
    by_partner: list[Counted]
    shown: list[Shown]
    authorities: list[str]


@dataclass(frozen=True, slots=True)
class Board:
    """A desk as it stands now: who sits there, who is there, and today's numbers."""

    desk: Desk
    seats: list[Seat]
    present: list[Presence]
    today: Statistics


def board(desk_code: str = "") -> Board:
    """The desk's board. Raises NotFound when the authority sits at no such desk."""
    officer = access.require("desk.read")
    desk = desks.find(desk_code)
    today = now().astimezone(rules.zone(officer.authority)).date()
    _note(desk, today, today)
    numbers = _statistics(desk, officer.authority, today, today)
    return Board(desk, desks.seats(desk), list(desks.present(desk)), numbers)


def statistics(since: date, until: date, desk_code: str = "") -> Statistics:
    """The numbers of the days from `since` to `until`, both counted. Raises InputError, NotFound."""
    officer = access.require("desk.read")
    if until < since:
        raise InputError("the last day is before the first", field="until")
    if until - since > LONGEST_PERIOD or until == date.max:
        raise InputError("choose a period of at most ten years", field="until")
    desk = desks.find(desk_code)
    _note(desk, since, until)
    return _statistics(desk, officer.authority, since, until)


def _statistics(desk: Desk, me: Authority, since: date, until: date) -> Statistics:
    first, last = _midnight(me, since), _midnight(me, until + timedelta(days=1))
    cases = Case.objects.filter(opened_at__gte=first, opened_at__lt=last).exclude(role=COPY)
    lines = DayEntry.objects.filter(desk=desk, at__gte=first, at__lt=last)
    ours = lines.filter(authority=me)
    by_category = _rows(cases.exclude(category=""), ours, "category", "category")
    named = [Counted(categories.title(name), *numbers) for name, numbers in by_category]
    names = dict(Authority.objects.values_list("pk", "name"))
    by_partner = _rows(cases.exclude(category=""), ours.exclude(concerned=None), "partner", "concerned")
    partners = [Counted(names[key], *numbers) for key, numbers in by_partner]
    shown = list(_shown(lines.filter(shared=True)))
    return Statistics(
        since,
        until,
        named,
        sorted(partners, key=lambda row: row.name),
        shown,
        sorted({name for row in shown for name in row.lines}),
    )


def _rows(
    cases: QuerySet[Case], lines: QuerySet[DayEntry], case_key: str, line_key: str
) -> list[tuple[object, tuple[int, ...]]]:
    """Cases and lines counted by a key, in the order of the categories or of the keys."""
    counted = (
        cases.order_by()
        .values_list(case_key)
        .annotate(
            asked=Count("pk", filter=Q(received_at__isnull=False)),
            asking=Count("pk", filter=Q(received_at=None)),
            open=Count("pk", filter=Q(closed_at=None)),
        )
    )
    written = lines.order_by().values_list(line_key).annotate(Count("pk"), Sum("minutes"))
    of_cases = {key: numbers for key, *numbers in counted}
    of_lines = {key: numbers for key, *numbers in written}
    keys = sorted({*of_cases, *of_lines}, key=_place)
    return [(key, (*of_cases.get(key, (0, 0, 0)), *of_lines.get(key, (0, 0)))) for key in keys]


def _place(key: object) -> tuple[int, str]:
    order = list(categories.categories())
    return (order.index(key) if key in order else len(order), str(key))


def _shown(lines: QuerySet[DayEntry]) -> Iterable[Shown]:
    counted = lines.order_by().values_list("category", "authority__name").annotate(Count("pk"))
    rows: dict[str, dict[str, int]] = {}
    for category, name, number in counted:
        rows.setdefault(category, {})[name] = number
    return (Shown(categories.title(key), rows[key]) for key in sorted(rows, key=_place))


def _midnight(authority: Authority, day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=rules.zone(authority))


def _note(desk: Desk, since: date, until: date) -> None:
    ledger.record(
        "desk.counted",
        article=access.RULES["desk.read"].article,
        subject=f"desk-{desk.pk}",
        body={"since": str(since), "until": str(until)},
    )
