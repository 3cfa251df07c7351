"""Registers, their records, and what was looked for in them."""

from __future__ import annotations

import uuid

from django.db import models

from comity.base.identifiers import uuid7
from comity.node.scope import Owned


class Register(Owned):
    """A collection of records under a legal basis, with what it is for.

    `law` is the register of the law book that it is kept under, if any: who sees what of a record, and how long it is
    kept, is then as that law says. `compared_for` is the purpose of that law for which cases and manifests are
    compared with it; none: they are not.
    """

    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=120)
    basis = models.CharField(max_length=200)
    purpose = models.CharField(max_length=200)
    law = models.CharField(max_length=40, blank=True, default="")
    compared_for = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=("authority", "code"), name="register_code")]

    def __str__(self) -> str:
        return self.name


class Record(Owned):
    """One entry of a register: a FollowTheMoney entity plus its legal metadata.

    `entity` is `{"id", "schema", "properties": {name: [text]}}`; `digest` tells whether an import changed it.
    Under a law register `holding` is its kind there, `moments` the instants from which its periods run, `facts` what
    they depend on, `keep_at` when the next of them ends. Of one that was deleted nothing is left but its row.
    """

    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="records")
    key = models.CharField(max_length=200)
    schema = models.CharField(max_length=40)
    caption = models.CharField(max_length=300)
    entity = models.JSONField()
    digest = models.CharField(max_length=64)
    since = models.DateTimeField()
    changed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    holding = models.CharField(max_length=60, blank=True, default="")
    moments = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)
    keep_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("caption", "pk")
        constraints = [models.UniqueConstraint(fields=("register", "key"), name="record_key")]
        indexes = [
            models.Index(fields=("register", "caption")),
            models.Index(fields=("authority", "keep_at"), name="record_keep_at"),
        ]

    def __str__(self) -> str:
        return self.caption


class Change(Owned):
    """One line of what the matcher must learn: this record was put or withdrawn. Followed in order."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+")
    withdrawn = models.BooleanField(default=False)


class Import(Owned):
    """One reading of a file into a register, with its counts and where the rejected rows went."""

    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="imports")
    at = models.DateTimeField()
    source = models.CharField(max_length=300)
    kind = models.CharField(max_length=20)
    read = models.IntegerField(default=0)
    added = models.IntegerField(default=0)
    changed = models.IntegerField(default=0)
    unchanged = models.IntegerField(default=0)
    rejected = models.IntegerField(default=0)
    rejects = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("-at",)


class Screening(Owned):
    """One comparison of a list of things (a manifest) with the registers, by an officer, for a purpose."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    officer = models.ForeignKey("node.Officer", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    source = models.CharField(max_length=300)
    purpose = models.CharField(max_length=300)
    rejected = models.JSONField(default=list)

    class Meta:
        ordering = ("-at",)


class Query(Owned):
    """One thing that was looked for: a row of a manifest, or a subject of a case."""

    screening = models.ForeignKey(Screening, null=True, on_delete=models.PROTECT, related_name="queries")
    case = models.ForeignKey("node.Case", null=True, on_delete=models.PROTECT, related_name="queries")
    line = models.IntegerField(default=0)
    role = models.CharField(max_length=40, blank=True)
    caption = models.CharField(max_length=300)
    entity = models.JSONField()

    class Meta:
        ordering = ("line", "pk")


class Match(Owned):
    """A possible identity between a query and a record: the machine's result, and the person's decision."""

    OPEN, CONFIRMED, DISCARDED = "open", "confirmed", "discarded"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    query = models.ForeignKey(Query, on_delete=models.PROTECT, related_name="matches")
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="matches")
    score = models.FloatField()
    key = models.FloatField()
    reasons = models.JSONField()
    found_at = models.DateTimeField()
    decision = models.CharField(max_length=10, default=OPEN)
    decided_by = models.ForeignKey("node.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("-score", "-key")
        constraints = [models.UniqueConstraint(fields=("query", "record"), name="match_once")]
        indexes = [models.Index(fields=("authority", "decided_at"), name="match_decided")]
