"""Signing and sealing in compact form, with one fixed choice of algorithms (RFC 7515, 7516, 8037, 9864).

Nothing is negotiated (RFC 8725): a header that names another algorithm, `none`, a compression, a critical
extension or a key of its own is refused before any cryptography is done.
"""

from __future__ import annotations

from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from joserfc import jwe, jws
from joserfc.errors import JoseError
from joserfc.util import json_b64decode

from comity.base.errors import Malformed, Misdirected, Tampered
from comity.base.text import say
from comity.wire.keys import PrivateKeys, PublicKeys
from comity.wire.trust import TrustList

MAX_PAYLOAD = 8 * 2**20
"""The largest payload that is signed, in bytes."""
_MAX_SIGNED = MAX_PAYLOAD * 4 // 3 + 1024
MAX_PARTS = 20 * 2**20
"""The most that the files beside a signed text may take together under one seal, in bytes."""
MAX_SEALED = (_MAX_SIGNED + MAX_PARTS + 1024) * 4 // 3 + 2048
"""The longest sealed text, in bytes."""

_SIGNING = "Ed25519"
_AGREEMENT, _CONTENT = "ECDH-ES", "A256GCM"


class _Signatures(jws.JWSRegistry):
    max_payload_length = _MAX_SIGNED


class _Seals(jwe.JWERegistry):
    max_ciphertext_length = MAX_SEALED


_SIGNATURES = _Signatures(algorithms=[_SIGNING])
_SEALS = _Seals(algorithms=[_AGREEMENT, _CONTENT])


def sign(payload: bytes, typ: str, keys: PrivateKeys) -> bytes:
    """A compact JWS over `payload`; `typ` says what it is, so that no kind passes for another."""
    if len(payload) > MAX_PAYLOAD:
        raise Malformed(
            say(
                "this is {count} bytes long; at most {max_payload} can be signed",
                count=len(payload),
                max_payload=MAX_PAYLOAD,
            )
        )
    header = {"alg": _SIGNING, "kid": keys.kid, "typ": typ}
    return jws.serialize_compact(header, payload, keys.signing, registry=_SIGNATURES).encode()


def verify(token: bytes, typ: str, trust: TrustList) -> tuple[PublicKeys, bytes]:
    """The trusted keys that signed `token`, valid or not, and its payload.

    Raises Malformed, UnknownSender or Tampered.
    """
    if len(token) > _MAX_SIGNED:
        raise Malformed(say("the signed text is longer than {max_signed} bytes", max_signed=_MAX_SIGNED))
    try:
        parts = jws.extract_compact(token, registry=_SIGNATURES)
        kid = parts.protected["kid"]
    except (JoseError, ValueError, TypeError, KeyError):
        raise Malformed("this is not a signed text in compact form") from None
    if not isinstance(kid, str) or parts.protected != {"alg": _SIGNING, "kid": kid, "typ": typ}:
        raise Malformed(
            say(
                "the signature's header is not that of a {typ} signed with {signing}",
                typ=typ,
                signing=_SIGNING,
            )
        )
    key = trust.named(kid)
    if not jws.validate_compact(parts, key.signing_key(), registry=_SIGNATURES):
        raise Tampered(say("the signature of {authority} does not verify", authority=key.authority))
    return key, parts.payload


def seal(signed: bytes, typ: str, recipient: PublicKeys) -> bytes:
    """A compact JWE around a signed text of kind `typ`, that only the owner of `recipient` can open."""
    header = {"alg": _AGREEMENT, "enc": _CONTENT, "kid": recipient.kid, "cty": typ}
    try:
        return jwe.encrypt_compact(header, signed, recipient.sealing_key(), registry=_SEALS).encode()
    except (JoseError, ValueError):
        raise Malformed(
            say("nothing can be sealed for the key of {authority}", authority=recipient.authority)
        ) from None


def unseal(sealed: bytes, typ: str, keys: Sequence[PrivateKeys]) -> bytes:
    """The signed text inside; raises Malformed, Misdirected (sealed for none of `keys`) or Tampered."""
    if len(sealed) > MAX_SEALED:
        raise Malformed(say("the sealed text is longer than {max_sealed} bytes", max_sealed=MAX_SEALED))
    kid = _sealed_for(sealed, typ)
    mine = next((key for key in keys if key.kid == kid), None)
    if mine is None:
        raise Misdirected("this is sealed for a key that this node does not hold")
    try:
        plaintext = jwe.decrypt_compact(sealed, mine.sealing, registry=_SEALS).plaintext
    except (JoseError, ValueError, TypeError, KeyError, InvalidTag):
        raise Tampered("the seal does not open: the text was changed on its way") from None
    return plaintext or b""


def _sealed_for(sealed: bytes, typ: str) -> str:
    try:
        header = json_b64decode(sealed.partition(b".")[0][:2048])
        kid, ephemeral = header["kid"], header["epk"]
        curve = {"kty": "OKP", "crv": "X25519", "x": ephemeral["x"]}
    except (ValueError, TypeError, KeyError, IndexError, RecursionError):
        raise Malformed("this is not a sealed text in compact form") from None
    agreed = {"alg": _AGREEMENT, "enc": _CONTENT, "kid": kid, "cty": typ, "epk": curve}
    if not isinstance(kid, str) or header != agreed:
        raise Malformed(
            say(
                "the seal's header is not that of a {typ} sealed with {agreement} and {content}",
                typ=typ,
                agreement=_AGREEMENT,
                content=_CONTENT,
            )
        )
    return kid
