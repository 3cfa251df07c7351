"""Deleting and masking: for good, in one transaction, each told in the ledger without what it was.

The application may delete no row itself: functions of the database do, beside an entry that says so. Of the messages
of a case their places in the chains and their receipts stay, of its entries in the ledger the headers, and of those
who read it when and what for.
"""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.db import connection

from comity.base.errors import Conflict
from comity.base.identifiers import uuid7
from comity.base.time import now
from comity.node import ledger, search
from comity.node.cases import likeness, rules
from comity.node.cases.models import Case, CasePart
from comity.node.exchange.models import Outbox
from comity.node.keeping.models import Hold, Masked
from comity.node.keeping.periods import End, fields_of
from comity.node.ledger import Entry
from comity.node.registers import loading, screening
from comity.node.registers.models import Match, Record
from comity.node.statistics import tallies
from comity.wire import ledger as wire

READINGS = (
    "case.read",
    "case.exported",
    "keeping.",
    "case.deleted",
    "case.fields-deleted",
    "case.masked",
    "part.deleted",
)
"""Entries whose bodies stay: who has read or reviewed it and what for, and what was deleted."""


def held(case: Case) -> bool:
    """Whether a hold keeps a case from being deleted or masked."""
    return Hold.objects.filter(case=case, ended_at=None).exists()


def waits(case: Case) -> bool:
    """Whether a message of the case is still on its way, so that what it says is needed."""
    return Outbox.objects.filter(conversation=case.conversation, state=Outbox.PENDING).exists()


def delete(case: Case, end: End, reason: str = "") -> None:
    """Delete what a period was about: a part of a case, a group of its facts, or the whole. Raises Conflict."""
    if held(case):
        raise Conflict("A hold keeps it from being deleted.")
    if waits(case):
        raise Conflict("A message of the case is still on its way.")
    if end.part:
        delete_part(case, end, reason)
    elif end.fields:
        delete_fields(case, end, reason)
    else:
        delete_case(case, end, reason)


def delete_case(case: Case, end: End, reason: str = "") -> None:
    """Delete a case with all that belongs to it: facts, steps, parts, notes, files, words of the search, messages."""
    told = _told(end, reason) | {
        "reference": case.reference,
        "procedure": case.procedure,
        "deleted": {
            "steps": case.steps.count(),
            "parts": case.parts.count(),
            "notes": case.notes.count(),
            "files": case.attachments.count(),
            "matches": Match.objects.filter(query__case=case).count(),
        },
    }
    told["counted"] = tallies.keep(case)
    conversation = str(case.conversation)
    if not Case.objects.filter(conversation=case.conversation).exclude(pk=case.pk).exists():
        told["entries"] = ledger.erase_about(conversation, READINGS)
    entry = ledger.record("case.deleted", article=end.article, case=conversation, body=told)
    search.forget(case.pk)
    _call("comity_delete_case", case.pk, entry.pk)


def delete_part(case: Case, end: End, reason: str = "") -> None:
    """Delete one part of a case; what messages and entries said of it goes with it."""
    part = CasePart.objects.filter(case=case, key=end.part).first()
    if part is None:
        return
    told = _told(end, reason) | {"reference": case.reference, "part": part.name}
    entry = _emptied(case, end, "part.deleted", told, str(part.key))
    _call("comity_delete_part", part.pk, entry.pk)
    rules.refresh(case)
    case.version += 1
    case.save()


def delete_fields(case: Case, end: End, reason: str = "") -> None:
    """Delete a group of the facts of a case, and the messages that brought them."""
    names = fields_of(case, end)
    _take_out(case, names)
    told = _told(end, reason) | {"reference": case.reference, "fields": names}
    _emptied(case, end, "case.fields-deleted", told)


def mask(case: Case, end: End) -> None:
    """Take a group of the facts of a case out of sight: sealed, and out of messages, search and entries."""
    names = fields_of(case, end) if end.fields else list(case.facts)
    _seal({name: case.facts[name] for name in names}, end, case=case)
    _take_out(case, names)
    _emptied(case, end, "case.masked", _told(end, "") | {"reference": case.reference, "fields": names})


def delete_record(record: Record, end: End, reason: str = "") -> None:
    """Delete what a record says and its matches; the matcher forgets it, its empty row stays."""
    matches = Match.objects.filter(record=record).count()
    told = _told(end, reason) | {
        "register": record.register.code,
        "holding": record.holding,
        "matches": matches,
    }
    subject = f"record-{record.pk}"
    entry = ledger.record("record.deleted", article=end.article, subject=subject, body=told)
    record.withdrawn_at, record.deleted_at, record.keep_at = record.withdrawn_at or now(), now(), None
    record.save(update_fields=["withdrawn_at", "deleted_at", "keep_at"])
    _call("comity_delete_record", record.pk, entry.pk)
    loading.tell_matcher([record], withdrawn=True)


def mask_record(record: Record, end: End) -> None:
    """Take what a record says out of sight: sealed, and no longer found."""
    _seal({"entity": record.entity, "caption": record.caption}, end, record=record)
    record.entity = {**record.entity, "properties": {}}
    record.caption, record.changed_at = "", now()
    record.save(update_fields=["entity", "caption", "changed_at"])
    told = _told(end, "") | {"register": record.register.code, "holding": record.holding}
    entry = ledger.record("record.masked", article=end.article, subject=f"record-{record.pk}", body=told)
    _call("comity_empty_matches", record.pk, entry.pk)
    loading.tell_matcher([record], withdrawn=False)


def _told(end: End, reason: str) -> dict[str, Any]:
    return {
        "rule": end.rule,
        "due": end.at.isoformat(),
        "by": "review" if reason else "expiry",
        "reason": reason,
    }


def _take_out(case: Case, names: list[str]) -> None:
    """Take facts out of a case, and out of the index that finds others like it."""
    case.facts = {name: value for name, value in case.facts.items() if name not in names}
    case.version += 1
    case.save()
    likeness.index([case])


def _emptied(case: Case, end: End, kind: str, told: dict[str, Any], subject: str | None = None) -> Entry:
    """Tell of a deletion, and empty what messages and entries of the case said: what was signed cannot be cut.

    What was looked for in registers, and is no longer among the facts, is deleted as well.
    """
    conversation = str(case.conversation)
    told["entries"] = ledger.erase_about(conversation, READINGS)
    entry = ledger.record(kind, article=end.article, case=conversation, subject=subject, body=told)
    _call("comity_empty_messages", case.conversation, entry.pk, kind)
    for query in screening.outlived(case.pk, rules.subjects(case)):
        _call("comity_delete_query", query, entry.pk, kind)
    return entry


def _seal(content: dict[str, Any], end: End, **owner: Any) -> None:
    identity, key = uuid7(), wire.new_key()
    Masked.objects.create(
        id=identity,
        rule=end.rule,
        article=end.article,
        masked_at=now(),
        sealed=wire.encrypt_file(json.dumps(content).encode(), key, str(identity)),
        wrapped_key=wire.wrap_key(key, settings.HOME.secret("master")),
        **owner,
    )


def _call(function: str, *arguments: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}({', '.join(['%s'] * len(arguments))})", arguments)
