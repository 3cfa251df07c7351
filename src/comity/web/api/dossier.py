"""The dossier of a case for programs: notes, offences, links, what was seen before, who may know of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from comity.law.offences import taxonomy
from comity.node import access
from comity.node.authorities import Officer
from comity.node.cases import closing, finding, likeness, links, notes, readers, tags
from comity.node.cases.likeness import Seen
from comity.node.cases.links import Linked
from comity.node.cases.models import Case, CaseLink, Note
from comity.web.api.case_schemas import CaseOut
from comity.web.api.schemas import PROBLEMS, STATED, Problem

router = Router()


class NoteIn(Schema):
    """A note; `about` is the note that it annotates."""

    text: str = Field(max_length=notes.LONGEST)
    about: UUID | None = None


class CaseNoteOut(Schema):
    """A note, final once written."""

    id: UUID
    about: UUID | None = Field(alias="about_id")
    author: str = Field(alias="author.name")
    written_at: datetime
    text: str


class OffenceOut(Schema):
    """An offence that cases are tagged with, and where each list of Union law has it."""

    id: str
    title: str
    serious: bool
    places: dict[str, int | str]
    articles: dict[str, str]


class Tags(Schema):
    """The offences of a case, all of them."""

    offences: list[str] = Field(max_length=tags.MOST)


class LinkIn(Schema):
    """A link to the case of that reference: same-matter, follow-up, duplicate or parent."""

    reference: str = Field(max_length=40)
    kind: str = Field(max_length=20)
    reason: str = Field(max_length=links.LONGEST_REASON)


class CaseLinkOut(Schema):
    """A link as it reads from the case that was asked about, and the case at its other end."""

    id: UUID = Field(alias="link.pk")
    kind: str = Field(alias="link.kind")
    words: str
    case: CaseOut
    reason: str = Field(alias="link.reason")
    made_at: datetime = Field(alias="link.made_at")
    ended_at: datetime | None = Field(alias="link.ended_at")
    end_reason: str = Field(alias="link.end_reason")


class Grounds(Schema):
    """Why it is done."""

    reason: str = Field(max_length=500)


class SeenOut(Schema):
    """Another case that concerns the same, and why."""

    case: CaseOut
    reasons: list[str]


class ReaderOut(Schema):
    """An officer who may know of the case."""

    id: int = Field(alias="pk")
    name: str


class Restriction(Grounds):
    """Who may know of the case, by number; whoever restricts it is always among them."""

    officers: list[int] = Field([], max_length=200)


@router.get("/offences", response={200: list[OffenceOut], PROBLEMS: Problem})
def offences(request: HttpRequest) -> list[dict[str, Any]]:
    """The offences that cases are tagged with, in the order in which they are offered."""
    access.require("law.read")
    lists = taxonomy()
    return [
        {
            "id": id,
            "title": each.title,
            "serious": each.serious,
            "places": lists.places(id),
            "articles": lists.citations(id),
        }
        for id, each in lists.offences.items()
    ]


@router.put(
    "/cases/{uuid:case_id}/offences", response={200: CaseOut, PROBLEMS: Problem}, openapi_extra=STATED
)
def tag(request: HttpRequest, case_id: UUID, given: Tags) -> Case:
    """Say which offences a case is about; it replaces what was said before."""
    tags.tag(case_id, given.offences)
    return finding.find(case_id)


@router.get(
    "/cases/{uuid:case_id}/notes", response={200: list[CaseNoteOut], PROBLEMS: Problem}, openapi_extra=STATED
)
def read_notes(request: HttpRequest, case_id: UUID) -> list[Note]:
    """The notes of a case, oldest first; they are never sent."""
    return notes.read_notes(case_id)


@router.post(
    "/cases/{uuid:case_id}/notes", response={201: CaseNoteOut, PROBLEMS: Problem}, openapi_extra=STATED
)
def write_note(request: HttpRequest, case_id: UUID, given: NoteIn) -> Status[Note]:
    """Note something, or annotate another note."""
    return Status(201, notes.write(case_id, given.text, given.about))


@router.get(
    "/cases/{uuid:case_id}/links", response={200: list[CaseLinkOut], PROBLEMS: Problem}, openapi_extra=STATED
)
def read_links(request: HttpRequest, case_id: UUID) -> list[Linked]:
    """The links of a case in both directions, those that hold first."""
    return links.read_links(case_id)


@router.post(
    "/cases/{uuid:case_id}/links", response={201: CaseLinkOut, PROBLEMS: Problem}, openapi_extra=STATED
)
def link(request: HttpRequest, case_id: UUID, given: LinkIn) -> Status[Linked]:
    """Link a case to another one of the authority."""
    return Status(201, _seen_from(case_id, links.link(case_id, given.reference, given.kind, given.reason)))


@router.post(
    "/cases/{uuid:case_id}/links/{uuid:link_id}/end",
    response={200: CaseLinkOut, PROBLEMS: Problem},
    openapi_extra=STATED,
)
def end_link(request: HttpRequest, case_id: UUID, link_id: UUID, given: Grounds) -> Linked:
    """End a link; it stays to be seen."""
    return _seen_from(case_id, links.end(case_id, link_id, given.reason))


@router.get(
    "/cases/{uuid:case_id}/seen-before",
    response={200: list[SeenOut], PROBLEMS: Problem},
    openapi_extra=STATED,
)
def seen_before(request: HttpRequest, case_id: UUID) -> list[Seen]:
    """Other cases that concern the same person, thing, number or reference, those with most in common first."""
    return likeness.read_seen_before(case_id)


@router.get(
    "/cases/{uuid:case_id}/open-ends", response={200: list[str], PROBLEMS: Problem}, openapi_extra=STATED
)
def open_ends(request: HttpRequest, case_id: UUID) -> list[str]:
    """What closing the case would leave undone."""
    return [*closing.before_closing(case_id)]


@router.get(
    "/cases/{uuid:case_id}/readers", response={200: list[ReaderOut], PROBLEMS: Problem}, openapi_extra=STATED
)
def read_readers(request: HttpRequest, case_id: UUID) -> list[Officer]:
    """Who may know of a restricted case; nobody named: everyone who works on cases."""
    return readers.read_readers(case_id)


@router.put(
    "/cases/{uuid:case_id}/readers", response={200: list[ReaderOut], PROBLEMS: Problem}, openapi_extra=STATED
)
def restrict(request: HttpRequest, case_id: UUID, given: Restriction) -> list[Officer]:
    """Let only these officers know of a case."""
    return readers.of(readers.restrict(case_id, given.officers, given.reason))


@router.post(
    "/cases/{uuid:case_id}/readers/lift",
    response={200: list[ReaderOut], PROBLEMS: Problem},
    openapi_extra=STATED,
)
def lift(request: HttpRequest, case_id: UUID, given: Grounds) -> list[Officer]:
    """Let everyone who works on cases know of the case again."""
    return readers.of(readers.lift(case_id, given.reason))


def _seen_from(case_id: UUID, made: CaseLink) -> Linked:
    return links.seen_from(finding.find(case_id), made)
