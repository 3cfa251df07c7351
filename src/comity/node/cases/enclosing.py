"""Files that go or come with a step: chosen by an officer, or received beside the message of the step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from comity.base.errors import InputError, NotFound
from comity.node import handling, ledger
from comity.node.attachments import storing
from comity.node.attachments.models import Attachment, Enclosure
from comity.node.authorities import Authority, Officer
from comity.node.cases import telling
from comity.node.cases.models import OWN_STEP, Case, Step
from comity.node.handling import Marking

ARTICLE = "Directive (EU) 2016/680 art. 29"


@dataclass(frozen=True, slots=True)
class Chosen:
    """Files that go with a step, and the markings of those that another authority provided."""

    files: list[Attachment]
    markings: list[Marking]

    @property
    def said(self) -> list[dict[str, object]]:
        """What the step says of them."""
        return [file.as_said() for file in self.files]

    @property
    def parts(self) -> list[str]:
        """Their hashes, as the message names them."""
        return [file.sha256 for file in self.files]


def choose(case: Case, ids: Sequence[str], officer: Officer) -> Chosen:
    """The files with these ids for a step of the case; one of another case is taken over into this one.

    Raises NotFound for a file that may not be known of, InputError when they cannot go together, and Denied
    when a handling code forbids that the partner of the case gets one.
    """
    files = _found(Attachment.objects.select_related("case"), ids)
    storing.check_together(files)
    markings = {file.pk: _foreign(file, case) for file in files}
    for marks in markings.values():
        for kind in sorted({each.kind for each in telling.recipients(case)}):
            handling.enforce(marks, kind)
    taken = [
        file if file.case_id == case.pk else _take_over(file, case, markings[file.pk], officer)
        for file in files
    ]
    return Chosen(taken, [mark for marks in markings.values() for mark in marks])


def of_case(case: Case, ids: Sequence[str]) -> list[Attachment]:
    """The files of the case with these ids, which came by another channel with a step. Raises NotFound."""
    return _found(Attachment.objects.filter(case=case), ids)


def _found(among: QuerySet[Attachment], ids: Sequence[str]) -> list[Attachment]:
    found = {str(file.pk): file for file in among.filter(pk__in=ids)}
    if set(ids) - set(found):
        raise NotFound("There is no such file here.")
    return [found[each] for each in dict.fromkeys(ids)]


def markings_of(file: Attachment) -> list[Marking]:
    """How a file may be used, as far as others have said so."""
    came = Step.objects.filter(enclosures__attachment=file).exclude(OWN_STEP)
    return [Marking.read(said) for said in [file.handling, *(step.handling for step in came)] if said]


def _foreign(file: Attachment, case: Case) -> list[Marking]:
    return [mark for mark in markings_of(file) if mark.provider != case.partner.name]


def _take_over(file: Attachment, case: Case, marks: Iterable[Marking], officer: Officer) -> Attachment:
    marks = list(marks)
    mark = handling.strictest(marks).as_json() if marks else {}
    copied = storing.copy_to(case.pk, file, mark, officer)
    note(copied, case, "attachment.added")
    return copied


def enclose(step: Step, files: Iterable[Attachment]) -> None:
    """Write down that files go, or came, with a step."""
    Enclosure.objects.bulk_create(
        Enclosure(case_id=step.case_id, step=step, attachment=file) for file in files
    )


def take_in(step: Step, parts: Sequence[bytes], partner: Authority) -> None:
    """Keep the files that came beside the message of a step. Raises InputError unless the step names each.

    The partner waits for its receipt: once the scanner does not answer, the other files wait for it too.
    """
    said = step.content.get("attachments") or []
    if (
        not isinstance(said, list)
        or len(said) != len(parts)
        or not all(isinstance(each, dict) for each in said)
    ):
        raise InputError("expected one line for each file that came", field="attachments")
    files: list[Attachment] = []
    for each, data in zip(said, parts, strict=True):
        answers = all(file.verdict != Attachment.WAITING for file in files)
        files.append(storing.store_received(step.case_id, each, data, partner, scan=answers))
    enclose(step, files)
    for file in files:
        note(file, step.case, "attachment.received")


def note(file: Attachment, case: Case, kind: str) -> None:
    """Put into the ledger what was done with a file of a case."""
    said = {**file.as_said(), "verdict": file.verdict, "note": file.note, "reference": case.reference}
    ledger.record(kind, article=ARTICLE, case=str(case.conversation), subject=str(file.pk), body=said)
