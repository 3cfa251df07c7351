"""The desk of several authorities for programs: board, day book, statistics, seats, and passing cases up."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from comity.node import access, authorities
from comity.node.cases.models import Copy
from comity.node.pccc import categories, counting, daybook, desks, passing
from comity.node.pccc.models import DayEntry, Desk, Seat
from comity.web.api.schemas import PROBLEMS, STATED, Page, Problem

router = Router()


class DeskIn(Schema):
    """A desk to be set up."""

    code: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    name: str = Field(min_length=1, max_length=120)


class DeskOut(Schema):
    """A desk at which the authority sits."""

    code: str
    name: str


class GuestIn(Schema):
    """The authority that is invited, by its code."""

    authority: str = Field(max_length=40)


class SeatOut(Schema):
    """An authority at a desk; without `joined_at`, it was invited."""

    desk: str = Field(alias="desk.code")
    authority: str = Field(alias="authority.code")
    joined_at: datetime | None


class PresentOut(Schema):
    """An officer who is at the desk."""

    name: str
    authority: str = Field(alias="authority.code")
    since: datetime


class CountedOut(Schema):
    """Our own numbers of one category or partner."""

    name: str
    asked: int
    asking: int
    open: int
    lines: int
    minutes: int


class ShownLinesOut(Schema):
    """Lines shown to the desk of one category, by the authority that wrote them."""

    category: str
    lines: dict[str, int]


class DeskStatisticsOut(Schema):
    """The numbers of a period, both days counted."""

    since: date
    until: date
    by_category: list[CountedOut]
    by_partner: list[CountedOut]
    shown: list[ShownLinesOut]


class DeskBoardOut(Schema):
    """A desk as it stands now."""

    desk: DeskOut
    seats: list[SeatOut]
    present: list[PresentOut]
    today: DeskStatisticsOut


class DayLineIn(Schema):
    """A line of the day book; with the outcome `asked`, it opens a case towards the partner."""

    category: str = Field(max_length=40)
    what: str = Field(min_length=1, max_length=2000)
    partner: str = Field("", max_length=40)
    schema_name: str = Field("", max_length=40)
    name: str = Field("", max_length=90)
    number: str = Field("", max_length=90)
    reason: str = Field("", max_length=10_000)
    outcome: str = Field("done", max_length=20)
    minutes: int = Field(0, ge=0, le=1440)
    shared: bool = False
    case: UUID | None = None
    desk: str = Field("", max_length=40)
    facts: dict[str, Any] = {}


class DayLineOut(Schema):
    """A line as the asker may see it: of another authority's, neither its subject nor its case."""

    id: UUID
    at: datetime
    authority: str
    category: str
    concerned: str | None
    what: str
    subject: str
    outcome: str
    minutes: int
    case: UUID | None
    shared: bool


class WhichLines(Page):
    """WhichLines lines: of a desk, a category, `ours` or `shown` alone."""

    desk: str = Field("", max_length=40)
    category: str = Field("", max_length=40)
    only: str = Field("", max_length=10)


class CategoryOut(Schema):
    """A kind of request, and what it is usually about."""

    id: str
    title: str
    subject: str


class CategoryIn(Schema):
    """The kind of request of a case; empty takes it back."""

    category: str = Field(max_length=40)


class PassingRuleOut(Schema):
    """A rule that a case meets, with its reason."""

    id: str
    reason: str
    article: str


class PassingFindingOut(Schema):
    """To whom a case is to go and why; `decided` is sent or waived once a person has decided."""

    to: str
    title: str
    rules: list[PassingRuleOut]
    decided: str | None


class PassingDecision(Schema):
    """Whether a case is passed up, to whom, or why it stays."""

    to: str = Field(max_length=20)
    send: bool
    reason: str = Field("", max_length=500)
    partner: str = Field("", max_length=40)


class PassingDecided(Schema):
    """What was decided."""

    decision: str
    reason: str
    article: str
    decided_at: datetime


class PresenceIn(Schema):
    """Whether the officer is at the desk."""

    here: bool
    desk: str = Field("", max_length=40)


@router.get("/desk", response={200: DeskBoardOut, PROBLEMS: Problem}, openapi_extra=STATED)
def board(request: HttpRequest, desk: str = "") -> counting.Board:
    """The board of a desk: who sits there, who is there, today's numbers."""
    return counting.board(desk)


@router.get("/desk/categories", response={200: list[CategoryOut], PROBLEMS: Problem})
def all_categories(request: HttpRequest) -> list[categories.Category]:
    """The kinds of request."""
    access.require("law.read")
    return list(categories.categories().values())


