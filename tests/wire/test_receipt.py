from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.base.errors import ExpiredKey, Malformed, Misdirected, Tampered, UnknownSender, WireError
from comity.wire.envelope import digest
from comity.wire.envelope import sign as sign_message
from comity.wire.receipt import Receipt, sign, verify
from comity.wire.trust import TrustList

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def receipt(world, make_message, signed: bytes) -> Receipt:
    return Receipt(
        message=make_message().id,
        digest=digest(signed),
        authority="DE-SPOC",
        received_at=world.at,
        verdict="accepted",
    )


@pytest.mark.parametrize(("verdict", "reason"), [("accepted", None), ("refused", "no such procedure: Ærø")])
def test_a_receipt_proves_what_became_of_the_message(world, make_message, signed, receipt, verdict, reason):
    given_out = replace(receipt, verdict=verdict, reason=reason)
    token = sign(given_out, world.de)
    assert verify(token, world.trust, world.at, message=make_message(), signed=signed) == given_out


@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_receipt_changed_in_any_bit_is_refused(
    world, make_message, signed, receipt, place: float, bit: int
):
    token = bytearray(sign(receipt, world.de))
    token[int(place * len(token))] ^= 1 << bit
    with pytest.raises(WireError):
        verify(bytes(token), world.trust, world.at, message=make_message(), signed=signed)


def test_a_receipt_for_another_message_proves_nothing(world, make_message, signed, receipt):
    other = make_message(sequence=2)
    with pytest.raises(Tampered, match="another message"):
        verify(
            sign(receipt, world.de),
            world.trust,
            world.at,
            message=other,
            signed=sign_message(other, world.nl),
        )
    token = sign(replace(receipt, message="01936f2e-8a5c-7b3d-9e4f-ffffffffffff"), world.de)
    with pytest.raises(Tampered, match="another message"):
        verify(token, world.trust, world.at, message=make_message(), signed=signed)


def test_only_the_recipient_of_the_message_can_give_its_receipt(world, make_message, signed, receipt):
    with pytest.raises(Misdirected):
        sign(receipt, world.se)
    token = sign(replace(receipt, authority="SE-SPOC"), world.se)
    with pytest.raises(Tampered, match="SE-SPOC signed the receipt, but the message went to DE-SPOC"):
        verify(token, world.trust, world.at, message=make_message(), signed=signed)


def test_a_receipt_by_an_unknown_expired_or_revoked_key_is_refused(world, make_message, signed, receipt):
    token = sign(receipt, world.de)
    revoked = TrustList([replace(world.de.public(), revoked_at=world.at)])
    for trust, at, refusal in [
        (TrustList([world.nl.public()]), world.at, UnknownSender),
        (world.trust, world.de.valid_until, ExpiredKey),
        (revoked, world.at + DAY, ExpiredKey),
    ]:
        with pytest.raises(refusal):
            verify(token, trust, at, message=make_message(), signed=signed)


def test_a_receipt_with_another_verdict_is_not_signed(world, receipt):
    with pytest.raises(Malformed, match="verdict"):
        sign(replace(receipt, verdict="perhaps"), world.de)


def test_a_message_does_not_pass_for_a_receipt(world, make_message, signed):
    with pytest.raises(Malformed):
        verify(signed, world.trust, world.at, message=make_message(), signed=signed)
