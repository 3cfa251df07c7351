"""What is searched: which rows, what of them, and to which case they belong. Kept in step as rows are saved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model
from django.db.models.signals import post_save

from comity.node import scope
from comity.node.attachments.models import Attachment
from comity.node.authorities import Authority, Identity
from comity.node.cases.models import Case, CasePart, Note, Number, Step
from comity.node.search.words import vector

BATCH = 500


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of rows that is searched. `fields`: those whose change makes the words anew."""

    kind: str
    model: type[Model]
    texts: Callable[[Any], list[str]]
    case: Callable[[Any], Case]
    at: Callable[[Any], datetime]
    fields: frozenset[str]


def said_in(value: Any) -> Iterator[str]:
    """Every text in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from said_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from said_in(each)


def _case_texts(case: Case) -> list[str]:
    references = [each for each in (case.reference, case.partner_reference) if each]
    return [case.title, *references, *said_in(case.facts)]


def _step_texts(step: Step) -> list[str]:
    return list(said_in(step.content))


KINDS = {
    "case": "Case",
    "step": "Said in the case",
    "part": "Part of the case",
    "note": "Note",
    "number": "Number in another channel",
    "file": "Name of a file",
    "record": "Record of a register",
}
"""What can be found, in words; records are looked for in registers, by the matcher."""

SOURCES: dict[str, Source] = {
    each.kind: each
    for each in (
        Source(
            "case",
            Case,
            _case_texts,
            case=lambda case: case,
            at=lambda case: case.opened_at,
            fields=frozenset({"title", "facts", "reference", "partner_reference"}),
        ),
        Source(
            "step",
            Step,
            _step_texts,
            case=lambda step: step.case,
            at=lambda step: step.sent_at,
            fields=frozenset({"content"}),
        ),
        Source(
            "part",
            CasePart,
            texts=lambda part: list(said_in(part.values)),
            case=lambda part: part.case,
            at=lambda part: part.added_at,
            fields=frozenset({"values"}),
        ),
        Source(
            "note",
            Note,
            texts=lambda note: [note.text],
            case=lambda note: note.case,
            at=lambda note: note.written_at,
            fields=frozenset({"text"}),
        ),
        Source(
            "number",
            Number,
            texts=lambda number: [number.number],
            case=lambda number: number.case,
            at=lambda number: number.noted_at,
            fields=frozenset({"number"}),
        ),
        Source(
            "file",
            Attachment,
            texts=lambda file: [file.name],
            case=lambda file: file.case,
            at=lambda file: file.added_at,
            fields=frozenset({"name"}),
        ),
    )
}
"""The kinds by name."""

INDEX = "SELECT comity_index(%s, %s, %s, %s, %s)"


def connect() -> None:
    """Have the words of a row made in the transaction that saves it."""
    for source in SOURCES.values():
        post_save.connect(_saved, sender=source.model, dispatch_uid=f"search-{source.kind}")


def _saved(
    sender: type[Model], instance: Model, raw: bool = False, update_fields: Any = None, **_: Any
) -> None:
    for source in SOURCES.values():
        if source.model is sender and (update_fields is None or source.fields & set(update_fields)):
            with connection.cursor() as cursor:
                cursor.execute(INDEX, _row(source, instance))


def _row(source: Source, instance: Model) -> tuple[str, str, UUID, datetime, str]:
    case = source.case(instance)
    marks = (f"k:{source.kind}", f"p:{case.procedure}", f"w:{case.partner_id}")
    words = vector(source.texts(instance), marks)
    return source.kind, str(instance.pk), case.pk, source.at(instance), words


def reindex(authority: Authority) -> int:
    """Make the words of everything an authority has anew; returns of how many rows. Run as the node itself."""
    identity, done = Identity.of_node(authority), 0
    for source in SOURCES.values():
        with scope.acting(identity.authority, identity.officer, "keep the search in step"):
            related = () if source.model is Case else ("case",)
            rows = source.model._default_manager.order_by("pk").select_related(*related)
            with connection.cursor() as cursor:
                batch = []
                for instance in rows.iterator(BATCH):
                    batch.append(_row(source, instance))
                    if len(batch) == BATCH:
                        cursor.executemany(INDEX, batch)
                        done, batch = done + BATCH, []
                cursor.executemany(INDEX, batch)
                done += len(batch)
    return done


def forget(case_id: UUID) -> None:
    """Drop the words of a case and of all that belongs to it: part of its erasure."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT comity_forget(%s)", [case_id])
