"""Messages out and in, and the chain that ties those of one pair of authorities together."""

from __future__ import annotations

from django.db import models

from comity.base.identifiers import uuid7
from comity.node.scope import Owned

NO_DIGEST = "0" * 64


class Link(Owned):
    """Where the two chains with one partner stand: the last sequence number and digest, out and in."""

    partner = models.ForeignKey("node.Authority", on_delete=models.PROTECT, related_name="+")
    out_sequence = models.BigIntegerField(default=0)
    out_digest = models.CharField(max_length=64, default=NO_DIGEST)
    in_sequence = models.BigIntegerField(default=0)
    in_digest = models.CharField(max_length=64, default=NO_DIGEST)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("authority", "partner"), name="link_once")]


class Outbox(Owned):
    """A signed message on its way. `due_at` is when it is tried next; `receipt` proves delivery."""

    PENDING, SENT, DEAD, BY_HAND = "pending", "sent", "dead", "by-hand"

    id = models.UUIDField(primary_key=True, default=uuid7)
    partner = models.ForeignKey("node.Authority", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    conversation = models.UUIDField(db_index=True)
    sequence = models.BigIntegerField()
    signed = models.BinaryField()
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    state = models.CharField(max_length=10, default=PENDING)
    attempts = models.IntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, blank=True)
    sent_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    receipt = models.TextField(blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("-made_at",)
        constraints = [
            models.UniqueConstraint(fields=("authority", "partner", "sequence"), name="outbox_sequence")
        ]
        indexes = [models.Index(fields=("state", "due_at"))]


class Inbox(Owned):
    """A message received and handled, once. `id` is the sender's; the receipt is given again on a repeat."""

    id = models.UUIDField(primary_key=True)
    partner = models.ForeignKey("node.Authority", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    conversation = models.UUIDField(db_index=True)
    sequence = models.BigIntegerField()
    signed = models.BinaryField()
    digest = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    verdict = models.CharField(max_length=10)
    reason = models.CharField(max_length=500, blank=True)
    receipt = models.TextField()

    class Meta:
        ordering = ("-received_at",)
        constraints = [
            models.UniqueConstraint(fields=("authority", "partner", "sequence"), name="inbox_sequence")
        ]
