"""What the law engine says about a case: the one place where cases and instruments meet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from comity.base.errors import FactError, InputError, NotLawful
from comity.base.text import joined, say
from comity.base.time import now
from comity.law import Decision, decide
from comity.law import preview as law_preview
from comity.law.answers import OwedCopy
from comity.law.clocks import ClockRun
from comity.law.decide import misfit
from comity.law.facts import read_facts
from comity.law.procedures import OFFENCES, BoundProcedure
from comity.law.schema import Field
from comity.law.steps import StepOption
from comity.law.typed import read_value
from comity.node.authorities import Authority
from comity.node.cases.models import COPY, REQUESTED, REQUESTER, Case, Step
from comity.node.lawbook import book
from comity.node.texts import languages

ASSESSED = ("access", "judicial_authorisation_required")
"""Facts that the requested side finds out: kept in columns of their own, never sent with a request."""


def zone(authority: Authority) -> tzinfo:
    """The time zone in which an authority works: that of its state, UTC where the book has no calendar of it."""
    calendar = book().calendar(authority.country)
    return calendar.zone if calendar else UTC


def procedure(procedure_id: str, at: datetime) -> BoundProcedure:
    """A procedure as it is in force at an instant; raises UnknownProcedure."""
    return book().at(at).procedure(procedure_id)


def article(procedure_id: str, at: datetime) -> str:
    """The article a procedure rests on, with its act: `dir-2023-977 art. 4`."""
    return cite(procedure_id, procedure(procedure_id, at).article)


def cite(procedure_id: str, number: str) -> str:
    """An article of the act of a procedure, in the one form used everywhere."""
    return f"{procedure_id.partition('/')[0]} art. {number}"


def clean(procedure_id: str, facts: Mapping[str, Any], at: datetime | None = None) -> dict[str, Any]:
    """The facts given for a procedure; raises FactError naming what is unknown or mistyped.

    Blanks are left out, but not an empty list of subjects: it says that the request concerns nobody.
    """
    bound = procedure(procedure_id, at or now())
    known = set(bound.fields) - set(ASSESSED)
    for name in facts:
        if name not in known:
            raise FactError(
                say("unknown fact {name!r} for {procedure_id}", name=name, procedure_id=procedure_id),
                field=name,
            )
    given = {
        name: value
        for name, value in facts.items()
        if value not in (None, "", [], {}) or (value == [] and bound.fields[name].type == "list")
    }
    read_facts(bound, given)
    return given


def party(authority: Authority) -> dict[str, Any]:
    """An authority that is asked, as the engine reads it: with the languages it takes requests in, where known."""
    known = languages.accepted(authority)
    return authority.party if known is None else {**authority.party, "languages": known}


def facts_of(case: Case) -> dict[str, Any]:
    """The case as the engine reads it: its fields, its parties, and the steps so far with their instants."""
    mine, theirs = case.authority.party, case.partner.party
    if case.state == "draft":
        theirs = party(case.partner)
    facts: dict[str, Any] = {
        **case.facts,
        REQUESTER: mine if case.role == REQUESTER else theirs,
        REQUESTED: theirs if case.role == REQUESTER else mine,
        "steps": [],
    }
    if case.offences:
        facts[OFFENCES] = list(case.offences)
    bound = procedure(case.procedure, case.received_at or case.opened_at)
    known = bound.fields
    for name in ASSESSED:
        value = getattr(case, name)
        if name in known and value not in (None, ""):
            facts[name] = value
    if bound.rules.parts:
        facts["parts"] = {name: [] for name in bound.rules.parts}
        for each in case.parts.all():
            facts["parts"][each.name].append(each.as_fact())
    for step in case.steps.all():
        if step.step == "copied":
            facts |= {"sent": step.sent_at.isoformat(), "received": step.sent_at.isoformat()}
        else:
            facts["steps"].append(_said_moments(bound, step) | step.as_fact())
    return facts


def _said_moments(bound: BoundProcedure, step: Step) -> dict[str, Any]:
    """The days and instants that a step has given: a clock may end at one."""
    known = bound.steps.get(step.step)
    said = step.content.get("fields") or {}
    needs = known.needs if known else []
    return {need.id: said[need.id] for need in needs if need.type in ("date", "instant") and need.id in said}


def decision(case: Case, at: datetime | None = None) -> Decision:
    """What the law says of the case at an instant."""
    return decide(book(), case.procedure, facts_of(case), at)


def preview(
    procedure_id: str, facts: Mapping[str, Any], requester: Authority, requested: Authority, at: datetime
) -> Decision:
    """What would hold if a draft were sent and received at `at`: its clocks, and what is missing until then."""
    parties = {REQUESTER: requester.party, REQUESTED: party(requested)}
    return law_preview(book(), procedure_id, {**facts, **parties}, at)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A procedure that could be used towards a partner, and what the engine says of it."""

    procedure: BoundProcedure
    decision: Decision
    misfits: tuple[str, ...]

    @property
    def fits(self) -> bool:
        """Whether the act applies and the two authorities may use it with each other."""
        return self.decision.applies.value is True and not self.misfits

    @property
    def reason(self) -> str:
        """Why it fits, or why not."""
        return joined("{first}; {then}", self.misfits) or self.decision.applies.reason


