from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.base.errors import Gap, Replay, Tampered, WireError
from comity.wire.chain import START, Link, check, next_link
from comity.wire.envelope import Message, digest, sign


@pytest.fixture(scope="module")
def conversation(world, make_message) -> list[tuple[Message, bytes]]:
    """Five messages, each following the one before it."""
    link, sent = START, []
    for _ in range(5):
        message = make_message(sequence=link.sequence + 1, previous=link.digest)
        signed = sign(message, world.nl)
        sent.append((message, signed))
        link = next_link(link, signed)
    return sent


def test_messages_in_order_are_taken_and_both_sides_have_the_same_link(conversation):
    received = sent = START
    for message, signed in conversation:
        received, sent = check(received, message, signed), next_link(sent, signed)
        assert received == sent == Link(message.sequence, digest(signed))


def test_a_replay_is_refused(conversation):
    link = check(START, *conversation[0])
    with pytest.raises(Replay, match="message 1 from NL-SPOC was handled before"):
        check(link, *conversation[0])


def test_a_gap_says_what_was_expected_and_what_came(conversation):
    with pytest.raises(Gap, match=r"message 3 .* before number 1") as refusal:
        check(START, *conversation[2])
    assert (refusal.value.expected, refusal.value.got) == (1, 3)


def test_a_message_that_follows_another_history_is_refused(world, make_message, conversation):
    link = check(START, *conversation[0])
    other = make_message(sequence=2, previous=digest(b"another first message"))
    with pytest.raises(Tampered, match="does not follow"):
        check(link, other, sign(other, world.nl))


@given(order=st.lists(st.integers(0, 4), max_size=12))
def test_whatever_order_they_come_in_each_is_taken_once_and_in_order(conversation, order: list[int]):
    link, taken = START, []
    for index in order:
        try:
            link = check(link, *conversation[index])
        except WireError:
            continue
        taken.append(index)
    assert taken == list(range(len(taken)))
