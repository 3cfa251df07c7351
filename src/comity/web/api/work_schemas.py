"""The forms in which work comes and goes through the API: filters, selections, hand-overs, teams."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema
from pydantic import Field

from comity.base.identifiers import LARGEST_ID
from comity.node.authorities import Team
from comity.node.cases import bulk, teams
from comity.node.cases.models import Case, HandOver
from comity.node.cases.worklist import Worklist
from comity.web.api.case_schemas import CaseOut, Handling
from comity.web.language import t

Number = Annotated[int, Field(ge=1, le=LARGEST_ID)]
Chosen = Annotated[list[UUID], Field(min_length=1, max_length=bulk.AT_MOST)]


class FilterIn(Schema):
    """A filter of the worklist: a view and the parts that narrow it."""

    filter: str = Field("mine", max_length=20)
    team: str = Field("", max_length=20)
    assignee: str = Field("", max_length=20)
    partner: str = Field("", max_length=40)
    procedure: str = Field("", max_length=80)
    state: str = Field("", max_length=40)
    role: str = Field("", max_length=20)
    urgency: str = Field("", max_length=20)
    due: str = Field("", max_length=9)
    tag: str = Field("", max_length=60)
    category: str = Field("", max_length=40)
    text: str = Field("", max_length=120)


class RowOut(Schema):
    """A line of the worklist: the case, the clock that runs, how much is known here, what comes next."""

    case: CaseOut
    due: dict[str, Any] | None
    matches: int
    next: str


class ChipOut(Schema):
    """A saved filter and how many cases it shows to the officer."""

    id: int
    name: str
    query: str
    count: int


class WorklistOut(Schema):
    """One page of the worklist, by time left; how many each view and each saved filter would show."""

    filter: str
    query: str
    counts: dict[str, int]
    saved: list[ChipOut]
    late: int
    soon: int
    total: int
    page: int
    pages: int
    rows: list[RowOut]


def worklist_out(found: Worklist) -> dict[str, Any]:
    """A page of the worklist as WorklistOut has it."""
    rows = [
        {
            "case": row.case,
            "due": row.decision.due.as_json() if row.decision.due else None,
            "matches": row.matches,
            "next": t(row.next),
        }
        for row in found.rows
    ]
    chips = [
        {"id": chip.saved.pk, "name": chip.saved.name, "query": chip.query, "count": chip.count}
        for chip in found.saved
    ]
    return {
        "filter": found.filter.view,
        "query": found.filter.query,
        "counts": found.counts,
        "saved": chips,
        "late": found.late,
        "soon": found.soon,
        "total": found.page.paginator.count,
        "page": found.page.number,
        "pages": found.page.paginator.num_pages,
        "rows": rows,
    }


class ShareIn(Schema):
    """The name of a saved filter and whom it is shared with: mine, team (then `team`), authority."""

    name: str = Field(max_length=60)
    shared: str = Field("mine", max_length=20)
    team: Number | None = None


class SaveIn(ShareIn):
    """A filter to be saved, as the query string of the worklist."""

    query: str = Field(max_length=600)


class SavedOut(Schema):
    """A saved filter, whose it is, and whom it is shared with."""

    id: int
    name: str
    query: str
    shared: str
    owner: str = Field(alias="officer.name")


class HolderIn(Schema):
    """To whom work is given, by number: an officer, a team; neither: to nobody."""

    officer: Number | None = None
    team: Number | None = None


class AssignIn(HolderIn):
    """Several cases to be given."""

    cases: Chosen


class PreviewIn(Schema):
    """A step that is thought of in several cases."""

    cases: Chosen
    step: str = Field(max_length=40)


class ChoiceOut(Schema):
    """Whether the step can be taken in the case together with the others, or why not."""

    case: UUID = Field(alias="case.pk")
    reference: str = Field(alias="case.reference")
    version: int = Field(alias="case.version")
    allowed: bool
    reason: str

    @staticmethod
    def resolve_reason(choice: bulk.Choice) -> str:
        """In the language of whoever asks."""
        return t(choice.reason)


class Seen(Schema):
    """The version of a case that was looked at."""

    case: UUID
    version: int


class StepsIn(PreviewIn):
    """A step with the same content for several cases; a case that is not as `seen` is left alone."""

    text: str = Field("", max_length=100_000)
    fields: dict[str, Any] = {}
    grounds: list[str] = []
    partial: bool = False
    handling: Handling = Handling()
    seen: list[Seen] = Field([], max_length=bulk.AT_MOST)


class TagsIn(Schema):
    """Offences to be added to several cases."""

    cases: Chosen
    offences: list[str] = Field(max_length=40)


class OutcomeOut(Schema):
    """What became of one case: done, or the reason why not; no reference: there is no such case here."""

    case: UUID
    reference: str
    done: bool
    reason: str

    @staticmethod
    def resolve_reason(outcome: bulk.Outcome) -> str:
        """In the language of whoever asks."""
        return t(outcome.reason)


class HandOverIn(HolderIn):
    """Cases to be handed over with a note; null: all that the officer `whose`, or oneself, holds."""

    note: str = Field(max_length=2000)
    cases: Chosen | None = None
    whose: Number | None = None


class HandOverOut(Schema):
    """A hand-over: from whom to whom, its note, and who has read it."""

    id: UUID
    at: datetime
    given_by: str = Field(alias="given_by.name")
    to: str
    note: str
    read_by: list[str]

    @staticmethod
    def resolve_to(given: HandOver) -> str:
        """The officer or the team it went to."""
        return str(given.officer or given.team)

    @staticmethod
    def resolve_read_by(given: HandOver) -> list[str]:
        """The receivers who have confirmed that they have read the note."""
        return [reading.officer.name for reading in given.readings.all()]


class HandedOut(Schema):
    """A hand-over, null when no case could go, and what became of each case."""

    hand_over: HandOverOut | None
    outcomes: list[OutcomeOut]


class HandOverWhole(Schema):
    """A hand-over with those of its cases that may be known of."""

    hand_over: HandOverOut
    cases: list[CaseOut]


def whole(given: HandOver, cases: list[Case]) -> dict[str, Any]:
    """A hand-over as HandOverWhole has it."""
    return {"hand_over": given, "cases": cases}


class TeamIn(Schema):
    """A team: its name, its officers by number, and whether it gets the requests that come in."""

    name: str = Field(max_length=80)
    officers: list[Number] = Field([], max_length=500)
    inbox: bool = False


class Member(Schema):
    """An officer in a team."""

    id: int
    name: str


class TeamOut(Schema):
    """A team with its active members."""

    id: int
    name: str
    inbox: bool
    members: list[Member]

    @staticmethod
    def resolve_members(team: Team) -> list[Any]:
        """Its officers by name."""
        return list(teams.members(team))
