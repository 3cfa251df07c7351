"""The keys of an authority: one pair to sign with (Ed25519), one to seal for (X25519), under one name.

The name (`kid`) is the JWK thumbprint of the signing key (RFC 7638), so that nobody can claim another's.
Keys are written in JWK OKP form (RFC 8037), private keys as PKCS #8 in a file of their owner's alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from comity.base.errors import InputError, Malformed
from comity.base.text import say
from comity.base.time import parse_instant
from comity.wire.canonical import canonical, instant
from comity.wire.secrets import read_secret, write_secret

Curve = Literal["Ed25519", "X25519"]
_USES: dict[Curve, dict[str, str]] = {
    "Ed25519": {"use": "sig", "alg": "Ed25519"},
    "X25519": {"use": "enc", "alg": "ECDH-ES"},
}


@dataclass(frozen=True)
class PublicKeys:
    """What partners know of an authority's keys; good from `valid_from` up to, not including, `valid_until`.

    `signing` and `sealing` are the `x` members of the two JWKs (base64url of 32 bytes).
    """

    authority: str
    signing: str
    sealing: str
    valid_from: datetime
    valid_until: datetime
    revoked_at: datetime | None = None

    @property
    def kid(self) -> str:
        return self.signing_key().thumbprint()

    def signing_key(self) -> OKPKey:
        return _public("Ed25519", self.signing)

    def sealing_key(self) -> OKPKey:
        return _public("X25519", self.sealing)

    def as_json(self) -> dict[str, Any]:
        """A JWK Set (RFC 7517, section 5) of the two keys, with authority and validity as further members."""
        document = {
            "authority": self.authority,
            "kid": self.kid,
            "valid_from": instant(self.valid_from),
            "valid_until": instant(self.valid_until),
            "keys": [_jwk("Ed25519", self.signing, self.kid), _jwk("X25519", self.sealing, self.kid)],
        }
        if self.revoked_at:
            document["revoked_at"] = instant(self.revoked_at)
        return document

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> PublicKeys:
        """Read what `as_json` wrote; raises Malformed, naming what is wrong."""
        try:
            signing, sealing = (str(key["x"]) for key in document["keys"])
            revoked_at = document.get("revoked_at")
            keys = cls(
                authority=str(document["authority"]),
                signing=signing,
                sealing=sealing,
                valid_from=parse_instant(document["valid_from"], "valid_from"),
                valid_until=parse_instant(document["valid_until"], "valid_until"),
                revoked_at=parse_instant(revoked_at, "revoked_at") if revoked_at else None,
            )
            agreed = keys.as_json()
        except InputError as error:
            raise Malformed(say("these are not public keys: {error}", error=str(error))) from None
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Malformed(say("these are not public keys: {error!r}", error=str(error))) from None
        if document["keys"] != agreed["keys"] or document.get("kid") != agreed["kid"]:
            raise Malformed("these public keys carry a name, use or order that is not theirs")
        return keys

    def fingerprint(self) -> str:
        """SHA-256 over authority, validity and both keys, in 16 groups of 4, to be compared by voice."""
        document = self.as_json()
        document.pop("revoked_at", None)
        digest = hashlib.sha256(canonical(document)).hexdigest()
        return " ".join(digest[i : i + 4] for i in range(0, 64, 4))


@dataclass(frozen=True)
class PrivateKeys:
    """Both private keys of an authority. They never leave the node but in the file that `save` writes."""

    authority: str
    valid_from: datetime
    valid_until: datetime
    signing: OKPKey
    sealing: OKPKey

    @property
    def kid(self) -> str:
        return self.signing.thumbprint()

    @classmethod
    def generate(cls, authority: str, valid_from: datetime, valid_until: datetime) -> PrivateKeys:
        """New random keys; both instants must be aware."""
        if valid_from >= valid_until:
            raise Malformed("keys must be valid from an instant before the one until which they are valid")
        return cls(
            authority, valid_from, valid_until, OKPKey.generate_key("Ed25519"), OKPKey.generate_key("X25519")
        )

    def public(self) -> PublicKeys:
        signing, sealing = self.signing.as_dict(private=False), self.sealing.as_dict(private=False)
        return PublicKeys(
            self.authority, str(signing["x"]), str(sealing["x"]), self.valid_from, self.valid_until
        )

    def save(self, path: Path, passphrase: bytes | None = None) -> None:
        """Write both keys to one file, mode 0600, whole or not at all; encrypted if there is a passphrase."""
        protection: KeySerializationEncryption = NoEncryption()
        if passphrase:
            protection = BestAvailableEncryption(passphrase)
        document = {
            "authority": self.authority,
            "valid_from": instant(self.valid_from),
            "valid_until": instant(self.valid_until),
            "signing": _pem(self.signing, protection),
            "sealing": _pem(self.sealing, protection),
        }
        write_secret(path, json.dumps(document, indent=1).encode())

    @classmethod
    def load(cls, path: Path, passphrase: bytes | None = None) -> PrivateKeys:
        """Read what `save` wrote. Raises InputError: no such file, wrong passphrase, readable by others."""
        data = read_secret(path)
        try:
            document = json.loads(data)
            return cls(
                authority=str(document["authority"]),
                valid_from=parse_instant(document["valid_from"], "valid_from"),
                valid_until=parse_instant(document["valid_until"], "valid_until"),
                signing=_private(document["signing"], passphrase, Ed25519PrivateKey),
                sealing=_private(document["sealing"], passphrase, X25519PrivateKey),
            )
        except (KeyError, TypeError, ValueError, AttributeError, InputError):
            raise InputError("is not a key file, or the passphrase does not fit", file=str(path)) from None


def _jwk(curve: Curve, x: str, kid: str) -> dict[str, str]:
    return {"kty": "OKP", "crv": curve, "x": x, "kid": kid, **_USES[curve]}


def _public(curve: Curve, x: str) -> OKPKey:
    try:
        return OKPKey.import_key({"kty": "OKP", "crv": curve, "x": x})
    except (JoseError, ValueError):
        raise Malformed(say("this is not a public key on curve {curve}", curve=curve)) from None


def _pem(key: OKPKey, protection: KeySerializationEncryption) -> str:
    raw = cast("Ed25519PrivateKey | X25519PrivateKey", key.raw_value)
    return raw.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protection).decode()


def _private(
    pem: str, passphrase: bytes | None, kind: type[Ed25519PrivateKey] | type[X25519PrivateKey]
) -> OKPKey:
    key = load_pem_private_key(pem.encode(), passphrase or None)
    if not isinstance(key, kind):
        raise ValueError(f"expected a key of type {kind.__name__}")
    return OKPKey.import_key(key)
