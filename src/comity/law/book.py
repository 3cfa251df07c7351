"""The law book: every instrument, lifecycle and national value, checked once, then read *at an instant*.

    book = Book.load()
    view = book.at(when)
    view.procedure("dir-2023-977/request").fields

Files (all YAML, in this package or in a folder of the same layout): `instruments/*.yaml`,
`lifecycles/*.yaml`, `national/*.yaml`, `registers/*.yaml`, and two lists of names, `acts.yaml` and `values.yaml`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from comity.base.errors import UnknownProcedure
from comity.law.calendars import Calendar, calendar_of
from comity.law.files import HOME, read_mapping, read_model
from comity.law.procedures import BoundProcedure, ValueType, bind
from comity.law.registers import compiled
from comity.law.schema import ActName, Instrument, Lifecycle, Register, Rule, State
from comity.law.schema.basic import Dated


class Book:
    """Every instrument of a folder, validated and compiled. Load it once; it never changes."""

    def __init__(
        self,
        instruments: Mapping[str, Instrument],
        lifecycles: Mapping[str, Lifecycle],
        states: Mapping[str, State],
        acts: Mapping[str, ActName],
        values: Mapping[str, ValueType],
        registers: Mapping[str, Register],
    ) -> None:
        self.instruments, self.lifecycles, self.states = instruments, lifecycles, states
        self.acts, self.values, self.registers = acts, values, registers
        self.procedures: dict[str, BoundProcedure] = {
            f"{instrument.id}/{name}": bind(instrument, name, lifecycles, values)
            for instrument in instruments.values()
            for name in instrument.procedures
        }
        self.register_conditions = {id: compiled(register) for id, register in registers.items()}
        applications = [act.applies for act in instruments.values()]
        begins_and_ends = [day for applies in applications for day in (applies.from_, applies.until) if day]
        self._days = sorted({*begins_and_ends, *_days([*instruments.values(), *states.values()])})
        self._dated = {
            name for name, bound in self.procedures.items() if any(True for _ in _days(bound.rules))
        }
        self._views: dict[int, View] = {}

    @classmethod
    def load(cls, folder: Path = HOME, *more: Path) -> Book:
        """Read a folder of law files, and further instruments from the files named in `more`.

        Raises InstrumentError naming file and field when one is not well formed.
        """
        values = {
            name: read_value_type(name, raw) for name, raw in read_mapping(folder / "values.yaml").items()
        }
        acts = {
            name: read_model(ActName, raw, folder / "acts.yaml")
            for name, raw in read_mapping(folder / "acts.yaml").items()
        }
        instruments = {
            act.id: act
            for path in (*sorted((folder / "instruments").glob("*.yaml")), *more)
            for act in [read_model(Instrument, read_mapping(path), path)]
        }
        lifecycles = {
            cycle.id: cycle
            for path in sorted((folder / "lifecycles").glob("*.yaml"))
            for cycle in [read_model(Lifecycle, read_mapping(path), path)]
        }
        states = {
            state.country: state
            for path in sorted((folder / "national").glob("*.yaml"))
            for state in [read_model(State, read_mapping(path), path)]
        }
        registers = {
            register.id: register
            for path in sorted((folder / "registers").glob("*.yaml"))
            for register in [read_model(Register, read_mapping(path), path)]
        }
        return cls(instruments, lifecycles, states, acts, values, registers)

    def at(self, when: datetime | date) -> View:
        """The book as it stood at an instant, by the date that it shows. Cheap: views are kept."""
        day = when.date() if isinstance(when, datetime) else when
        index = bisect_right(self._days, day)
        if index not in self._views:
            self._views[index] = View(self, day)
        return self._views[index]

    def procedure(self, procedure_id: str) -> BoundProcedure:
        """A procedure with all its rules, of whatever date; UnknownProcedure names the nearest."""
        try:
            return self.procedures[procedure_id]
        except KeyError:
            act = procedure_id.partition("/")[0]
            near = [known for known in self.procedures if known.startswith(act + "/")] or [*self.instruments]
            raise UnknownProcedure(
                f"no procedure {procedure_id!r}; known: {', '.join(near)}", field="procedure"
            ) from None

    def changes(self, procedure_id: str) -> bool:
        """Whether a rule of the procedure began or ended while its act applied."""
        return procedure_id in self._dated

    def title(self, act: str) -> str:
        """The title of an act that has a file or at least a name."""
        if act in self.instruments:
            return self.instruments[act].title
        return self.acts[act].title if act in self.acts else act

    def calendar(self, country: str | None) -> Calendar | None:
        """The calendar of a country; None when the book does not know the country."""
        state = self.states.get(country or "")
        return calendar_of(state.country, state.time_zone, state.calendar) if state else None


class View:
    """The book at one day: rules that are not in force then are left out."""

    def __init__(self, book: Book, day: date) -> None:
        self.book, self.day = book, day  # any day between two changes of law will do
        self._procedures: dict[str, BoundProcedure] = {}
        self._values = {country: self._of(state) for country, state in book.states.items()}

    def procedure(self, procedure_id: str) -> BoundProcedure:
        """A procedure with the rules in force on the day."""
        if procedure_id not in self._procedures:
            whole = self.book.procedure(procedure_id)
            rules = _in_force(whole.rules, self.day) if self.book.changes(procedure_id) else whole.rules
            self._procedures[procedure_id] = whole.with_rules(rules)
        return self._procedures[procedure_id]

    def procedures(self) -> Iterator[BoundProcedure]:
        """Every procedure whose act applies on the day, in the order of the files."""
        for procedure_id, procedure in self.book.procedures.items():
            if procedure.instrument.applies.on(self.day):
                yield self.procedure(procedure_id)

    def national(self, country: str | None) -> Mapping[str, Any]:
        """The national values known of a country on the day; what is not among them is unknown."""
        return self._values.get(country or "", {})

    def is_member(self, country: str, group: str) -> bool:
        """Whether a country belongs to a group of states on the day."""
        state = self.book.states.get(country)
        return state is not None and any(
            membership.group == group and membership.in_force.on(self.day) for membership in state.memberships
        )

    def _of(self, state: State) -> dict[str, Any]:
        return {value.id: value.value for value in state.values if value.in_force.on(self.day)}


@lru_cache(maxsize=1)
def standard_book() -> Book:
    """The book that Comity ships, loaded once a process."""
    return Book.load()


def read_value_type(name: str, raw: Any) -> ValueType:
    """One line of `values.yaml`: `id: {type: boolean | text | texts | whole, text: ...}`."""
    return read_model(ValueType, raw, Path(f"values.yaml, {name}"))


def _days(part: Any) -> Iterator[date]:
    """Every day on which some rule within a model, a mapping or a list begins or ends."""
    if isinstance(part, Dated):
        yield from (day for day in (part.in_force.since, part.in_force.until) if day)
    if isinstance(part, BaseModel | dict):
        for value in (part if isinstance(part, dict) else part.__dict__).values():
            if isinstance(value, BaseModel | dict | list):
                yield from _days(value)
    elif isinstance(part, list):
        for value in part:
            yield from _days(value)


def _in_force(part: Any, day: date) -> Any:
    """The part without the rules that are not in force on `day`; itself where nothing is left out."""
    if isinstance(part, BaseModel):
        changed = {
            name: after
            for name, before in part.__dict__.items()
            if (after := _in_force(before, day)) is not before
        }
        return part.model_copy(update=changed) if changed else part
    if isinstance(part, dict):
        kept = {key: _in_force(item, day) for key, item in part.items() if _holds(item, day)}
        same = len(kept) == len(part) and all(kept[key] is part[key] for key in part)
        return part if same else kept
    if isinstance(part, list):
        left = [_in_force(item, day) for item in part if _holds(item, day)]
        same = len(left) == len(part) and all(
            after is before for after, before in zip(left, part, strict=True)
        )
        return part if same else left
    return part


def _holds(item: Any, day: date) -> bool:
    return not isinstance(item, Rule) or item.in_force.on(day)
