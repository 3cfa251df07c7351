"""A procedure bound to its instrument, lifecycle and compiled conditions: what everything else works with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal, get_args

from comity.base.errors import InstrumentError
from comity.law import conditions
from comity.law.conditions import Condition, Truth, Vocabulary
from comity.law.schema import (
    Approval,
    Checked,
    Clock,
    Field,
    Instrument,
    LatestOf,
    Lifecycle,
    Procedure,
    Step,
    StepRule,
    Strict,
)
from comity.law.schema.basic import ListOfOffences, Rule

FIELD_TYPES = {
    "boolean": conditions.BOOLEAN,
    "choice": conditions.TEXT,
    "text": conditions.TEXT,
    "longtext": conditions.TEXT,
    "number": conditions.NUMBER,
    "date": conditions.INSTANT,
    "instant": conditions.INSTANT,
    "entity": conditions.RECORD,
    "list": conditions.ANYTHING,
    "country": conditions.TEXT,
    "language": conditions.TEXT,
    "texts": conditions.TEXTS,
    "countries": conditions.TEXTS,
}
VALUE_TYPES = {
    "boolean": conditions.BOOLEAN,
    "text": conditions.TEXT,
    "texts": conditions.TEXTS,
    "whole": conditions.WHOLE,
}
OFFENCES = "offences"
"""The fact that names the offences of the case, by their ids in the taxonomy; `offence.<list>` follows from it."""
LISTED = {f"offence.{name}": OFFENCES for name in get_args(ListOfOffences)}
"""What follows from the offences of the case: of each list, whether one of them stands in it."""
SPECIFIC_ACT = "specific_act"
"""The fact that names a special act which regulates the exchange expressly, so that this one yields."""


class ValueType(Strict):
    """What a national value is: its type and, in one sentence, its meaning."""

    type: Literal["boolean", "text", "texts", "whole"]
    text: str


@dataclass(frozen=True)
class BoundStep:
    """A step as this procedure has it: the lifecycle's move and the act's rule about it."""

    id: str
    move: Step
    rule: StepRule | None
    article: str
    checked: Checked | None

    @cached_property
    def title(self) -> str:
        return self.move.title

    @cached_property
    def effect(self) -> str:
        return (self.rule and self.rule.effect) or self.move.effect

    @cached_property
    def needs(self) -> list[Field]:
        own = [need.under(self.article) for need in self.move.needs]
        return [*(self.rule.needs if self.rule else []), *own]

    @cached_property
    def approval(self) -> Approval | None:
        return self.rule.approval if self.rule else None

    @cached_property
    def when(self) -> str | None:
        return self.rule.when if self.rule else None

    @cached_property
    def duty(self) -> str:
        return (self.rule and self.rule.duty) or self.move.duty

    @cached_property
    def consent(self) -> str:
        return (self.rule and self.rule.consent) or self.move.consent


@dataclass(frozen=True)
class BoundProcedure:
    """A procedure ready for use. `id` is `instrument/procedure`; `rules` is what the file says."""

    id: str
    instrument: Instrument
    rules: Procedure
    lifecycle: Lifecycle
    conditions: Mapping[str, Condition]

    def with_rules(self, rules: Procedure) -> BoundProcedure:
        """The same procedure with other rules (those in force on a day)."""
        return self if rules is self.rules else replace(self, rules=rules)

    def test(self, condition: str | None, values: Mapping[str, Any]) -> Truth:
        """Evaluate one of the procedure's conditions; no condition holds always."""
        return conditions.TRUE if condition is None else self.conditions[condition].test(values)

    @property
    def title(self) -> str:
        return self.rules.title

    @property
    def article(self) -> str:
        return self.rules.article

    @cached_property
    def fields(self) -> dict[str, Field]:
        """The fields a form asks for, by id, in the file's order."""
        return {field.id: field for field in self.rules.fields}

    def first_to_ask(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Of facts that are missing, those that whoever opens the case can give; all when there are none.

        What others know, or a state has laid down, matters only once the opener has said their part.
        """
        own = tuple(
            name
            for name in names
            if name == OFFENCES or (name in self.fields and self.fields[name].by is None)
        )
        return own or names

    @cached_property
    def steps(self) -> dict[str, BoundStep]:
        """The steps of the lifecycle and those the act adds, less those it does without."""
        rules = self.rules.steps
        moves = {name: move for name, move in self.lifecycle.steps.items() if name not in self.rules.without}
        moves |= {name: rule.step for name, rule in rules.items() if rule.step}
        return {name: self._bound_step(name, move, rules.get(name)) for name, move in moves.items()}

    @cached_property
    def states(self) -> dict[str, str]:
        """The states a case can be in, with their names."""
        return self.lifecycle.states

    def _bound_step(self, name: str, move: Step, rule: StepRule | None) -> BoundStep:
        source: Rule = rule or self.rules
        return BoundStep(name, move, rule, source.article, source.checked)


def bind(
    instrument: Instrument, name: str, lifecycles: Mapping[str, Lifecycle], values: Mapping[str, ValueType]
) -> BoundProcedure:
    """Tie a procedure to its lifecycle and compile its conditions.

    Raises InstrumentError naming the procedure and the rule: an unknown lifecycle, step, state, role, field
    or clock that something refers to, or a condition of the wrong type.
    """
    rules, where = instrument.procedures[name], f"{instrument.id}/{name}"
    lifecycle = lifecycles.get(rules.lifecycle)
    if lifecycle is None:
        raise InstrumentError(f"{where}: no lifecycle {rules.lifecycle!r}; known: {', '.join(lifecycles)}")
    unbound = BoundProcedure(where, instrument, rules, lifecycle, {})
    _check_references(unbound)
    vocabulary = Vocabulary(_types(unbound, values), LISTED)
    compiled = {text: vocabulary.compile(text, f"{where}, {place}") for place, text in _conditions(rules)}
    return replace(unbound, conditions=compiled)


def _types(procedure: BoundProcedure, values: Mapping[str, ValueType]) -> dict[str, Any]:
    types: dict[str, Any] = {
        "received": conditions.INSTANT,
        "sent": conditions.INSTANT,
        SPECIFIC_ACT: conditions.TEXT,
        OFFENCES: conditions.TEXTS,
    }
    types |= dict.fromkeys(LISTED, conditions.BOOLEAN)
    for role, party in procedure.rules.parties.items():
        if party.single:
            types |= {f"{role}.kind": conditions.TEXT, f"{role}.country": conditions.TEXT}
            types |= {f"{role}.{name}": VALUE_TYPES[value.type] for name, value in values.items()}
        else:
            types |= {f"{role}.kinds": conditions.TEXTS, f"{role}.countries": conditions.TEXTS}
            types |= {f"{role}.count": conditions.WHOLE}
    types |= {f"taken.{step}": conditions.BOOLEAN for step in procedure.steps}
    types |= {field.id: _field_type(field) for field in procedure.rules.fields}
    for part_name, part in procedure.rules.parts.items():
        types |= {f"{part_name}.{field.id}": _field_type(field) for field in part.fields}
    return types


def _field_type(field: Field) -> Any:
    return conditions.TEXTS if field.type == "choice" and field.multiple else FIELD_TYPES[field.type]


def _conditions(part: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Every condition of a procedure with the place where it stands."""
    if isinstance(part, Strict):
        label = getattr(part, "id", None)
        here = f"{place} {label}".strip() if isinstance(label, str) else place
        for name, value in part.__dict__.items():
            if name in CONDITION_KEYS and isinstance(value, str):
                yield f"{here} {name}".strip(), value
            else:
                yield from _conditions(value, here or name)
    elif isinstance(part, dict):
        for key, value in part.items():
            yield from _conditions(value, f"{place} {key}".strip())
    elif isinstance(part, list):
        for value in part:
            yield from _conditions(value, place)


CONDITION_KEYS = frozenset({"when", "required_when", "waived_when", "test", "unless", "after_the_fact"})


def _check_references(procedure: BoundProcedure) -> None:
    rules, steps = procedure.rules, procedure.steps
    lifecycle_states = {*procedure.lifecycle.states, "any"}
    roles = set(rules.parties)
    clocks = {clock.id for clock in rules.clocks}
    fields = {field.id for field in rules.fields}
    moments = {*steps, *(field.id for field in rules.fields if field.type in ("date", "instant"))}
    _known(procedure, "step", [*rules.without], set(procedure.lifecycle.steps))
    _known(procedure, "step", [*rules.steps], set(steps))
    for name, step in steps.items():
        _known(procedure, f"fact that {name} repeats", [need.same_as for need in step.needs], fields)
        targets = [step.move.to, step.move.received_to, step.move.partial_to, *step.move.from_]
        _known(procedure, f"state of step {name}", targets, lifecycle_states)
        _known(procedure, f"role of step {name}", step.move.by, roles)
        _known(procedure, f"step received by {name}", [step.move.receipt_of], set(steps))
        _known(procedure, f"role that approves {name}", [step.approval and step.approval.by], roles)
    for clock in rules.clocks:
        _check_clock(procedure, clock, moments, roles)
    for part in rules.parts.values():
        own = {field.id for field in part.fields if field.type in ("date", "instant")}
        for clock in part.clocks:
            _check_clock(procedure, clock, moments | own, roles)
        _known(procedure, "moment", [keep.from_ for keep in part.retention], moments | own)
    for pause in rules.pauses:
        _known(procedure, "clock to pause", [pause.clock], clocks)
        _known(procedure, "moment", [pause.from_, pause.until], moments)
    _known(procedure, "clock to extend", [extension.clock for extension in rules.extensions], clocks)
    _known(procedure, "moment", [keep.from_ for keep in rules.retention], moments)
    _known(procedure, "step copied", [copy.of for copy in rules.copies], set(steps))
    _known(procedure, "role that knows a field", [field.by for field in rules.fields], roles)
    _known(procedure, "role that consents", [consent.of for consent in rules.consents], roles)
    _known(procedure, "role of the territory", procedure.instrument.territory.roles, roles)


def _check_clock(procedure: BoundProcedure, clock: Clock, moments: set[str], roles: set[str]) -> None:
    start = clock.from_
    starts = start.latest_of if isinstance(start, LatestOf) else [start]
    _known(procedure, f"moment of clock {clock.id}", [*starts, *clock.until], moments)
    _known(procedure, f"field that ends clock {clock.id}", [clock.end], moments - set(procedure.steps))
    _known(procedure, f"role of clock {clock.id}", [clock.owed_by], roles)
    _known(procedure, f"step of clock {clock.id}", [clock.done_by], set(procedure.steps))


def _known(procedure: BoundProcedure, what: str, names: list[Any], known: set[str]) -> None:
    for name in names:
        if name and name.partition(".")[0] not in known:
            raise InstrumentError(
                f"{procedure.id}: unknown {what}: {name!r}; known: {', '.join(sorted(known))}"
            )