@router.get("/desk/entries", response={200: list[DayLineOut], PROBLEMS: Problem}, openapi_extra=STATED)
def entries(request: HttpRequest, which: Query[WhichLines]) -> list[dict[str, Any]]:
    """The day book, newest first: our lines, and those shown to the desk."""
    found = daybook.entries(which.desk, which.category, which.only)
    return [_line(each) for each in which.of(found)]


@router.post("/desk/entries", response={201: DayLineOut, PROBLEMS: Problem}, openapi_extra=STATED)
def write(request: HttpRequest, given: DayLineIn) -> Status[dict[str, Any]]:
    """Write a line of the day book, or ask a partner by it."""
    access.require("desk.write")
    values = given.dict()
    values["schema"] = values.pop("schema_name")
    return Status(201, _line(daybook.write(daybook.Line(**values))))


def _line(entry: DayEntry) -> dict[str, Any]:
    names = ("id", "at", "category", "what", "subject", "outcome", "minutes", "shared")
    said = {name: getattr(entry, name) for name in names}
    concerned = entry.concerned.code if entry.concerned else None
    return {
        **said,
        "authority": entry.authority.code,
        "concerned": concerned,
        "case": entry.case.pk if entry.case else None,
    }


@router.get("/desk/statistics", response={200: DeskStatisticsOut, PROBLEMS: Problem}, openapi_extra=STATED)
def statistics(request: HttpRequest, since: date, until: date, desk: str = "") -> counting.Statistics:
    """The numbers of the days from `since` to `until`, by category and partner."""
    return counting.statistics(since, until, desk)


@router.post("/desk/presence", response={204: None, PROBLEMS: Problem}, openapi_extra=STATED)
def presence(request: HttpRequest, given: PresenceIn) -> Status[None]:
    """Come to the desk, or leave it."""
    if given.here:
        desks.arrive(given.desk)
    else:
        desks.depart(given.desk)
    return Status(204, None)


@router.post("/desks", response={201: DeskOut, PROBLEMS: Problem})
def open_desk(request: HttpRequest, given: DeskIn) -> Status[Desk]:
    """Set up a desk at which the authority sits."""
    return Status(201, desks.open_desk(given.code, given.name))


@router.post("/desks/{slug:desk}/seats", response={201: SeatOut, PROBLEMS: Problem})
def invite(request: HttpRequest, desk: str, guest: GuestIn) -> Status[Seat]:
    """Invite another authority of the node to a desk."""
    return Status(201, desks.invite(desk, guest.authority))


@router.post("/desks/{slug:desk}/join", response={200: SeatOut, PROBLEMS: Problem})
def join(request: HttpRequest, desk: str) -> Seat:
    """Take the seat to which the authority was invited."""
    return desks.join(desk)


@router.post("/desks/{slug:desk}/leave", response={200: SeatOut, PROBLEMS: Problem})
def leave(request: HttpRequest, desk: str) -> Seat:
    """Give the authority's seat or invitation up."""
    return desks.leave(desk)


@router.post(
    "/cases/{uuid:case_id}/category", response={200: CategoryIn, PROBLEMS: Problem}, openapi_extra=STATED
)
def categorise(request: HttpRequest, case_id: UUID, given: CategoryIn) -> Any:
    """Say of which kind the request of a case is."""
    return categories.categorise(case_id, given.category)


@router.get(
    "/cases/{uuid:case_id}/passing",
    response={200: list[PassingFindingOut], PROBLEMS: Problem},
    openapi_extra=STATED,
)
def findings(request: HttpRequest, case_id: UUID) -> list[dict[str, Any]]:
    """Whether a case is for the desk to keep: to whom it is to go, because of which rules."""
    return [
        {
            "to": each.to,
            "title": each.title,
            "rules": each.rules,
            "decided": each.decided.decision if each.decided else None,
        }
        for each in passing.of_case(case_id)
    ]


@router.post(
    "/cases/{uuid:case_id}/passing", response={201: PassingDecided, PROBLEMS: Problem}, openapi_extra=STATED
)
def decide(request: HttpRequest, case_id: UUID, given: PassingDecision) -> Status[Copy]:
    """Pass a case up, or keep it at the desk for a reason."""
    access.require("case.step")
    partner = authorities.partner(given.partner) if given.partner else None
    return Status(201, passing.decide(case_id, given.to, given.send, given.reason, partner))
