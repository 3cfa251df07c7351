"""Steps that partners take: they arrive as messages, or are keyed in where the partner has no Comity."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from django.db.models import QuerySet
from django.dispatch import Signal

from comity.base.errors import Conflict, InputError, NotLawful, StepError
from comity.base.text import say
from comity.base.time import now
from comity.node import access, handling, ledger, scope
from comity.node.authorities import Authority, Identity
from comity.node.cases import casework, enclosing, family, likeness, numbers, parts, readers, rules, teams
from comity.node.cases.models import COPY, REQUESTED, Case, Step
from comity.node.exchange import sending
from comity.node.exchange.models import Outbox
from comity.node.exchange.receiving import Received, subscribe
from comity.node.registers import screening

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""What is said to have come before is a slip of the pen."""

request_received = Signal()
"""Sent with `authority` (primary key) inside the transaction that received a request."""


@subscribe("case.step")
def receive_step(received: Received) -> None:
    """A partner has taken a step: the first one opens the case here. Raises InputError, LawError."""
    body = received.message.body
    step = _text(body, "step")
    conversation = UUID(received.message.conversation)
    if step == casework.SEND:
        case = _open(received, conversation)
    else:
        case = _known(conversation, received.partner.pk)
        option = rules.option(case, step, party=case.other_role)
        if not option.allowed:
            raise NotLawful(option.reason, articles=(option.article,))
    case.partner_reference = _text(body, "reference")[:40]
    taken = _write(
        case, step, body, sent=received.message.issued_at, at=received.at, message=UUID(received.message.id)
    )
    enclosing.take_in(taken, received.parts)


@subscribe(parts.MESSAGE)
def receive_part(received: Received) -> None:
    """A partner has added a part to a case, or changed one. Raises InputError, Conflict, StepError."""
    case = _known(UUID(received.message.conversation), received.partner.pk)
    parts.take_in(case, received.partner, received.message.body)


@subscribe("case.copy")
def receive_copy(received: Received) -> None:
    """A copy of a request or answer that another authority sends us because the law asks it to."""
    case = _open(received, UUID(received.message.conversation), role=COPY)
    body = received.message.body
    taken = _write(
        case,
        "copied",
        body,
        sent=received.message.issued_at,
        at=received.at,
        message=UUID(received.message.id),
    )
    enclosing.take_in(taken, received.parts)


def key_in(
    case_id: UUID,
    step: str,
    content: Mapping[str, Any],
    received_at: datetime,
    marking: Mapping[str, Any],
    channel: str,
    number: str = "",
) -> Step:
    """Write down a step of a partner without Comity, as it came by another channel, under that channel's number.

    Raises InputError for an instant in the future, Conflict when the partner has Comity, NotLawful when the step
    cannot follow.
    """
    access.require("case.step")
    case = casework.find(case_id, lock=True)
    if case.partner.channel != "manual":
        raise Conflict(say("{name} answers through Comity itself.", name=case.partner.name))
    _check_received(received_at)
    option = rules.option(case, step, party=case.other_role)
    if not option.allowed:
        raise NotLawful(option.reason, articles=(option.article,))
    cleaned = casework.clean_content(case, option, content)
    files = enclosing.of_case(case, cleaned.pop("attachments", ()))
    if files:
        cleaned["attachments"] = [file.as_said() for file in files]
    body = {"content": {**cleaned, "channel": channel.strip()[:80]}, "handling": marking}
    taken = _write(case, step, body, sent=received_at, at=received_at, message=None)
    enclosing.enclose(taken, files)
    if number.strip():
        numbers.write(case, numbers.channel_of(channel), number, taken, ours=False)
    return taken


def write_down(
    procedure: str,
    partner: Authority,
    title: str,
    facts: Mapping[str, Any],
    received_at: datetime,
    *,
    channel: str,
    number: str = "",
    partner_reference: str = "",
    marking: Mapping[str, Any] | None = None,
) -> Case:
    """Open the case of a request that came from a partner without Comity by another channel.

    Its clocks run from `received_at`. Raises Conflict when the partner has Comity, InputError, LawError.
    """
    access.require("case.write-down")
    if partner.channel != "manual":
        raise Conflict(say("{partner} asks through Comity itself.", partner=partner.name))
    _check_received(received_at)
    if not title.strip():
        raise InputError("give the case a short title", field="title")
    reason = rules.against(procedure, partner, access.acting_officer().authority, received_at)
    if reason:
        raise NotLawful(reason)
    case = _new(partner, procedure, REQUESTED, title, facts, received_at, uuid4())
    case.partner_reference = partner_reference.strip()[:40]
    body = {"content": {"channel": channel.strip()[:80]}, "handling": marking or {}}
    taken = _write(case, casework.SEND, body, sent=received_at, at=received_at, message=None)
    if number.strip():
        numbers.write(case, numbers.channel_of(channel), number, taken, ours=False)
    return case


