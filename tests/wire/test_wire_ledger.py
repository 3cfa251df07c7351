from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.base.errors import ExpiredKey, Malformed, Misdirected, Tampered, UnknownSender, WireError
from comity.wire import tree
from comity.wire.canonical import decode, encode
from comity.wire.keys import PrivateKeys
from comity.wire.ledger import (
    Body,
    Checkpoint,
    Header,
    decrypt_body,
    encrypt_body,
    new_key,
    sign_checkpoint,
    unwrap_key,
    verify_checkpoint,
    wrap_key,
)
from comity.wire.trust import TrustList

BODY = Body({"read": "record 17", "person": "Ærø", "score": 0.93})
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)


@pytest.fixture(scope="module")
def header(world) -> Header:
    return Header(
        authority="NL-SPOC",
        sequence=1,
        id="01936f2e-8a5c-7b3d-9e4f-0123456789ab",
        at=world.at,
        kind="record.read",
        article="16(1)(d)",
        actor="officer-7",
        case="case-3",
        subject=None,
        commitment=BODY.commitment,
    )


@pytest.fixture(scope="module")
def checkpoint(world, header: Header) -> Checkpoint:
    return Checkpoint(authority="NL-SPOC", size=1, root=header.leaf_hash().hex(), at=world.at)


def test_the_leaf_is_the_hash_of_the_canonical_header(header: Header):
    assert header.leaf_hash() == tree.leaf_hash(encode(header))
    assert b"person" not in encode(header)


@pytest.mark.parametrize(
    "changes",
    [
        {"authority": "DE-SPOC"}, {"sequence": 2}, {"id": "01936f2e-8a5c-7b3d-9e4f-000000000000"},
        {"kind": "other"}, {"article": ""}, {"actor": "officer-8"}, {"case": None}, {"subject": "case-3"},
        {"commitment": "0" * 64},
    ],
)  # fmt: skip
def test_every_field_of_the_header_is_in_the_leaf(header: Header, changes: dict[str, Any]):
    assert replace(header, **changes).leaf_hash() != header.leaf_hash()


@pytest.mark.parametrize(
    "changes", [{"sequence": 0}, {"actor": ""}, {"commitment": "x"}, {"id": "1"}, {"at": None}]
)
def test_a_header_that_cannot_be_read_back_gets_no_leaf(header: Header, changes: dict[str, Any]):
    with pytest.raises(Malformed, match=next(iter(changes))):
        replace(header, **changes).leaf_hash()


def test_the_same_content_has_another_commitment_each_time():
    assert Body({"a": 1}).commitment != Body({"a": 1}).commitment
    assert Body({"b": 1, "a": 2}, b"s").commitment == Body({"a": 2, "b": 1}, b"s").commitment


@given(st.dictionaries(TEXT, st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT))
def test_a_body_reads_back_as_it_was_written(header: Header, content: dict[str, Any]):
    body, key = Body(content), new_key()
    own = replace(header, commitment=body.commitment)
    assert decrypt_body(encrypt_body(body, key, own.id), key, own) == body


@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_body_changed_in_any_bit_does_not_decrypt(header: Header, place: float, bit: int):
    key = new_key()
    encrypted = bytearray(encrypt_body(BODY, key, header.id))
    encrypted[int(place * len(encrypted))] ^= 1 << bit
    with pytest.raises(Tampered, match="entry 1 does not decrypt"):
        decrypt_body(bytes(encrypted), key, header)


@given(st.binary(max_size=60))
def test_garbage_does_not_decrypt(header: Header, garbage: bytes):
    with pytest.raises(Tampered):
        decrypt_body(garbage, new_key(), header)


def test_a_body_under_another_key_or_of_another_entry_does_not_decrypt(header: Header):
    key = new_key()
    with pytest.raises(Tampered):
        decrypt_body(encrypt_body(BODY, key, header.id), new_key(), header)
    with pytest.raises(Tampered):
        decrypt_body(encrypt_body(BODY, key, "01936f2e-8a5c-7b3d-9e4f-000000000000"), key, header)


def test_another_body_than_the_header_commits_to_is_found(header: Header):
    key = new_key()
    with pytest.raises(Tampered, match="commits to"):
        decrypt_body(encrypt_body(Body(BODY.content), key, header.id), key, header)


def test_an_encrypted_body_shows_nothing_of_its_content(header: Header):
    key = new_key()
    encrypted = encrypt_body(BODY, key, header.id)
    assert b"record 17" not in encrypted
    assert BODY.salt not in encrypted
    assert encrypt_body(BODY, key, header.id) != encrypted


def test_a_data_key_is_unwrapped_by_its_master_key_alone():
    key, master = new_key(), new_key()
    wrapped = wrap_key(key, master)
    assert unwrap_key(wrapped, master) == key
    for spoilt, by in [
        (wrapped, new_key()),
        (wrapped[:-1] + bytes([wrapped[-1] ^ 1]), master),
        (b"", master),
    ]:
        with pytest.raises(Tampered, match="does not unwrap"):
            unwrap_key(spoilt, by)


def test_after_erasure_header_leaf_and_root_verify_as_before(world, header: Header, checkpoint: Checkpoint):
    key, master = new_key(), new_key()
    kept = {
        "header": encode(header),
        "body": encrypt_body(BODY, key, header.id),
        "key": wrap_key(key, master),
    }
    assert decrypt_body(kept["body"], unwrap_key(kept["key"], master), header) == BODY
    del kept["body"], kept["key"]
    signed = sign_checkpoint(checkpoint, world.nl)
    left = decode(Header, kept["header"])
    assert tree.Tree.of([left.leaf_hash()]).root().hex() == verify_checkpoint(signed, world.trust).root


def test_a_checkpoint_is_its_authoritys_word(world, checkpoint: Checkpoint):
    assert verify_checkpoint(sign_checkpoint(checkpoint, world.nl), world.trust) == checkpoint
    assert (checkpoint.previous_size, checkpoint.previous_root) == (0, tree.EMPTY_ROOT.hex())


@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_checkpoint_changed_in_any_bit_is_refused(world, checkpoint: Checkpoint, place: float, bit: int):
    signed = bytearray(sign_checkpoint(checkpoint, world.nl))
    signed[int(place * len(signed))] ^= 1 << bit
    with pytest.raises(WireError):
        verify_checkpoint(bytes(signed), world.trust)


def test_nobody_signs_the_checkpoint_of_another(world, checkpoint: Checkpoint):
    with pytest.raises(Misdirected):
        sign_checkpoint(checkpoint, world.de)
    with pytest.raises(UnknownSender):
        verify_checkpoint(sign_checkpoint(replace(checkpoint, authority="UTOPIA"), world.utopia), world.trust)


def test_a_checkpoint_made_outside_the_validity_of_its_key_is_refused(world, checkpoint: Checkpoint):
    signed = sign_checkpoint(replace(checkpoint, at=world.nl.valid_until), world.nl)
    with pytest.raises(ExpiredKey):
        verify_checkpoint(signed, world.trust)


def test_a_checkpoint_verifies_under_old_and_new_keys(world, checkpoint: Checkpoint):
    new = PrivateKeys.generate("NL-SPOC", world.at, world.nl.valid_until)
    trust = TrustList([world.nl.public(), new.public()])
    for keys in (world.nl, new):
        assert verify_checkpoint(sign_checkpoint(checkpoint, keys), trust) == checkpoint
