"""The form in which a whole case leaves the node as JSON."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from ninja import Schema
from pydantic import Field

from comity.node.cases import rules
from comity.node.cases.exporting import Dossier
from comity.web.api import case_schemas as forms

FORMAT = "comity-case/1"


class NoteOut(Schema):
    """An internal note; `about` is the note that it adds to."""

    id: UUID
    author: str = Field(alias="author.name")
    written_at: datetime
    about: UUID | None = Field(alias="about_id")
    text: str


class FileOut(Schema):
    """A file of the case by its hash; its bytes are not in the export."""

    id: UUID
    name: str
    media_type: str
    size: int
    sha256: str
    verdict: str
    added_at: datetime


class NumberKept(Schema):
    """A number under which another channel knows the case or one of its messages."""

    channel: str
    number: str
    ours: bool
    noted_at: datetime


class PartKept(Schema):
    """A part of the case: all parties know it under its `key`; `party` added it."""

    name: str
    key: UUID
    values: dict[str, Any]
    party: str
    added_at: datetime
    changed_at: datetime | None


class WithheldOut(Schema):
    """What was left out, and under which rule; `step` is whose content it was, null for files."""

    step: UUID | None
    reason: str
    article: str


class LinkOut(Schema):
    """Another case that it belongs together with, and how."""

    kind: str
    reference: str


class EvidenceEntry(Schema):
    """An entry of the ledger: its place in the tree from 1, and its leaf hash in hex."""

    number: int
    place: int | None
    at: datetime
    kind: str
    leaf: str
    disclosed: bool


class EvidenceOut(Schema):
    """The entries of the case, and the signed root of the first `size` entries that their proofs lead to."""

    size: int
    root: str
    at: datetime | None
    entries: list[EvidenceEntry]


class CaseExport(Schema):
    """One case whole. `format` names this form; `for_court`: what others do not let a court see is left out."""

    format: str
    exported_at: datetime
    exported_by: str
    purpose: str
    for_court: bool
    case: forms.CaseOut
    parties: list[forms.PartyOut]
    facts: dict[str, Any]
    offences: list[str]
    decision: dict[str, Any]
    steps: list[forms.StepOut]
    parts: list[PartKept]
    copies: list[forms.CopyOut]
    matches: list[forms.MatchState]
    messages: list[forms.MessageState]
    timeline: list[forms.LineOut]
    notes: list[NoteOut]
    files: list[FileOut]
    numbers: list[NumberKept]
    links: list[LinkOut]
    children: list[str]
    withheld: list[WithheldOut]
    evidence: EvidenceOut | None


def laid_out(dossier: Dossier) -> SimpleNamespace:
    """A dossier in the shape of CaseExport, to be read by it."""
    view, case = dossier.view, dossier.case
    return SimpleNamespace(
        format=FORMAT,
        exported_at=dossier.at,
        exported_by=dossier.officer.name,
        purpose=dossier.purpose,
        for_court=dossier.for_court,
        case=case,
        parties=rules.parties_of(case),
        facts=case.facts,
        offences=case.offences,
        decision=view.decision.as_json(),
        steps=view.steps,
        parts=dossier.parts,
        copies=view.copies,
        matches=view.matches,
        messages=view.messages,
        timeline=view.timeline,
        notes=dossier.notes,
        files=dossier.attachments,
        numbers=dossier.numbers,
        links=[{"kind": each.link.kind, "reference": each.case.reference} for each in dossier.links],
        children=[each.reference for each in dossier.children],
        withheld=[
            {"step": each.step.pk if each.step else None, "reason": str(each.reason), "article": each.article}
            for each in dossier.withheld
        ],
        evidence=_evidence(dossier),
    )


def _evidence(dossier: Dossier) -> dict[str, Any] | None:
    found = dossier.evidence
    if found is None:
        return None
    entries = [
        {
            "number": each.entry.pk,
            "place": each.place,
            "at": each.entry.at,
            "kind": each.entry.kind,
            "leaf": each.leaf,
            "disclosed": each.disclosed,
        }
        for each in found.entries
    ]
    return {"size": found.size, "root": found.root, "at": found.at, "entries": entries}
