"""The rows of the ledger: headers that stay, bodies that can be erased, leaves and checkpoints of the tree."""

from __future__ import annotations

from django.db import models

from comity.base.identifiers import uuid7
from comity.node.scope import Owned
from comity.wire.ledger import Header


class Entry(Owned):
    """The header of an entry: opaque ids and a salted commitment to the body; never changed, never deleted."""

    identity = models.UUIDField(unique=True, default=uuid7)
    at = models.DateTimeField(db_index=True)
    kind = models.CharField(max_length=60, db_index=True)
    article = models.CharField(max_length=200, blank=True)
    actor = models.CharField(max_length=60)
    case = models.CharField(max_length=60, blank=True, db_index=True)
    subject = models.CharField(max_length=60, blank=True, db_index=True)
    commitment = models.CharField(max_length=64)

    class Meta:
        ordering = ("-pk",)

    def header(self, authority: str, sequence: int) -> Header:
        """What the tree commits to: `authority` is its code, `sequence` the entry's place, from 1."""
        return Header(
            authority=authority,
            sequence=sequence,
            id=str(self.identity),
            at=self.at,
            kind=self.kind,
            article=self.article,
            actor=self.actor,
            case=self.case or None,
            subject=self.subject or None,
            commitment=self.commitment,
        )


class Body(Owned):
    """What an entry says, encrypted; `wrapped_key` and `ciphertext` are forgotten at the end of its term."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, primary_key=True, related_name="body")
    ciphertext = models.BinaryField(null=True)
    wrapped_key = models.BinaryField(null=True)
    keep_until = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)


class Unsealed(Owned):
    """An entry that the sealer has yet to take; the only row of the ledger that is ever deleted."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, primary_key=True, related_name="+")


class Leaf(Owned):
    """The place of an entry in the authority's tree, from 0, given when it is sealed."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, primary_key=True, related_name="leaf")
    index = models.BigIntegerField()
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ("index",)
        constraints = [models.UniqueConstraint(fields=("authority", "index"), name="leaf_index")]


class Checkpoint(Owned):
    """A signed root of the authority's tree at a size; `frontier` lets the next one be computed from it."""

    size = models.BigIntegerField()
    root = models.CharField(max_length=64)
    at = models.DateTimeField()
    signed = models.TextField()
    frontier = models.JSONField()

    class Meta:
        ordering = ("-size",)
        constraints = [models.UniqueConstraint(fields=("authority", "size"), name="checkpoint_size")]
