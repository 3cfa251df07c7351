"""The one question the rest of Comity asks of the law: what of this case, now?

    decision = decide(book, "dir-2023-977/request", facts)
    decision.may.value, decision.due, decision.missing, decision.steps

A case is judged by the law in force when it was received (else sent, else at the instant of the decision).
Every part of the answer carries its article.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from comity.base.text import joined, say, spelled
from comity.base.time import now
from comity.law import duties
from comity.law.answers import Answer, Decision, Missing
from comity.law.book import Book, View
from comity.law.clocks import ClockRun, Clockwork, Unknown
from comity.law.conditions import Truth
from comity.law.facts import Facts, read_facts
from comity.law.procedures import SPECIFIC_ACT, BoundProcedure
from comity.law.schema import Field, Rule
from comity.law.steps import History, options, replay, taken_values


def decide(book: Book, procedure_id: str, facts: Mapping[str, Any], at: datetime | None = None) -> Decision:
    """Judge the facts of a case under a procedure at an instant.

    `at` None: now or, where the steps given lie later, the last of them; steps sent after a given `at`
    are not yet taken. Raises UnknownProcedure, FactError, StepError.
    """
    whole = book.procedure(procedure_id)
    known = read_facts(whole, facts)
    instant = at.astimezone(UTC) if at else max([now(), *(taken.moment for taken in known.steps)])
    view = book.at(local_day(book, whole, known, known.received or known.sent or instant))
    procedure = view.procedure(procedure_id)
    history = replay(procedure, known, instant)
    add_national(view, procedure, known)
    applies = governs(view, procedure, known)
    if applies.value is False:
        may = Answer(False, applies.articles, say("does not apply: {reason}", reason=applies.reason))
        return Decision(procedure_id, instant, history.state, applies, may, procedure=procedure)
    return _judge(view, procedure, known, history, instant, applies)


def preview(book: Book, procedure_id: str, facts: Mapping[str, Any], received: datetime) -> Decision:
    """The decision as it would be if what is being drafted were received at an instant: the clock to come."""
    return decide(book, procedure_id, {**facts, "received": received.isoformat(), "sent": None}, received)


def local_day(book: Book, procedure: BoundProcedure, facts: Facts, instant: datetime) -> datetime:
    """An instant on the local time of whom it is addressed to: a law begins at that state's midnight."""
    roles = [role for role in procedure.rules.parties if role != _opener(procedure)]
    actor = facts.actor(roles[0]) if roles else None
    calendar = book.calendar(actor.country if actor else None)
    return instant.astimezone(calendar.zone if calendar else UTC)


def add_national(view: View, procedure: BoundProcedure, facts: Facts) -> None:
    """Let conditions see what is known of each single party's state; what is unknown stays missing."""
    for role in procedure.rules.parties:
        actor = facts.actor(role)
        for name, value in view.national(actor.country if actor else None).items():
            facts.values[f"{role}.{name}"] = value
        if actor and actor.languages is not None and procedure.rules.parties[role].single:
            facts.values[f"{role}.languages"] = list(actor.languages)


def parties_fit(procedure: BoundProcedure, facts: Facts) -> Iterator[tuple[str, str, bool | None]]:
    """For every role that is not rightly filled: (article, reason, False or None when only not known)."""
    for role, party in procedure.rules.parties.items():
        actors, name = facts.parties.get(role, ()), party.label or role
        if len(actors) < party.min:
            least = say("{name} needs {min}, has {count}", name=name, min=party.min, count=len(actors))
            yield party.article, least if actors else say("{name} is not known", name=name), None
        for actor in actors:
            if party.kinds and actor.kind is None:
                yield party.article, say("the kind of {name} is not known", name=name), None
            elif party.kinds and actor.kind not in party.kinds:
                yield party.article, misfit(name, party.kinds, actor.kind), False


def misfit(name: str, kinds: Sequence[str], kind: str | None) -> str:
    """That a role asks for an authority of other kinds."""
    wanted = joined("{first} or {then}", map(spelled, kinds))
    return say("{name} must be {wanted}, not {kind}", name=name, wanted=wanted, kind=spelled(kind or ""))


