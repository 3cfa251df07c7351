"""Receipts: the receiving authority's signed evidence that it has, or refuses, one message.

In the words of ETSI EN 319 522-1 each node is its authority's delivery service: `accepted` is evidence of
*RelayAcceptance* and of *ContentConsignment* (the content is available to the recipient), `refused` is
*RelayRejection* with its reason; that no receipt came in time is *RelayFailure*, which the sender's node
notes by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from pydantic import ConfigDict

from comity.base.errors import Misdirected, Tampered
from comity.base.text import say
from comity.wire import jose
from comity.wire.canonical import STRICT, Hash, Identifier, Instant, Reason, Text, decode, encode
from comity.wire.envelope import Message, digest
from comity.wire.keys import PrivateKeys
from comity.wire.trust import TrustList, check_validity

RECEIPT = "comity-receipt+jws"


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """`message` and `digest` name the signed message; `authority` is the one that received it."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    message: Identifier
    digest: Hash
    authority: Text
    received_at: Instant
    verdict: Literal["accepted", "refused"]
    reason: Reason | None = None


def sign(receipt: Receipt, keys: PrivateKeys) -> bytes:
    """The receipt as compact JWS; raises Misdirected when the keys are not the receiving authority's."""
    if receipt.authority != keys.authority:
        raise Misdirected(
            say(
                "{authority} cannot sign a receipt of {authority_2}",
                authority=keys.authority,
                authority_2=receipt.authority,
            )
        )
    payload = encode(receipt)
    decode(Receipt, payload)
    return jose.sign(payload, RECEIPT, keys)


def verify(
    signed_receipt: bytes, trust: TrustList, at: datetime, *, message: Message, signed: bytes
) -> Receipt:
    """The receipt, once it is shown to be the recipient's for exactly this signed message.

    `at` is the instant the receipt came in. Raises Malformed, UnknownSender, ExpiredKey or Tampered.
    """
    key, payload = jose.verify(signed_receipt, RECEIPT, trust)
    receipt = decode(Receipt, payload)
    check_validity(key, receipt.received_at)
    check_validity(key, at)
    if not key.authority == receipt.authority == message.recipient:
        raise Tampered(
            say(
                "{authority} signed the receipt, but the message went to {recipient}",
                authority=key.authority,
                recipient=message.recipient,
            )
        )
    if receipt.message != message.id or receipt.digest != digest(signed):
        raise Tampered(say("the receipt of {authority} is for another message", authority=key.authority))
    return receipt
