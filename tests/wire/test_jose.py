"""Downgrades and foreign headers, made with the same library but without our choice of algorithms."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwe, jws
from joserfc.jwk import OctKey

from comity.base.errors import Malformed, Misdirected, Tampered, WireError
from comity.wire import jose

TYP = "test+jws"


def base64(value: Any) -> bytes:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return urlsafe_b64encode(data).rstrip(b"=")


def with_header(token: bytes, header: Any) -> bytes:
    return b".".join([base64(header), *token.split(b".")[1:]])


def test_what_was_signed_verifies(world):
    token = jose.sign(b"payload", TYP, world.nl)
    assert jose.verify(token, TYP, world.trust) == (world.nl.public(), b"payload")


def test_what_was_sealed_opens_only_for_its_recipient(world):
    sealed = jose.seal(b"signed", TYP, world.de.public())
    assert jose.unseal(sealed, TYP, [world.se, world.de]) == b"signed"
    with pytest.raises(Misdirected):
        jose.unseal(sealed, TYP, [world.se])
    with pytest.raises(Misdirected):
        jose.unseal(sealed, TYP, [])


def test_sealing_twice_shows_nothing_in_common(world):
    one, two = (jose.seal(b"signed", TYP, world.de.public()) for _ in range(2))
    assert one.split(b".")[2:] != two.split(b".")[2:]


@pytest.mark.parametrize(
    "change",
    [
        {"alg": "none"},
        {"alg": "HS256"},
        {"alg": "EdDSA"},
        {"alg": "ES256"},
        {"alg": ["Ed25519"]},
        {"alg": None},
        {"typ": "other+jws"},
        {"typ": None},
        {"kid": 5},
        {"kid": ["x"]},
        {"crit": ["b64"], "b64": False},
        {"crit": ["exp"], "exp": 1},
        {"crit": []},
        {"jwk": {"kty": "OKP", "crv": "Ed25519", "x": "A" * 43}},
        {"jku": "https://example.org/keys"},
        {"x5c": []},
        {"zip": "DEF"},
    ],
)
def test_a_signature_with_another_header_is_refused(world, change: dict[str, Any]):
    token = jose.sign(b"payload", TYP, world.nl)
    header = {"alg": "Ed25519", "kid": world.nl.kid, "typ": TYP, **change}
    with pytest.raises(Malformed):
        jose.verify(with_header(token, header), TYP, world.trust)


def test_an_unsigned_text_is_refused(world):
    unsigned = b".".join([base64({"alg": "none", "kid": world.nl.kid, "typ": TYP}), base64(b"payload"), b""])
    with pytest.raises(Malformed):
        jose.verify(unsigned, TYP, world.trust)


def test_a_public_key_does_not_pass_for_a_shared_secret(world):
    secret = OctKey.import_key(world.nl.public().signing)
    header = {"alg": "HS256", "kid": world.nl.kid, "typ": TYP}
    token = jws.serialize_compact(header, b"payload", secret, algorithms=["HS256"])
    with pytest.raises(Malformed):
        jose.verify(token.encode(), TYP, world.trust)


def test_a_signature_by_another_trusted_key_does_not_verify(world):
    token = jose.sign(b"payload", TYP, world.se)
    header = {"alg": "Ed25519", "kid": world.nl.kid, "typ": TYP}
    with pytest.raises(Tampered):
        jose.verify(with_header(token, header), TYP, world.trust)


@pytest.mark.parametrize("header", [[], "alg", 7, None, {}, {"alg": "Ed25519"}, b"\xff", b"{", b"[" * 300])
def test_a_header_that_is_no_header_is_refused(world, header: Any):
    with pytest.raises(Malformed):
        jose.verify(with_header(jose.sign(b"payload", TYP, world.nl), header), TYP, world.trust)
    with pytest.raises(Malformed):
        jose.unseal(with_header(jose.seal(b"x", TYP, world.de.public()), header), TYP, [world.de])


@pytest.mark.parametrize(
    "change",
    [
        {"alg": "ECDH-ES+A256KW"},
        {"alg": "dir"},
        {"enc": "A128GCM"},
        {"enc": "A128CBC-HS256"},
        {"zip": "DEF"},
        {"crit": ["x"], "x": 1},
        {"apu": "AAAA"},
        {"cty": "other+jws"},
        {"cty": None},
        {"kid": 5},
        {"kid": []},
        {"epk": None},
        {"epk": {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}},
        {"epk": {"kty": "OKP", "crv": "X25519", "x": "A" * 43, "d": "A" * 43}},
    ],
)
def test_a_seal_with_another_header_is_refused(world, change: dict[str, Any]):
    sealed = jose.seal(b"signed", TYP, world.de.public())
    ephemeral = {"kty": "OKP", "crv": "X25519", "x": world.se.public().sealing}
    header = {"alg": "ECDH-ES", "enc": "A256GCM", "kid": world.de.kid, "cty": TYP, "epk": ephemeral, **change}
    with pytest.raises(Malformed):
        jose.unseal(with_header(sealed, header), TYP, [world.de])


@pytest.mark.parametrize("x", ["A" * 43, "AAAA", "", "!", 7, None])
def test_a_seal_made_with_a_weak_or_broken_ephemeral_key_does_not_open(world, x: Any):
    sealed = jose.seal(b"signed", TYP, world.de.public())
    ephemeral = {"kty": "OKP", "crv": "X25519", "x": x}
    header = {"alg": "ECDH-ES", "enc": "A256GCM", "kid": world.de.kid, "cty": TYP, "epk": ephemeral}
    with pytest.raises(Tampered):
        jose.unseal(with_header(sealed, header), TYP, [world.de])


def test_nothing_is_sealed_for_a_weak_key(world):
    weak = type(world.de.public())("DE-SPOC", world.de.public().signing, "A" * 43, world.at, world.at)
    with pytest.raises(Malformed):
        jose.seal(b"signed", TYP, weak)


def test_a_seal_in_the_weaker_mode_of_the_same_library_is_refused(world):
    header = {"alg": "ECDH-ES+A128KW", "enc": "A128GCM", "kid": world.de.kid, "cty": TYP}
    sealed = jwe.encrypt_compact(
        header, b"x", world.de.public().sealing_key(), algorithms=["ECDH-ES+A128KW", "A128GCM"]
    )
    with pytest.raises(Malformed):
        jose.unseal(sealed.encode(), TYP, [world.de])


def test_the_largest_payload_goes_through_and_one_byte_more_does_not(world):
    largest = b"x" * jose.MAX_PAYLOAD
    sealed = jose.seal(jose.sign(largest, TYP, world.nl), TYP, world.de.public())
    assert jose.verify(jose.unseal(sealed, TYP, [world.de]), TYP, world.trust)[1] == largest
    with pytest.raises(Malformed, match="at most"):
        jose.sign(largest + b"x", TYP, world.nl)


def test_what_is_far_too_long_is_refused_unread(world):
    flood = b"a" * (3 * jose.MAX_PAYLOAD)
    with pytest.raises(Malformed, match="longer than"):
        jose.verify(flood, TYP, world.trust)
    with pytest.raises(Malformed, match="longer than"):
        jose.unseal(b"a" * (jose.MAX_SEALED + 1), TYP, [world.de])


@given(st.binary(max_size=300) | st.text(".eyJhbGciOiJ_-", max_size=200).map(str.encode))
def test_garbage_is_refused_and_never_breaks_it(world, garbage: bytes):
    with pytest.raises(WireError):
        jose.verify(garbage, TYP, world.trust)
    with pytest.raises(WireError):
        jose.unseal(garbage, TYP, [world.de])


@given(st.data())
def test_whatever_stands_in_the_header_only_a_wire_error_comes_of_it(world, data: st.DataObject):
    values = st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
        max_leaves=5,
    )
    names = st.sampled_from(["alg", "kid", "typ", "crit", "b64", "enc", "epk", "cty", "zip"])
    change = data.draw(st.dictionaries(names, values, min_size=1, max_size=3))
    signed, sealed = jose.sign(b"x", TYP, world.nl), jose.seal(b"x", TYP, world.de.public())
    header = {"alg": "Ed25519", "kid": world.nl.kid, "typ": TYP, **change, "more": 1}
    with pytest.raises(WireError):
        jose.verify(with_header(signed, header), TYP, world.trust)
    header = {"alg": "ECDH-ES", "enc": "A256GCM", "kid": world.de.kid, "cty": TYP, **change, "more": 1}
    with pytest.raises(WireError):
        jose.unseal(with_header(sealed, header), TYP, [world.de])
