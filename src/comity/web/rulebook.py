"""The rules of a procedure as rows for a page: each with its article, in words, and whether it was checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from comity.law import schema
from comity.law.procedures import BoundProcedure
from comity.law.schema.basic import LatestOf, Rule
from comity.web import words


@dataclass(frozen=True, slots=True)
class Row:
    """One rule. `condition` is the expression under which it holds; `notes` are its parts, one line each."""

    rule: Rule
    name: str
    text: str
    condition: str = ""
    notes: tuple[str, ...] = ()
    anchored: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """The rules of one kind."""

    title: str
    rows: list[Row]


def sections(procedure: BoundProcedure) -> list[Section]:
    """All rules of a procedure by kind; the first row of each article carries the anchor of the article."""
    rules = procedure.rules
    kinds: list[tuple[str, Iterable[Row]]] = [
        ("Who takes part", _parties(rules)),
        ("What must hold", _requirements(rules)),
        ("What is asked for", map(_field, rules.fields)),
        ("Time limits", map(_clock, rules.clocks)),
        ("What stops or extends them", chain(_pauses(rules), _extensions(rules))),
        ("Steps", _steps(procedure)),
        ("Grounds of refusal", map(_refusal, rules.refusals)),
        ("Copies", map(_copy, rules.copies)),
        ("Channel and use", _use(rules)),
        ("Personal data", _data(rules)),
        ("How long it is kept", map(_retention, rules.retention)),
        ("Statistics and records", _records(rules)),
        ("Parts with rules of their own", _parts(rules)),
    ]
    seen: set[str] = set()
    found = [Section(title, [_anchored(row, seen) for row in rows]) for title, rows in kinds]
    return [section for section in found if section.rows]


def verified(rows: Iterable[Row]) -> tuple[int, int]:
    """How many of the rules were read in the act itself, and how many there are."""
    rows = list(rows)
    return sum(1 for row in rows if row.rule.checked), len(rows)


def _anchored(row: Row, seen: set[str]) -> Row:
    new = row.rule.article not in seen
    seen.add(row.rule.article)
    return Row(row.rule, row.name, row.text, row.condition, row.notes, anchored=new)


def _named(text: str) -> str:
    return text.replace("_", " ").replace(".", ", ")


def _parties(rules: schema.Procedure) -> Iterator[Row]:
    for role, party in rules.parties.items():
        kinds = ", ".join(kind.replace("-", " ") for kind in party.kinds) or "any authority"
        yield Row(party, party.label or _named(role).capitalize(), kinds)
    if rules.between:
        yield Row(rules.between, "Between them", rules.between.text, rules.between.test)


def _requirements(rules: schema.Procedure) -> Iterator[Row]:
    for each in rules.requirements:
        notes = ("Whoever sends vouches for it.",) if each.presumed else ()
        yield Row(each, _named(each.id).capitalize(), each.text, each.test, notes)


def _field(field: schema.Field) -> Row:
    asked = "required" if field.required else "required when" if field.required_when else "may be given"
    choices = tuple(
        f"{choice.id}: {choice.text}{f' (art. {choice.article})' if choice.article else ''}"
        for choice in field.of
    )
    return Row(field, field.label, f"{asked}. {field.help}".strip(" ."), field.required_when or "", choices)


def _clock(clock: schema.Clock) -> Row:
    length = words.duration(clock.length, clock.counting) if clock.length else ""
    if clock.within:
        limit = f"within {length}"
    elif clock.before:
        limit = f"at least {length} before"
    elif clock.every:
        limit = f"every {length}"
    elif clock.end:
        limit = f"by the {'instant' if clock.counting == 'fixed-instant' else 'day'} said: {_named(clock.end)}"
    else:
        limit = f"each year on {clock.on}" if clock.on else "at once"
    begins = _moment(clock.from_)
    ends = " or ".join(_moment(each) for each in clock.until)
    run = f"{clock.owed_by.replace('_', ' ')} {clock.duty} act {limit}{f', from: {begins}' if begins else ''}"
    return Row(
        clock, _named(clock.id).capitalize(), f"{run}{f', until: {ends}' if ends else ''}. {clock.text}".strip(),
        clock.when or "",
    )  # fmt: skip


def _moment(reference: str | LatestOf | None) -> str:
    if isinstance(reference, LatestOf):
        return "the latest of " + ", ".join(_moment(each) for each in reference.latest_of)
    return _named(reference) if reference else ""


def _pauses(rules: schema.Procedure) -> Iterator[Row]:
    for pause in rules.pauses:
        text = f"stops from: {_moment(pause.from_)}, until: {_moment(pause.until)}; the rest is kept to the minute"
        yield Row(pause, f"Pause of {_named(pause.clock)}", text, pause.when or "")


def _extensions(rules: schema.Procedure) -> Iterator[Row]:
    for each in rules.extensions:
        text = f"longer by {words.duration(each.by)}" if each.by else "may be exceeded as far as needed"
        duty = (f"Then owed: {_named(each.duty)}",) if each.duty else ()
        yield Row(each, f"Extension of {_named(each.clock)}", text, each.when, duty)


def _steps(procedure: BoundProcedure) -> Iterator[Row]:
    for step in procedure.steps.values():
        by = " or ".join(_named(role) for role in step.move.by)
        needs = tuple(f"needs: {field.label} (art. {field.article})" for field in step.needs)
        yield Row(step.rule or procedure.rules, step.title, f"by {by}. {step.effect}", step.when or "", needs)


def _refusal(ground: schema.Refusal) -> Row:
    notes = ("Only as far as the ground reaches: the rest is answered.",) if ground.partial else ()
    return Row(ground, ground.id, ground.text, ground.when or "", notes)


def _copy(copy: schema.Copy) -> Row:
    waivers = tuple(f"may be waived: {waiver.text} (art. {waiver.article})" for waiver in copy.waivers)
    weighed = "To be weighed each time. " if copy.assess else ""
    return Row(copy, f"To {_named(copy.to)}", f"{weighed}{copy.text}", copy.when or "", waivers)


def _use(rules: schema.Procedure) -> Iterator[Row]:
    if rules.channel:
        notes = tuple(f"another one: {each.text} (art. {each.article})" for each in rules.channel.exceptions)
        yield Row(rules.channel, "Channel", rules.channel.use, notes=notes)
    for each in rules.handling:
        yield Row(each, _named(each.id).capitalize(), each.text)
    for consent in rules.consents:
        yield Row(consent, f"Consent of {_named(consent.of)}", consent.text)


def _data(rules: schema.Procedure) -> Iterator[Row]:
    for category in rules.categories:
        yield Row(category, _named(category.subject).capitalize(), ", ".join(category.data))


def _retention(keep: schema.Retention) -> Row:
    again = f", then every {words.duration(keep.then_every)}" if keep.then_every else ""
    what = f" of {_named(keep.fields)}" if keep.fields else ""
    text = f"{words.duration(keep.after)} after: {_moment(keep.from_)}{again}"
    return Row(
        keep,
        f"{keep.do.capitalize()}{what}",
        text,
        f"not when {keep.unless}" if keep.unless else keep.when or "",
    )


def _records(rules: schema.Procedure) -> Iterator[Row]:
    if rules.statistics:
        counters = tuple(_named(each) for each in rules.statistics.counters)
        text = f"to {_named(rules.statistics.to)}, each year by {rules.statistics.due}"
        yield Row(rules.statistics, "Statistics", text, notes=counters)
    if rules.logging:
        keep = f", kept for {words.duration(rules.logging.keep)}" if rules.logging.keep else ""
        yield Row(rules.logging, "Record of each access", ", ".join(rules.logging.fields) + keep)


def _parts(rules: schema.Procedure) -> Iterator[Row]:
    for part in rules.parts.values():
        notes = tuple(f"{row.name}: {row.text}" for row in map(_clock, part.clocks))
        yield Row(part, part.title, ", ".join(field.label for field in part.fields), notes=notes)