def _judge(
    view: View, procedure: BoundProcedure, facts: Facts, history: History, at: datetime, applies: Answer
) -> Decision:
    values = {**facts.values, **taken_values(procedure, history)}
    work = Clockwork(view, procedure, facts, history, values, at)
    clocks = work.run()
    mandatory = tuple(_mandatory(procedure, facts, values))
    unmet, unknown = judge_requirements(procedure, values)
    missing = _distinct([*_missing_parties(procedure, facts), *mandatory, *unknown])
    return Decision(
        procedure_id=procedure.id,
        at=at,
        state=history.state,
        applies=applies,
        may=_may(procedure, facts, applies, missing, unmet),
        missing=_distinct([*missing, *_advisory(work.unknown, procedure)]),
        clocks=clocks,
        due=_due(clocks),
        refusals=tuple(duties.refusals(procedure, values)),
        copies=tuple(duties.copies(procedure, values)),
        retention=tuple(duties.retention(procedure, values, work)),
        steps=options(procedure, facts, history),
        history=history,
        channel=procedure.rules.channel,
        statistics=procedure.rules.statistics,
        procedure=procedure,
    )


def _due(clocks: tuple[ClockRun, ...]) -> ClockRun | None:
    """The clock owed next, by its strict end."""
    owed = [clock for clock in clocks if clock.owed]
    return min(owed, key=lambda clock: clock.at or datetime.max.replace(tzinfo=UTC), default=None)


def governs(view: View, procedure: BoundProcedure, facts: Facts) -> Answer:
    """Whether the act governs the case: its dates, its territory, what ties the parties, special acts."""
    act = procedure.instrument
    articles = tuple(
        dict.fromkeys([act.applies.article, act.territory.article, *_articles(procedure.rules.between)])
    )
    for article, reason in (*out_of_time(view, procedure), *_out_of_place(view, procedure, facts)):
        return Answer(False, (article,), reason)
    special = facts.values.get(SPECIFIC_ACT)
    if act.yields_to and special in act.yields_to.acts:
        return Answer(
            False,
            (act.yields_to.article,),
            say("{act} regulates this exchange itself", act=view.book.title(special)),
        )
    between = procedure.rules.between
    truth = procedure.test(between.test if between else None, facts.values)
    if between and truth.value is False:
        return Answer(False, (between.article,), say("needs {what}", what=between.text))
    unknown = list(truth.missing) + [f"{role}.country" for role in _roles_without_country(procedure, facts)]
    if unknown:
        return Answer(None, articles, say("not known: {names}", names=", ".join(dict.fromkeys(unknown))))
    return Answer(
        True, articles, say("{act} applies from {day}", act=act.title, day=act.applies.from_.isoformat())
    )


def out_of_time(view: View, procedure: BoundProcedure) -> Iterator[tuple[str, str]]:
    """Why an act does not govern the day, as (article, reason): not yet, or no more, and which act does."""
    act, book = procedure.instrument, view.book
    if view.day < act.applies.from_:
        begins = say("{act} applies from {day}", act=act.id, day=act.applies.from_.isoformat())
        older = say(
            "{act} ({title}) governs what was received before",
            act=act.replaces,
            title=book.title(act.replaces) if act.replaces else "",
        )
        yield act.applies.article, joined("{first}; {then}", [begins, older] if act.replaces else [begins])
    if act.applies.until and view.day >= act.applies.until:
        ended = say("{act} applied until {day}", act=act.id, day=act.applies.until.isoformat())
        newer = say(
            "{act} ({title}) governs since",
            act=act.replaced_by,
            title=book.title(act.replaced_by) if act.replaced_by else "",
        )
        yield act.applies.article, joined("{first}; {then}", [ended, newer] if act.replaced_by else [ended])


def _out_of_place(view: View, procedure: BoundProcedure, facts: Facts) -> Iterator[tuple[str, str]]:
    territory = procedure.instrument.territory
    for role in territory.roles or procedure.rules.parties:
        party = procedure.rules.parties[role]
        for actor in facts.parties.get(role, ()):
            country = actor.country
            if territory.members is None or country is None or party.country or party.anywhere:
                continue
            member = view.is_member(country, territory.members) and country not in territory.except_
            if not member and country not in territory.associates:
                yield (
                    territory.article,
                    say(
                        "{role}: {act} does not bind {country}",
                        role=role,
                        act=procedure.instrument.id,
                        country=country,
                    ),
                )


