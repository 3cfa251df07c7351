"""Who acts: authorities (this node's own and its partners), their keys, their officers."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Self

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction

from comity.base.errors import InputError, Malformed, NotFound
from comity.base.time import now
from comity.node import ledger, scope
from comity.wire.keys import PrivateKeys, PublicKeys
from comity.wire.trust import TrustList

ROLES = {
    "officer": "Officer",
    "analyst": "Analyst",
    "supervisor": "Supervisor",
    "data-protection-officer": "Data protection officer",
    "administrator": "Administrator",
}
NODE_ROLE = "node"
KEY_LIFETIME = timedelta(days=730)


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
        return ", ".join(ROLES.get(role, role) for role in self.roles)


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
            raise NotFound(f"{authority.name} is not an authority of this node.")
        return found

    @classmethod
    def _ask(cls, sql: str, key: object) -> Self | None:
        with connection.cursor() as cursor:
            cursor.execute(sql, [key])
            row = cursor.fetchone()
        return cls(*row) if row else None


def local_authorities() -> list[Authority]:
    """The authorities this node acts for."""
    return list(Authority.objects.filter(local=True, active=True).order_by("pk"))


def found(code: str, name: str, country: str, kind: str, languages: Iterable[str] = ()) -> Authority:
    """Set up an authority of this node: its row, its keys, and the officer that the node itself is."""
    with transaction.atomic():
        authority, made = Authority.objects.get_or_create(
            code=code,
            defaults={
                "name": name,
                "country": country,
                "kind": kind,
                "local": True,
                "endpoint": f"{settings.HOME.url}/inbox/{code}",
                "languages": list(languages) or ["en"],
            },
        )
        if made:
            with scope.acting(authority.pk, 0):
                Officer.objects.create(name=f"Node of {name}", roles=[NODE_ROLE])
            renew_keys(authority)
    return authority


def renew_keys(authority: Authority) -> PrivateKeys:
    """Make new keys valid from now; the old ones stay valid until their own end, so that they overlap."""
    keys = PrivateKeys.generate(authority.code, now(), now() + KEY_LIFETIME)
    keys.save(settings.HOME.keys_dir / f"{keys.kid}.json", settings.HOME.secret("master"))
    _store_key(authority, keys.public(), confirmed=True)
    return keys


def private_keys(authority: Authority) -> list[PrivateKeys]:
    """All private keys of an authority of this node, newest first."""
    kids = PublicKey.objects.filter(authority=authority).order_by("-added_at").values_list("kid", flat=True)
    paths = [settings.HOME.keys_dir / f"{kid}.json" for kid in kids]
    return [_load_keys(path) for path in paths if path.exists()]


@cache
def _load_keys(path: Path) -> PrivateKeys:
    return PrivateKeys.load(path, settings.HOME.secret("master"))


def trust_list(confirmed_only: bool = True) -> TrustList:
    """The keys this node trusts: its own, and those of partners that a person has confirmed."""
    rows = PublicKey.objects.filter(confirmed=True) if confirmed_only else PublicKey.objects.all()
    return TrustList(PublicKeys.from_json(row.key) for row in rows)


def descriptor(authority: Authority) -> dict[str, Any]:
    """What a partner needs in order to reach and to trust the authority; holds no secret."""
    return {
        "comity": 1,
        "code": authority.code,
        "name": authority.name,
        "country": authority.country,
        "kind": authority.kind,
        "endpoint": authority.endpoint,
        "languages": authority.languages,
        "keys": [row.key for row in authority.keys.all()],
    }


REQUIRED = ("code", "name", "country", "kind")


def add_partner(given: dict[str, Any], *, confirmed: bool = False) -> Authority:
    """Add or renew a partner from its descriptor. Keys count once `confirmed` (fingerprints compared).

    A partner with no endpoint is reached by the manual channel. Raises InputError on a bad descriptor.
    """
    for name in REQUIRED:
        if not isinstance(given.get(name), str) or not given[name]:
            raise InputError("missing or not text", field=name)
    with transaction.atomic():
        existing = Authority.objects.filter(code=given["code"]).first()
        if existing and existing.local:
            raise InputError(f"{given['code']} is an authority of this node itself", field="code")
        values = {
            **{name: given[name] for name in REQUIRED[1:]},
            "endpoint": given.get("endpoint") or "",
            "channel": "comity" if given.get("endpoint") else "manual",
            "contact": given.get("contact") or "",
            "languages": [str(language) for language in _listed(given, "languages")] or ["en"],
        }
        _check(Authority(code=given["code"], **values))
        partner, _ = Authority.objects.update_or_create(code=given["code"], defaults=values)
        for key in _listed(given, "keys"):
            _store_key(partner, _read_key(key, partner), confirmed=confirmed)
    return partner


def _check(authority: Authority) -> None:
    try:
        authority.clean_fields()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise InputError(messages[0], field=field) from None


def _listed(given: dict[str, Any], field: str) -> list[Any]:
    value = given.get(field) or []
    if not isinstance(value, list):
        raise InputError("expected a list", field=field)
    return value


def _read_key(given: Any, partner: Authority) -> PublicKeys:
    try:
        key = PublicKeys.from_json(given)
    except Malformed:
        raise InputError("not a public key as `comity peers export` writes it", field="keys") from None
    if key.authority != partner.code:
        raise InputError(f"the key belongs to {key.authority}, not to {partner.code}", field="keys")
    return key


def _store_key(authority: Authority, key: PublicKeys, *, confirmed: bool) -> PublicKey:
    row, made = PublicKey.objects.get_or_create(
        kid=key.kid,
        defaults={
            "authority": authority,
            "key": key.as_json(),
            "fingerprint": key.fingerprint(),
            "confirmed": confirmed,
            "added_at": now(),
        },
    )
    if not made and (row.authority_id != authority.pk or row.fingerprint != key.fingerprint()):
        raise InputError(f"another key is already known as {key.kid}", field="keys")
    if confirmed and not row.confirmed:
        row.confirmed = True
        row.save(update_fields=["confirmed"])
    return row


def confirm_key(kid: str) -> PublicKey:
    """Trust a partner's key: a person has compared its fingerprint over another channel."""
    row = PublicKey.objects.filter(kid=kid).first()
    if row is None:
        raise NotFound(f"No key {kid} is known here.")
    row.confirmed = True
    row.save(update_fields=["confirmed"])
    ledger.record("key.confirmed", article="", body={"kid": kid, "fingerprint": row.fingerprint})
    return row


