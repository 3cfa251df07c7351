"""What officers do with the files of a case: add, list, open, have scanned again. Each is an entry."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import QuerySet

from comity.base.errors import Conflict, NotFound
from comity.base.text import say
from comity.node import access, ledger
from comity.node.attachments import scanning, storing
from comity.node.attachments.models import Attachment, Enclosure
from comity.node.cases import enclosing, finding, reading
from comity.node.cases.models import Case, Step
from comity.node.exchange.models import Outbox


@dataclass(frozen=True, slots=True)
class Passage:
    """That a file went or came with a step; `message` is ours on its way, whose receipt covers the file."""

    step: Step
    message: Outbox | None


@dataclass(frozen=True, slots=True)
class File:
    """A file of a case with the steps it went or came with."""

    attachment: Attachment
    passages: list[Passage] = field(default_factory=list)


def attach(case_id: UUID, name: str, data: bytes) -> Attachment:
    """Add a file to a case. Raises InputError when it is too large, or not of a type that is taken."""
    officer = access.require("attachment.add")
    case = finding.find(case_id)
    added = storing.store(case.pk, name, data, officer)
    enclosing.note(added, case, "attachment.added")
    return added


def files(case: Case) -> list[File]:
    """The files of a case that is being read, in the order they were added."""
    access.require("case.read")
    passages: dict[UUID, list[Passage]] = {}
    enclosed = Enclosure.objects.filter(case=case).select_related("step")
    messages = Outbox.objects.in_bulk([each.step.message for each in enclosed if each.step.message])
    for each in enclosed:
        message = messages.get(each.step.message) if each.step.message else None
        passages.setdefault(each.attachment_id, []).append(Passage(each.step, message))
    found = Attachment.objects.filter(case=case).select_related("officer", "partner")
    return [File(each, passages.get(each.pk, [])) for each in found]


def list_files(case_id: UUID) -> list[File]:
    """The files of a case; the listing is an entry."""
    access.require("case.read")
    case = finding.find(case_id)
    ledger.record(
        "attachments.listed",
        article=enclosing.ARTICLE,
        case=str(case.conversation),
        body={"reference": case.reference},
    )
    return files(case)


def sendable(case: Case) -> QuerySet[Attachment]:
    """The files that can go with a step: those of the case, and those that came with what could be passed on."""
    fit = Attachment.objects.exclude(verdict__in=Attachment.QUARANTINE).select_related(
        "case", "case__partner"
    )
    told = list(reading.includable(case).values_list("pk", flat=True))
    return (fit.filter(case=case) | fit.filter(enclosures__step__in=told)).distinct()


def open_file(attachment_id: UUID) -> tuple[Attachment, bytes]:
    """A file with its bytes, for the stated purpose. Raises NotFound, and Conflict while it is in quarantine."""
    access.require("attachment.read")
    found = _find(attachment_id)
    if found.quarantined:
        raise Conflict(say("It is in quarantine and not given out. {note}", note=found.note))
    enclosing.note(found, found.case, "attachment.read")
    return found, storing.load(found)


def scan_again(attachment_id: UUID) -> Attachment:
    """Have a file scanned once more, whatever was said of it before. Raises NotFound, Conflict."""
    access.require("attachment.add")
    found = _find(attachment_id)
    if found.verdict == Attachment.REFUSED:
        raise Conflict(say("It was refused for what it is: {note}", note=found.note))
    found.verdict, found.note = scanning.scan(storing.load(found))
    found.save(update_fields=["verdict", "note"])
    enclosing.note(found, found.case, "attachment.scanned")
    return found


def _find(attachment_id: UUID) -> Attachment:
    found = Attachment.objects.select_related("case").filter(pk=attachment_id).first()
    if found is None:
        raise NotFound("There is no such file here.")
    return found
