from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.base.errors import ExpiredKey, Malformed, Misdirected, Tampered, UnknownSender, WireError
from comity.wire import envelope, jose
from comity.wire.canonical import as_json, canonical
from comity.wire.envelope import MESSAGE, check_parts, digest, seal, sign, unseal, unseal_all, verify
from comity.wire.keys import PrivateKeys
from comity.wire.trust import TrustList

DAY = timedelta(days=1)
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)


def test_a_message_arrives_as_it_was_sent(world, make_message):
    message = make_message(expires_at=world.at + DAY, handling=("H1", "H2"))
    sealed = seal(sign(message, world.nl), world.de.public())
    assert verify(unseal(sealed, [world.de]), world.trust, world.at, expect_recipient="DE-SPOC") == message


@given(body=st.dictionaries(TEXT, st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT))
def test_any_body_arrives_as_it_was_sent(world, make_message, body: dict[str, Any]):
    signed = sign(make_message(body=body), world.nl)
    assert verify(signed, world.trust, world.at, expect_recipient="DE-SPOC").body == body


def test_the_same_message_is_signed_the_same_so_that_sending_again_changes_nothing(world, make_message):
    assert sign(make_message(), world.nl) == sign(make_message(), world.nl)
    assert digest(sign(make_message(), world.nl)) != digest(sign(make_message(sequence=2), world.nl))


def test_a_sealed_message_shows_neither_sender_nor_content(world, signed: bytes):
    sealed = seal(signed, world.de.public())
    for word in (b"NL-SPOC", b"drug", signed.split(b".")[1][:40], world.nl.kid.encode()):
        assert word not in sealed


@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_signed_message_changed_in_any_bit_is_refused(world, signed: bytes, place: float, bit: int):
    changed = bytearray(signed)
    changed[int(place * len(signed))] ^= 1 << bit
    with pytest.raises(WireError):
        verify(bytes(changed), world.trust, world.at, expect_recipient="DE-SPOC")


@pytest.mark.parametrize("part", range(5))
@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_sealed_message_changed_in_any_part_does_not_open(
    world, signed: bytes, part: int, place: float, bit: int
):
    parts = [bytearray(each) for each in seal(signed, world.de.public()).split(b".")]
    if parts[part]:
        parts[part][int(place * len(parts[part]))] ^= 1 << bit
    else:
        parts[part] += bytes([65 + bit])
    with pytest.raises(WireError):
        unseal(b".".join(parts), [world.de])


@pytest.mark.parametrize("part", range(3))
def test_a_part_taken_from_another_message_is_refused(world, make_message, signed: bytes, part: int):
    parts, others = signed.split(b"."), sign(make_message(sequence=2, sender="SE-SPOC"), world.se).split(b".")
    parts[part] = others[part]
    with pytest.raises(Tampered):
        verify(b".".join(parts), world.trust, world.at, expect_recipient="DE-SPOC")


def test_an_unknown_sender_is_refused(world, make_message):
    signed = sign(make_message(sender="UTOPIA"), world.utopia)
    with pytest.raises(UnknownSender):
        verify(signed, world.trust, world.at, expect_recipient="DE-SPOC")


def test_nobody_signs_for_another(world, make_message):
    with pytest.raises(Misdirected, match="SE-SPOC cannot sign a message from NL-SPOC"):
        sign(make_message(), world.se)


def test_a_message_that_names_another_sender_than_signed_it_is_refused(world, make_message):
    signed = jose.sign(canonical(as_json(make_message())), MESSAGE, world.se)
    with pytest.raises(Tampered, match="SE-SPOC signed it"):
        verify(signed, world.trust, world.at, expect_recipient="DE-SPOC")


@given(parts=st.lists(st.binary(max_size=40) | st.sampled_from([b"\n", b"\n3\nabc"]), max_size=5))
def test_files_arrive_beside_the_message_that_names_them(world, make_message, parts: list[bytes]):
    message = make_message(parts=tuple(hashlib.sha256(part).hexdigest() for part in parts))
    sealed = seal(sign(message, world.nl), world.de.public(), parts)
    signed, came = unseal_all(sealed, [world.de])
    assert came == tuple(parts)
    check_parts(verify(signed, world.trust, world.at, expect_recipient="DE-SPOC"), came)


def test_files_other_than_the_message_names_are_refused(world, make_message):
    message = make_message(parts=(hashlib.sha256(b"one").hexdigest(), hashlib.sha256(b"two").hexdigest()))
    check_parts(message, [b"one", b"two"])
    for others in ([b"one"], [b"two", b"one"], [b"one", b"two", b""], []):
        with pytest.raises(Tampered, match="not those that it names"):
            check_parts(message, others)


@pytest.mark.parametrize("tail", [b"\n", b"\n3\nab", b"\n03\nabc", b"\n-1\n", b"\n1\nab", b"\nx\n", b"\n1"])
def test_files_that_are_not_framed_as_agreed_are_refused(world, signed: bytes, tail: bytes):
    sealed = jose.seal(signed + tail, MESSAGE, world.de.public())
    with pytest.raises(Malformed, match="not framed"):
        unseal_all(sealed, [world.de])


def test_no_more_than_fits_goes_with_one_message(world, signed: bytes):
    most = b"x" * jose.MAX_PARTS
    assert unseal_all(seal(signed, world.de.public(), [most]), [world.de]) == (signed, (most,))
    with pytest.raises(Malformed, match="at most 20 MB"):
        seal(signed, world.de.public(), [most, b"x"])
    with pytest.raises(Malformed, match="not framed"):
        unseal_all(seal(signed, world.de.public(), [b""] * 51), [world.de])


