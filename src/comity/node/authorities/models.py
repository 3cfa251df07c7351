"""Authorities, their public keys, their officers, and whom a request acts for."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

from comity.base.errors import NotFound
from comity.base.text import joined, say
from comity.base.time import now
from comity.node import scope

ROLES = {
    "officer": "Officer",
    "analyst": "Analyst",
    "supervisor": "Supervisor",
    "data-protection-officer": "Data protection officer",
    "administrator": "Administrator",
}


NODE_ROLE = "node"


class Authority(models.Model):
    """A SPOC, PCCC, customs or police unit, EU agency, court. `local` ones are hosted by this node.

    The directory of authorities holds no personal data and is shared by all who work at the node.
    """

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    country = models.CharField(max_length=2)
    kind = models.CharField(max_length=40)
    local = models.BooleanField(default=False)
    endpoint = models.URLField(blank=True)
    channel = models.CharField(max_length=10, default="comity")
    contact = models.CharField(max_length=300, blank=True)
    languages = ArrayField(models.CharField(max_length=2), default=list)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ("country", "name")

    def __str__(self) -> str:
        return self.name

    @property
    def party(self) -> dict[str, str]:
        """The authority as the law engine names it: `{"kind", "country"}`."""
        return {"kind": self.kind, "country": self.country}


class PublicKey(models.Model):
    """A public key of an authority; a partner's is trusted once a person has compared fingerprints."""

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="keys")
    kid = models.CharField(max_length=80, unique=True)
    key = models.JSONField()
    fingerprint = models.CharField(max_length=100)
    confirmed = models.BooleanField(default=False)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ("added_at",)


class Officer(scope.Owned):
    """A person of an authority, with roles; or the node itself acting for the authority (no sign-in)."""

    user = models.OneToOneField(
        "auth.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=True
    )
    identity = models.UUIDField(unique=True, default=uuid.uuid4)
    name = models.CharField(max_length=120)
    roles = ArrayField(models.CharField(max_length=30), default=list)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    @property
    def titles(self) -> str:
        """The roles in words."""
        return joined("{first}, {then}", (ROLES.get(role, role) for role in self.roles))


class Team(scope.Owned):
    """Officers of an authority who share work. Requests that arrive go to the one whose `inbox` is true."""

    name = models.CharField(max_length=80)
    inbox = models.BooleanField(default=False)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(
                fields=("authority", "name"), condition=models.Q(active=True), name="team_name"
            ),
            models.UniqueConstraint(
                fields=("authority",), condition=models.Q(inbox=True, active=True), name="team_inbox"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(scope.Owned):
    """An officer in a team; who has left it stays as a row that is not `active`."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="memberships")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="memberships")
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("team", "officer"), name="membership_once")]


class Token(scope.Owned):
    """A bearer token for the API: only its SHA-256 is kept."""

    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    label = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()


@dataclass(frozen=True, slots=True)
class Identity:
    """The keys of an officer and its authority: all that is needed to begin acting."""

    authority: int
    officer: int

    @classmethod
    def of_user(cls, user_id: int) -> Self | None:
        """Whom a signed-in user acts for; None when no active officer belongs to the user."""
        return cls._ask("SELECT authority_id, officer_id FROM comity_officer_of_user(%s)", user_id)

    @classmethod
    def of_token(cls, token: str) -> Self | None:
        """Whom a bearer token speaks for; None when it is unknown, expired or its officer inactive."""
        digest = hashlib.sha256(token.encode()).hexdigest()
        sql = "SELECT authority_id, officer_id, expires_at FROM comity_officer_of_token(%s)"
        with connection.cursor() as cursor:
            cursor.execute(sql, [digest])
            row = cursor.fetchone()
        return cls(row[0], row[1]) if row and row[2] > now() else None

    @classmethod
    def of_node(cls, authority: Authority) -> Self:
        """The node itself, acting for one of its authorities: deliveries, cross-checks, clocks."""
        found = cls._ask("SELECT authority_id, officer_id FROM comity_node_officer(%s)", authority.pk)
        if found is None:
            raise NotFound(say("{name} is not an authority of this node.", name=authority.name))
        return found

    @classmethod
    def _ask(cls, sql: str, key: object) -> Self | None:
        with connection.cursor() as cursor:
            cursor.execute(sql, [key])
            row = cursor.fetchone()
        return cls(*row) if row else None
