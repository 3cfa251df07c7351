"""The keys of this node's authorities and of its partners: made, kept, trusted, revoked."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from comity.base.errors import ExpiredKey, InputError, Malformed, NotFound
from comity.base.text import say
from comity.base.time import now
from comity.node import ledger
from comity.node.authorities.models import Authority, PublicKey
from comity.wire.keys import PrivateKeys, PublicKeys
from comity.wire.trust import TrustList, is_valid

KEY_LIFETIME = timedelta(days=730)


def renew_keys(authority: Authority, begin: datetime | None = None) -> PrivateKeys:
    """Make new keys, valid from `begin` (now, if not said); the old ones stay valid until their own end.

    Keys that begin later give partners time to confirm them before the first message is signed with them.
    """
    begin = begin or now()
    keys = PrivateKeys.generate(authority.code, begin, begin + KEY_LIFETIME)
    keys.save(settings.HOME.keys_dir / f"{keys.kid}.json", settings.HOME.secret("master"))
    store_key(authority, keys.public(), confirmed=True)
    return keys


def private_keys(authority: Authority) -> list[PrivateKeys]:
    """All private keys of an authority of this node, newest first."""
    kids = PublicKey.objects.filter(authority=authority).order_by("-added_at").values_list("kid", flat=True)
    paths = [settings.HOME.keys_dir / f"{kid}.json" for kid in kids]
    return [_load_keys(path) for path in paths if path.exists()]


def current_keys(authority: Authority) -> PrivateKeys:
    """The newest keys of an authority of this node that are valid now: those to sign with.

    Raises ExpiredKey when none is.
    """
    good = [keys for keys in private_keys(authority) if is_valid(keys.public(), now())]
    if not good:
        raise ExpiredKey(
            say("{name} has no valid keys; an administrator makes new ones", name=authority.name)
        )
    return max(good, key=lambda keys: keys.valid_from)


@cache
def _load_keys(path: Path) -> PrivateKeys:
    return PrivateKeys.load(path, settings.HOME.secret("master"))


def trust_list(confirmed_only: bool = True) -> TrustList:
    """The keys this node trusts: its own, and those of partners that a person has confirmed."""
    rows = PublicKey.objects.filter(confirmed=True) if confirmed_only else PublicKey.objects.all()
    return TrustList(PublicKeys.from_json(row.key) for row in rows)


def read_key(given: Any, partner: Authority) -> PublicKeys:
    """A public key out of a partner's descriptor; raises InputError."""
    try:
        key = PublicKeys.from_json(given)
    except Malformed:
        raise InputError("not a public key as `comity peers export` writes it", field="keys") from None
    if key.authority != partner.code:
        raise InputError(
            say("the key belongs to {authority}, not to {code}", authority=key.authority, code=partner.code),
            field="keys",
        )
    return key


def store_key(authority: Authority, key: PublicKeys, *, confirmed: bool) -> PublicKey:
    """Keep a public key once; InputError when another is known by its name."""
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
        raise InputError(say("another key is already known as {kid}", kid=key.kid), field="keys")
    if confirmed and not row.confirmed:
        row.confirmed = True
        row.save(update_fields=["confirmed"])
    return row


def confirm_key(kid: str) -> PublicKey:
    """Trust a partner's key: a person has compared its fingerprint over another channel."""
    row = PublicKey.objects.filter(kid=kid).first()
    if row is None:
        raise NotFound(say("No key {kid} is known here.", kid=kid))
    row.confirmed = True
    row.save(update_fields=["confirmed"])
    ledger.record("key.confirmed", article="", body={"kid": kid, "fingerprint": row.fingerprint})
    return row


def revoke_key(kid: str) -> PublicKey:
    """Stop trusting a key from now on; what it signed before stays verifiable."""
    row = PublicKey.objects.filter(kid=kid).first()
    if row is None:
        raise NotFound(say("No key {kid} is known here.", kid=kid))
    row.key = {**row.key, "revoked_at": now().isoformat()}
    row.save(update_fields=["key"])
    ledger.record("key.revoked", article="", body={"kid": kid, "fingerprint": row.fingerprint})
    return row
