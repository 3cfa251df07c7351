"""Copies that the law asks for, or asks to be considered: to SPOCs, and to Europol (Directive 2023/977 art. 12)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from comity.base.errors import Conflict, InputError, NotFound
from comity.base.time import now
from comity.law import Decision
from comity.law.answers import OwedCopy
from comity.node import access, handling, ledger
from comity.node.authorities import Authority
from comity.node.cases import casework, rules
from comity.node.cases.models import Case, Copy, Step
from comity.node.exchange import sending


@dataclass(frozen=True, slots=True)
class Due:
    """A copy to be decided on: of which step, to whom, under which article, and what may waive it."""

    step: Step
    rule: OwedCopy
    article: str

    @property
    def to(self) -> str:
        """The rule's name of the copy, by which it is decided on."""
        return self.rule.id


def due(case: Case, steps: list[Step], decision: Decision) -> list[Due]:
    """The copies of our own steps that nobody has decided on yet."""
    decided = {(copy.step_id, copy.to) for copy in Copy.objects.filter(case=case)}
    return [
        Due(step, rule, rules.cite(case.procedure, rule.article))
        for step in steps
        if step.ours
        for rule in rules.copies(decision, case, step.step)
        if (step.pk, rule.id) not in decided
    ]


def decide(
    case_id: UUID, step_id: UUID, to: str, send: bool, reason: str, partner: Authority | None = None
) -> Copy:
    """Send a copy to `partner`, or decide not to for a stated reason; decided once and kept.

    A copy holds what the step said. What another state provided goes along only as its handling code allows.
    Raises NotFound when no such copy is due, InputError when the reason or the recipient is missing.
    """
    officer = access.require("case.step")
    case = casework.find(case_id, lock=True)
    rule = _rule(case, step_id, to)
    if not send and not reason.strip():
        raise InputError("say why no copy is sent", field="reason")
    if send and partner is None:
        raise InputError("choose to whom the copy goes", field="partner")
    message = send_copy(case, rule.step, rule.article, partner) if send and partner else None
    copy = Copy.objects.create(
        case=case,
        step=rule.step,
        to=to,
        partner=partner if send else None,
        article=rule.article,
        decision=Copy.SENT if send else Copy.WAIVED,
        reason=reason.strip()[:500],
        decided_by=officer,
        decided_at=now(),
        message=message,
    )
    ledger.record(
        f"copy.{copy.decision}",
        article=rule.article,
        case=str(case.conversation),
        subject=str(copy.pk),
        body={"to": to, "partner": partner.code if partner else None, "reason": copy.reason},
    )
    return copy


def _rule(case: Case, step_id: UUID, to: str) -> Due:
    step = Step.objects.filter(pk=step_id, case=case).first()
    if step is None:
        raise NotFound("There is no such step in this case.")
    if Copy.objects.filter(step=step, to=to).exists():
        raise Conflict("It has been decided already.")
    found = [each for each in due(case, [step], rules.decision(case)) if each.to == to]
    if not found:
        raise NotFound("The law asks for no such copy here.")
    return found[0]


def send_copy(case: Case, step: Step, article: str, partner: Authority) -> UUID:
    """Send what a step of a case says to `partner` as a copy; returns the message's id.

    Raises Denied where a handling code of what another state provided forbids it.
    """
    mark = handling.Marking.read(step.handling)
    foreign = [name for name in mark.provider.split(", ") if name and name != case.authority.name]
    if foreign:
        handling.enforce([mark], partner.kind)
    body: dict[str, Any] = {
        "step": step.step,
        "reference": case.reference,
        "title": case.title,
        "facts": case.facts,
        "content": step.content,
        "handling": mark.as_json(),
        "article": article,
    }
    row = sending.send(
        partner,
        "case.copy",
        body,
        conversation=case.conversation,
        procedure=case.procedure,
        purpose=f"copy of {case.reference}",
        articles=(article,),
        handling=mark.codes,
        parts=[file["sha256"] for file in step.content.get("attachments", ())],
    )
    return UUID(str(row.pk))
