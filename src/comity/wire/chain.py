"""The chain of messages of one pair in one direction: nothing is lost, repeated or reordered unseen."""

from __future__ import annotations

from dataclasses import dataclass

from comity.base.errors import Gap, Replay, Tampered
from comity.base.text import say
from comity.wire.envelope import Message, digest


@dataclass(frozen=True)
class Link:
    """The last message of a chain: its sequence number and its digest (hex SHA-256 of the signed text)."""

    sequence: int
    digest: str


START = Link(0, "0" * 64)
"""The link before the first message."""


def next_link(link: Link, signed: bytes) -> Link:
    """The link after one more message."""
    return Link(link.sequence + 1, digest(signed))


def check(link: Link, message: Message, signed: bytes) -> Link:
    """The link after `message`, when it is the one that follows `link`.

    Raises Replay when it was handled before, Gap when an earlier one has yet to come, Tampered when it
    follows another history than ours.
    """
    expected = link.sequence + 1
    name = f"message {message.sequence} from {message.sender}"
    if message.sequence < expected:
        raise Replay(
            say("{name} was handled before; the next is number {expected}", name=name, expected=expected)
        )
    if message.sequence > expected:
        raise Gap(
            say("{name} came before number {expected}", name=name, expected=expected),
            expected=expected,
            got=message.sequence,
        )
    if message.previous != link.digest:
        raise Tampered(say("{name} does not follow the message before it", name=name))
    return next_link(link, signed)
