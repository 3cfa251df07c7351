"""Notes on a case: for the own authority alone, never sent, final once written; others annotate them."""

from __future__ import annotations

from uuid import UUID

from comity.base.errors import InputError, NotFound
from comity.base.text import say
from comity.base.time import now
from comity.node import access, ledger
from comity.node.cases import finding
from comity.node.cases.models import Case, Note

LONGEST = 10_000


def write(case_id: UUID, text: str, about: UUID | None = None) -> Note:
    """Note something about a case, or about another note of it. Raises InputError, NotFound."""
    officer = access.require("note.write")
    case = finding.find(case_id)
    if not text.strip():
        raise InputError("write something", field="text")
    if len(text) > LONGEST:
        raise InputError(say("at most {limit} characters", limit=LONGEST), field="text")
    if about is not None and not Note.objects.filter(pk=about, case=case).exists():
        raise NotFound("There is no such note here.")
    note = Note.objects.create(case=case, about_id=about, author=officer, written_at=now(), text=text.strip())
    ledger.record(
        "note.written",
        article=access.RULES["note.write"].article,
        case=str(case.conversation),
        subject=str(note.pk),
        body={"note": note.text, "about": str(about) if about else None},
    )
    return note


def of(case: Case) -> list[Note]:
    """The notes of a case, oldest first, each with its author."""
    return list(Note.objects.filter(case=case).select_related("author"))


def read_notes(case_id: UUID) -> list[Note]:
    """The notes of a case for a program; the reading goes into the ledger."""
    access.require("case.read")
    case = finding.find(case_id)
    finding.note_read(case, part="notes")
    return of(case)
