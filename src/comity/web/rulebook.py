"""The rules of a procedure as rows for a page: each with its article, in words, and whether it was checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from django.utils.translation import gettext as _

from comity.base.text import say, spelled
from comity.law import schema
from comity.law.procedures import BoundProcedure
from comity.law.schema.basic import LatestOf, Rule
from comity.web import seats, words
from comity.web.language import t


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
        (_("Who takes part"), _parties(rules)),
        (_("What must hold"), _requirements(rules)),
        (_("What is asked for"), map(_field, rules.fields)),
        (_("Time limits"), [_clock(clock, procedure) for clock in rules.clocks]),
        (_("What stops or extends them"), chain(_pauses(rules), _extensions(rules))),
        (_("Steps"), _steps(procedure)),
        (_("Grounds of refusal"), map(_refusal, rules.refusals)),
        (_("Copies"), map(_copy, rules.copies)),
        (_("Channel and use"), _use(rules)),
        (_("Personal data"), _data(rules)),
        (_("How long it is kept"), map(_retention, rules.retention)),
        (_("Statistics and records"), _records(rules)),
        (_("Parts with rules of their own"), _parts(procedure)),
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
    return t(spelled(text))


def _headed(text: str) -> str:
    return _capital(_named(text))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _with_article(text: str, number: str | None) -> str:
    return f"{t(text)} ({words.numbered(number)})" if number else t(text)


def _parties(rules: schema.Procedure) -> Iterator[Row]:
    for role, party in rules.parties.items():
        kinds = ", ".join(map(_named, party.kinds)) or _("any authority")
        yield Row(party, _capital(t(party.label)) or _headed(role), kinds)
    if rules.between:
        yield Row(rules.between, _("Between them"), t(rules.between.text), rules.between.test)


def _requirements(rules: schema.Procedure) -> Iterator[Row]:
    for each in rules.requirements:
        notes = (_("Whoever sends vouches for it."),) if each.presumed else ()
        yield Row(each, _headed(each.id), t(each.text), each.test, notes)


def _field(field: schema.Field) -> Row:
    asked = _("may be given")
    if field.required or field.required_when:
        asked = _("required") if field.required else _("required in some cases")
    choices = tuple(
        _with_article(words.choice(choice.id, choice.text), choice.article) for choice in field.of
    )
    return Row(
        field, t(field.label), f"{asked}. {t(field.help)}".strip(" ."), field.required_when or "", choices
    )


def _clock(clock: schema.Clock, procedure: BoundProcedure) -> Row:
    length = words.duration(clock.length, clock.counting) if clock.length else ""
    if clock.within and clock.before:
        whole = words.duration(clock.within, clock.counting)
        limit = say("at least {time} before the end of {whole}", time=length, whole=whole)
    elif clock.within:
        limit = say("within {time}", time=length)
    elif clock.before:
        limit = say("at least {time} before", time=length)
    elif clock.every:
        limit = say("every {time}", time=length)
    elif clock.end or (clock.counting == "fixed-date" and not clock.on):
        exact = clock.counting == "fixed-instant"
        limit = say("by the instant said") if exact else say("by the day said")
    else:
        limit = say("each year on {day}", day=clock.on) if clock.on else say("at once")
    begins = _moment(clock.from_)
    ends = _(" or ").join(_moment(each) for each in clock.until)
    who = seats.title(procedure, clock.owed_by)
    run = {
        "shall": say("{who} shall act {limit}", who=who, limit=limit),
        "may": say("{who} may act {limit}", who=who, limit=limit),
        "wish": say("{who} is asked to act {limit}", who=who, limit=limit),
    }[clock.duty]
    parts = [t(run)]
    parts += [t(say("from: {moment}", moment=begins))] if begins else []
    parts += [t(say("until: {moment}", moment=ends))] if ends else []
    return Row(
        clock, _headed(clock.id), f"{', '.join(parts)}. {t(clock.text)}".strip(),
        clock.when or "",
    )  # fmt: skip


def _moment(reference: str | LatestOf | None) -> str:
    if isinstance(reference, LatestOf):
        moments = ", ".join(_moment(each) for each in reference.latest_of)
        return t(say("the latest of {moments}", moments=moments))
    return _named(reference) if reference else ""


def _pauses(rules: schema.Procedure) -> Iterator[Row]:
    for pause in rules.pauses:
        text = say(
            "stops from: {begin}, until: {end}; the rest is kept to the minute",
            begin=_moment(pause.from_),
            end=_moment(pause.until),
        )
        yield Row(pause, t(say("Pause of {clock}", clock=spelled(pause.clock))), t(text), pause.when or "")


def _extensions(rules: schema.Procedure) -> Iterator[Row]:
    for each in rules.extensions:
        text = _("may be exceeded as far as needed")
        if each.by:
            text = t(say("longer by {time}", time=words.duration(each.by)))
        duty = (t(say("Then owed: {what}", what=spelled(each.duty))),) if each.duty else ()
        yield Row(each, t(say("Extension of {clock}", clock=spelled(each.clock))), text, each.when, duty)


def _steps(procedure: BoundProcedure) -> Iterator[Row]:
    for step in procedure.steps.values():
        by = _(" or ").join(seats.title(procedure, role) for role in step.move.by)
        needs = tuple(
            t(say("needs: {what}", what=_with_article(field.label, field.article))) for field in step.needs
        )
        yield Row(
            step.rule or procedure.rules,
            t(step.title),
            f"{t(say('by {whom}', whom=by))}. {t(step.effect)}",
            step.when or "",
            needs,
        )


def _refusal(ground: schema.Refusal) -> Row:
    notes = (_("Only as far as the ground reaches: the rest is answered."),) if ground.partial else ()
    return Row(
        ground,
        ground.id if words.is_code(ground.id) else _headed(ground.id),
        t(ground.text),
        ground.when or "",
        notes,
    )


def _copy(copy: schema.Copy) -> Row:
    waivers = tuple(
        t(say("may be waived: {why}", why=_with_article(each.text, each.article))) for each in copy.waivers
    )
    weighed = _("To be weighed each time.") + " " if copy.assess else ""
    return Row(
        copy, t(say("To {name}", name=spelled(copy.to))), f"{weighed}{t(copy.text)}", copy.when or "", waivers
    )


def _use(rules: schema.Procedure) -> Iterator[Row]:
    if rules.channel:
        notes = tuple(
            t(say("another one: {when}", when=_with_article(each.text, each.article)))
            for each in rules.channel.exceptions
        )
        yield Row(rules.channel, _("Channel"), rules.channel.use, notes=notes)
    for each in rules.handling:
        yield Row(each, _headed(each.id), t(each.text))
    for consent in rules.consents:
        yield Row(consent, t(say("Consent of {whom}", whom=spelled(consent.of))), t(consent.text))


def _data(rules: schema.Procedure) -> Iterator[Row]:
    for category in rules.categories:
        yield Row(category, _headed(category.subject), ", ".join(map(t, category.data)))


def _retention(keep: schema.Retention) -> Row:
    what = f": {_named(keep.fields)}" if keep.fields else ""
    text = t(say("{time} after: {moment}", time=words.duration(keep.after), moment=_moment(keep.from_)))
    if keep.then_every:
        text = f"{text}, {t(say('then every {time}', time=words.duration(keep.then_every)))}"
    return Row(
        keep,
        f"{_headed(keep.do)}{what}",
        text,
        t(say("not when {condition}", condition=keep.unless)) if keep.unless else keep.when or "",
    )


def _records(rules: schema.Procedure) -> Iterator[Row]:
    if rules.statistics:
        counters = tuple(_named(each) for each in rules.statistics.counters)
        text = say(
            "to {whom}, each year by {day}", whom=spelled(rules.statistics.to), day=rules.statistics.due
        )
        yield Row(rules.statistics, _("Statistics"), t(text), notes=counters)
    if rules.logging:
        parts = [t(each) for each in rules.logging.fields]
        if rules.logging.keep:
            parts.append(t(say("kept for {time}", time=words.duration(rules.logging.keep))))
        yield Row(rules.logging, _("Record of each access"), ", ".join(parts))


def _parts(procedure: BoundProcedure) -> Iterator[Row]:
    for part in procedure.rules.parts.values():
        rows = [_clock(clock, procedure) for clock in part.clocks]
        notes = tuple(f"{row.name}: {row.text}" for row in rows)
        yield Row(part, t(part.title), ", ".join(t(field.label) for field in part.fields), notes=notes)
