"""The forms in which cases come and go through the API."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Schema
from pydantic import Field

from comity.node.authorities import Officer
from comity.node.cases import rules
from comity.node.cases.copies import Due
from comity.node.cases.models import Case


class PartyOut(Schema):
    """Who holds a role of the procedure; `connected`: told by Comity itself, else by other means."""

    role: str
    partner: str = Field(alias="code")
    name: str
    kind: str
    country: str
    connected: bool


class CaseOut(Schema):
    """A case in short. `role` is ours, by its name in the procedure; `late_after` the end by Regulation 1182/71.

    `owed_by` is the role whose move it is; `others`: it is for those who hold our own role with us.
    """

    id: UUID
    conversation: UUID
    reference: str
    partner_reference: str
    title: str
    procedure: str
    role: str
    partner: str = Field(alias="partner.code")
    state: str
    access: str
    opened_at: datetime
    received_at: datetime | None
    closed_at: datetime | None
    due_at: datetime | None
    target_at: datetime | None
    late_after: datetime | None
    paused: bool
    owed_by: str
    assigned_to: str | None
    team: str | None
    version: int
    offences: list[str]
    parent: UUID | None

    @staticmethod
    def resolve_parent(case: Case) -> UUID | None:
        """The case that it serves, where it was forwarded inside the state."""
        return case.parent.pk if case.parent else None

    @staticmethod
    def resolve_assigned_to(case: Case) -> str | None:
        """The name of whoever works on it."""
        officer: Officer | None = case.assigned_to
        return officer.name if officer and officer.active else None

    @staticmethod
    def resolve_team(case: Case) -> str | None:
        """The name of the team it belongs to."""
        return case.team.name if case.team else None


class OptionOut(Schema):
    """A step that is ours to take, allowed or not and why; `needs` are the fields it asks for."""

    step: str
    title: str
    allowed: bool
    reason: str
    article: str
    effect: str
    partial: bool
    needs: list[dict[str, Any]]

    @staticmethod
    def resolve_needs(option: rules.Option) -> list[dict[str, Any]]:
        """The fields as the law file has them."""
        return [field.model_dump(mode="json") for field in option.needs]


class StepOut(Schema):
    """A step that was taken, in the role `party`; `by` is the code of who took it, where several parties act.

    `content` holds its fields, grounds and what was included.
    """

    id: UUID
    step: str
    party: str
    by: str
    sent_at: datetime
    received_at: datetime | None
    content: dict[str, Any]
    handling: dict[str, Any]
    articles: list[str]
    message: UUID | None


class CopyOut(Schema):
    """What was decided about a copy: `sent` to the partner, or `waived` for the reason."""

    id: int
    step: UUID = Field(alias="step_id")
    to: str
    decision: str
    partner: str | None
    reason: str
    article: str
    decided_at: datetime

    @staticmethod
    def resolve_partner(copy: Any) -> str | None:
        """The code of whoever got it."""
        return copy.partner.code if copy.partner else None


class DueOut(Schema):
    """A copy to be decided on: `of` is the name of our step, `step` its id, `to` the rule that asks for it."""

    step: UUID = Field(alias="step.pk")
    of: str = Field(alias="step.step")
    to: str
    recipient: str = Field(alias="rule.to")
    text: str = Field(alias="rule.text")
    article: str
    waivers: list[dict[str, Any]]

    @staticmethod
    def resolve_waivers(due: Due) -> list[dict[str, Any]]:
        """The reasons the law accepts for sending none."""
        return [{"id": each.id, "text": each.text, "article": each.article} for each in due.rule.waivers]


class MessageState(Schema):
    """A message of the case and how far it has come: pending, sent, dead, by-hand."""

    id: UUID
    kind: str
    partner: str = Field(alias="partner.code")
    state: str
    attempts: int
    due_at: datetime | None
    received_at: datetime | None
    error: str
    note: str


class MatchState(Schema):
    """A match of something asked about with a record, and what was decided."""

    id: UUID
    query: str = Field(alias="query.caption")
    record: int = Field(alias="record_id")
    caption: str = Field(alias="record.caption")
    register_code: str = Field(alias="record.register.code")
    score: float
    reasons: list[dict[str, Any]]
    decision: str
    note: str


class LineOut(Schema):
    """A line of the timeline: an entry of the ledger."""

    sequence: int
    at: datetime
    kind: str
    article: str
    actor: str
    body: dict[str, Any] | None


class CaseWhole(CaseOut):
    """One case whole. `decision` is the law engine's answer as `comity law decide` prints it."""

    parties: list[PartyOut]
    facts: dict[str, Any]
    judicial_authorisation_required: bool | None
    cross_checked_at: datetime | None
    decision: dict[str, Any]
    preview: dict[str, Any] | None
    options: list[OptionOut]
    steps: list[StepOut]
    copies_due: list[DueOut]
    copies: list[CopyOut]
    messages: list[MessageState]
    matches: list[MatchState]
    timeline: list[LineOut]


