"""Reviews of what is kept, holds that keep it, and what was masked."""

from __future__ import annotations

from django.db import models

from comity.base.identifiers import uuid7
from comity.node.scope import Owned


class Review(Owned):
    """That a period of a case, of a part of it or of a record has come to its end, and what a person decided.

    `rule` names the period; an open review (`decision` empty) stands once for it. `do` is what the law says of its
    end: review or warn. Final once decided.
    """

    KEEP, DELETE = "keep", "delete"

    id = models.UUIDField(primary_key=True, default=uuid7)
    case = models.ForeignKey("node.Case", null=True, on_delete=models.PROTECT, related_name="reviews")
    record = models.ForeignKey("node.Record", null=True, on_delete=models.PROTECT, related_name="reviews")
    part = models.CharField(max_length=40, blank=True)
    rule = models.CharField(max_length=160)
    do = models.CharField(max_length=10)
    article = models.CharField(max_length=120)
    due_at = models.DateTimeField()
    proposed_at = models.DateTimeField()
    decision = models.CharField(max_length=10, blank=True, default="")
    reason = models.CharField(max_length=500, blank=True, default="")
    decided_by = models.ForeignKey("node.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("due_at", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("case", "rule"), condition=models.Q(decision=""), name="review_of_case_once"
            ),
            models.UniqueConstraint(
                fields=("record", "rule"), condition=models.Q(decision=""), name="review_of_record_once"
            ),
        ]
        indexes = [
            models.Index(fields=("authority", "due_at"), condition=models.Q(decision=""), name="review_open")
        ]


class Hold(Owned):
    """That nothing of a case is deleted or masked for now, and why: set and ended by a person."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    case = models.ForeignKey("node.Case", on_delete=models.PROTECT, related_name="holds")
    reason = models.CharField(max_length=500)
    set_by = models.ForeignKey("node.Officer", on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    ended_by = models.ForeignKey("node.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        ordering = ("-set_at",)
        constraints = [
            models.UniqueConstraint(fields=("case",), condition=models.Q(ended_at=None), name="hold_once")
        ]


class Masked(Owned):
    """Fields that were taken out of a case or a record, sealed under a key that the node's master key wraps."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    case = models.ForeignKey("node.Case", null=True, on_delete=models.PROTECT, related_name="masked")
    record = models.ForeignKey("node.Record", null=True, on_delete=models.PROTECT, related_name="masked")
    rule = models.CharField(max_length=160)
    article = models.CharField(max_length=120)
    masked_at = models.DateTimeField()
    sealed = models.BinaryField()
    wrapped_key = models.BinaryField()

    class Meta:
        ordering = ("masked_at",)
