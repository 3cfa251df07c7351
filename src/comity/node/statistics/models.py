"""What a case that was deleted counts as, without the case."""

from __future__ import annotations

from django.db import models

from comity.node.scope import Owned


class Tally(Owned):
    """One case of one figure, at the instant that decides in which period it counts; final once written."""

    figure = models.CharField(max_length=30)
    country = models.CharField(max_length=2)
    urgent = models.BooleanField()
    ground = models.CharField(max_length=40, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=("authority", "at"), name="tally_at")]
