"""Forwarding inside the state: a request is put to a unit of the own state, or to a judge, in a case of its own.

The child case runs its own clock inside the legal one of the request it serves (its parent). What the unit says
is told to the parent and can be put into the reply (Directive 2023/977 art. 9, 14(2)(b), 16(1)(b) and (e)).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from comity.base.errors import Conflict, Denied, InputError, NotFound, NotLawful
from comity.base.text import say
from comity.base.time import now, parse_instant
from comity.law import Decision
from comity.node import access, authorities, handling, ledger
from comity.node.authorities import Authority
from comity.node.cases import casework, finding, rules
from comity.node.cases.models import REQUESTED, Case, Step

FORWARD, AUTHORISE = "dir-2023-977/forward", "dir-2023-977/judicial-authorisation"
OUTCOMES = ("answered", "granted", "refused")
REFUSED_BY_JUDGE = "R-c"
LATE, UNLIMITED = timedelta(hours=1), timedelta(days=1)
_CONTEXT = ("purpose_facts_offence", "facts_offence", "facts")


@dataclass(frozen=True, slots=True)
class Child:
    """A case that serves another: its law, how often it was reminded, its outcome, its clock inside the other's.

    `begins`, `ends` and `present` are thousandths of the parent's time; `beyond`: it ends after the parent's does.
    """

    case: Case
    decision: Decision
    reminders: int
    outcome: Step | None
    begins: int
    ends: int
    present: int
    beyond: bool

    @property
    def overdue(self) -> bool:
        """Whether the unit should have answered by now."""
        due = self.decision.due
        return due is not None and due.at is not None and due.at < self.decision.at

    @property
    def width(self) -> int:
        """How much of the parent's time it takes, in thousandths."""
        return self.ends - self.begins

    @property
    def wanted_by(self) -> datetime | None:
        """By when an answer is wanted, of a case that still runs."""
        return self.decision.due.at if self.decision.due else None


def units(case: Case, procedure: str) -> list[Authority]:
    """The authorities of the own state to which a case can be put under a procedure."""
    kinds = rules.procedure(procedure, now()).rules.parties[REQUESTED].kinds
    others = authorities.partners_of(case.authority)
    return [each for each in others if each.country == case.authority.country and each.kind in kinds]


def forward(case_id: UUID, unit: Authority, facts: Mapping[str, Any]) -> Case:
    """Put a request to a unit of the own state and send it; returns the child case.

    `facts` replace what `draft` proposes. Raises InputError when the answer is wanted after the legal limit,
    NotLawful, Denied (also where a handling code forbids it), Conflict when the case asks nothing of us any more.
    """
    parent = _parent(case_id)
    handling.enforce(_markings(parent), unit.kind)
    return _open(parent, FORWARD, unit, facts, "case.forwarded")


def seek_authorisation(case_id: UUID, judge: Authority, facts: Mapping[str, Any]) -> Case:
    """Ask a judicial authority of the own state to authorise the answer; returns the child case.

    The request's time limit may then be exceeded, and the requester is to be told at once (art. 5(2)).
    """
    parent = _parent(case_id)
    for marking in _markings(parent):
        if reason := handling.forbids(marking, handling.PASS_ON):
            raise Denied(reason, rule="handling.pass-on", grantor=marking.provider, article=handling.ARTICLE)
    known = rules.procedure(parent.procedure, parent.received_at or parent.opened_at).fields
    if "judicial_authorisation_required" in known and not parent.judicial_authorisation_required:
        casework.assess(case_id, parent.access, True)
        parent = casework.find(case_id, lock=True)
    return _open(parent, AUTHORISE, judge, facts, "case.authorisation-sought")


def draft(case_id: UUID, procedure: str) -> dict[str, Any]:
    """What a child case begins with: no more of the request than the unit needs. The reading is an entry."""
    access.require("case.forward")
    if procedure not in (FORWARD, AUTHORISE):
        raise InputError(say("expected {one} or {other}", one=FORWARD, other=AUTHORISE), field="procedure")
    parent = casework.find(case_id)
    _check_open(parent)
    finding.note_read(parent)
    return _prefilled(parent, procedure)


