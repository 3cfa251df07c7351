"""Cases, their steps, and the copies that the law asks to be decided on."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Coalesce

from comity.base.identifiers import uuid7
from comity.node.authorities.models import Officer
from comity.node.scope import Owned

REQUESTER, REQUESTED, COPY = "requester", "requested", "copy"
INCOMING = models.Q(received_at__isnull=False) & ~models.Q(role=COPY)
"""Cases that others opened, as far as they are not only copies."""
OWN_STEP = models.Q(by="", party=models.F("case__role")) | models.Q(by=models.F("case__authority__code"))
"""Steps that the own authority took."""


class Reference(Owned):
    """The last number given to a case of this authority in a year."""

    year = models.IntegerField()
    last = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("authority", "year"), name="reference_year")]


class Case(Owned):
    """One running instance of a procedure, as seen by one of its parties.

    `role` is ours, by its name in the procedure, and `partner_role` that of `partner`, the main other party. A case
    of more parties or roles has all of them in `parties`, those two among them (comity.node.cases.parties).
    `facts` are the fields of the procedure; the clock columns are a copy for sorting, the law engine's
    answer is the truth. `version` grows with every change, so that two officers never overwrite each other.
    `limit_at` is the end of the ordinary legal time limit of the requested side, kept after it has ended;
    `limit_article` names its rule. `target_at` is our own aim where no legal clock runs, `keep_at` when the law next
    wants its data looked at or deleted.
    `changed` and `changed_at` are given by the database (migration 0010).
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    conversation = models.UUIDField(default=uuid.uuid4)
    reference = models.CharField(max_length=40)
    partner_reference = models.CharField(max_length=40, blank=True)
    procedure = models.CharField(max_length=80)
    role = models.CharField(max_length=40)
    partner = models.ForeignKey("node.Authority", on_delete=models.PROTECT, related_name="+")
    partner_role = models.CharField(max_length=40, blank=True, default="")
    title = models.CharField(max_length=200)
    facts = models.JSONField(default=dict)
    access = models.CharField(max_length=10, blank=True)
    judicial_authorisation_required = models.BooleanField(null=True)
    state = models.CharField(max_length=40, default="draft")
    opened_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    cross_checked_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    late_after = models.DateTimeField(null=True)
    paused = models.BooleanField(default=False)
    owed_by = models.CharField(max_length=40, blank=True)
    assigned_to = models.ForeignKey("node.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey("node.Team", null=True, on_delete=models.PROTECT, related_name="+")
    opened_by = models.ForeignKey("node.Officer", on_delete=models.PROTECT, related_name="+")
    version = models.IntegerField(default=1)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    offences = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    category = models.CharField(max_length=40, blank=True, default="")
    limit_at = models.DateTimeField(null=True)
    limit_article = models.CharField(max_length=60, blank=True, default="")
    target_at = models.DateTimeField(null=True)
    keep_at = models.DateTimeField(null=True)
    changed = models.BigIntegerField(default=0)
    changed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = (models.F("due_at").asc(nulls_last=True), "opened_at")
        constraints = [
            models.UniqueConstraint(fields=("authority", "conversation", "role"), name="case_conversation"),
            models.UniqueConstraint(fields=("authority", "reference"), name="case_reference"),
        ]
        indexes = [
            models.Index(fields=("authority", "closed_at", "due_at")),
            models.Index(
                fields=("authority", "due_at", "opened_at", "id"),
                condition=models.Q(closed_at=None),
                name="case_open",
            ),
            models.Index(fields=("authority", "opened_at", "id"), name="case_newest"),
            models.Index(fields=("authority", "changed", "id"), name="case_changed"),
            models.Index(fields=("authority", "received_at"), name="case_received"),
            models.Index(fields=("authority", "keep_at"), name="case_keep_at"),
            models.Index(
                models.F("authority"),
                Coalesce("due_at", "target_at"),
                models.F("opened_at"),
                models.F("id"),
                condition=models.Q(closed_at=None),
                name="case_next",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def holder(self) -> Officer | None:
        """Who works on it; a case of someone who has left is nobody's."""
        return self.assigned_to if self.assigned_to and self.assigned_to.active else None

    @property
    def other_role(self) -> str:
        """The partner's part in the case."""
        return self.partner_role or (REQUESTED if self.role == REQUESTER else REQUESTER)

    @property
    def incoming(self) -> bool:
        """Whether another opened it, and it is more than a copy for us."""
        return self.received_at is not None and self.role != COPY


class Party(Owned):
    """Who holds a role in a case of more parties or roles than two; then all stand here, we too. Final once written.

    `number` gives the order, the same for all. `holder` is None for whom another party has named and our directory
    does not know: it is told by other means.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="parties")
    number = models.PositiveSmallIntegerField(default=0)
    role = models.CharField(max_length=40)
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=40)
    country = models.CharField(max_length=2)
    holder = models.ForeignKey("node.Authority", null=True, on_delete=models.PROTECT, related_name="+")
    joined_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("number", "pk")
        constraints = [models.UniqueConstraint(fields=("case", "code", "role"), name="party_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def as_fact(self) -> dict[str, str]:
        """The party as the law engine names it."""
        return {"kind": self.kind, "country": self.country}

    @property
    def connected(self) -> bool:
        """Whether it is told by Comity itself."""
        return self.holder is not None and self.holder.channel == "comity"


class Reader(Owned):
    """An officer who may know of a restricted case; a case without readers is open to the whole authority.

    `conversation` is the case's, so that its messages and ledger entries are hidden with it.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="readers")
    conversation = models.UUIDField()
    officer = models.ForeignKey("node.Officer", on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("case", "officer"), condition=models.Q(ended_at=None), name="reader_once"
            )
        ]


class Note(Owned):
    """What an officer noted about a case, for the own authority alone; final once written.

    `about` is the note that this one annotates: nobody changes a note, not even its author.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    about = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="annotations")
    author = models.ForeignKey("node.Officer", on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    text = models.TextField()

    class Meta:
        ordering = ("written_at", "pk")


class CaseLink(Owned):
    """That two cases of the authority belong together, and how; ended with a reason, never deleted.

    It reads from `case` to `other`: this case follows up, duplicates or is the parent of the other one.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="links_out")
    other = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="links_in")
    kind = models.CharField(max_length=20)
    reason = models.CharField(max_length=500)
    made_by = models.ForeignKey("node.Officer", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_by = models.ForeignKey("node.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("made_at",)
        constraints = [
            models.UniqueConstraint(
                fields=("case", "other", "kind"), condition=models.Q(ended_at=None), name="caselink_once"
            )
        ]


class Subject(Owned):
    """One key by which a person, thing or number that a case concerns is found again in other cases.

    A cache of the facts, made again when they change; `digest` is keyed, so that the table alone tells nothing.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="subjects")
    digest = models.CharField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("case", "digest"), name="subject_once")]
        indexes = [models.Index(fields=("authority", "digest"))]


class Step(Owned):
    """A move of a case by one party, with the instants it was sent and received. Final once written.

    `number` counts the steps of a case in the order this node learned of them, whatever the partners' clocks say.
    `party` is the role in which it was taken, and `by` the code of who took it; blank: the one of us two in that role.
    `content` holds what the step says (`fields`, `grounds`, `partial`, `includes`); `handling` is
    `{"codes": ["H1"], "text", "provider", "permitted"}` as the one who wrote it decided.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveIntegerField()
    step = models.CharField(max_length=40)
    party = models.CharField(max_length=40)
    by = models.CharField(max_length=40, blank=True, default="")
    sent_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True)
    content = models.JSONField(default=dict)
    handling = models.JSONField(default=dict)
    articles = ArrayField(models.CharField(max_length=60), default=list)
    officer = models.ForeignKey("node.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    message = models.UUIDField(null=True)
    further_messages = ArrayField(models.UUIDField(), default=list)

    class Meta:
        ordering = ("number",)
        constraints = [models.UniqueConstraint(fields=("case", "number"), name="step_number")]
        indexes = [models.Index(fields=("authority", "sent_at"), name="step_sent")]

    @property
    def ours(self) -> bool:
        """Whether the own authority took it."""
        return self.by == self.case.authority.code if self.by else self.party == self.case.role

    def as_fact(self) -> dict[str, Any]:
        """The step as the law engine reads it; one not yet received carries `sent` only."""
        fact: dict[str, Any] = {"step": self.step, "by": self.party, "sent": self.sent_at.isoformat()}
        if self.by:
            fact["party"] = self.by
        if self.received_at:
            fact["received"] = self.received_at.isoformat()
        if self.content.get("partial"):
            fact["partial"] = True
        if self.content.get("grounds"):
            fact["grounds"] = [ground["id"] for ground in self.content["grounds"]]
        return fact


class CasePart(Owned):
    """A part of a case with clocks of its own, such as an item of evidence: all parties know it under one `key`.

    `name` is its name in the procedure, `values` its fields, `party` the code of the authority that added it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="parts")
    name = models.CharField(max_length=40)
    key = models.UUIDField(default=uuid7)
    values = models.JSONField(default=dict)
    party = models.CharField(max_length=40)
    officer = models.ForeignKey("node.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("added_at", "pk")
        constraints = [models.UniqueConstraint(fields=("case", "key"), name="part_once")]

    def as_fact(self) -> dict[str, Any]:
        """The part as the law engine reads it."""
        return {"id": str(self.key), **self.values}


class Copy(Owned):
    """A copy that the law asks for or asks to be considered, and what was decided about it."""

    SENT, WAIVED = "sent", "waived"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="copies")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="copies")
    to = models.CharField(max_length=60)
    partner = models.ForeignKey("node.Authority", null=True, on_delete=models.PROTECT, related_name="+")
    article = models.CharField(max_length=60)
    decision = models.CharField(max_length=10)
    reason = models.CharField(max_length=500, blank=True)
    decided_by = models.ForeignKey("node.Officer", on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    message = models.UUIDField(null=True)

    class Meta:
        ordering = ("decided_at",)


class Number(Owned):
    """A number under which another channel knows a case, or (with `step`) one of its messages. Final once written.

    `ours`: given to what we sent, or to the case by us; else to what the partner sent.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="numbers")
    step = models.ForeignKey(Step, null=True, on_delete=models.PROTECT, related_name="numbers")
    channel = models.CharField(max_length=20)
    number = models.CharField(max_length=40)
    ours = models.BooleanField(default=True)
    noted_by = models.ForeignKey("node.Officer", on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()

    class Meta:
        ordering = ("noted_at", "pk")


class HandOver(Owned):
    """Work given on with a note, by one officer to another or to a team. Final once written."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    given_by = models.ForeignKey("node.Officer", on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey("node.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey("node.Team", null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=2000)
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at",)
        indexes = [models.Index(fields=("authority", "at"), name="hand_over_newest")]


class HandedCase(Owned):
    """A case that went over with a hand-over."""

    hand_over = models.ForeignKey(HandOver, on_delete=models.PROTECT, related_name="cases")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")


class HandOverRead(Owned):
    """That an officer has read the note of a hand-over."""

    hand_over = models.ForeignKey(HandOver, on_delete=models.PROTECT, related_name="readings")
    officer = models.ForeignKey("node.Officer", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("hand_over", "officer"), name="hand_over_read_once")]


class SavedFilter(Owned):
    """A filter of the worklist under a name: its query string, and who else may use it."""

    MINE, TEAM, ALL = "mine", "team", "authority"
    LONGEST = 600

    officer = models.ForeignKey("node.Officer", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=LONGEST)
    shared = models.CharField(max_length=10, default=MINE)
    team = models.ForeignKey("node.Team", null=True, on_delete=models.PROTECT, related_name="+")
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ("name",)