def revoke_key(kid: str) -> PublicKey:
    """Stop trusting a key from now on; what it signed before stays verifiable."""
    row = PublicKey.objects.filter(kid=kid).first()
    if row is None:
        raise NotFound(f"No key {kid} is known here.")
    row.key = {**row.key, "revoked_at": now().isoformat()}
    row.save(update_fields=["key"])
    ledger.record("key.revoked", article="", body={"kid": kid, "fingerprint": row.fingerprint})
    return row


def enrol(authority: Authority, username: str, name: str, roles: Iterable[str], password: str) -> Officer:
    """Give a person of the authority a sign-in. Raises InputError on an unknown role or a taken name."""
    roles = list(roles)
    for role in roles:
        if role not in ROLES:
            raise InputError(f"{role!r} is no role; expected one of {', '.join(ROLES)}", field="roles")
    users = get_user_model()
    with transaction.atomic():
        if users.objects.filter(username=username).exists():
            raise InputError(f"the sign-in {username!r} is taken", field="username")
        user = users.objects.create_user(username=username, password=password)
        node = Identity.of_node(authority)
        with scope.acting(node.authority, node.officer, "enrol an officer"):
            officer = Officer.objects.create(user=user, name=name, roles=roles)
            ledger.record(
                "officer.enrolled", article="", body={"officer": str(officer.identity), "roles": roles}
            )
    return officer


def make_token(officer: Officer, label: str, expires_at: datetime) -> str:
    """A new bearer token for the API; shown once, kept only as its digest. InputError without a label."""
    if not label.strip():
        raise InputError("say what the token is for", field="label")
    token = secrets.token_urlsafe(32)
    Token.objects.create(
        officer=officer,
        digest=hashlib.sha256(token.encode()).hexdigest(),
        label=label.strip()[:80],
        made_at=now(),
        expires_at=expires_at,
    )
    ledger.record("token.made", article="", body={"officer": str(officer.identity), "label": label})
    return token


def tokens(officer: Officer) -> list[Token]:
    """The officer's own tokens that still open the API, newest first."""
    return list(Token.objects.filter(officer=officer, expires_at__gt=now()).order_by("-made_at"))


def revoke_token(officer: Officer, token: int) -> None:
    """End a token of the officer's own now. Raises NotFound when it is another's."""
    if not Token.objects.filter(pk=token, officer=officer, expires_at__gt=now()).update(expires_at=now()):
        raise NotFound("You have no such token.")
    ledger.record("token.revoked", article="", body={"officer": str(officer.identity), "token": token})


def team() -> list[Officer]:
    """The persons of the acting authority who can be given work."""
    return list(Officer.objects.filter(active=True).exclude(user=None))


def actor_names() -> dict[str, str]:
    """The officers of the acting authority by the name that the ledger gives them, such as `officer-7`."""
    return {f"officer-{pk}": name for pk, name in Officer.objects.values_list("pk", "name")}


def partner(code: str) -> Authority:
    """An active authority that can be turned to, by its code; NotFound when there is none."""
    found = Authority.objects.filter(code=code, active=True).first()
    if found is None:
        raise NotFound("There is no such partner.")
    return found


def partners_of(authority: Authority) -> list[Authority]:
    """Every active authority that this one can turn to: partners, and others of the same node."""
    return list(Authority.objects.filter(active=True).exclude(pk=authority.pk))
