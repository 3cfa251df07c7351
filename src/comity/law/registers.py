"""Registers of Union law: who sees what of an entry for which purpose, and until when it is kept.

    seen = sees(book, "sis", "customs", "control-at-the-border", "alert-38", at)
    seen.sees, seen.article

What no rule grants is denied. Periods protect the persons concerned: they count strictly, on local days, and
never move.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from comity.base.errors import FactError
from comity.base.text import say, spelled
from comity.law import conditions, periods
from comity.law.calendars import UTC_ONLY, Calendar
from comity.law.conditions import Condition, Truth, Vocabulary
from comity.law.schema import Register
from comity.law.schema.registers import Access, Holding, Sight
from comity.law.schema.registers import Keeping as KeepingRule

if TYPE_CHECKING:
    from comity.law.book import Book

TYPES = {"boolean": conditions.BOOLEAN, "text": conditions.TEXT, "number": conditions.NUMBER}
VALUES: dict[str, type | tuple[type, ...]] = {"boolean": bool, "text": str, "number": (int, float)}
WIDTH: dict[Sight, int] = {"none": 0, "hit-no-hit": 1, "full": 2}


@dataclass(frozen=True, slots=True)
class Seen:
    """What an authority sees of an entry, the article that says so, and what must come first.

    `article` is empty where no rule grants anything.
    """

    sees: Sight
    reason: str
    article: str = ""
    checked: bool = False
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """What happens to an entry when; `at` None until the moment it counts from is known. Never moved."""

    do: str
    after: str
    from_: str
    at: datetime | None
    article: str
    checked: bool


@dataclass(frozen=True, slots=True)
class Granted:
    """One line of the table of a register: what a kind of authority sees for a purpose, of which holdings."""

    kind: str
    purpose: str
    rule: Access


def compiled(register: Register) -> dict[str, Condition]:
    """The conditions of a register by their text; InstrumentError names the holding where one is not well formed."""
    vocabulary = Vocabulary({name: TYPES[fact.type] for name, fact in register.facts.items()})
    found: dict[str, Condition] = {}
    for holding in register.holdings:
        for rule in holding.keeping:
            for text in filter(None, (rule.when, rule.unless)):
                found[text] = vocabulary.compile(text, f"register {register.id}, {holding.id}")
    return found


def find(book: Book, register: str) -> Register:
    """A register of the book; FactError names those that there are."""
    found = book.registers.get(register)
    if found is None:
        raise _unknown("register", register, book.registers)
    return found


def find_holding(register: Register, holding: str) -> Holding:
    """One kind of entry of a register; FactError names those that there are."""
    found = {each.id: each for each in register.holdings}
    if holding not in found:
        raise _unknown("holding", holding, found)
    return found[holding]


def sees(book: Book, register: str, kind: str, purpose: str, holding: str, at: datetime) -> Seen:
    """What an authority of `kind` sees of an entry for a purpose, on the day that `at` shows. FactError if unknown.

    A rule that names the holding goes before one for all holdings; of several such, `none` goes before the rest,
    and of the rest the widest holds.
    """
    law = find(book, register)
    find_holding(law, holding)
    if purpose not in {each.id for each in law.purposes}:
        raise _unknown("purpose", purpose, [each.id for each in law.purposes])
    rules = [
        rule
        for rule in law.access
        if kind in rule.kinds and purpose in rule.purposes and rule.in_force.on(at.date())
    ]
    named = [rule for rule in rules if holding in rule.holdings]
    rule = _strongest(named or [rule for rule in rules if not rule.holdings])
    if rule is None:
        reason = say("no rule lets {kind} see it for this purpose", kind=spelled(kind))
        return Seen("none", reason)
    return Seen(rule.sees, _reason(rule, kind), rule.article, rule.checked is not None, rule.needs)


def purposes_for(book: Book, register: str, kind: str, holding: str, at: datetime) -> dict[str, Seen]:
    """The purposes for which an authority of `kind` sees anything of an entry, and what."""
    answers = {
        each.id: sees(book, register, kind, each.id, holding, at) for each in find(book, register).purposes
    }
    return {purpose: seen for purpose, seen in answers.items() if seen.sees != "none"}


def keeping(
    book: Book,
    register: str,
    holding: str,
    moments: Mapping[str, datetime],
    facts: Mapping[str, Any],
    *,
    calendar: Calendar = UTC_ONLY,
    confirmed: datetime | None = None,
    at: datetime,
) -> tuple[Kept, ...]:
    """When an entry must be reviewed, masked or deleted, by the rules in force on the day that `at` shows.

    `moments` of the entry by name; `confirmed`: when a review last found that it is still needed. `calendar` is that
    of who entered it. FactError when a moment or fact is not of the register.
    """
    law = find(book, register)
    entry = find_holding(law, holding)
    _check(law, moments, facts)
    tests = book.register_conditions[register]
    found: list[Kept] = []
    for rule in entry.keeping:
        if rule.in_force.on(at.date()) and _holds(rule, tests, facts):
            found += _kept(rule, moments.get(rule.from_), calendar, confirmed)
    return tuple(found)


def table(register: Register, at: datetime) -> Iterator[Granted]:
    """Who sees what for which purpose on the day that `at` shows, by kind of authority, then by purpose."""
    rules = [rule for rule in register.access if rule.in_force.on(at.date())]
    for kind in dict.fromkeys(kind for rule in rules for kind in rule.kinds):
        for purpose in register.purposes:
            yield from (
                Granted(kind, purpose.id, rule)
                for rule in rules
                if kind in rule.kinds and purpose.id in rule.purposes
            )


def next_review(first: datetime, confirmed: datetime | None, every: str, calendar: Calendar) -> datetime:
    """When a review is next due: at `first`, or `every` after the one that last confirmed the need."""
    return max(first, _end(confirmed, every, calendar)) if confirmed else first


def _strongest(rules: list[Access]) -> Access | None:
    denied = [rule for rule in rules if rule.sees == "none"]
    return denied[0] if denied else max(rules, key=lambda rule: WIDTH[rule.sees], default=None)


def _reason(rule: Access, kind: str) -> str:
    if rule.sees == "full":
        return say("{kind} sees the whole entry for this purpose", kind=spelled(kind))
    if rule.sees == "hit-no-hit":
        return say("{kind} sees for this purpose only whether there is an entry", kind=spelled(kind))
    return say("{kind} sees nothing of it for this purpose", kind=spelled(kind))


def _holds(rule: KeepingRule, tests: Mapping[str, Condition], facts: Mapping[str, Any]) -> bool:
    def test(text: str | None) -> Truth | None:
        return tests[text].test(facts) if text else None

    when, unless = test(rule.when), test(rule.unless)
    return (when is None or when.value is True) and (unless is None or unless.value is not True)


def _kept(
    rule: KeepingRule, moment: datetime | None, calendar: Calendar, confirmed: datetime | None
) -> Iterator[Kept]:
    last = _end(moment, rule.most, calendar) if moment and rule.most else None
    end = _end(moment, rule.after, calendar) if moment else None
    if end and rule.do == "review":
        end = next_review(end, confirmed, rule.then_every or rule.after, calendar)
    checked = rule.checked is not None
    if last is None or end is None or end < last:
        yield Kept(rule.do, rule.after, rule.from_, end, rule.article, checked)
    if rule.most:
        yield Kept("delete", rule.most, rule.from_, last, rule.article, checked)


def _end(moment: datetime, after: str, calendar: Calendar) -> datetime:
    return calendar.local(periods.period(moment, after, "calendar-days", calendar, own=True).at)


def _check(register: Register, moments: Mapping[str, datetime], facts: Mapping[str, Any]) -> None:
    for name in moments:
        if name not in register.moments:
            raise _unknown("moment", name, register.moments)
    for name, value in facts.items():
        if name not in register.facts:
            raise _unknown("fact", name, register.facts)
        kind = register.facts[name].type
        if not isinstance(value, VALUES[kind]) or (kind == "number" and isinstance(value, bool)):
            raise FactError(say("{name}: expected {type}", name=name, type=kind), field=name)


def _unknown(what: str, name: str, known: Any) -> FactError:
    return FactError(
        say("unknown {what} {name!r}; known: {known}", what=what, name=name, known=", ".join(known)),
        field=what,
    )
