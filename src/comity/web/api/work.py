"""The worklist, its filters, and who works on what, for programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Status

from comity.node.cases import bulk, filters, teams, work, worklist
from comity.node.cases.filters import Filter
from comity.node.cases.models import Case, HandOver, SavedFilter
from comity.web.api import case_schemas
from comity.web.api import work_schemas as forms
from comity.web.api.schemas import PROBLEMS, STATED, Problem

router = Router()


@router.get("/worklist", response={200: forms.WorklistOut, PROBLEMS: Problem})
def read_worklist(request: HttpRequest, given: Query[forms.FilterIn], page: forms.Number = 1) -> Any:
    """Open cases of a filter, least time left first, 50 a page; `filter` is a view, the other parts narrow it."""
    found = worklist.read(Filter.read(given.model_dump()), page)
    return forms.worklist_out(found)


@router.get("/filters", response={200: list[forms.SavedOut], PROBLEMS: Problem})
def saved_filters(request: HttpRequest) -> list[SavedFilter]:
    """The saved filters that may be used: one's own, one's teams', and those shared with the authority."""
    return filters.saved()


@router.post("/filters", response={201: forms.SavedOut, PROBLEMS: Problem})
def save_filter(request: HttpRequest, given: forms.SaveIn) -> Status[SavedFilter]:
    """Save a filter under a name; `query` is that of the worklist."""
    kept = filters.save(Filter.of_query(given.query), given.name, given.shared, given.team)
    return Status(201, kept)


@router.put("/filters/{int:filter_id}", response={200: forms.SavedOut, PROBLEMS: Problem})
def change_filter(request: HttpRequest, filter_id: int, given: forms.ShareIn) -> SavedFilter:
    """Give one's own filter another name, or share it otherwise."""
    return filters.change(filter_id, given.name, given.shared, given.team)


@router.delete("/filters/{int:filter_id}", response={204: None, PROBLEMS: Problem})
def end_filter(request: HttpRequest, filter_id: int) -> Status[None]:
    """Put a filter away."""
    filters.end(filter_id)
    return Status(204, None)


@router.post("/cases/{uuid:case_id}/assignment", response={200: case_schemas.CaseOut, PROBLEMS: Problem})
def assign(request: HttpRequest, case_id: UUID, given: forms.HolderIn) -> Case:
    """Give the case to an officer, to a team, or to nobody."""
    return work.assign(case_id, given.officer, given.team)


@router.post("/work/assignment", response={200: list[forms.OutcomeOut], PROBLEMS: Problem})
def assign_many(request: HttpRequest, given: forms.AssignIn) -> list[bulk.Outcome]:
    """Give several cases to an officer or a team; says of each whether it was done."""
    return work.assign_many(given.cases, given.officer, given.team)


@router.post("/work/preview", response={200: list[forms.ChoiceOut], PROBLEMS: Problem})
def preview(request: HttpRequest, given: forms.PreviewIn) -> list[bulk.Choice]:
    """Say for each of several cases whether a step can be taken in it now, together with the others."""
    cases = bulk.chosen(given.cases)
    bulk.note_chosen(cases)
    return bulk.preview(cases, given.step).choices


@router.post("/work/steps", response={200: list[forms.OutcomeOut], PROBLEMS: Problem}, openapi_extra=STATED)
def take(request: HttpRequest, given: forms.StepsIn) -> list[bulk.Outcome]:
    """Take the same step in several cases, in each one whole or not at all; says of each whether it was done."""
    content = given.model_dump(mode="json", include={"text", "fields", "grounds", "partial"})
    versions = {each.case: each.version for each in given.seen}
    marking = given.handling.model_dump()
    return bulk.take(given.cases, given.step, content, marking=marking, versions=versions)


@router.post("/work/tags", response={200: list[forms.OutcomeOut], PROBLEMS: Problem}, openapi_extra=STATED)
def tag(request: HttpRequest, given: forms.TagsIn) -> list[bulk.Outcome]:
    """Add the same offences to several cases."""
    return bulk.tag(given.cases, given.offences)


@router.get("/handovers", response={200: list[forms.HandOverOut], PROBLEMS: Problem})
def hand_overs(request: HttpRequest) -> list[HandOver]:
    """The newest hand-overs from and to the officer; to supervisors, all of the authority."""
    return work.hand_overs()


@router.post("/handovers", response={200: forms.HandedOut, PROBLEMS: Problem})
def hand_over(request: HttpRequest, given: forms.HandOverIn) -> work.Handed:
    """Hand over some cases, or with `cases` null all that `whose` (else the officer) holds, with a note."""
    return work.hand_over(given.officer, given.team, given.note, given.cases, given.whose)


@router.get("/handovers/{uuid:hand_over_id}", response={200: forms.HandOverWhole, PROBLEMS: Problem})
def read_hand_over(request: HttpRequest, hand_over_id: UUID) -> Any:
    """A hand-over, its note, and those of its cases that the officer may know of."""
    given, cases = work.read_hand_over(hand_over_id)
    return forms.whole(given, cases)


@router.post("/handovers/{uuid:hand_over_id}/read", response={200: forms.HandOverOut, PROBLEMS: Problem})
def confirm_read(request: HttpRequest, hand_over_id: UUID) -> HandOver:
    """Confirm, as a receiver, that the note was read."""
    return work.confirm_read(hand_over_id)


@router.get("/teams", response={200: list[forms.TeamOut], PROBLEMS: Problem})
def all_teams(request: HttpRequest) -> list[Any]:
    """The teams of the authority with their members."""
    return list(teams.teams())


@router.post("/teams", response={201: forms.TeamOut, PROBLEMS: Problem})
def make_team(request: HttpRequest, given: forms.TeamIn) -> Status[Any]:
    """Make a team."""
    return Status(201, teams.make(given.name, given.officers, takes_in=given.inbox))


@router.get("/teams/{int:team_id}", response={200: forms.TeamOut, PROBLEMS: Problem})
def team(request: HttpRequest, team_id: int) -> Any:
    """One team."""
    return teams.read(team_id)


@router.put("/teams/{int:team_id}", response={200: forms.TeamOut, PROBLEMS: Problem})
def change_team(request: HttpRequest, team_id: int, given: forms.TeamIn) -> Any:
    """Give a team another name and other members."""
    return teams.change(team_id, given.name, given.officers, takes_in=given.inbox)


@router.delete("/teams/{int:team_id}", response={204: None, PROBLEMS: Problem})
def end_team(request: HttpRequest, team_id: int) -> Status[None]:
    """Dissolve a team to which no open case belongs."""
    teams.end(team_id)
    return Status(204, None)