def proposals(requester: Authority, requested: Authority, at: datetime | None = None) -> list[Proposal]:
    """Every procedure between two parties, those that fit first; the reasons against the others are kept."""
    at = at or now()
    parties = {REQUESTER: requester.party, REQUESTED: requested.party}
    found = []
    for procedure_id in book().procedures:
        bound = book().at(at).procedure(procedure_id)
        if set(parties) <= set(bound.rules.parties):
            answer = decide(book(), procedure_id, parties, at)
            found.append(Proposal(bound, answer, tuple(_misfits(bound, parties))))
    return sorted(found, key=lambda each: (not each.fits, each.procedure.rules.lifecycle != "question"))


def against(procedure_id: str, requester: Authority, requested: Authority, at: datetime) -> str:
    """Why two parties cannot use a procedure with each other at an instant; nothing where they can."""
    procedure(procedure_id, at)
    for each in proposals(requester, requested, at):
        if each.procedure.id == procedure_id:
            return "" if each.fits else each.reason
    return say("{procedure} is not between one who asks and one who is asked", procedure=procedure_id)


def _misfits(bound: BoundProcedure, parties: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    for role, party in bound.rules.parties.items():
        if role not in parties:
            continue
        kind = parties[role]["kind"]
        if party.kinds and kind not in party.kinds:
            yield misfit(party.label or role, party.kinds, kind)


@dataclass(frozen=True, slots=True)
class Option:
    """A step as one party of a case may take it now; `told`: the other party gets a message about it."""

    step: str
    title: str
    allowed: bool
    reason: str
    article: str
    effect: str
    told: bool
    partial: bool
    refusal: bool
    needs: tuple[Field, ...]
    checked: bool


def options(case: Case, given: Decision | None = None, party: str | None = None) -> list[Option]:
    """The steps that are for a party of the case (ours, if not said), allowed or not."""
    role = party or case.role
    answer = given or decision(case)
    return [
        _option(case, answer, each)
        for each in answer.steps
        if role in each.by and not _is_receipt(answer, each)
    ]


def option(case: Case, step: str, party: str | None = None) -> Option:
    """One step for a party of the case; NotLawful when the procedure has no such step for it."""
    for each in options(case, party=party):
        if each.step == step:
            return each
    raise NotLawful(
        say(
            "{procedure} has no step {step!r} for the {party}.",
            procedure=case.procedure,
            step=step,
            party=party or case.role,
        )
    )


def _option(case: Case, answer: Decision, each: StepOption) -> Option:
    bound = _bound(answer)
    allowed, reason = each.allowed, each.reason
    if case.role == COPY:
        allowed, reason = False, say("this is a copy: the case is another authority's")
    elif each.step == bound.lifecycle.opening and answer.may.value is not True:
        allowed, reason = False, answer.may.reason
    return Option(
        step=each.step,
        title=each.title,
        allowed=allowed,
        reason=reason,
        article=cite(case.procedure, each.article),
        effect=each.effect,
        told=bound.steps[each.step].move.is_told,
        partial=bound.steps[each.step].move.partial_to is not None,
        refusal=each.step == "refused",
        needs=each.fields,
        checked=each.checked,
    )


def read_field(field: Field, value: Any) -> Any:
    """One value of a step's field, read by its type; InputError naming the field."""
    try:
        read_value(field, value, field.id)
    except FactError as error:
        raise InputError(error.sentence, field=field.id) from None
    return value


def _bound(answer: Decision) -> BoundProcedure:
    assert answer.procedure is not None
    return answer.procedure


def _is_receipt(answer: Decision, each: StepOption) -> bool:
    return _bound(answer).steps[each.step].move.receipt_of is not None


def refresh(case: Case) -> Decision:
    """Copy what the engine says now into the columns that lists are sorted and filtered by."""
    answer = decision(case)
    case.state = answer.state
    due = answer.due if case.role != COPY else None
    case.due_at, case.late_after = (due.at, due.latest) if due else (None, None)
    case.paused = bool(due and due.paused)
    limit = ordinary_limit(answer) if case.role != COPY else None
    case.limit_at, case.limit_article = (limit.latest, limit.article) if limit else (None, "")
    case.owed_by = "" if case.role == COPY else _turn(case, answer)
    final = answer.state in _bound(answer).lifecycle.final
    case.closed_at = (case.closed_at or now()) if final else None
    return answer


def ordinary_limit(answer: Decision) -> ClockRun | None:
    """The clock of the time limit that the requested side owes; extensions without an end leave it as it is."""
    owed = (each for each in answer.clocks if each.owed_by == REQUESTED and each.duty == "shall")
    return next((each for each in owed if each.latest is not None), None)


def _turn(case: Case, answer: Decision) -> str:
    """Whose move it is: who owes the running clock, who can end its pause, or whoever has to close."""
    bound = _bound(answer)
    if answer.state in bound.lifecycle.final:
        return ""
    if answer.state == bound.lifecycle.start:
        return bound.steps[bound.lifecycle.opening].move.by[0]
    if answer.due is None:
        waiting = [clock.owed_by for clock in answer.clocks if clock.ended is None and clock.duty == "shall"]
        taken_up = bound.steps[bound.lifecycle.opening].move.received_to
        if not waiting and answer.state == taken_up and answer.clocks:
            return answer.clocks[
                0
            ].owed_by  # reopened: the ended clock does not run anew, its owner is asked again
        return waiting[0] if waiting else case.role
    if not answer.due.paused:
        return answer.due.owed_by
    ends = [pause.until.partition(".")[0] for pause in bound.rules.pauses if pause.clock == answer.due.id]
    return bound.steps[ends[0]].move.by[0] if ends else answer.due.owed_by


def next_for_us(case: Case, answer: Decision) -> str:
    """What happens next, in a few words, seen from our desk."""
    if case.role == COPY:
        return say("For your information")
    if answer.state == _bound(answer).lifecycle.start:
        missing = sum(1 for each in answer.missing if each.blocks)
        return say("Fill in what is missing: {count}", count=missing) if missing else say("Send it")
    if case.owed_by != case.role:
        return say("Waiting for {name}", name=case.partner.name) if case.owed_by else say("Closed")
    wanted = [each.title for each in options(case, answer) if each.allowed][:3]
    return joined("{first}, {then}", wanted) or say("Nothing")


def grounds(case: Case) -> dict[str, str]:
    """The grounds of refusal open in the case: id to article."""
    return {each.id: cite(case.procedure, each.article) for each in decision(case).refusals}


def copies(answer: Decision, case: Case, step: str) -> Iterator[OwedCopy]:
    """The copies that the law asks for, or asks to be considered, when we take a step."""
    return (copy for copy in answer.copies if copy.of == step and case.role != COPY)


def subjects(case: Case) -> list[dict[str, Any]]:
    """The persons and things the case is about, as FollowTheMoney entities, from its entity and list fields."""
    found = []
    for value in case.facts.values():
        for number, item in enumerate(value if isinstance(value, list) else [value], 1):
            if isinstance(item, dict) and isinstance(item.get("properties"), dict) and item.get("schema"):
                entity = {"id": f"subject-{len(found) + 1}", "schema": item["schema"], "line": number}
                found.append({**entity, "properties": item["properties"]})
    return found
