"""Steps that partners take: they arrive as messages, or are keyed in where the partner has no Comity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Q, QuerySet
from django.dispatch import Signal

from comity.base.errors import Conflict, InputError, NotLawful, StepError, Unavailable
from comity.base.text import say
from comity.base.time import now
from comity.law.procedures import BoundProcedure
from comity.node import access, authorities, handling, ledger, scope
from comity.node.authorities import Authority, Identity
from comity.node.cases import (
    by_hand,
    casework,
    enclosing,
    family,
    likeness,
    numbers,
    parties,
    parts,
    proposing,
    readers,
    rules,
    seating,
    teams,
)
from comity.node.cases.models import COPY, INCOMING, Case, Party, Step
from comity.node.exchange import sending
from comity.node.exchange.models import Outbox
from comity.node.exchange.receiving import Received, subscribe
from comity.node.registers import screening

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""What is said to have come before is a slip of the pen."""
PATIENCE = timedelta(minutes=15)
"""How long a step that comes before what it follows is to be tried again."""

request_received = Signal()
"""Sent with `authority` (primary key) inside the transaction that received a request."""


@subscribe("case.step")
def receive_step(received: Received) -> None:
    """A partner has taken a step: the first one opens the case here. Raises InputError, LawError."""
    body = received.message.body
    step = _text(body, "step")
    conversation = UUID(received.message.conversation)
    if step == rules.opening(received.message.procedure):
        case = _open(received, conversation)
        option = rules.option(case, step, by=received.partner.code)
    else:
        case, option = _following(received, conversation, step)
    if received.partner.pk == case.partner_id:
        case.partner_reference = _text(body, "reference")[:40]
    _take(received, case, option)


def _take(received: Received, case: Case, option: rules.Option | None) -> None:
    """Write down what a message says, with the files beside it; without an `option` it is a copy."""
    taken = _write(
        case,
        option,
        received.partner,
        received.message.body,
        sent=received.message.issued_at,
        at=received.at,
        message=UUID(received.message.id),
    )
    enclosing.take_in(taken, received.parts, received.partner)


def _following(received: Received, conversation: UUID, step: str) -> tuple[Case, rules.Option]:
    """The case that a step belongs to, and the step as the sender may take it.

    Among many parties a step can arrive before another party's step that it follows: the sender then tries again.
    """
    try:
        case = _known(conversation, received.partner)
        option = rules.option(case, step, by=received.partner.code)
        if not option.allowed:
            raise NotLawful(option.reason, articles=(option.article,))
    except (NotLawful, StepError) as error:
        many = not parties.plain(rules.procedure(received.message.procedure, received.at))
        if many and received.at - received.message.issued_at < PATIENCE:
            raise Unavailable(say("not yet: {reason}", reason=error.sentence)) from None
        raise
    return case, option


@subscribe(parts.MESSAGE)
def receive_part(received: Received) -> None:
    """A partner has added a part to a case, or changed one. Raises InputError, Conflict, StepError."""
    case = _known(UUID(received.message.conversation), received.partner)
    parts.take_in(case, received.partner, received.message.body)


@subscribe("case.copy")
def receive_copy(received: Received) -> None:
    """A copy of a request or answer that another authority sends us because the law asks it to."""
    case = _open(received, UUID(received.message.conversation), copy=True)
    _take(received, case, None)


def key_in(
    case_id: UUID,
    step: str,
    content: Mapping[str, Any],
    received_at: datetime,
    marking: Mapping[str, Any],
    channel: str,
    number: str = "",
    party: str = "",
) -> Step:
    """Write down a step of a partner without Comity, as it came by another channel, under that channel's number.

    `party` is the code of another party than the main partner. Raises InputError for an instant in the future,
    Conflict when the partner has Comity, NotLawful when the step cannot follow.
    """
    access.require("case.step")
    case = casework.find(case_id, lock=True)
    who = by_hand.party(case, party)
    if who.connected:
        raise Conflict(say("{name} answers through Comity itself.", name=who.name))
    _check_received(received_at)
    option = rules.option(case, step, by=who.code)
    if not option.allowed:
        raise NotLawful(option.reason, articles=(option.article,))
    cleaned = casework.clean_content(case, option, content)
    files = enclosing.of_case(case, cleaned.pop("attachments", ()))
    if files:
        cleaned["attachments"] = [file.as_said() for file in files]
    body = {"content": {**cleaned, "channel": channel.strip()[:80]}, "handling": marking}
    taken = _write(case, option, who, body, sent=received_at, at=received_at, message=None)
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
    me = access.acting_officer().authority
    reason = proposing.against(procedure, partner, me, received_at)
    if reason:
        raise NotLawful(reason)
    partner = seating.in_directory(partner)
    bound = rules.procedure(procedure, received_at)
    seats = seating.seated(bound, partner, seating.fill(bound, partner, me, authorities.partners_of(partner)))
    case = _new(partner, bound, seats, title, facts, received_at, uuid4())
    case.partner_reference = partner_reference.strip()[:40]
    body = {"content": {"channel": channel.strip()[:80]}, "handling": marking or {}}
    option = rules.option(case, rules.opening(procedure), by=partner.code)
    taken = _write(case, option, partner, body, sent=received_at, at=received_at, message=None)
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
    return Case.objects.filter(INCOMING, cross_checked_at=None)


