"""Text blocks that an authority shares, and which languages states accept."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from comity.node.scope import Owned


class TextBlock(Owned):
    """A text to be put into a step or a request, with placeholders such as `{reference}`.

    `procedure` and `step` empty: for any. One that is not `active` any more is kept, but not offered.
    """

    title = models.CharField(max_length=120)
    procedure = models.CharField(max_length=80, blank=True)
    step = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=2)
    text = models.TextField()
    active = models.BooleanField(default=True)
    version = models.IntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey("node.Officer", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("language", "title", "pk")

    def __str__(self) -> str:
        return self.title


class StateLanguages(Owned):
    """The languages in which a state takes requests, as somebody read them in a source on a day.

    Final once written: a later row of the same state takes its place.
    """

    country = models.CharField(max_length=2)
    languages = ArrayField(models.CharField(max_length=2))
    source = models.CharField(max_length=300)
    read_on = models.DateField()
    recorded_at = models.DateTimeField()
    officer = models.ForeignKey("node.Officer", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("country", "-id")
        indexes = [models.Index(fields=("authority", "country", "-id"), name="state_languages")]
