"""The law book: every act with its procedures, and of each rule its article and whether it was verified."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from comity.law import standard_book
from comity.law.check import check
from comity.law.procedures import BoundProcedure
from comity.law.schema import Instrument, LatestOf, Rule
from reference import markdown as md


def pages() -> dict[str, str]:
    """The contents and, for each act, a page of its own."""
    acts = standard_book().instruments.values()
    return {"law.md": _contents()} | {f"law/{act.id}.md": md.page(act.title, *_act(act)) for act in acts}


def _contents() -> str:
    """The count of what was verified, the lifecycles, the states."""
    book = standard_book()
    report = check(book)
    counts = [
        (
            f"[{act.title}](law/{act.id}.md)",
            f"from {act.applies.from_}{f' until {act.applies.until}' if act.applies.until else ''}",
            len(act.procedures),
            report.counts[act.id].verified,
            report.counts[act.id].unverified,
        )
        for act in book.instruments.values()
    ]
    return md.page(
        "The law book",
        "Rules stand in our own words. *Verified* names what a rule was read in and when; a rule without it is "
        "**not verified**, and says so on screen too. [How time limits count](../explanation/time-limits.md).",
        md.table(("act", "governs what is received", "procedures", "rules verified", "not verified"), counts),
        "## Lifecycles",
        *(_lifecycle(cycle) for cycle in book.lifecycles.values()),
        "## States",
        md.table(
            ("state", "time zone", "calendar", "values laid down"),
            [
                (f"{state.country} {state.name}", state.time_zone, state.calendar,
                 ", ".join(f"{value.id} (article {value.article})" for value in state.values))
                for state in book.states.values()
            ],
        ),
    )  # fmt: skip


def _act(act: Instrument) -> Iterator[str]:
    until = f" until {act.applies.until} (that day no longer)" if act.applies.until else ""
    territory = [f"members: {act.territory.members}"] if act.territory.members else ["no limit of territory"]
    territory += [f"except {', '.join(act.territory.except_)}"] if act.territory.except_ else []
    territory += [f"with {', '.join(act.territory.associates)}"] if act.territory.associates else []
    facts = [
        ("CELEX", act.celex or ""),
        ("governs what is received", f"from {act.applies.from_}{until} (article {act.applies.article})"),
        ("territory", f"{'; '.join(territory)} (article {act.territory.article})"),
        ("yields to", ", ".join(act.yields_to.acts) if act.yields_to else ""),
        ("replaces", act.replaces or ""),
        ("replaced by", act.replaced_by or ""),
        ("periods count by", "Regulation 1182/71" if act.period_rules != "own" else "the act's own words"),
    ]
    yield f"{md.code(act.id)}, in the [law book](../law.md). {act.about}"
    yield md.table(("fact", "value"), [fact for fact in facts if fact[1]])
    for name in act.procedures:
        yield from _procedure(standard_book().procedures[f"{act.id}/{name}"])


def _procedure(procedure: BoundProcedure) -> Iterator[str]:
    rules = procedure.rules
    purpose = f" {rules.purpose}." if rules.purpose else ""
    yield f"## {procedure.id}\n\n{procedure.title}, article {procedure.article}.{purpose}"
    yield f"Lifecycle: [{rules.lifecycle}](../law.md#{md.anchor(rules.lifecycle)})."
    yield _rules(
        "Parties", rules.parties.values(), rules.parties, lambda one: ", ".join(one.kinds) or "any authority"
    )
    yield _rules("Fields", rules.fields, None, _field)
    yield _rules("Requirements", rules.requirements, None, lambda one: one.text)
    yield _rules("Clocks", rules.clocks, None, _clock)
    yield _rules(
        "Pauses",
        rules.pauses,
        [one.clock for one in rules.pauses],
        lambda one: f"from {one.from_} until {one.until}",
    )
    yield _rules("Extensions", rules.extensions, [one.clock for one in rules.extensions], _extension)
    yield _rules("Steps with rules of their own", rules.steps.values(), rules.steps, _step)
    yield _rules("Grounds of refusal", rules.refusals, None, lambda one: one.text)
    yield _rules("Copies", rules.copies, None, _copy)
    yield _rules("Consents", rules.consents, None, lambda one: f"of {one.of}: {one.text}")
    yield _rules("Channel", filter(None, [rules.channel]), ["channel"] if rules.channel else [], _channel)
    yield _rules("Handling", rules.handling, None, lambda one: one.text)
    subjects = [one.subject for one in rules.categories]
    yield _rules("Personal data", rules.categories, subjects, lambda one: ", ".join(one.data))
    yield _rules("Retention", rules.retention, [one.do for one in rules.retention], _retention)
    yield _rules("Logging", filter(None, [rules.logging]), ["logging"] if rules.logging else [], _logging)
    yield _rules(
        "Statistics",
        filter(None, [rules.statistics]),
        ["statistics"] if rules.statistics else [],
        lambda one: f"to {one.to} by {one.due}: {', '.join(one.counters)}",
    )
    for name, part in rules.parts.items():
        yield _rules(f"Fields of each {part.title.lower()} ({name})", part.fields, None, _field)
        yield _rules(f"Clocks of each {part.title.lower()} ({name})", part.clocks, None, _clock)
        does = [one.do for one in part.retention]
        yield _rules(f"Retention of each {part.title.lower()} ({name})", part.retention, does, _retention)


def _rules(title: str, rules: Iterable[Any], names: Iterable[str] | None, say: Any) -> str:
    rules = list(rules)
    ids = list(names) if names is not None else [rule.id for rule in rules]
    rows = [
        (md.code(name), say(rule), rule.article, _verified(rule))
        for name, rule in zip(ids, rules, strict=True)
    ]
    return f"**{title}**\n\n" + md.table(("id", "rule", "article", "verified"), rows) if rows else ""


def _verified(rule: Rule) -> str:
    return f"{rule.checked.source}, {rule.checked.on}" if rule.checked else "**not verified**"


def _field(field: Any) -> str:
    needed = (
        "needed"
        if field.required
        else f"needed when {md.code(field.required_when)}"
        if field.required_when
        else ""
    )
    waived = f"not when {md.code(field.waived_when)}" if field.waived_when else ""
    by = f"known to the {field.by}" if field.by else ""
    told = ", ".join(each for each in (needed, waived, by) if each)
    choices = "; ".join(f"{one.id}: {one.text}" for one in field.of)
    return f"{field.label} ({field.type}){f'; {told}' if told else ''}{f'. {choices}' if choices else ''}"


def _clock(clock: Any) -> str:
    start = clock.from_.latest_of if isinstance(clock.from_, LatestOf) else [clock.from_]
    begins = f"from {' and '.join(str(each) for each in start)}" if clock.from_ else ""
    until = f"until {', '.join(clock.until)}" if clock.until else ""
    length = {"within": clock.within, "before": clock.before, "every": clock.every, "on": clock.on}
    measure = " and ".join(f"{how} {md.code(value)}" for how, value in length.items() if value)
    when = f"when {md.code(clock.when)}" if clock.when else ""
    parts = (f"{clock.owed_by} {clock.duty}", measure, clock.counting, begins, until, when)
    return f"{clock.text}: {', '.join(part for part in parts if part)}"


def _extension(extension: Any) -> str:
    how = "as far as needed" if extension.open else f"by {md.code(extension.by)}"
    duty = f"; then {extension.duty} is owed" if extension.duty else ""
    return f"may be exceeded {how} when {md.code(extension.when)}{duty}"


def _step(step: Any) -> str:
    needs = ", ".join(field.label for field in step.needs)
    when = f"open when {md.code(step.when)}" if step.when else ""
    approval = f"approved by {step.approval.by}" if step.approval else ""
    return "; ".join(
        each for each in (step.effect, f"needs {needs}" if needs else "", when, approval) if each
    )


def _copy(copy: Any) -> str:
    waivers = "; ".join(f"not when: {one.text}" for one in copy.waivers)
    when = f", when {md.code(copy.when)}" if copy.when else ""
    decide = ", to be decided each time" if copy.assess else ""
    return f"of {copy.of}, to {copy.to}{when}{decide}. {copy.text} {waivers}"


def _channel(channel: Any) -> str:
    others = "; ".join(f"{one.text} (article {one.article})" for one in channel.exceptions)
    return f"{channel.use}{f'; another one: {others}' if others else ''}"


def _logging(logging: Any) -> str:
    return f"{', '.join(logging.fields)}{f', kept {md.code(logging.keep)}' if logging.keep else ''}"


def _retention(keep: Any) -> str:
    when = f", when {md.code(keep.when)}" if keep.when else ""
    unless = f", unless {md.code(keep.unless)}" if keep.unless else ""
    again = f", then every {md.code(keep.then_every)}" if keep.then_every else ""
    return f"{keep.do} {md.code(keep.after)} after {keep.from_}{again}{when}{unless}"


def _lifecycle(cycle: Any) -> str:
    rows = [
        (
            md.code(name),
            step.title,
            ", ".join(step.by),
            ", ".join(step.from_),
            step.to or "stays",
            step.effect,
        )
        for name, step in cycle.steps.items()
    ]
    return f"### {cycle.id}\n\n{cycle.title}.\n\n" + md.table(
        ("step", "title", "by", "from state", "to state", "effect"), rows
    )