class ProposalOut(Schema):
    """A procedure towards a partner: whether it fits, and why or why not."""

    procedure: str
    title: str
    act: str
    article: str
    fits: bool
    reason: str


class Seat(Schema):
    """A partner, by its code, in a role of the procedure; `~carrier` stands for whoever is of that kind."""

    partner: str = Field(max_length=60)
    role: str = Field(max_length=40)


class Draft(Schema):
    """A case to be opened, towards one `partner` or with several `parties`; `match` is the hit it comes from."""

    procedure: str = Field(max_length=80)
    partner: str = Field("", max_length=40)
    parties: list[Seat] = Field([], max_length=100)
    title: str = Field(max_length=200)
    facts: dict[str, Any] = {}
    match: UUID | None = None


class Preview(Schema):
    """A case that is being drafted."""

    procedure: str = Field(max_length=80)
    partner: str = Field("", max_length=40)
    parties: list[Seat] = Field([], max_length=100)
    facts: dict[str, Any] = {}


class Change(Schema):
    """The facts of a draft, all of them, as of the version that was read."""

    title: str = Field(max_length=200)
    facts: dict[str, Any]
    version: int


class Handling(Schema):
    """Handling codes (H0 to H3), with the restriction in words for H3."""

    codes: list[str] = ["H0"]
    text: str = Field("", max_length=500)


class StepIn(Schema):
    """What a step says. `text` stands for its first long field; `includes` are steps that are passed on.

    `attachments` are files, added to the case before, that go with it.
    """

    text: str = ""
    fields: dict[str, Any] = {}
    grounds: list[str] = []
    partial: bool = False
    includes: list[UUID] = Field([], max_length=50)
    attachments: list[UUID] = Field([], max_length=50)
    handling: Handling = Handling()
    version: int | None = None


class AnswerIn(StepIn):
    """A step of a party without Comity, as it came by another channel at an instant (now, if not said).

    `party` is its code where it is not the main partner.
    """

    step: str = Field(max_length=40)
    party: str = Field("", max_length=40)
    channel: str = Field("", max_length=80)
    number: str = Field("", max_length=100)
    received_at: str | None = None


class Assessment(Schema):
    """How the information can be reached (direct, indirect, or empty: not known), whether a judge must agree."""

    access: str
    judicial_authorisation_required: bool | None = None
    version: int | None = None


class CopyDecision(Schema):
    """Whether a copy goes to the partner, or why none goes."""

    step: UUID
    to: str = Field(max_length=60)
    send: bool
    reason: str = Field("", max_length=500)
    partner: str | None = Field(None, max_length=40)


class SentByHand(Schema):
    """By which channel a message went out, and since when the partner has it."""

    channel: str = Field(max_length=80)
    at: str
    number: str = Field("", max_length=100)
    note: str = Field("", max_length=200)