def _open(received: Received, conversation: UUID, *, copy: bool = False) -> Case:
    body = received.message.body
    facts = body.get("facts")
    if not isinstance(facts, dict):
        raise InputError("expected an object", field="facts")
    known = Case.objects.filter(conversation=conversation)
    if known.filter(role=COPY).exists() if copy else known.exclude(role=COPY).exists():
        raise StepError("This request has been received before.")
    bound, title = rules.procedure(received.message.procedure, received.at), _text(body, "title")
    seats = None if copy else _seats(received, bound)
    return _new(received.partner, bound, seats, title, facts, received.at, conversation)


def _seats(received: Received, bound: BoundProcedure) -> list[Party]:
    """Who takes part, as the message says. Raises InputError, NotLawful when it is not for the sender to open it."""
    me = access.acting_officer().authority
    if parties.plain(bound):
        return seating.fill(bound, received.partner, me)
    seats = parties.as_heard(received.message.body.get("parties"), bound)
    opens = [each for each in seats if each.role in parties.openers(bound)]
    if received.partner.code not in {each.code for each in opens}:
        raise NotLawful(
            say("{name} holds no role that opens {title!r}", name=received.partner.name, title=bound.title)
        )
    if me.code not in {each.code for each in seats}:
        raise InputError(say("{name} is not among the parties", name=me.name), field="parties")
    return seats


def _new(
    partner: Authority,
    bound: BoundProcedure,
    seats: Sequence[Party] | None,
    title: str,
    facts: Mapping[str, Any],
    at: datetime,
    conversation: UUID,
) -> Case:
    """A case that another has opened; without `seats` it is a copy for us."""
    me = access.acting_officer()
    roles = {each.code: each.role for each in reversed(seats or ())}
    case = Case(
        conversation=conversation,
        reference=casework.next_reference(me.authority, now().year),
        partner=partner,
        procedure=bound.id,
        role=roles.get(me.authority.code, COPY),
        partner_role=roles.get(partner.code, ""),
        title=casework.short_title(title),
        facts=rules.clean(bound.id, facts, at=at),
        opened_at=at,
        received_at=at,
        opened_by=me,
        team=teams.inbox() if seats else None,
        state="received",
    )
    case.save(force_insert=True)
    parties.save(case, bound, seats or ())
    readers.inherit(case)
    if seats:
        request_received.send(Case, authority=case.authority_id)
    return case


def _known(conversation: UUID, partner: Authority) -> Case:
    case = (
        Case.objects.select_for_update(of=("self",))
        .select_related("partner", "authority")
        .filter(conversation=conversation)
        .exclude(role=COPY)
        .first()
    )
    if case is None or partner.code not in {each.code for each in rules.parties_of(case)}:
        raise StepError("No case is known here under this conversation.")
    return case


def _write(
    case: Case,
    option: rules.Option | None,
    who: Authority | Party,
    body: Mapping[str, Any],
    *,
    sent: datetime,
    at: datetime,
    message: UUID | None,
) -> Step:
    """Write down what another party has done; without an `option` it is the copy that made the case."""
    content = body.get("content")
    mark = handling.Marking.read(body.get("handling") or {}, provider=who.name)
    step, article = (option.step, option.article) if option else ("copied", "")
    last = case.steps.last()
    taken = Step.objects.create(
        case=case,
        number=last.number + 1 if last else 1,
        step=step,
        party=option.role if option else case.other_role,
        by=rules.signed_by(case, who.code),
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
    _note(taken, who, article)
    family.tell_parent(taken)
    return taken


def _note(taken: Step, who: Authority | Party, article: str) -> None:
    """Put what another party has done into the ledger."""
    ledger.record(
        f"step.{taken.step}",
        article=article,
        case=str(taken.case.conversation),
        subject=str(taken.pk),
        body={
            "reference": taken.case.reference,
            "by": who.code,
            "step": taken.step,
            "sent": taken.sent_at.isoformat(),
            "received": taken.received_at and taken.received_at.isoformat(),
            "content": taken.content,
            "handling": taken.handling,
        },
    )


def _text(body: Mapping[str, Any], field: str) -> str:
    value = body.get(field)
    if not isinstance(value, str) or not value:
        raise InputError("expected text", field=field)
    return value


def _when_delivered(sender: Any, message: Outbox, received_at: datetime, **_: Any) -> None:
    """The first to have a step is who it was received by: clocks from its receipt run from then."""
    sent = Q(message=message.pk) | Q(further_messages__contains=[message.pk])
    steps = Step.objects.filter(sent, case__conversation=message.conversation)
    found = steps.values_list("pk", "case").first()
    if found is None:
        return
    case = (
        Case.objects.select_for_update(of=("self",)).select_related("partner", "authority").get(pk=found[1])
    )
    step = Step.objects.get(pk=found[0])
    if step.received_at is not None:
        return
    step.received_at = max(received_at, step.sent_at)
    step.save(update_fields=["received_at"])
    rules.refresh(case)
    case.version += 1
    case.save()


sending.delivered.connect(_when_delivered, dispatch_uid="case-step-delivered")
