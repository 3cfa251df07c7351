"""What an offence decides: the conditions of the book that read it, and how each of them then turns out.

for each in effects(book.at(day), ["drugs"]):
    each.procedure.id, each.kind, each.rule.article, each.truth.value
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from comity.law.book import View
from comity.law.conditions import Truth
from comity.law.facts import offence_values
from comity.law.procedures import LISTED, OFFENCES, BoundProcedure
from comity.law.schema import Rule

Kind = Literal["requirement", "refusal", "clock", "field", "copy", "retention", "step", "other"]
"""What sort of rule it is whose condition the offence decides."""

_READ = {OFFENCES, *LISTED}


@dataclass(frozen=True, slots=True)
class Effect:
    """One rule that depends on the offences. `truth` None: other facts (`truth.missing`) have their say too.

    `name` is the rule's id or step; `text` its sentence; a requirement that is false closes the procedure.
    """

    procedure: BoundProcedure
    kind: Kind
    name: str
    text: str
    rule: Rule
    truth: Truth

    def as_json(self) -> dict[str, Any]:
        return {
            "procedure": self.procedure.id,
            "kind": self.kind,
            "rule": self.name,
            "text": self.text,
            "article": self.rule.article,
            "holds": self.truth.value,
            "depends_on": list(self.truth.missing),
            "checked": self.rule.checked is not None,
        }


def effects(view: View, offences: Iterable[str]) -> list[Effect]:
    """Every rule in force that reads the offences, with its outcome for these. FactError names an unknown one."""
    values = offence_values(list(offences))
    return [effect for procedure in view.procedures() for effect in of_procedure(procedure, values)]


def of_procedure(procedure: BoundProcedure, values: Mapping[str, Any]) -> Iterator[Effect]:
    """The same for one procedure; `values` are the facts that are known."""
    for kind, name, text, rule, condition in _conditions(procedure):
        if condition and _READ & set(procedure.conditions[condition].names):
            yield Effect(procedure, kind, name, text, rule, procedure.test(condition, values))


def closes(found: Iterable[Effect]) -> bool:
    """Whether one of the rules forbids the procedure."""
    return any(effect.kind == "requirement" and effect.truth.value is False for effect in found)


def _conditions(procedure: BoundProcedure) -> Iterator[tuple[Kind, str, str, Rule, str | None]]:
    rules = procedure.rules
    if rules.between:
        yield "requirement", "between", rules.between.text, rules.between, rules.between.test
    for each in rules.requirements:
        yield "requirement", each.id, each.text, each, each.test
    for ground in rules.refusals:
        yield "refusal", ground.id, ground.text, ground, ground.when
    for clock in rules.clocks:
        yield "clock", clock.id, clock.text, clock, clock.when
    for field in rules.fields:
        yield "field", field.id, field.label, field, field.required_when
    for copy in rules.copies:
        yield "copy", copy.id, copy.text, copy, copy.when
    for keep in rules.retention:
        yield "retention", keep.do, "", keep, keep.when
    for name, step in rules.steps.items():
        yield "step", name, procedure.steps[name].title, step, step.when
    for extension in rules.extensions:
        yield "other", extension.clock, "", extension, extension.when
