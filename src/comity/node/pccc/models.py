"""A desk at which officers of several authorities sit, and its day book; each authority owns what it writes."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from comity.base.identifiers import uuid7
from comity.node.scope import Owned

LONGEST = 2000
"""Characters of what a line of the day book says."""


class Desk(models.Model):
    """A police and customs cooperation centre. Known to all authorities of the node; holds no personal data."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, default="pccc")

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Seat(Owned):
    """An authority's place at a desk: another member invites, the authority itself joins and leaves."""

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="seats")
    invited_at = models.DateTimeField()
    joined_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("invited_at", "pk")
        constraints = [
            models.UniqueConstraint(fields=("desk", "authority"), condition=Q(left_at=None), name="seat_once")
        ]


class Presence(Owned):
    """That an officer is at the desk, by the name the officer goes by there; ended, never deleted."""

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="present")
    officer = models.ForeignKey("node.Officer", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        ordering = ("since",)
        constraints = [
            models.UniqueConstraint(fields=("desk", "officer"), condition=Q(until=None), name="presence_once")
        ]


class DayEntry(Owned):
    """A line of the day book; final once written. `shared` ones are shown to the desk and name no person.

    `concerned` is the authority that asked or was asked; `subject` whom or what it was about, never shared.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="entries")
    at = models.DateTimeField()
    officer = models.ForeignKey("node.Officer", on_delete=models.PROTECT, related_name="+")
    category = models.CharField(max_length=40)
    concerned = models.ForeignKey("node.Authority", null=True, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=LONGEST)
    subject = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(max_length=20)
    minutes = models.PositiveIntegerField(default=0)
    case = models.ForeignKey("node.Case", null=True, on_delete=models.PROTECT, related_name="day_entries")
    shared = models.BooleanField(default=False)

    class Meta:
        ordering = ("-at", "-pk")
        indexes = [models.Index(fields=("desk", "-at"), name="node_dayent_desk_id_at_idx")]
        constraints = [
            models.CheckConstraint(
                condition=Q(shared=False) | Q(subject=""), name="dayentry_shared_without_subject"
            )
        ]
