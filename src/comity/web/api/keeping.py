"""Reviews that are due and holds, for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from comity.node.keeping import reviewing
from comity.node.keeping.models import Hold, Review
from comity.web.api.schemas import PROBLEMS, STATED, Page, Problem

router = Router()


class ReviewOut(Schema):
    """A review that waits for a decision: of a case, of one part of it by its key, or of a record."""

    id: UUID
    case: UUID | None = Field(alias="case_id")
    part: str
    record: int | None = Field(alias="record_id")
    do: str
    article: str
    due_at: datetime
    proposed_at: datetime


class DecisionIn(Schema):
    """Whether it is still needed (keep) or not (delete, at once and for good), and why."""

    decision: Literal["keep", "delete"]
    reason: str = Field(min_length=1, max_length=reviewing.LONGEST_REASON)


class HoldIn(Schema):
    """Why a case must be kept, or need not be any longer."""

    reason: str = Field(min_length=1, max_length=reviewing.LONGEST_REASON)


class HoldOut(Schema):
    """A hold: nothing of the case is deleted or masked."""

    reason: str
    set_at: datetime
    set_by: str = Field(alias="set_by.name")


@router.get("/reviews", response={200: list[ReviewOut], PROBLEMS: Problem}, openapi_extra=STATED)
def reviews(request: HttpRequest, page: Query[Page]) -> list[Review]:
    """The reviews that wait for a decision, the oldest first."""
    found = list(page.of(reviewing.open_reviews()))
    reviewing.note_list(found)
    return found


@router.post("/reviews/{uuid:review_id}", response={204: None, PROBLEMS: Problem}, openapi_extra=STATED)
def decide(request: HttpRequest, review_id: UUID, given: DecisionIn) -> Status[None]:
    """Keep what is still needed until its next review, or delete it now."""
    reviewing.decide(review_id, given.decision, given.reason)
    return Status(204, None)


@router.post("/cases/{uuid:case_id}/hold", response={201: HoldOut, PROBLEMS: Problem}, openapi_extra=STATED)
def hold(request: HttpRequest, case_id: UUID, given: HoldIn) -> Status[Hold]:
    """Keep a case from being deleted or masked."""
    return Status(201, reviewing.hold(case_id, given.reason))


@router.post("/cases/{uuid:case_id}/hold/end", response={204: None, PROBLEMS: Problem}, openapi_extra=STATED)
def release(request: HttpRequest, case_id: UUID, given: HoldIn) -> Status[None]:
    """End the hold on a case."""
    reviewing.release(case_id, given.reason)
    return Status(204, None)
