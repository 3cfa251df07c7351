"""What the law engine says about a case: the one place where cases and instruments meet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
from comity.law.facts import read_facts
from comity.law.procedures import OFFENCES, BoundProcedure
from comity.law.schema import Field
from comity.law.steps import StepOption
from comity.law.typed import read_value
from comity.node.authorities import Authority
from comity.node.cases import parties, targets
from comity.node.cases.models import COPY, Case, Party, Step
from comity.node.lawbook import book
from comity.node.texts import languages

ASSESSED = ("access", "judicial_authorisation_required")
"""Facts that the requested side finds out: kept in columns of their own, never sent with a request."""
OTHERS = "others"
"""Whose move it is when all who hold our own role must act and we have done so: the others."""


def zone(authority: Authority) -> tzinfo:
    """The time zone in which an authority works: that of its state, UTC where the book has no calendar of it."""
    calendar = book().calendar(authority.country)
    return calendar.zone if calendar else UTC


def procedure(procedure_id: str, at: datetime) -> BoundProcedure:
    """A procedure as it is in force at an instant; raises UnknownProcedure."""
    return book().at(at).procedure(procedure_id)


def bound_of(case: Case) -> BoundProcedure:
    """The procedure of a case as it was in force when the case came or was opened."""
    return procedure(case.procedure, case.received_at or case.opened_at)


def opening(procedure_id: str) -> str:
    """The step that opens a case of a procedure; raises UnknownProcedure."""
    return book().procedure(procedure_id).lifecycle.opening


def parties_of(case: Case) -> list[Party]:
    """Everyone who takes part in a case, ourselves too."""
    return parties.of(case, bound_of(case))


def signed_by(case: Case, code: str) -> str:
    """What a step keeps of who took it: nothing where the role alone says it."""
    return "" if parties.plain(bound_of(case)) else code


def name_of(case: Case, step: Step) -> str:
    """The name of who took a step."""
    if step.ours:
        return case.authority.name
    names = {each.code: each.name for each in parties_of(case)} if step.by else {}
    return names.get(step.by, case.partner.name)


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


def roles_as_facts(seats: Sequence[Party], asked_by: str = "") -> dict[str, Any]:
    """The parties as the engine reads them, by role.

    Of those whom `asked_by` (a code) is about to turn to, the languages they take requests in are said where known.
    """
    facts: dict[str, Any] = {}
    for each in seats:
        fact: dict[str, Any] = each.as_fact
        known = languages.accepted(each.holder) if asked_by not in ("", each.code) and each.holder else None
        facts.setdefault(each.role, []).append(fact if known is None else {**fact, "languages": known})
    return facts


def facts_of(case: Case) -> dict[str, Any]:
    """The case as the engine reads it: its fields, its parties, and the steps so far with their instants."""
    bound = bound_of(case)
    asked_by = case.authority.code if case.state == "draft" else ""
    roles = roles_as_facts(parties.of(case, bound), asked_by)
    facts: dict[str, Any] = {**case.facts, **roles, "steps": []}
    if case.offences:
        facts[OFFENCES] = list(case.offences)
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
    procedure_id: str, facts: Mapping[str, Any], seats: Sequence[Party], opener: Authority, at: datetime
) -> Decision:
    """What would hold if a draft were sent and received at `at`: its clocks, and what is missing until then."""
    return law_preview(book(), procedure_id, {**facts, **roles_as_facts(seats, opener.code)}, at)


def preview_of(case: Case) -> Decision:
    """The same of a draft that is a case already, as of now."""
    return preview(case.procedure, case.facts, parties_of(case), case.authority, now())


@dataclass(frozen=True, slots=True)
class Option:
    """A step as one party of a case may take it now, in its `role`; `told`: the others get a message about it."""

    step: str
    role: str
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


def options(case: Case, given: Decision | None = None, by: str = "") -> list[Option]:
    """The steps that are for a party of the case, by its code (ours, if not said), allowed or not."""
    answer = given or decision(case)
    bound = _bound(answer)
    code = by or case.authority.code
    roles = parties.roles_of(case, bound, code) if by else parties.own_roles(case, bound)
    return [
        _option(case, answer, each, next(role for role in each.by if role in roles), code)
        for each in answer.steps
        if set(roles) & set(each.by) and not _is_receipt(answer, each)
    ]


def option(case: Case, step: str, by: str = "") -> Option:
    """One step for a party of the case; NotLawful when the procedure has no such step for it."""
    for each in options(case, by=by):
        if each.step == step:
            return each
    bound = bound_of(case)
    roles = parties.roles_of(case, bound, by) if by else parties.own_roles(case, bound)
    raise NotLawful(
        say(
            "{procedure} has no step {step!r} for the {party}.",
            procedure=case.procedure,
            step=step,
            party=joined("{first}, {then}", roles) or by,
        )
    )


def _option(case: Case, answer: Decision, each: StepOption, role: str, code: str) -> Option:
    bound = _bound(answer)
    allowed, reason = each.allowed, each.reason
    if case.role == COPY:
        allowed, reason = False, say("this is a copy: the case is another authority's")
    elif each.step == bound.lifecycle.opening and answer.may.value is not True:
        allowed, reason = False, answer.may.reason
    elif allowed and each.consent == "all" and code in consented(case, bound, each.step, role):
        allowed, reason = False, say("done already; it is for the others to do the same")
    return Option(
        step=each.step,
        role=role,
        title=each.title,
        allowed=allowed,
        reason=reason,
        article=cite(case.procedure, each.article),
        effect=each.effect,
        told=bound.steps[each.step].move.told,
        partial=bound.steps[each.step].move.partial_to is not None,
        refusal=each.step == "refused",
        needs=each.fields,
        checked=each.checked,
    )


def consented(case: Case, bound: BoundProcedure, step: str, role: str) -> set[str]:
    """Who has taken a step that all in a role must take, by code, since all of them last had."""
    holders = {each.code for each in parties.of(case, bound) if each.role == role}
    done: set[str] = set()
    for each in case.steps.all():
        if each.step == step:
            done = {*done, each.by} if {*done, each.by} < holders else set()
    return done


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
    case.owed_by = "" if case.role == COPY else _seen_from_us(case, answer, _turn(case, answer))
    final = answer.state in _bound(answer).lifecycle.final
    case.closed_at = (case.closed_at or now()) if final else None
    aim = targets.of(case, answer)
    case.target_at = aim.at if aim else None
    case.keep_at = min((keep.at for keep in answer.retention if keep.at), default=None)
    return answer


def ordinary_limit(answer: Decision) -> ClockRun | None:
    """The clock of the time limit that the side addressed owes; extensions without an end leave it as it is."""
    opener = parties.openers(_bound(answer))
    owed = (each for each in answer.clocks if each.owed_by not in opener and each.duty == "shall")
    return next((each for each in owed if each.latest is not None), None)


def _seen_from_us(case: Case, answer: Decision, owing: str) -> str:
    """Our own role where we are among those who owe; OTHERS where they hold the same role and we are not."""
    bound = _bound(answer)
    step = _awaited(answer)
    waits_for_all = step is not None and owing in step.by
    done = waits_for_all and step and case.authority.code in consented(case, bound, step.step, owing)
    if owing in parties.own_roles(case, bound) and not done:
        return case.role
    return OTHERS if owing == case.role else owing


def _awaited(answer: Decision) -> StepOption | None:
    """The step that all who hold a role must take before the case goes on."""
    bound = _bound(answer)
    open_now = (each for each in answer.steps if each.allowed and each.consent == "all")
    return next((each for each in open_now if bound.steps[each.step].move.to), None)


def _turn(case: Case, answer: Decision) -> str:
    """Whose move it is: who owes the running clock, who can end its pause, or whoever has to close."""
    bound = _bound(answer)
    if answer.state in bound.lifecycle.final:
        return ""
    if answer.state == bound.lifecycle.start:
        return bound.steps[bound.lifecycle.opening].move.by[0]
    awaited = _awaited(answer)
    if awaited:
        return awaited.by[0]
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
        names = joined("{first}, {then}", [each.name for each in waited_for(case, answer)])
        return say("Waiting for {name}", name=names) if case.owed_by else say("Closed")
    wanted = [each.title for each in options(case, answer) if each.allowed][:3]
    return joined("{first}, {then}", wanted) or say("Nothing")


def waited_for(case: Case, answer: Decision) -> list[Party]:
    """The other parties whose move it is."""
    bound, step = _bound(answer), _awaited(answer)
    if case.owed_by != OTHERS:
        return parties.holders(case, bound, case.owed_by)
    done = consented(case, bound, step.step, case.role) if step else set()
    return [each for each in parties.holders(case, bound, case.role) if each.code not in done]


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