def limit(decision: Decision) -> datetime | None:
    """Before when an answer must be in, so that the request is answered in time; None where nothing limits it."""
    due = decision.due
    if due is None or due.at is None or due.open or due.owed_by != REQUESTED or due.at <= decision.at:
        return None
    return due.at


def children(case: Case, decision: Decision) -> list[Child]:
    """The cases that serve a case, oldest first, each with its clock inside that of the case."""
    found = Case.objects.filter(parent=case).select_related("partner", "authority", "assigned_to")
    return [_child(each, decision) for each in found.prefetch_related("steps").order_by("opened_at")]


def read_children(case_id: UUID) -> list[Child]:
    """The cases that serve a case, for a program. The reading is an entry."""
    access.require("case.read")
    case = casework.find(case_id)
    finding.note_read(case)
    return children(case, rules.decision(case))


def remind(child_id: UUID, text: str = "", answer_by: datetime | None = None) -> Step:
    """Remind a unit; with `answer_by`, its time limit ends then. Raises NotFound, InputError, NotLawful."""
    access.require("case.forward")
    child = casework.find(child_id)
    if child.parent_id is None:
        raise NotFound("This case serves no other one.")
    fields: dict[str, Any] = {"reminder": text.strip() or _reminder(child)}
    if answer_by:
        parent = Case.objects.select_related("partner", "authority").filter(pk=child.parent_id).first()
        _check_time(answer_by, limit(rules.decision(parent)) if parent else None)
        fields["answer_by"] = answer_by.isoformat()
    return casework.take_step(child_id, "reminded", {"fields": fields})


def reply(case_id: UUID, child_id: UUID) -> dict[str, Any]:
    """The reply to the requester as far as a unit's answer makes it: `{"step", "fields", "grounds", "includes"}`.

    `includes` has the unit's handling codes enforced when the reply is sent. The reading is an entry.
    """
    access.require("case.step")
    parent = casework.find(case_id)
    child = Case.objects.filter(pk=child_id, parent=parent).select_related("partner").first()
    outcome = _outcome(list(child.steps.all())) if child else None
    if child is None or outcome is None:
        raise NotFound("No unit has answered under that case.")
    finding.note_read(child)
    step = "refused" if outcome.step == "refused" else "answered"
    known = {need.id for need in rules.option(parent, step).needs} - {"language"}
    said = outcome.content.get("fields", {})
    content = {
        "step": step,
        "fields": {name: value for name, value in said.items() if name in known},
        "grounds": [],
        "includes": [str(outcome.pk)] if outcome.step == "answered" else [],
    }
    if step == "refused":
        content["grounds"] = [each for each in _grounds(child, outcome) if each in rules.grounds(parent)]
    return content


def _grounds(child: Case, outcome: Step) -> list[str]:
    if child.procedure == AUTHORISE:
        return [REFUSED_BY_JUDGE]
    return [ground["id"] for ground in outcome.content.get("grounds", ())]


def _parent(case_id: UUID) -> Case:
    access.require("case.forward")
    parent = casework.find(case_id, lock=True)
    _check_open(parent)
    return parent


def _check_open(parent: Case) -> None:
    if parent.role != REQUESTED or parent.procedure in (FORWARD, AUTHORISE):
        raise Conflict("Only a request that was made to us is forwarded.")
    if parent.state in ("answered", "refused", "withdrawn", "closed"):
        raise Conflict("Nothing is asked of us in this case any more.")


