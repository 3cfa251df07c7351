"""Files of a case, kept encrypted, and which of them went or came with which step."""

from __future__ import annotations

from django.db import models

from comity.base.identifiers import uuid7
from comity.node.scope import Owned


class Attachment(Owned):
    """A file of a case: what it is called, what it is, who gave it, and what the scan said.

    `sha256` is of the plain bytes, in hex; `size` counts them. `officer` added it here, or `partner` sent it.
    `handling` is how it may be used where it was taken over from another case; else the steps it came with say so.
    """

    CLEAN, NOT_SCANNED, WAITING, INFECTED, REFUSED = "clean", "not-scanned", "waiting", "infected", "refused"
    QUARANTINE = (WAITING, INFECTED, REFUSED)

    id = models.UUIDField(primary_key=True, default=uuid7)
    case = models.ForeignKey("node.Case", on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    verdict = models.CharField(max_length=12)
    note = models.CharField(max_length=300, blank=True)
    handling = models.JSONField(default=dict)
    added_at = models.DateTimeField()
    officer = models.ForeignKey("node.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    partner = models.ForeignKey("node.Authority", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("added_at", "id")

    def __str__(self) -> str:
        return self.name

    @property
    def quarantined(self) -> bool:
        """Whether it is kept from everybody: infected, not of an agreed type, or still to be scanned."""
        return self.verdict in self.QUARANTINE

    def as_said(self) -> dict[str, object]:
        """What a step says of the file that goes with it."""
        return {"name": self.name, "type": self.media_type, "size": self.size, "sha256": self.sha256}


class AttachmentContent(Owned):
    """The bytes of a file under a key of its own, which the node's master key wraps. Never changed."""

    attachment = models.OneToOneField(
        Attachment, on_delete=models.PROTECT, primary_key=True, related_name="content"
    )
    case = models.ForeignKey("node.Case", on_delete=models.PROTECT, related_name="+")
    ciphertext = models.BinaryField()
    wrapped_key = models.BinaryField()


class Enclosure(Owned):
    """That a file went or came with a step. Final once written."""

    case = models.ForeignKey("node.Case", on_delete=models.PROTECT, related_name="+")
    step = models.ForeignKey("node.Step", on_delete=models.PROTECT, related_name="enclosures")
    attachment = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="enclosures")

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=("step", "attachment"), name="enclosed_once")]
