"""A case taken out whole: for the own file, or for a court with the proofs of the ledger.

What others provided goes to a court only as their handling codes allow it, and under Directive (EU) 2023/977
art. 1(4) as evidence only where they have consented. What stays out is named, with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from comity.base.text import say
from comity.base.time import now
from comity.node import access, handling, ledger, scope
from comity.node.attachments.models import Attachment, Enclosure
from comity.node.authorities import Authority, Officer, PublicKey
from comity.node.cases import finding, links, notes, reading, rules
from comity.node.cases.links import Linked
from comity.node.cases.models import Case, CasePart, Note, Number, Step
from comity.node.cases.reading import CaseView
from comity.node.ledger import Entry, Evidence
from comity.wire.keys import PublicKeys

ARTICLE = "Directive (EU) 2016/680 art. 25"
RECIPIENT = "court"
EVIDENCE, CONSENT = "evidence", "evidence_use"
"""The consent that a law file asks for, and the field of an answer that gives it."""
INFORMING = ("sent", "answered", "copied")
"""Steps that bring information, as far as their party is the one whose consent is needed."""
TOLD_TO_COURTS = ("case.opened", "case.assessed", "copy.sent", "copy.waived")
"""Entries whose bodies a court gets besides those of the steps that are disclosed."""


@dataclass(frozen=True, slots=True)
class Withheld:
    """What a court does not get of a case, and why; `step` is whose content stays out, None for a file."""

    step: Step | None
    reason: str
    article: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """A case whole, as it was at an instant, with what goes along and what was left out."""

    view: CaseView
    at: datetime
    officer: Officer
    purpose: str
    for_court: bool
    notes: list[Note]
    links: list[Linked]
    children: list[Case]
    attachments: list[Attachment]
    numbers: list[Number]
    parts: list[CasePart]
    withheld: list[Withheld]
    evidence: Evidence | None

    @property
    def case(self) -> Case:
        """The case."""
        return self.view.case


def export_case(case_id: UUID, *, with_notes: bool = False, for_court: bool = False) -> Dossier:
    """One case whole, for the purpose of the scope; that it was taken out is an entry of its own.

    `with_notes` adds the internal notes. `for_court` leaves out what others do not let a court see, and adds the
    entries of the ledger with their proofs. Raises NotFound, Denied.
    """
    officer = access.require("case.export")
    view = reading.read_case(case_id)
    case = view.case
    withheld = _withheld(view) if for_court else []
    hidden = {each.step.pk for each in withheld if each.step}
    attachments = _attachments(case, hidden if for_court else set())
    if for_court:
        withheld += [*_files_left_out(case, attachments), *_parts_left_out(case)]
        view = _redacted(view, hidden)
    _note(case, for_court=for_court, notes=with_notes, withheld=[str(each) for each in sorted(hidden)])
    return Dossier(
        view=view,
        at=now(),
        officer=officer,
        purpose=scope.current().purpose,
        for_court=for_court,
        notes=notes.of(case) if with_notes else [],
        links=[] if for_court else [each for each in links.of(case) if not each.ended],
        children=[] if for_court else list(Case.objects.filter(parent=case).select_related("partner")),
        attachments=attachments,
        numbers=list(case.numbers.order_by("noted_at")),
        parts=_parts(case, for_court),
        withheld=withheld,
        evidence=_evidence(case, hidden) if for_court else None,
    )


def _note(case: Case, **told: Any) -> None:
    ledger.record(
        "case.exported",
        article=ARTICLE,
        case=str(case.conversation),
        body={"reference": case.reference, "purpose": scope.current().purpose, **told},
    )


def exportable(case_id: UUID) -> Case:
    """A case that the acting officer may take out, to ask how; nothing of its content is to be shown."""
    access.require("case.export")
    return finding.find(case_id)


def _withheld(view: CaseView) -> list[Withheld]:
    found = (_against(view.case, step) for step in view.steps)
    return [each for each in found if each is not None]


def _against(case: Case, step: Step) -> Withheld | None:
    """Why a court may not get what a step says, if it may not."""
    marking = handling.Marking.read(step.handling)
    others = [name for name in marking.provider.split(", ") if name and name != case.authority.name]
    if not others and step.ours:
        return None
    for use in handling.uses(RECIPIENT):
        reason = handling.forbids(marking, use)
        if reason:
            return Withheld(step, reason, handling.ARTICLE)
    return _without_consent(case, step) if handling.COURT not in marking.permitted else None


def _without_consent(case: Case, step: Step) -> Withheld | None:
    if step.ours or step.step not in INFORMING:
        return None
    bound = rules.procedure(case.procedure, case.received_at or case.opened_at)
    asked = [each for each in bound.rules.consents if each.id == EVIDENCE and each.of == step.party]
    if not asked or (step.content.get("fields") or {}).get(CONSENT) is True:
        return None
    name = rules.name_of(case, step)
    reason = say("{name} has not consented to its use as evidence.", name=name)
    return Withheld(step, reason, rules.cite(case.procedure, asked[0].article))


def _redacted(view: CaseView, hidden: set[UUID]) -> CaseView:
    """The view without what the hidden steps say; the request itself is hidden with the step that brought it."""
    for step in view.steps:
        if step.pk in hidden:
            step.content = {}
            if step.number == 1:
                view.case.facts, view.case.title = {}, ""
    return replace(view, timeline=[replace(line, body=_shown(line, hidden)) for line in view.timeline])


def _shown(line: ledger.Line, hidden: set[UUID]) -> dict[str, Any] | None:
    return line.body if _may_be_told(line.kind, line.subject, hidden) else None


def _may_be_told(kind: str, subject: str, hidden: set[UUID]) -> bool:
    if kind.startswith("step."):
        return subject not in {str(each) for each in hidden}
    return kind in TOLD_TO_COURTS


def _attachments(case: Case, hidden: set[UUID]) -> list[Attachment]:
    """The files of the case, without those that came or went with hidden steps or may not go to a court."""
    files = Attachment.objects.filter(case=case).select_related("officer", "partner")
    if not hidden:
        return list(files)
    enclosed = Enclosure.objects.filter(step__in=hidden).values("attachment")
    return list(files.exclude(pk__in=enclosed))


def _files_left_out(case: Case, shown: list[Attachment]) -> list[Withheld]:
    number = Attachment.objects.filter(~Q(pk__in=[each.pk for each in shown]), case=case).count()
    reason = say("Files left out with what they came with: {number}", number=number)
    return [Withheld(None, reason, handling.ARTICLE)] if number else []


def _parts(case: Case, for_court: bool) -> list[CasePart]:
    """The parts of the case; for a court those alone that we added ourselves."""
    return [part for part in case.parts.all() if not for_court or part.party == case.authority.code]


def _parts_left_out(case: Case) -> list[Withheld]:
    number = case.parts.exclude(party=case.authority.code).count()
    reason = say("Parts of the case left out, which others added: {number}", number=number)
    return [Withheld(None, reason, handling.ARTICLE)] if number else []


def _evidence(case: Case, hidden: set[UUID]) -> Evidence:
    me = Authority.objects.get(pk=scope.current_authority())
    keys = [PublicKeys.from_json(row.key) for row in PublicKey.objects.filter(authority=me)]

    def disclose(entry: Entry) -> bool:
        return _may_be_told(entry.kind, entry.subject, hidden)

    return ledger.evidence(str(case.conversation), me.code, keys, disclose)
