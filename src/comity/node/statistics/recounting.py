"""The same figures counted once more, plainly, from the entries of the ledger: they must agree.

The ledger says which steps were taken, when, on which grounds, and whether a judge had to agree; of a case only its
parties, its procedure and whether it is urgent are taken. Where the body of an entry was lawfully erased, its step
is read instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from comity.base.time import now, parse_instant
from comity.node import ledger, scope
from comity.node.authorities import Authority
from comity.node.cases import rules
from comity.node.cases.models import COPY, REQUESTED, REQUESTER, Case, Step
from comity.node.statistics import figures, tallies
from comity.node.statistics.figures import ENDS, Cell, Counts, counted_procedures
from comity.node.statistics.periods import Period

Key = tuple[str, bool]
"""A case by its conversation, and whether it is the copy of another authority's."""

KINDS = tuple(f"step.{name}" for name in ("sent", "copied", *ENDS))


@dataclass(frozen=True, slots=True)
class Recount:
    """What the ledger says: the numbers, of how many entries, how many of which had been erased."""

    counts: Counts
    entries: int
    erased: int


@dataclass(frozen=True, slots=True)
class Told:
    """A step as an entry of the ledger tells of it."""

    case: Case
    step: str
    sent: datetime
    received: datetime | None
    partial: bool
    grounds: tuple[str, ...]
    erased: bool


def recount(period: Period) -> Recount:
    """Count the period from the entries that the acting officer may know of."""
    known = _known()
    told = [each for line in ledger.each(KINDS, since=period.since) for each in _read(line, known)]
    mine = Authority.objects.get(pk=scope.current_authority()).country
    found = {(cell, each.case.pk) for each in told for cell in _cells(each, period, mine)}
    found |= {(_cell(figures.EXCEEDED, case), case.pk) for case in _exceeded(known, period)}
    cells = tallies.recount(period)
    cells.update(cell for cell, _ in found)
    return Recount(Counts(dict(cells)), len(told), sum(each.erased for each in told))


def _known() -> dict[Key, Case]:
    counted = Case.objects.filter(procedure__in=counted_procedures()).select_related("partner", "authority")
    return {(str(case.conversation), case.role == COPY): case for case in counted.iterator()}


def _read(line: ledger.Line, known: Mapping[Key, Case]) -> Iterator[Told]:
    name = line.kind.removeprefix("step.")
    case = known.get((line.case, name == "copied"))
    if case is None:
        return
    if line.body is None:
        yield _from_step(case, Step.objects.get(pk=line.subject))
        return
    body, content = line.body, line.body.get("content") or {}
    received = body.get("received")
    yield Told(
        case,
        name,
        parse_instant(body["sent"]),
        parse_instant(received) if received else None,
        content.get("partial") is True,
        tuple(each["id"] for each in content.get("grounds") or ()),
        erased=False,
    )


def _from_step(case: Case, step: Step) -> Told:
    grounds = tuple(each["id"] for each in step.content.get("grounds") or ())
    partial = step.content.get("partial") is True
    return Told(case, step.step, step.sent_at, step.received_at, partial, grounds, erased=True)


def _cell(figure: str, case: Case, ground: str = "") -> Cell:
    return Cell(figure, case.partner.country, case.facts.get("urgent") is True, ground)


def _cells(told: Told, period: Period, mine: str) -> Iterator[Cell]:
    """The cells in which a step counts its case."""
    case = told.case
    if case.role == REQUESTED and told.step == "sent":
        if told.received and period.since <= told.received < period.until:
            yield _cell(figures.RECEIVED, case)
    elif period.since <= told.sent < period.until:
        if case.role == REQUESTED:
            yield from _given(told)
        elif case.role == REQUESTER and told.step == "sent":
            yield _cell(figures.SENT, case)
        elif case.role == COPY and told.step == "copied" and case.partner.country == mine:
            yield _cell(figures.SENT_BY_OTHERS, case)


def _given(told: Told) -> Iterator[Cell]:
    if told.step == "answered":
        yield _cell(figures.PARTLY if told.partial else figures.ANSWERED, told.case)
    elif told.step == "refused":
        yield _cell(figures.REFUSED, told.case)
        yield from (_cell(figures.ON_GROUND, told.case, ground) for ground in told.grounds)
    elif told.step == "withdrawn":
        yield _cell(figures.WITHDRAWN, told.case)


def _exceeded(known: Mapping[Key, Case], period: Period) -> Iterator[Case]:
    """The requests whose ordinary limit, as the law engine has it, passed in the period for want of a judge."""
    judicial: dict[str, bool] = {}
    for line in ledger.each(("case.assessed",)):
        case = known.get((line.case, False))
        if case is not None and case.role == REQUESTED:
            said = (line.body or {}).get("judicial_authorisation_required")
            judicial[line.case] = said is True if line.body else bool(case.judicial_authorisation_required)
    for conversation in (each for each, required in judicial.items() if required):
        case = known[conversation, False]
        limit = rules.ordinary_limit(rules.decision(case))
        if limit is None or limit.latest is None or limit.paused:
            continue
        passed = period.since <= limit.latest < min(period.until, now())
        if passed and not _ended_by(conversation, known, limit.latest):
            yield case


def _ended_by(conversation: str, known: Mapping[Key, Case], limit: datetime) -> bool:
    lines = ledger.each(tuple(f"step.{name}" for name in ENDS), case=conversation)
    ends = [each for line in lines for each in _read(line, known) if not each.partial]
    return any(each.sent <= limit for each in ends)
