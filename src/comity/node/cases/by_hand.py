"""The manual channel: reading what a partner wrote, proposing what it is, and what waits to be sent by hand."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from comity.base.errors import InputError, NotFound
from comity.base.text import say
from comity.node import access, ledger
from comity.node.cases import casework, numbers, parties, rules
from comity.node.cases.models import COPY, Case, Party, Step
from comity.node.exchange import sending
from comity.node.exchange.models import Outbox

LARGEST = 1024 * 1024
READABLE = (".eml", ".json", ".txt")
"""Endings of the files whose text is read."""

WORDS: dict[str, str] = {
    "withdrawn": r"withdraw|no longer need|zurückgezogen|ziehen .{0,40}zurück|hinfällig|retir(?:ons|ée?) notre",
    "refused": r"\brefus|declin|cannot (?:be )?(?:provid|answer|disclos)|unable to (?:provide|answer)|reject"
    r"|ablehn|abgelehnt|verweiger|nicht (?:erteilt|übermittelt) werden|ne (?:peut|pouvons) (?:pas )?(?:être )?"
    r"(?:communiqu|répond|fourni)",
    "clarification_requested": r"clarif|could you (?:please )?(?:specify|confirm)|please (?:specify|clarify|explain)"
    r"|more details|rückfrage|präzisier|bitte (?:teilen|nennen|ergänzen)|précis(?:er|ion)"
    r"|veuillez (?:indiquer|préciser)",
    "extended": r"delay|will take (?:more|longer)|verzöger|dauert (?:noch|länger)|retard",
    "granted": r"grant|authoris(?:ed|ation is given)|genehmigt|stattgegeben|autorisé|accordé",
}
"""Words by which a step is recognised, in English, German and French; the officer decides."""


@dataclass(frozen=True, slots=True)
class Pasted:
    """What a partner wrote: the text, when it was sent if it says so, and the step if it names one."""

    text: str
    at: datetime | None = None
    step: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that waits to be sent by hand, its case, and the step it tells of (None: it is a copy)."""

    message: Outbox
    case: Case
    step: Step | None


def read_file(name: str, content: bytes) -> Pasted:
    """Read a mail (.eml), a message as JSON, or plain text. Raises InputError when it is none of them."""
    if len(content) > LARGEST:
        raise InputError(say("at most {limit} KB", limit=LARGEST // 1024), field="file")
    if b"\0" in content:
        raise InputError("expected a mail (.eml), JSON or plain text", field="file")
    if name.lower().endswith(".eml"):
        return _mail(content)
    text = _decoded(content)
    return _message(text) if name.lower().endswith(".json") else Pasted(text.strip())


def propose_step(text: str, options: Sequence[rules.Option]) -> rules.Option | None:
    """The step that a text most likely is, of those that the partner may take now; None when there is none."""
    open_now = {option.step: option for option in options if option.allowed}
    said = text.casefold()
    for step, pattern in WORDS.items():
        if step in open_now and re.search(pattern, said):
            return open_now[step]
    usual = (open_now.get(step) for step in ("answered", "granted", "clarification_given"))
    return next((option for option in usual if option), next(iter(open_now.values()), None))


def party(case: Case, code: str = "") -> Party:
    """Another party of a case by its code, the main partner if not said. Raises NotFound."""
    wanted = code or case.partner.code
    for each in parties.others(case, rules.bound_of(case)):
        if each.code == wanted:
            return each
    raise NotFound("There is no such party of the case.")


def options(case: Case, code: str = "") -> list[rules.Option]:
    """The steps that a party of a case, the main partner if not said, may take now, to be written down."""
    wanted = code or case.partner.code
    return [each for each in rules.options(case, by=wanted) if each.allowed and each.told]


def unconnected(case: Case) -> list[Party]:
    """The other parties without Comity that may take a step now; there are none in a draft or a copy."""
    if case.role == COPY or case.state == "draft":
        return []
    apart = [each for each in parties.others(case, rules.bound_of(case)) if not each.connected]
    return [each for each in apart if options(case, each.code)]


def waiting() -> list[Waiting]:
    """What is to be sent by hand, oldest first; messages of cases that may not be known of are not among them."""
    access.require("message.send-by-hand")
    rows = list(_by_hand().select_related("partner").order_by("made_at"))
    known = Case.objects.filter(conversation__in=[row.conversation for row in rows])
    cases = {case.conversation: case for case in known}
    keys = [row.pk for row in rows]
    told = Step.objects.filter(Q(message__in=keys) | Q(further_messages__overlap=keys))
    steps = {key: step for step in told for key in (step.message, *step.further_messages)}
    found = [Waiting(row, cases[row.conversation], steps.get(row.pk)) for row in rows]
    ledger.record(
        "message.listed-by-hand",
        article=access.RULES["case.read"].article,
        body={"cases": [each.case.reference for each in found]},
    )
    return found


def count_waiting() -> int:
    """How many messages wait to be sent by hand."""
    access.require("message.send-by-hand")
    return _by_hand().count()


def sent(message_id: UUID, channel: str, at: datetime, number: str = "", note: str = "") -> Outbox:
    """Note that a message went out by hand, and the number that the channel gave it. Raises InputError, Conflict."""
    number = numbers.clean(number) if number.strip() else ""
    row = sending.sent_by_hand(message_id, channel, at, f"{number} {note.strip()}")
    step = Step.objects.filter(message=message_id).select_related("case").first() if number else None
    if step:
        numbers.write(step.case, numbers.channel_of(channel), number, step, ours=True)
    return row


def proposal(case_id: UUID, text: str) -> dict[str, Any]:
    """What a pasted text most likely is, for a program: `{"step", "title", "possible"}`."""
    access.require("case.step")
    possible = options(casework.find(case_id))
    found = propose_step(text, possible)
    return {
        "step": found.step if found else None,
        "title": found.title if found else None,
        "possible": [each.step for each in possible],
    }


def _by_hand() -> QuerySet[Outbox]:
    return Outbox.objects.filter(state=Outbox.BY_HAND, conversation__in=Case.objects.values("conversation"))


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _mail(content: bytes) -> Pasted:
    try:
        mail = message_from_bytes(content, policy=policy.default)
        part = mail.get_body(("plain", "html"))
        text = str(part.get_content()) if part else ""
        date = mail["date"]
        at = date.datetime if date else None
        subject = str(mail["subject"] or "").strip()
    except (LookupError, ValueError, AttributeError, TypeError, RecursionError):
        raise InputError("this mail cannot be read; paste its text instead", field="file") from None
    if part and part.get_content_subtype() == "html":
        text = html.unescape(re.sub(r"<[^<>]*>", " ", text))
    return Pasted("\n\n".join(filter(None, [subject, text.strip()])), at if at and at.tzinfo else None)


def _message(text: str) -> Pasted:
    """A message as Comity writes it as JSON; any other JSON is taken as the text that it is."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise InputError("this is no JSON", field="file") from None
    body = found.get("body") if isinstance(found, Mapping) else None
    content = body.get("content") if isinstance(body, Mapping) else None
    fields = content.get("fields") if isinstance(content, Mapping) else None
    if not isinstance(body, Mapping) or not isinstance(fields, Mapping):
        return Pasted(text.strip())
    said = "\n\n".join(str(value) for value in fields.values() if isinstance(value, str))
    return Pasted(said, step=str(body.get("step") or ""))
