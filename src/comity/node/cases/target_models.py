"""Service targets of an authority."""

from __future__ import annotations

from django.db import models

from comity.node.scope import Owned


class ServiceTarget(Owned):
    """Within which period of receiving a case an authority means to take a step of a procedure; its own, never law."""

    procedure = models.CharField(max_length=80)
    step = models.CharField(max_length=40)
    within = models.CharField(max_length=20)
    counting = models.CharField(max_length=20)
    set_by = models.ForeignKey("node.Officer", on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    ended_by = models.ForeignKey("node.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("procedure", "step", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("authority", "procedure", "step"),
                condition=models.Q(ended_at=None),
                name="servicetarget_once",
            )
        ]
