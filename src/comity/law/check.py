"""Checks over the whole book that a single file cannot make, and the count of what was verified."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from comity.law.book import Book
from comity.law.schema import Instrument, Procedure, Rule


@dataclass
class Count:
    """Rules of one act, by whether they were read in the act or an official summary."""

    verified: int = 0
    unverified: int = 0

    @property
    def all(self) -> int:
        return self.verified + self.unverified


@dataclass
class Report:
    """What `comity law check` prints. `problems` empty: all is well."""

    counts: dict[str, Count] = field(default_factory=dict)
    procedures: int = 0
    problems: list[str] = field(default_factory=list)


def check(book: Book) -> Report:
    """Check references between files and count; loading has checked schemas, types and the rest."""
    report = Report(procedures=len(book.procedures))
    for act in book.instruments.values():
        report.counts[act.id] = count_rules(act)
        report.problems += _dangling(book, act)
    for state in book.states.values():
        undeclared = [value.id for value in state.values if value.id not in book.values]
        report.problems += [
            f"{state.country}: names the value {name!r}, which is not in values.yaml" for name in undeclared
        ]
    return report


def count_rules(act: Instrument) -> Count:
    """How many rules of an act were verified, and how many not."""
    checked = [rule.checked is not None for rule in rules(act)]
    return Count(sum(checked), len(checked) - sum(checked))


def is_checked(procedure: Procedure) -> bool:
    """Whether every time limit, ground of refusal and retention of a procedure was verified."""
    vital = [*procedure.clocks, *procedure.refusals, *procedure.retention] or [procedure]
    return all(rule.checked is not None for rule in vital)


def rules(part: Any) -> Iterator[Rule]:
    """Every rule within a model, a mapping or a list, itself included."""
    if isinstance(part, Rule):
        yield part
    if isinstance(part, BaseModel):
        for name in type(part).model_fields:
            yield from rules(getattr(part, name))
    elif isinstance(part, dict):
        for value in part.values():
            yield from rules(value)
    elif isinstance(part, list):
        for value in part:
            yield from rules(value)


def _dangling(book: Book, act: Instrument) -> Iterator[str]:
    named = [act.replaces, act.replaced_by, *(act.yields_to.acts if act.yields_to else [])]
    for other in named:
        if other and other not in book.instruments and other not in book.acts:
            yield f"{act.id}: names the act {other!r}, which has no file and is not in acts.yaml"
