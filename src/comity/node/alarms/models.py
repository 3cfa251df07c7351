"""Alarms and how they were told; the rota, the choices of officers, and where programs are told."""

from __future__ import annotations

from uuid import uuid4

from django.db import models

from comity.base.identifiers import uuid7
from comity.node.scope import Owned


class Alarm(Owned):
    """Something about a case that runs out or waits, raised once: `occasion` says for what.

    It is active until `cleared_at`, which is set by itself when the reason is gone. `escalation` counts how far
    it was passed up: 0 to whom it concerns, 1 to their supervisors, 2 to all supervisors.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    case = models.ForeignKey("node.Case", on_delete=models.PROTECT, related_name="alarms")
    level = models.CharField(max_length=20)
    occasion = models.CharField(max_length=80)
    article = models.CharField(max_length=120, blank=True)
    due_at = models.DateTimeField(null=True)
    raised_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    cleared_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey("node.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    escalation = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = (models.F("due_at").asc(nulls_last=True), "raised_at")
        constraints = [models.UniqueConstraint(fields=("case", "level", "occasion"), name="alarm_once")]
        indexes = [
            models.Index(
                fields=("authority", "raised_at"), condition=models.Q(cleared_at=None), name="alarm_active"
            )
        ]


class Webhook(Owned):
    """An address of a program that is told of alarms. Its secret is derived from the node's and kept nowhere."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    url = models.CharField(max_length=300)
    made_at = models.DateTimeField()
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ("made_at",)


class Telling(Owned):
    """One mail or call of a webhook about an alarm, made with the change that it tells of and carried later.

    Its id is the idempotency key: whoever gets it twice knows it by that.
    """

    PENDING, SENT, FAILED, NOT_SET_UP = "pending", "sent", "failed", "not-set-up"
    MAIL, WEBHOOK = "mail", "webhook"

    id = models.UUIDField(primary_key=True, default=uuid7)
    alarm = models.ForeignKey(Alarm, on_delete=models.PROTECT, related_name="tellings")
    case = models.ForeignKey("node.Case", on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey("node.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    webhook = models.ForeignKey(Webhook, null=True, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10)
    escalation = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    state = models.CharField(max_length=12, default=PENDING)
    attempts = models.IntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("made_at", "pk")
        indexes = [models.Index(fields=("authority", "state", "due_at"), name="telling_due")]


class Shift(Owned):
    """A weekly time of duty of an officer, on the clock of the authority's state.

    `weekday` counts from Monday, 0. A shift that ends at or before it begins goes on into the next day.
    """

    officer = models.ForeignKey("node.Officer", on_delete=models.PROTECT, related_name="+")
    weekday = models.PositiveSmallIntegerField()
    begins = models.TimeField()
    ends = models.TimeField()
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ("weekday", "begins", "pk")


class AlarmRules(Owned):
    """What an authority has set: when an alarm is passed up, whom it reaches when nobody is on duty."""

    pass_up_after = models.PositiveSmallIntegerField(default=15)
    on_call = models.ForeignKey("node.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    missed_breaks_quiet = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("authority",), name="alarm_rules_once")]


class Preferences(Owned):
    """How an officer wants to be told, in which language, and whether keys of the keyboard stand for steps."""

    officer = models.OneToOneField("node.Officer", on_delete=models.PROTECT, related_name="+")
    mail = models.CharField(max_length=200, blank=True)
    by_mail = models.BooleanField(default=False)
    language = models.CharField(max_length=5, default="en")
    shortcuts = models.BooleanField(default=True)
