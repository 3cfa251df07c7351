"""Service targets for programs."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from comity.node.cases import targets as node
from comity.node.cases.target_models import ServiceTarget
from comity.web.api.schemas import PROBLEMS, Problem

router = Router()


class TargetIn(Schema):
    """A step of a procedure to be taken `within` a period (ISO 8601) of having received the case.

    `counting` is exact-hours, calendar-days or working-days.
    """

    procedure: str = Field(max_length=80)
    step: str = Field(max_length=40)
    within: str = Field(max_length=20)
    counting: str = Field("calendar-days", max_length=20)


class TargetOut(TargetIn):
    """A service target of this authority: not a legal limit."""

    id: int
    set_at: datetime
    set_by: str = Field(alias="set_by.name")


@router.get("/targets", response={200: list[TargetOut], PROBLEMS: Problem})
def targets(request: HttpRequest) -> list[ServiceTarget]:
    """The service targets of the authority."""
    return list(node.targets())


@router.post("/targets", response={201: TargetOut, PROBLEMS: Problem})
def set_target(request: HttpRequest, given: TargetIn) -> Status[ServiceTarget]:
    """Set a target; it replaces the one that the step had."""
    return Status(201, node.set_target(given.procedure, given.step, given.within, given.counting))


@router.delete("/targets/{int:target_id}", response={204: None, PROBLEMS: Problem})
def end(request: HttpRequest, target_id: int) -> Status[None]:
    """Give up a target."""
    node.end(target_id)
    return Status(204, None)
