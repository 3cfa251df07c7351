"""Reading the ledger: lines fit for a person, and the proof that an entry is in the tree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from comity.base.errors import NotFound
from comity.node.ledger.exporting import decrypt
from comity.node.ledger.models import Checkpoint, Entry, Leaf
from comity.wire import tree


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as a person reads it: `body` is None once erased; `place` is its place in the tree, once sealed."""

    sequence: int
    at: datetime
    kind: str
    article: str
    actor: str
    case: str
    subject: str
    body: dict[str, Any] | None
    place: int | None


@dataclass(frozen=True, slots=True)
class Proof:
    """That an entry is in the tree of that size and root: the audit path, nearest hash first, all in hex."""

    leaf: str
    place: int
    size: int
    root: str
    at: datetime
    path: list[str]


def lines(
    *, case: str = "", kind: str = "", subject: str = "", limit: int = 500, offset: int = 0
) -> list[Line]:
    """Entries of the acting authority, newest first; `kind` may be the beginning of kinds."""
    entries = _entries().order_by("-pk")
    if case:
        entries = entries.filter(case=case)
    if kind:
        entries = entries.filter(kind__startswith=kind)
    if subject:
        entries = entries.filter(subject=subject)
    return [_line(entry) for entry in entries[offset : offset + limit]]


def each(kinds: Sequence[str], *, since: datetime | None = None, case: str = "") -> Iterator[Line]:
    """Entries of these kinds, oldest first, read as they are asked for: for counting."""
    entries = _entries().filter(kind__in=kinds).order_by("pk")
    if since:
        entries = entries.filter(at__gte=since)
    if case:
        entries = entries.filter(case=case)
    return (_line(entry) for entry in entries.iterator(1000))


def line(sequence: int) -> Line:
    """One entry; NotFound when the acting authority has none of that number."""
    entry = _entries().filter(pk=sequence).first()
    if entry is None:
        raise NotFound("There is no such entry here.")
    return _line(entry)


def proof(sequence: int) -> Proof | None:
    """The inclusion proof of a sealed entry in the newest tree; None while it is not sealed."""
    leaf = Leaf.objects.filter(entry_id=sequence).first()
    checkpoint = Checkpoint.objects.first()
    if leaf is None or checkpoint is None:
        return None
    hashes = Leaf.objects.filter(index__lt=checkpoint.size).order_by("index").values_list("hash", flat=True)
    path = tree.inclusion_proof([bytes.fromhex(each) for each in hashes], leaf.index)
    return Proof(
        leaf.hash, leaf.index, checkpoint.size, checkpoint.root, checkpoint.at, [step.hex() for step in path]
    )


def _entries() -> QuerySet[Entry]:
    return Entry.objects.select_related("body", "leaf")


def _line(entry: Entry) -> Line:
    leaf = getattr(entry, "leaf", None)
    return Line(
        sequence=entry.pk,
        at=entry.at,
        kind=entry.kind,
        article=entry.article,
        actor=entry.actor,
        case=entry.case,
        subject=entry.subject,
        body=_open_body(entry, leaf.index + 1 if leaf else entry.pk),
        place=leaf.index + 1 if leaf else None,
    )


def _open_body(entry: Entry, place: int) -> dict[str, Any] | None:
    if entry.body.erased_at:
        return None
    return decrypt(entry, entry.header("", place)).content