def _roles_without_country(procedure: BoundProcedure, facts: Facts) -> Iterator[str]:
    for role in procedure.instrument.territory.roles or procedure.rules.parties:
        actors = facts.parties.get(role, ())
        if procedure.rules.parties[role].min and (
            not actors or any(actor.country is None for actor in actors)
        ):
            yield role


def _may(
    procedure: BoundProcedure,
    facts: Facts,
    applies: Answer,
    missing: tuple[Missing, ...],
    unmet: list[tuple[str, str]],
) -> Answer:
    wrong = [(article, reason) for article, reason, fits in parties_fit(procedure, facts) if fits is False]
    wrong += unmet
    if missing:
        named = dict.fromkeys(
            say("{field} (article {article})", field=one.field, article=one.article) for one in missing
        )
        names = joined("{first}, {then}", named)
        wrong += [(one.article, "") for one in missing[1:]] + [
            (missing[0].article, say("missing: {names}", names=names))
        ]
    if applies.value is None:
        wrong.append((applies.articles[0], applies.reason))
    if not wrong:
        return Answer(True, (procedure.article,), say("{title} is allowed", title=procedure.title))
    articles = tuple(dict.fromkeys(article for article, _ in wrong))
    return Answer(False, articles, joined("{first}; {then}", [reason for _, reason in wrong if reason]))


def _missing_parties(procedure: BoundProcedure, facts: Facts) -> Iterator[Missing]:
    for role, party in procedure.rules.parties.items():
        actors = facts.parties.get(role, ())
        if len(actors) < party.min:
            yield Missing(role, party.article, role)
        for actor in actors:
            if party.kinds and actor.kind is None:
                yield Missing(f"{role}.kind", party.article, role)
            if actor.country is None:
                yield Missing(f"{role}.country", party.article, role)


def _mandatory(procedure: BoundProcedure, facts: Facts, values: Mapping[str, Any]) -> Iterator[Missing]:
    """Fields that must be given and are not, and the facts that say whether a field must be given."""
    yield from _mandatory_of(procedure, procedure.rules.fields, values, "")
    for name, part in procedure.rules.parts.items():
        for part_id, given in facts.parts.get(name, {}).items():
            own = {**values, **{f"{name}.{key}": value for key, value in given.items()}}
            yield from _mandatory_of(procedure, part.fields, own, f"{name}.", f"{name}[{part_id}].")


def _mandatory_of(
    procedure: BoundProcedure,
    fields: list[Field],
    values: Mapping[str, Any],
    prefix: str,
    shown: str | None = None,
) -> Iterator[Missing]:
    for field in fields:
        if prefix + field.id in values:
            continue
        if field.waived_when and procedure.test(field.waived_when, values).value is True:
            continue
        needed = procedure.test(field.required_when, values) if field.required_when else Truth(field.required)
        if needed.value is True:
            yield Missing((shown or prefix) + field.id, field.article, field.by, field.by is None)
        for name in needed.missing:
            yield Missing(name, field.article, field.by, field.by is None)


def judge_requirements(
    procedure: BoundProcedure, values: Mapping[str, Any]
) -> tuple[list[tuple[str, str]], list[Missing]]:
    """The requirements that are not met, as (article, reason), and the facts that others wait for."""
    unmet: list[tuple[str, str]] = []
    unknown: list[Missing] = []
    for requirement in procedure.rules.requirements:
        truth = procedure.test(requirement.test, values)
        if truth.value is False or (truth.value is None and not truth.missing):
            unmet.append((requirement.article, say("not met: {what}", what=requirement.text)))
        elif truth.value is None and not requirement.presumed:
            names = procedure.first_to_ask(truth.missing)
            unknown += [Missing(name, requirement.article) for name in names]
    return unmet, unknown


def _advisory(unknown: list[Unknown], procedure: BoundProcedure) -> Iterator[Missing]:
    """Facts that a clock waits for: worth knowing, no bar to sending."""
    for one in unknown:
        field = procedure.fields.get(one.name)
        yield Missing(one.name, one.article, field.by if field else None, blocks=False)


def _distinct(missing: list[Missing]) -> tuple[Missing, ...]:
    first: dict[str, Missing] = {}
    for one in missing:
        first.setdefault(one.field, one)
    return tuple(first.values())


def _articles(rule: Rule | None) -> list[str]:
    return [rule.article] if rule else []


def _opener(procedure: BoundProcedure) -> str:
    return procedure.steps[procedure.lifecycle.opening].move.by[0]
