"""The trust list: whose keys this node believes, and from when until when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from comity.base.errors import Conflict, ExpiredKey, UnknownSender
from comity.base.text import say
from comity.wire.canonical import instant
from comity.wire.keys import PublicKeys


class TrustList:
    """The public keys of every authority this node deals with, old keys and revoked ones included.

    Keys overlap while they are rotated: both verify, the newer one is sealed for.
    Raises Conflict when two entries share one signing key.
    """

    def __init__(self, keys: Iterable[PublicKeys]) -> None:
        self._by_kid: dict[str, PublicKeys] = {}
        for key in keys:
            if self._by_kid.setdefault(key.kid, key) is not key:
                raise Conflict(say("the key {kid} is on the trust list twice", kid=key.kid))

    def named(self, kid: str) -> PublicKeys:
        """The keys of that name, valid or not; raises UnknownSender."""
        key = self._by_kid.get(kid)
        if key is None:
            raise UnknownSender("the key that signed this is not on the trust list")
        return key

    def find(self, kid: str, at: datetime) -> PublicKeys:
        """The keys of that name, valid at that instant; raises UnknownSender or ExpiredKey."""
        key = self.named(kid)
        check_validity(key, at)
        return key

    def current(self, authority: str, at: datetime) -> PublicKeys:
        """The newest keys of an authority that are good at that instant: those to seal for.

        Raises UnknownSender when the list has none of it, ExpiredKey when it has, but none is good then.
        """
        known = [key for key in self._by_kid.values() if key.authority == authority]
        if not known:
            raise UnknownSender(say("there is no key of {authority} on the trust list", authority=authority))
        good = [key for key in known if is_valid(key, at)]
        if not good:
            raise ExpiredKey(
                say("no key of {authority} is valid at {at}", authority=authority, at=instant(at))
            )
        return max(good, key=lambda key: key.valid_from)


def is_valid(key: PublicKeys, at: datetime) -> bool:
    """Whether the keys may be used at that instant: begun, not ended, not revoked."""
    return key.valid_from <= at < key.valid_until and (key.revoked_at is None or at < key.revoked_at)


def check_validity(key: PublicKeys, at: datetime) -> None:
    """Raises ExpiredKey, saying why, unless the keys may be used at that instant."""
    if is_valid(key, at):
        return
    if key.revoked_at is not None and at >= key.revoked_at:
        why = f"was revoked at {instant(key.revoked_at)}"
    else:
        why = f"is valid from {instant(key.valid_from)} until {instant(key.valid_until)}"
    raise ExpiredKey(
        say(
            "the key of {authority} {why}, and is used at {at}",
            authority=key.authority,
            why=why,
            at=instant(at),
        )
    )
