"""Partners: how they stand with us, their keys, and what lies on the way to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from comity.base.errors import InputError, NotFound
from comity.base.text import say
from comity.base.time import now
from comity.node import access, authorities, ledger, scope
from comity.node.authorities import Authority, PublicKey
from comity.node.exchange.models import Inbox, Link, Outbox
from comity.wire.keys import PublicKeys


@dataclass(frozen=True, slots=True)
class Standing:
    """A partner, the chains with it (None before the first message), and its messages by state."""

    authority: Authority
    link: Link | None
    states: dict[str, int]
    unconfirmed: int


def partners() -> list[Standing]:
    """All partners by country and name."""
    access.require("partner.read")
    links = {link.partner_id: link for link in Link.objects.all()}
    states: dict[int, dict[str, int]] = {}
    for row in Outbox.objects.values("partner", "state").annotate(count=Count("pk")).order_by():
        states.setdefault(row["partner"], {})[row["state"]] = row["count"]
    others = Authority.objects.exclude(pk=scope.current_authority()).annotate(
        unconfirmed=Count("keys", filter=Q(keys__confirmed=False))
    )
    return [Standing(each, links.get(each.pk), states.get(each.pk, {}), each.unconfirmed) for each in others]


def find(code: str) -> Authority:
    """A partner by its code. Raises NotFound."""
    access.require("partner.read")
    found = Authority.objects.filter(code=code).exclude(pk=scope.current_authority()).first()
    if found is None:
        raise NotFound(say("There is no partner {code!r}.", code=code))
    return found


def standing(partner: Authority) -> Standing:
    """How one partner stands with us."""
    return next(each for each in partners() if each.authority == partner)


def keys(partner: Authority) -> QuerySet[PublicKey]:
    """The partner's public keys, oldest first."""
    access.require("partner.read")
    return partner.keys.all()


def received(partner: Authority) -> QuerySet[Inbox]:
    """The messages received from a partner, newest first."""
    access.require("partner.read")
    return Inbox.objects.filter(partner=partner)


def add(descriptor: Mapping[str, Any]) -> Authority:
    """Add or renew a partner from its descriptor; its keys count once a person has confirmed them.

    Without an endpoint the partner is reached by the manual channel. Raises InputError on a bad descriptor.
    """
    access.require("partner.manage")
    if not isinstance(descriptor, Mapping):
        raise InputError("expected an object as `comity peers export` writes it", field="descriptor")
    partner = authorities.add_partner(dict(descriptor))
    ledger.record(
        "partner.added", body={"code": partner.code, "channel": partner.channel, "endpoint": partner.endpoint}
    )
    return partner


def confirm_key(kid: str) -> PublicKey:
    """Trust a partner's key, its fingerprint having been compared over another channel. Raises NotFound."""
    access.require("partner.manage")
    return authorities.confirm_key(_of_partner(kid))


def revoke_key(kid: str) -> PublicKey:
    """Stop trusting a partner's key from now on. Raises NotFound."""
    access.require("partner.manage")
    return authorities.revoke_key(_of_partner(kid))


def renew_own_keys(begin: datetime) -> PublicKeys:
    """Make new keys of the acting authority, valid from `begin`; until then the old ones go on signing.

    Partners confirm the new fingerprint in the meantime. Raises InputError when `begin` lies in the past.
    """
    access.require("partner.manage")
    if begin < now() - timedelta(minutes=1):
        raise InputError("expected an instant that is not in the past", field="begin")
    me = Authority.objects.get(pk=scope.current_authority())
    keys = authorities.renew_keys(me, begin).public()
    ledger.record("key.made", body={"kid": keys.kid, "fingerprint": keys.fingerprint()})
    return keys


def _of_partner(kid: str) -> str:
    if not PublicKey.objects.filter(kid=kid).exclude(authority=scope.current_authority()).exists():
        raise NotFound(say("No partner has a key {kid}.", kid=kid))
    return kid


def own_descriptor() -> dict[str, Any]:
    """What partners need in order to reach and to trust the acting authority; it holds no secret."""
    access.require("partner.read")
    return authorities.descriptor(Authority.objects.get(pk=scope.current_authority()))
