"""The clocks of a case: pure functions of facts, steps so far, law and calendar; never a stored counter.

Of several clocks with one id the first whose condition holds runs. Where a condition cannot be decided
because a fact is missing, the strictest of those still possible runs as `assumed`, and the fact is reported missing:
the desk alarms rather too early than too late.

A pause stops the clock at the minute and what was left of the period runs on afterwards. While it lasts, `at`
and `latest` are the ends as they would be if it ended at the instant of the decision, so they move with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from comity.law import periods
from comity.law.book import View
from comity.law.calendars import UTC_ONLY, Calendar
from comity.law.conditions import Truth
from comity.law.facts import Facts
from comity.law.periods import Ends
from comity.law.procedures import BoundProcedure
from comity.law.schema import Clock, Extension, LatestOf, Pause
from comity.law.steps import History

FAR = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ClockRun:
    """One clock of a case. `starts`, `at`, `latest` are None until the moment it counts from is known.

    `at` is the strict end (alarm), `latest` the end by Regulation 1182/71 (late only after it); both on the
    local time of who owes it. `ended` is when a step ended it. `open`: it may be exceeded as far as needed.
    `assumed`: the strictest of several still possible. `part`: the id of the part it belongs to.
    """

    id: str
    owed_by: str
    starts: datetime | None
    at: datetime | None
    latest: datetime | None
    within: str | None
    counting: str
    article: str
    paused: bool
    checked: bool
    text: str = ""
    ended: datetime | None = None
    open: bool = False
    assumed: bool = False
    duty: str = "shall"
    on_expiry: str = "warn"
    part: str | None = None

    @property
    def owed(self) -> bool:
        """Whether it runs towards an end and nothing has ended it yet."""
        return self.ended is None and self.at is not None and self.duty == "shall"

    def missed(self, when: datetime) -> bool:
        """Whether it was, or at `when` is, past its latest end; an open one and a wish are never missed."""
        return (
            self.latest is not None
            and self.duty != "wish"
            and not self.open
            and not self.paused
            and (self.ended or when) > self.latest
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "id": f"{self.id}:{self.part}" if self.part else self.id,
            "owed_by": self.owed_by,
            "at": self.at and self.at.isoformat(),
            "latest": self.latest and self.latest.isoformat(),
            "within": self.within,
            "counting": self.counting,
            "article": self.article,
            "paused": self.paused,
            "checked": self.checked,
        }


@dataclass(frozen=True, slots=True)
class Unknown:
    """A fact that a rule needs and nobody gave."""

    name: str
    article: str


class Clockwork:
    """Computes the clocks of one case at one instant; `unknown` collects the facts it needed and missed."""

    def __init__(
        self,
        view: View,
        procedure: BoundProcedure,
        facts: Facts,
        history: History,
        values: Mapping[str, Any],
        at: datetime,
    ) -> None:
        self.view, self.procedure, self.facts, self.history = view, procedure, facts, history
        self.values, self.at = values, at
        self.unknown: list[Unknown] = []
        self._extensions = [
            extension
            for extension in procedure.rules.extensions
            if procedure.test(extension.when, values).value is True
        ]

    def run(self) -> tuple[ClockRun, ...]:
        """Every clock that runs, ran or is still to start, in the file's order, then those of the parts."""
        rules = self.procedure.rules
        runs = list(self._runs(rules.clocks, None, self.values))
        for name, part in rules.parts.items():
            for part_id, facts in self.facts.parts.get(name, {}).items():
                values = {**self.values, **{f"{name}.{key}": value for key, value in facts.items()}}
                runs += self._runs(part.clocks, part_id, values, facts)
        return tuple(runs)

    def _runs(
        self,
        clocks: Sequence[Clock],
        part: str | None,
        values: Mapping[str, Any],
        part_facts: Mapping[str, Any] | None = None,
    ) -> Iterator[ClockRun]:
        duties = {extension.duty for extension in self.procedure.rules.extensions if extension.duty}
        active = {extension.duty for extension in self._extensions}
        for clock_id in dict.fromkeys(clock.id for clock in clocks):
            if clock_id in duties and clock_id not in active:
                continue
            possible = self._possible([clock for clock in clocks if clock.id == clock_id], values)
            runs = [self._run(clock, part, part_facts or {}) for clock in possible]
            if runs:
                strictest = min(runs, key=_strictness)
                yield replace(strictest, assumed=True) if len(runs) > 1 else strictest

    def _possible(self, clocks: list[Clock], values: Mapping[str, Any]) -> list[Clock]:
        """The first clock that holds, and before it those of which nobody knows whether they hold."""
        possible: list[Clock] = []
        for clock in clocks:
            truth: Truth = self.procedure.test(clock.when, values)
            if truth.value is False:
                continue
            possible.append(clock)
            if truth.value is True:
                break
            self.unknown += [
                Unknown(name, clock.article) for name in self.procedure.first_to_ask(truth.missing)
            ]
        return possible

    def _run(self, clock: Clock, part: str | None, part_facts: Mapping[str, Any]) -> ClockRun:
        starts = self._start(clock, part, part_facts)
        calendar = self._calendar(clock)
        ends: Ends | None = None
        paused = False
        ended = None
        if starts is not None:
            ended = self._ended(clock, starts, part, part_facts)
            if calendar is not None and clock.counting != "at-once":
                ends = self._ends(clock, starts, calendar, part)
            if ends and calendar:
                ends, paused = self._paused(clock, ends, ended, calendar)
        extensions = [extension for extension in self._extensions if extension.clock == clock.id]
        if ends and calendar:
            ends = self._extended(clock, ends, extensions, calendar)
        return ClockRun(
            id=clock.id,
            owed_by=clock.owed_by,
            starts=starts,
            at=calendar.local(ends.at) if ends and calendar else None,
            latest=calendar.local(ends.latest) if ends and calendar else None,
            within=clock.length or clock.on,
            counting=clock.counting,
            article=clock.article,
            paused=paused,
            checked=clock.checked is not None,
            text=clock.text,
            ended=ended,
            open=any(extension.open for extension in extensions),
            duty=clock.duty,
            on_expiry=clock.on_expiry,
            part=part,
        )

    def _start(self, clock: Clock, part: str | None, part_facts: Mapping[str, Any]) -> datetime | None:
        if isinstance(clock.from_, LatestOf):
            moments = [self.moment(name, part, part_facts) for name in clock.from_.latest_of]
            known = [moment for moment in moments if moment]
            return max(known) if len(known) == len(moments) else None
        return self.moment(clock.from_, part, part_facts) if clock.from_ else self.at

    def moment(
        self, reference: str, part: str | None = None, part_facts: Mapping[str, Any] | None = None
    ) -> datetime | None:
        """When a step was last taken (sent, unless the reference says received), or the value of a field.

        The last step that gave the field counts before what the case began with.
        """
        name, _, time = reference.partition(".")
        taken = self.history.of(name, part)
        if taken:
            return taken[-1].received if time == "received" else taken[-1].moment
        own = (part_facts or {}).get(name)
        said = [own, *(step.given.get(name) for step in reversed(self.history.taken))]
        known = (moment for moment in said if isinstance(moment, datetime))
        return next(known, None) or self.facts.moment(name)

    def _ended(
        self, clock: Clock, starts: datetime, part: str | None, part_facts: Mapping[str, Any]
    ) -> datetime | None:
        """The first moment that ends the clock; a partial step ends nothing.

        It lies not before the start, except for clocks that lead up to the day they count from.
        """
        leads_up = clock.before is not None or (
            clock.counting.startswith("fixed") and clock.on is None and clock.end in (None, clock.from_)
        )
        moments = [
            taken.moment
            for reference in clock.until
            for taken in self.history.of(reference.partition(".")[0], part)
            if not taken.partial
        ]
        fields = [self.facts.moment(name) or part_facts.get(name) for name in clock.until]
        moments += [moment for moment in fields if isinstance(moment, datetime) and moment <= self.at]
        return min((moment for moment in moments if leads_up or moment >= starts), default=None)

    def _calendar(self, clock: Clock) -> Calendar | None:
        """The calendar of who must act; hours and ends that were said do without one, days miss it."""
        actors = self.facts.parties.get(clock.owed_by, ())
        calendar = self.view.book.calendar(actors[0].country if actors else None)
        if calendar is None and (clock.end or clock.counting in ("exact-hours", "at-once")):
            return UTC_ONLY
        if calendar is None:
            missing = f"{clock.owed_by}.country" if actors else clock.owed_by
            self.unknown.append(Unknown(missing, clock.article))
        return calendar

    def _ends(self, clock: Clock, starts: datetime, calendar: Calendar, part: str | None) -> Ends | None:
        if clock.end:
            return self._said_end(clock, clock.end, calendar)
        protects = clock.on_expiry in ("delete", "stop")
        own = self.procedure.instrument.period_rules == "own" or protects
        counting: Any = clock.counting
        if clock.on:
            return periods.fixed_day(starts, clock.on, calendar)
        if counting == "fixed-date":
            end = calendar.end_of(calendar.local_day(starts))
            return Ends(end, end)
        if clock.before:
            end = (
                periods.period(starts, clock.within, counting, calendar, own=True).at
                if clock.within
                else starts
            )
            return periods.counted_back(end, clock.before, calendar)
        if clock.every and clock.done_by:
            done = sum(taken.moment >= starts for taken in self.history.of(clock.done_by, part))
            return periods.period(starts, periods.times(clock.every, done + 1), counting, calendar, own=own)
        within = clock.within or ""
        if clock.excluding:
            end = periods.running(starts, periods.length(within).exact, clock.excluding.daily, calendar)
            return Ends(end, end)
        return periods.period(starts, within, counting, calendar, own=own)

    def _said_end(self, clock: Clock, field: str, calendar: Calendar) -> Ends | None:
        """The end that a field says, or the last step that gave another one."""
        said = [taken.given[field] for taken in self.history.taken if field in taken.given]
        moment = said[-1] if said else self.facts.moment(field)
        if moment is None:
            return None
        exact = clock.counting == "fixed-instant"
        end = moment if exact else calendar.end_of(calendar.local_day(moment))
        return Ends(end, end)

    def _extended(self, clock: Clock, ends: Ends, extensions: list[Extension], calendar: Calendar) -> Ends:
        counting: Any = clock.counting
        for extension in extensions:
            if extension.by:
                ends = periods.extended(ends, extension.by, counting, calendar)
        return ends

    def _paused(
        self, clock: Clock, ends: Ends, ended: datetime | None, calendar: Calendar
    ) -> tuple[Ends, bool]:
        """Both ends, later by every pause that began before them, and whether a pause lasts now."""
        at, latest, lasting = ends.at, ends.latest, False
        for begin, finish in self._pauses(clock):
            still = finish is None and ended is None
            length = max(timedelta(0), (finish or ended or max(self.at, begin)) - begin)
            if begin < at:
                at += length
            if begin < latest:
                moves = clock.counting != "exact-hours" and self.procedure.instrument.period_rules != "own"
                latest = periods.resumed(latest, length, calendar) if moves else latest + length
                lasting = lasting or still
        return Ends(at, latest), lasting

    def _pauses(self, clock: Clock) -> list[tuple[datetime, datetime | None]]:
        """The pauses of a clock so far, oldest first; the last may have no end yet."""
        spans: list[tuple[datetime, datetime | None]] = []
        for pause in self.procedure.rules.pauses:
            if pause.clock == clock.id and self.procedure.test(pause.when, self.values).value is True:
                spans += self._spans(pause)
        return sorted(spans, key=lambda span: (span[0], span[1] or FAR))

    def _spans(self, pause: Pause) -> Iterator[tuple[datetime, datetime | None]]:
        begins = self._moments(pause.from_)
        finishes = self._moments(pause.until)
        for begin in begins:
            yield begin, next((finish for finish in finishes if finish >= begin), None)

    def _moments(self, reference: str) -> list[datetime]:
        """Each time that a step was sent or received, up to now."""
        name, _, time = reference.partition(".")
        moments = [taken.received if time == "received" else taken.moment for taken in self.history.of(name)]
        return [moment for moment in moments if moment and moment <= self.at]


def _strictness(run: ClockRun) -> tuple[datetime, timedelta]:
    size = periods.length(run.within) if run.within and run.within.startswith("P") else None
    rough = timedelta(days=size.months * 30 + size.days) + size.exact if size else timedelta.max
    return run.at or FAR, rough
