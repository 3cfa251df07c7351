"""Checks over the whole book that a single file cannot make, and the count of what was verified."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, get_args

from pydantic import BaseModel

from comity.base.time import now
from comity.law.advise import words
from comity.law.book import Book
from comity.law.facts import KINDS
from comity.law.offences import Taxonomy, taxonomy
from comity.law.schema import Instrument, Procedure, Register, Rule
from comity.law.schema.basic import ListOfOffences


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
    """What `comity law check` prints: counts by act and by register. `problems` empty: all is well."""

    counts: dict[str, Count] = field(default_factory=dict)
    registers: dict[str, Count] = field(default_factory=dict)
    procedures: int = 0
    problems: list[str] = field(default_factory=list)


def check(book: Book) -> Report:
    """Check references between files and count; loading has checked schemas, types and the rest."""
    report = Report(procedures=len(book.procedures))
    for act in book.instruments.values():
        report.counts[act.id] = count_rules(act)
        report.problems += [*_dangling(book, act), *_of_procedures(act), *_unread(act.id, act)]
    for register in book.registers.values():
        report.registers[register.id] = count_rules(register)
        report.problems += [*_of_register(book, register), *_unread(f"register {register.id}", register)]
    for state in book.states.values():
        report.problems += [
            f"{state.country}: names the value {value.id!r}, which is not in values.yaml"
            for value in state.values
            if value.id not in book.values
        ]
        report.problems += _unread(state.country, state)
    report.problems += _of_offences(taxonomy())
    return report


def count_rules(part: Instrument | Register) -> Count:
    """How many rules of an act or a register were verified, and how many not."""
    checked = [rule.checked is not None for rule in rules(part)]
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
        for value in part.__dict__.values():
            yield from rules(value)
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


def _of_procedures(act: Instrument) -> Iterator[str]:
    """Words of advice.yaml that are none, and copies or statistics for whom nobody knows."""
    known = words()
    for name, procedure in act.procedures.items():
        where, offers = f"{act.id}/{name}", procedure.offers
        if offers is None:
            yield f"{where}: does not say what it offers"
            continue
        for word in [*(set(offers.wants) - set(known.wants)), *(set(offers.about) - set(known.about))]:
            yield f"{where}: offers {word!r}, which is not in advice.yaml"
        statistics = [procedure.statistics.to] if procedure.statistics else []
        for whom in [*(copy.to for copy in procedure.copies), *statistics]:
            if not _is_somebody(whom, procedure):
                yield f"{where}: a copy or statistics for {whom!r}, which is neither a role nor a kind of authority"


def _is_somebody(whom: str, procedure: Procedure) -> bool:
    """A role, a kind of authority, or one of the own state of a role: `requester.own_spoc`."""
    role, _, own = whom.partition(".own_")
    return (
        own.replace("_", "-") if role in procedure.parties else whom
    ) in KINDS or whom in procedure.parties


def _of_register(book: Book, register: Register) -> Iterator[str]:
    if register.instrument not in book.instruments:
        yield f"register {register.id}: rests on the act {register.instrument!r}, which has no file"
    for holding in register.holdings:
        if holding.procedure and holding.procedure not in book.procedures:
            yield f"register {register.id}: {holding.id} is entered by {holding.procedure!r}, which is no procedure"


def _of_offences(offences: Taxonomy) -> Iterator[str]:
    for name in sorted(set(get_args(ListOfOffences)) - set(offences.lists)):
        yield f"offences.yaml: the list {name!r} has no act"
    for name, each in offences.lists.items():
        if each.checked and each.checked.on > now().date():
            yield f"list {name}: was checked on {each.checked.on}, a day to come"


def _unread(where: str, part: Any) -> Iterator[str]:
    """Checks of a day that has not come."""
    for rule in rules(part):
        if rule.checked and rule.checked.on > now().date():
            yield f"{where}, article {rule.article}: was checked on {rule.checked.on}, a day to come"