def _open(parent: Case, procedure: str, unit: Authority, facts: Mapping[str, Any], kind: str) -> Case:
    given = {**_prefilled(parent, procedure), **facts}
    end = limit(rules.decision(parent))
    given = {key: value for key, value in given.items() if value is not None and key != "legal_deadline"}
    if end:
        given["legal_deadline"] = end.isoformat()
    if given.get("answer_by"):
        _check_time(parse_instant(str(given["answer_by"]), "answer_by"), end)
    child = casework.open_case(procedure, unit, parent.title, given, parent=parent)
    fits = rules.decision(child).applies
    if fits.value is False:
        raise NotLawful(fits.reason, articles=fits.articles)
    casework.take_step(child.pk, rules.opening(procedure), {}, marking=_passed_on(parent))
    ledger.record(
        kind,
        article=rules.article(procedure, child.opened_at),
        case=str(parent.conversation),
        subject=str(child.pk),
        body={"reference": child.reference, "unit": unit.code, "note": f"{child.reference} {unit.name}"},
    )
    parent.version += 1
    parent.save(update_fields=["version"])
    return child


def _prefilled(parent: Case, procedure: str) -> dict[str, Any]:
    asked = rules.procedure(procedure, now()).fields
    said = parent.facts
    context = next((said[name] for name in _CONTEXT if name in said), None)
    given = {
        "information_sought": said.get("information_sought"),
        "context": context if procedure == AUTHORISE else None,
        "subjects": said.get("subjects"),
        "urgent": said.get("urgent"),
        "use_limits": said.get("use_limits"),
        "language": said.get("language"),
        "request_from": parent.partner.country,
        "request_reference": parent.reference,
        "answer_by": half_time(rules.decision(parent)).isoformat(),
    }
    return {name: value for name, value in given.items() if name in asked and value is not None}


def half_time(decision: Decision) -> datetime:
    """By when a unit's answer is best wanted: half of what is left, to the minute, so that time is left to reply."""
    end, at = limit(decision), decision.at
    if end:
        return (at + (end - at) / 2).replace(second=0, microsecond=0)
    late = decision.due is not None and decision.due.at is not None and decision.due.at <= at
    return (at + (LATE if late else UNLIMITED)).replace(second=0, microsecond=0)


def _check_time(wanted: datetime, end: datetime | None) -> None:
    if wanted <= now():
        raise InputError("expected an instant that is still to come", field="answer_by")
    if end and wanted >= end:
        text = say(
            "the legal time limit ends {end}; ask for an answer before then", end=f"{end:%Y-%m-%d %H:%M %Z}"
        )
        raise InputError(text, field="answer_by")


def _markings(parent: Case) -> list[handling.Marking]:
    """How what the requester has told us may be used."""
    theirs = parent.steps.filter(party=parent.other_role)
    return [handling.Marking.read(step.handling) for step in theirs]


def _passed_on(parent: Case) -> dict[str, Any]:
    markings = _markings(parent)
    return handling.strictest(markings).as_json() if markings else {}


def _child(case: Case, parent: Decision) -> Child:
    decision = rules.decision(case)
    steps = list(case.steps.all())
    begins, ends, present, beyond = _place(parent, decision)
    reminders = sum(step.step == "reminded" for step in steps)
    return Child(case, decision, reminders, _outcome(steps), begins, ends, present, beyond)


def _place(parent: Decision, child: Decision) -> tuple[int, int, int, bool]:
    outer, inner = parent.due, child.due
    if not (outer and inner and outer.starts and outer.at and inner.starts and inner.at):
        return 0, 0, 0, False
    whole = outer.at - outer.starts
    begins, ends, present = (
        max(0, min(1000, round(1000 * ((moment - outer.starts) / whole))))
        for moment in (inner.starts, inner.at, child.at)
    )
    return begins, ends, present, inner.at > outer.at and not outer.open


def _outcome(steps: list[Step]) -> Step | None:
    """The last step by which the unit has answered, as far as it has."""
    told = [step for step in steps if step.party == REQUESTED and step.step in OUTCOMES]
    return told[-1] if told else None


def _reminder(child: Case) -> str:
    due = rules.decision(child).due
    if due is None or due.at is None:
        return say("We wait for your answer to {reference}.", reference=child.reference)
    end = f"{due.at:%Y-%m-%d %H:%M}"
    return say("We wait for your answer to {reference}, wanted by {end}.", reference=child.reference, end=end)
