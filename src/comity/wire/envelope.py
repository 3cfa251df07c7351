"""The envelope: one message between two nodes, signed by its sender and sealed for its recipient.

The signature is inside the seal: who carries the message learns neither sender nor content, and the
recipient can show the signed text to a third party without giving away a key.

Files travel beside the signed text under the same seal, as `parts`. The signed text names the SHA-256 of each,
so that the signature and the receipt cover them, and the chain of messages can be kept without them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar

from pydantic import ConfigDict, Field

from comity.base.errors import Malformed, Misdirected, Tampered
from comity.base.text import say
from comity.wire import jose
from comity.wire.canonical import STRICT, Hash, Identifier, Instant, Text, decode, encode, instant
from comity.wire.keys import PrivateKeys, PublicKeys
from comity.wire.trust import TrustList, check_validity

MESSAGE = "comity-message+jws"
_FRAME = re.compile(rb"\n(0|[1-9][0-9]{0,8})\n")
CLOCK_SKEW = timedelta(minutes=5)
MOST_PARTS = 50
"""How many files may go with one message."""


@dataclass(frozen=True, kw_only=True)
class Message:
    """What one authority tells another.

    `sender` and `recipient` are authority codes; instants are aware; `body` is a JSON object. `sequence`
    counts from 1 for each pair and direction; `previous` is the `digest` of the message before it, 64 zeros
    at the start; `parts` are the SHA-256, in hex, of the files that go with it. Expiry is for the receiving
    case to judge, by `expired`: an expired message still has its place in the chain.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    id: Identifier
    conversation: Text
    sender: Text
    recipient: Text
    kind: Text
    procedure: Text
    purpose: Text
    issued_at: Instant
    sequence: Annotated[int, Field(ge=1)]
    previous: Hash
    body: dict[str, Any]
    articles: tuple[Text, ...] = ()
    handling: tuple[Text, ...] = ()
    expires_at: Instant | None = None
    parts: Annotated[tuple[Hash, ...], Field(max_length=MOST_PARTS)] = ()

    def expired(self, at: datetime) -> bool:
        return self.expires_at is not None and at >= self.expires_at


def sign(message: Message, keys: PrivateKeys) -> bytes:
    """The message as compact JWS by its sender's keys; the same message always gives the same bytes.

    Raises Malformed when a field is not as agreed or the message is too large, Misdirected when the keys are
    not the sender's, ExpiredKey when they are not valid when the message is issued.
    """
    if message.sender != keys.authority:
        raise Misdirected(
            say(
                "{authority} cannot sign a message from {sender}",
                authority=keys.authority,
                sender=message.sender,
            )
        )
    check_validity(keys.public(), message.issued_at)
    payload = encode(message)
    decode(Message, payload)
    return jose.sign(payload, MESSAGE, keys)


def seal(signed: bytes, recipient: PublicKeys, parts: Sequence[bytes] = ()) -> bytes:
    """The signed message and the files that go with it as compact JWE that only the recipient can open.

    Inside, each part follows the signed text as a line with its length in bytes, then its bytes. Raises Malformed
    when the parts are too large.
    """
    if sum(map(len, parts)) > jose.MAX_PARTS:
        raise Malformed(say("at most {size} MB of files go with one message", size=jose.MAX_PARTS // 2**20))
    framed = [b"\n%d\n%b" % (len(part), part) for part in parts]
    return jose.seal(b"".join([signed, *framed]), MESSAGE, recipient)


def unseal(sealed: bytes, keys: Sequence[PrivateKeys]) -> bytes:
    """The signed message inside, opened with whichever of our keys it was sealed for, old ones included.

    Raises Malformed, Misdirected or Tampered. Nothing of it may be believed before `verify`.
    """
    return unseal_all(sealed, keys)[0]


def unseal_all(sealed: bytes, keys: Sequence[PrivateKeys]) -> tuple[bytes, tuple[bytes, ...]]:
    """The signed message inside and the parts beside it, to be believed after `verify` and `check_parts`."""
    plain = jose.unseal(sealed, MESSAGE, keys)
    parts: list[bytes] = []
    at = signed = plain.find(b"\n") if b"\n" in plain else len(plain)
    while at < len(plain):
        frame = _FRAME.match(plain, at)
        if frame is None or frame.end() + int(frame[1]) > len(plain) or len(parts) == MOST_PARTS:
            raise Malformed("the files beside the message are not framed as agreed")
        at = frame.end() + int(frame[1])
        parts.append(plain[frame.end() : at])
    return plain[:signed], tuple(parts)


def check_parts(message: Message, parts: Sequence[bytes]) -> None:
    """Raise Tampered unless the parts are those that the message names, in its order."""
    if tuple(hashlib.sha256(part).hexdigest() for part in parts) != message.parts:
        raise Tampered("the files beside the message are not those that it names")


def verify(signed: bytes, trust: TrustList, at: datetime, *, expect_recipient: str) -> Message:
    """The message, once its signature, its sender, its recipient and the validity of its key hold.

    `at` is the instant of receipt: the key must have been valid then and when the message was issued.
    Raises Malformed, UnknownSender, ExpiredKey, Tampered or Misdirected.
    """
    key, payload = jose.verify(signed, MESSAGE, trust)
    message = decode(Message, payload)
    if message.sender != key.authority:
        raise Tampered(
            say(
                "the message says it is from {sender}, but {authority} signed it",
                sender=message.sender,
                authority=key.authority,
            )
        )
    if message.recipient != expect_recipient:
        raise Misdirected(
            say(
                "the message is for {recipient}, not for {expect_recipient}",
                recipient=message.recipient,
                expect_recipient=expect_recipient,
            )
        )
    check_validity(key, message.issued_at)
    check_validity(key, at)
    if message.issued_at > at + CLOCK_SKEW:
        raise Malformed(
            say(
                "the message is dated {issued_at}, but came at {at}",
                issued_at=instant(message.issued_at),
                at=instant(at),
            )
        )
    return message


def digest(signed: bytes) -> str:
    """SHA-256 of the signed text, in hex: what receipts and the next message of the chain refer to."""
    return hashlib.sha256(signed).hexdigest()
