"""What must hold of every procedure of the book, whatever the facts and the steps taken."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.base.errors import LawError
from comity.law import Book, decide, standard_book
from comity.law.offences import taxonomy
from comity.law.schema import Kind, State

BOOK = standard_book()
SILENT = Book(
    BOOK.instruments,
    BOOK.lifecycles,
    {code: State(**{**state.model_dump(), "values": []}) for code, state in BOOK.states.items()},
    BOOK.acts,
    BOOK.values,
    BOOK.registers,
)
"""The book of states that have laid down and declared nothing that is known."""

COUNTRIES = ["NL", "DE", "FR", "CH", "GB", "US", "EU"]
instants = st.datetimes(datetime(2001, 1, 1), datetime(2031, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))
waits = st.timedeltas(timedelta(minutes=1), timedelta(days=400))

VALUES = {
    "boolean": st.booleans(),
    "text": st.just("text"),
    "longtext": st.just("text"),
    "number": st.floats(0, 1e6),
    "date": instants.map(lambda at: at.date().isoformat()),
    "instant": instants.map(datetime.isoformat),
    "entity": st.just({"schema": "Person", "properties": {"name": ["A B"]}}),
    "list": st.just([{"schema": "Person", "properties": {"name": ["A B"]}}]),
    "country": st.sampled_from(COUNTRIES),
    "language": st.sampled_from(["en", "de"]),
    "texts": st.just(["text"]),
    "countries": st.lists(st.sampled_from(COUNTRIES), min_size=1, max_size=2),
}


def value(field):
    if field.type != "choice":
        return VALUES[field.type]
    one = st.sampled_from([choice.id for choice in field.of])
    return st.lists(one, min_size=1, unique=True) if field.multiple else one


@st.composite
def parties(draw, procedure, kinds=None):
    found = {}
    for role, party in procedure.rules.parties.items():
        kind = st.sampled_from(kinds or party.kinds or get_args(Kind))
        holder = st.fixed_dictionaries({"kind": kind, "country": st.sampled_from(COUNTRIES)})
        many = st.lists(holder, min_size=max(party.min, 1), max_size=3)
        found[role] = draw(holder if party.single else many)
    return found


@st.composite
def cases(draw, book=BOOK, only=lambda rules: True):
    """A procedure, facts of a case under it, and the instant of its last step."""
    names = sorted(name for name, procedure in book.procedures.items() if only(procedure.rules))
    procedure = book.procedures[draw(st.sampled_from(names))]
    facts = draw(parties(procedure))
    for field in procedure.rules.fields:
        if draw(st.integers(0, 9)):
            facts[field.id] = draw(value(field))
    facts["offences"] = draw(st.lists(st.sampled_from(sorted(taxonomy().offences)), max_size=2))
    at = draw(instants)
    facts["steps"] = [{"step": procedure.lifecycle.opening, "at": at.isoformat()}]
    for _ in range(draw(st.integers(0, 5))):
        open_to = [each for each in decide(book, procedure.id, facts, at).steps if each.allowed]
        if not open_to:
            break
        chosen = draw(st.sampled_from(open_to))
        at += draw(waits)
        said = {
            need.id: draw(value(need))
            for need in chosen.fields
            if need.type != "entity" and need.type != "list"
        }
        step = {"step": chosen.step, "at": at.isoformat(), **said}
        try:
            decide(book, procedure.id, {**facts, "steps": [*facts["steps"], step]}, at)
        except LawError:
            break
        facts["steps"].append(step)
    return procedure, facts, at


thorough = settings(
    max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def ends(decision):
    return {(run.id, run.part, run.article): run for run in decision.clocks if run.at}


@thorough
@given(cases(), waits)
def test_a_clock_never_moves_earlier_by_waiting(case, wait):
    procedure, facts, at = case
    before, after = (ends(decide(BOOK, procedure.id, facts, at + more)) for more in (timedelta(0), wait))
    for name, run in before.items():
        if name in after:
            assert after[name].at >= run.at, name
            assert after[name].latest >= run.latest, name


@thorough
@given(cases(only=lambda rules: rules.pauses), waits, waits)
def test_a_pause_never_shortens_a_time_limit(case, wait, length):
    procedure, facts, at = case
    plain = ends(decide(BOOK, procedure.id, facts, at))
    for pause in procedure.rules.pauses:
        steps = [pause.from_.partition(".")[0], pause.until.partition(".")[0]]
        if not all(step in procedure.steps for step in steps):
            continue
        moments = [at + wait, at + wait + length]
        asked = [{"step": step, "at": when.isoformat()} for step, when in zip(steps, moments, strict=True)]
        try:
            paused = ends(
                decide(BOOK, procedure.id, {**facts, "steps": [*facts["steps"], *asked]}, moments[1])
            )
        except LawError:
            continue
        for name, run in plain.items():
            if name in paused:
                assert paused[name].at >= run.at, name


@thorough
@given(st.data())
def test_no_procedure_allows_an_authority_outside_its_parties(data):
    procedure, facts, at = data.draw(cases())
    role = data.draw(st.sampled_from(sorted(procedure.rules.parties)))
    party = procedure.rules.parties[role]
    outside = sorted(set(get_args(Kind)) - set(party.kinds))
    if not party.kinds or not outside:
        return
    wrong = {"kind": data.draw(st.sampled_from(outside)), "country": data.draw(st.sampled_from(COUNTRIES))}
    facts = {**facts, role: wrong if party.single else [wrong]}
    assert decide(BOOK, procedure.id, facts, at).may.value is False


@thorough
@given(cases(SILENT))
def test_what_no_state_is_known_to_have_laid_down_never_allows(case):
    procedure, facts, at = case
    decision = decide(SILENT, procedure.id, facts, at)
    if decision.may.value is not True:
        return
    for requirement in decision.procedure.rules.requirements:
        asked = decision.procedure.conditions[requirement.test].names
        national = {name.partition(".")[2] for name in asked} & set(BOOK.values)
        if national and not requirement.presumed:
            assert decision.procedure.test(requirement.test, decision_values(procedure, facts)).value is True


def decision_values(procedure, facts):
    """The facts that are known without any state's data."""
    from comity.law.facts import read_facts

    return read_facts(procedure, facts).values


@thorough
@given(cases())
def test_whatever_is_decided_bears_an_article(case):
    procedure, facts, at = case
    decision = decide(BOOK, procedure.id, facts, at)
    said = [decision.applies, decision.may]
    assert all(answer.articles and answer.reason for answer in said)
    owed = [*decision.clocks, *decision.refusals, *decision.copies, *decision.retention, *decision.steps]
    assert all(one.article for one in [*owed, *decision.missing])