def _check_received(at: datetime) -> None:
    if at > now():
        raise InputError("expected an instant that is not in the future", field="received_at")
    if at < EARLIEST:
        raise InputError(
            say("expected an instant after {day}", day=f"{EARLIEST:%Y-%m-%d}"), field="received_at"
        )


def cross_check_new(identity: Identity) -> int:
    """Cross-check each request not yet compared with the registers; returns how many there were."""
    with scope.acting(identity.authority, identity.officer, "cross-check of requests"):
        waiting = list(not_cross_checked().values_list("pk", flat=True)[:100])
    for case_id in waiting:
        with scope.acting(identity.authority, identity.officer, "cross-check of requests"):
            case = casework.find(case_id, lock=True)
            screening.cross_check(case.pk, case.conversation, rules.subjects(case))
            case.cross_checked_at = now()
            case.save(update_fields=["cross_checked_at"])
    return len(waiting)


def not_cross_checked() -> QuerySet[Case]:
    """Requests received that have not been compared with the registers."""
    return Case.objects.filter(role=REQUESTED, cross_checked_at=None)


def _open(received: Received, conversation: UUID, role: str = REQUESTED) -> Case:
    body = received.message.body
    facts = body.get("facts")
    if not isinstance(facts, dict):
        raise InputError("expected an object", field="facts")
    if Case.objects.filter(conversation=conversation, role=role).exists():
        raise StepError("This request has been received before.")
    procedure, title = received.message.procedure, _text(body, "title")
    return _new(received.partner, procedure, role, title, facts, received.at, conversation)


def _new(
    partner: Authority,
    procedure: str,
    role: str,
    title: str,
    facts: Mapping[str, Any],
    at: datetime,
    conversation: UUID,
) -> Case:
    me = access.acting_officer()
    case = Case(
        conversation=conversation,
        reference=casework.next_reference(me.authority, now().year),
        partner=partner,
        procedure=procedure,
        role=role,
        title=title.strip()[:200],
        facts=rules.clean(procedure, facts, at=at),
        opened_at=at,
        received_at=at,
        opened_by=me,
        team=teams.inbox() if role == REQUESTED else None,
        state="received",
    )
    case.save(force_insert=True)
    readers.inherit(case)
    if role == REQUESTED:
        request_received.send(Case, authority=case.authority_id)
    return case


def _known(conversation: UUID, partner: int) -> Case:
    case = (
        Case.objects.select_for_update(of=("self",))
        .select_related("partner", "authority")
        .filter(conversation=conversation, partner_id=partner)
        .exclude(role=COPY)
        .first()
    )
    if case is None:
        raise StepError("No case is known here under this conversation.")
    return case


def _write(
    case: Case, step: str, body: Mapping[str, Any], *, sent: datetime, at: datetime, message: UUID | None
) -> Step:
    content = body.get("content")
    mark = handling.Marking.read(body.get("handling") or {}, provider=case.partner.name)
    article = rules.option(case, step, party=case.other_role).article if step != "copied" else ""
    last = case.steps.last()
    taken = Step.objects.create(
        case=case,
        number=last.number + 1 if last else 1,
        step=step,
        party=case.other_role,
        sent_at=min(max(sent, last.sent_at) if last else sent, at),
        received_at=at,
        content=dict(content) if isinstance(content, dict) else {},
        handling=mark.as_json(),
        articles=[article] if article else [],
        message=message,
    )
    rules.refresh(case)
    case.version += 1
    case.save()
    likeness.index([case])
    ledger.record(
        f"step.{step}",
        article=article,
        case=str(case.conversation),
        subject=str(taken.pk),
        body={
            "reference": case.reference,
            "by": case.partner.code,
            "step": step,
            "sent": taken.sent_at.isoformat(),
            "received": at.isoformat(),
            "content": taken.content,
            "handling": taken.handling,
        },
    )
    family.tell_parent(taken)
    return taken


def _text(body: Mapping[str, Any], field: str) -> str:
    value = body.get(field)
    if not isinstance(value, str) or not value:
        raise InputError("expected text", field=field)
    return value


def _when_delivered(sender: Any, message: Outbox, received_at: datetime, **_: Any) -> None:
    step = Step.objects.filter(message=message.pk).select_related("case__partner", "case__authority").first()
    if step is None or step.received_at is not None:
        return
    step.received_at = max(received_at, step.sent_at)
    step.save(update_fields=["received_at"])
    case = (
        Case.objects.select_for_update(of=("self",))
        .select_related("partner", "authority")
        .get(pk=step.case_id)
    )
    rules.refresh(case)
    case.version += 1
    case.save()


sending.delivered.connect(_when_delivered, dispatch_uid="case-step-delivered")