def test_a_message_for_another_is_refused_even_when_sealed_for_us(world, signed: bytes):
    forwarded = unseal(seal(signed, world.se.public()), [world.se])
    with pytest.raises(Misdirected, match="for DE-SPOC, not for SE-SPOC"):
        verify(forwarded, world.trust, world.at, expect_recipient="SE-SPOC")


def test_a_key_must_be_valid_when_the_message_is_issued(world, make_message):
    early = make_message(issued_at=world.nl.valid_from - DAY)
    with pytest.raises(ExpiredKey):
        sign(early, world.nl)
    signed = jose.sign(canonical(as_json(early)), MESSAGE, world.nl)
    with pytest.raises(ExpiredKey):
        verify(signed, world.trust, world.at, expect_recipient="DE-SPOC")


def test_a_key_must_still_be_valid_when_the_message_comes(world, signed: bytes):
    with pytest.raises(ExpiredKey):
        verify(signed, world.trust, world.nl.valid_until, expect_recipient="DE-SPOC")


def test_a_message_that_comes_after_its_key_was_revoked_is_refused(world, signed: bytes):
    trust = TrustList([replace(world.nl.public(), revoked_at=world.at + DAY)])
    assert verify(signed, trust, world.at, expect_recipient="DE-SPOC").sequence == 1
    with pytest.raises(ExpiredKey, match="revoked"):
        verify(signed, trust, world.at + DAY, expect_recipient="DE-SPOC")


def test_a_message_dated_after_its_receipt_is_refused_beyond_what_clocks_may_differ(world, signed: bytes):
    verify(signed, world.trust, world.at - envelope.CLOCK_SKEW, expect_recipient="DE-SPOC")
    with pytest.raises(Malformed, match="is dated"):
        verify(signed, world.trust, world.at - envelope.CLOCK_SKEW - DAY, expect_recipient="DE-SPOC")


def test_while_keys_are_rotated_messages_under_both_are_read(world, make_message):
    new_nl = PrivateKeys.generate("NL-SPOC", world.at, world.at + DAY)
    new_de = PrivateKeys.generate("DE-SPOC", world.at, world.at + DAY)
    trust = TrustList([world.nl.public(), new_nl.public()])
    for sender in (world.nl, new_nl):
        for recipient in (world.de, new_de):
            sealed = seal(sign(make_message(), sender), recipient.public())
            signed = unseal(sealed, [new_de, world.de])
            assert verify(signed, trust, world.at, expect_recipient="DE-SPOC").sender == "NL-SPOC"


def test_an_expired_message_still_verifies_and_says_so(world, make_message):
    message = make_message(expires_at=world.at + DAY)
    signed = sign(message, world.nl)
    assert verify(signed, world.trust, world.at + 2 * DAY, expect_recipient="DE-SPOC").expired(world.at + DAY)
    assert not message.expired(world.at)
    assert not make_message().expired(world.at + 1000 * DAY)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id": "7"}, "id"),
        ({"id": "01936f2e-8a5c-4b3d-9e4f-0123456789ab"}, "id"),
        ({"conversation": ""}, "conversation"),
        ({"kind": "k" * 201}, "kind"),
        ({"sequence": 0}, "sequence"),
        ({"sequence": "1"}, "sequence"),
        ({"previous": "0" * 63}, "previous"),
        ({"previous": "0" * 64 + "\n"}, "previous"),
        ({"body": []}, "body"),
        ({"articles": ("",)}, "articles.0"),
        ({"handling": "H1"}, "handling"),
        ({"purpose": None}, "purpose"),
    ],
)
def test_it_does_not_sign_what_the_other_side_would_refuse(
    world, make_message, changes: dict[str, Any], field: str
):
    with pytest.raises(Malformed, match=f"'{field}'"):
        sign(make_message(**changes), world.nl)


@pytest.mark.parametrize("body", [{"n": float("nan")}, {"n": {1}}, {"n": "a\0b"}, {"n": "\ud800"}])
def test_it_does_not_sign_a_body_that_is_no_json(world, make_message, body: dict[str, Any]):
    with pytest.raises(Malformed):
        sign(make_message(body=body), world.nl)


def test_it_does_not_sign_a_body_that_is_too_large(world, make_message):
    with pytest.raises(Malformed, match="at most"):
        sign(make_message(body={"file": "x" * jose.MAX_PAYLOAD}), world.nl)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda payload: payload.replace(b'"sequence":1', b'"sequence":1,"sequence":1'),
        lambda payload: payload.replace(b'"sequence":1', b'"sequence":1.0'),
        lambda payload: payload.replace(b'"sequence":1', b'"sequence":1,"extra":1'),
        lambda payload: payload.replace(b'{"facts"', b' {"facts"'),
        lambda payload: payload[:-1],
        lambda payload: b"",
        lambda payload: b"[" * 100_000,
    ],
)
def test_a_trusted_sender_cannot_have_another_form_believed(world, make_message, spoil):
    payload = canonical(as_json(make_message()))
    spoilt = spoil(payload)
    assert spoilt != payload
    with pytest.raises(Malformed):
        verify(jose.sign(spoilt, MESSAGE, world.nl), world.trust, world.at, expect_recipient="DE-SPOC")


def test_another_kind_of_signed_text_does_not_pass_for_a_message(world, make_message):
    signed = jose.sign(canonical(as_json(make_message())), "comity-receipt+jws", world.nl)
    with pytest.raises(Malformed, match="not that of a comity-message"):
        verify(signed, world.trust, world.at, expect_recipient="DE-SPOC")
