"""The ledger's entries: a header that stays, a body that can be lawfully erased, and signed checkpoints.

The header is a leaf of the authority's tree. It names nobody in clear: actor, case and subject are opaque,
and the body is present only as a commitment, SHA-256(salt || canonical JSON). The body is encrypted with its
salt under a data key of its own, which is wrapped by the node's master key (RFC 3394). To erase a body is to
forget its wrapped key and ciphertext; header, leaf and root verify as before, and without the salt the
commitment cannot be tried against guesses.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap
from pydantic import ConfigDict, Field

from comity.base.errors import Misdirected, Tampered
from comity.base.text import say
from comity.wire import jose, tree
from comity.wire.canonical import STRICT, Hash, Identifier, Instant, Text, canonical, decode, encode
from comity.wire.keys import PrivateKeys
from comity.wire.trust import TrustList, check_validity

CHECKPOINT = "comity-checkpoint+jws"
SALT_BYTES = 32
_NONCE_BYTES = 12
_EMPTY_ROOT = tree.EMPTY_ROOT.hex()


@dataclass(frozen=True, kw_only=True)
class Header:
    """What of an entry is never erased.

    `sequence` is its place in the authority's tree, from 1, without gaps: it is given by the sealer.
    `article` is empty where no rule of law is applied (a key made, a list loaded).
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    authority: Text
    sequence: Annotated[int, Field(ge=1)]
    id: Identifier
    at: Instant
    kind: Text
    article: Annotated[str, Field(max_length=200)]
    actor: Text
    case: Text | None
    subject: Text | None
    commitment: Hash

    def leaf_hash(self) -> bytes:
        """The RFC 6962 leaf hash of the canonical header, 32 bytes.

        Raises Malformed when a field is not as agreed: nothing enters the tree that cannot be read back.
        """
        data = encode(self)
        decode(Header, data)
        return tree.leaf_hash(data)


@dataclass(frozen=True)
class Body:
    """What of an entry may have to be erased: a JSON object, with the salt of its commitment."""

    content: dict[str, Any]
    salt: bytes = field(default_factory=lambda: secrets.token_bytes(SALT_BYTES))

    @property
    def commitment(self) -> str:
        """SHA-256(salt || canonical JSON), in hex."""
        return hashlib.sha256(self.salt + canonical(self.content)).hexdigest()


def new_key() -> bytes:
    """A random data key for one body, 32 bytes."""
    return AESGCM.generate_key(256)


def wrap_key(key: bytes, master: bytes) -> bytes:
    """The data key under the master key, 40 bytes (AES key wrap, RFC 3394)."""
    return aes_key_wrap(master, key)


def unwrap_key(wrapped: bytes, master: bytes) -> bytes:
    """The data key; raises Tampered when it was changed or wrapped by another master key."""
    try:
        return aes_key_unwrap(master, wrapped)
    except (InvalidUnwrap, ValueError):
        raise Tampered("the key of a ledger entry does not unwrap with this node's master key") from None


def encrypt_body(body: Body, key: bytes, entry_id: str) -> bytes:
    """Nonce || AES-256-GCM of salt || canonical JSON, bound to the entry by its id as associated data."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, body.salt + canonical(body.content), entry_id.encode())


def decrypt_body(encrypted: bytes, key: bytes, header: Header) -> Body:
    """The body of the entry with that header; raises Tampered unless it is the one the header commits to."""
    nonce, ciphertext = encrypted[:_NONCE_BYTES], encrypted[_NONCE_BYTES:]
    try:
        plain = AESGCM(key).decrypt(nonce, ciphertext, header.id.encode())
        body = Body(json.loads(plain[SALT_BYTES:]), plain[:SALT_BYTES])
    except (InvalidTag, ValueError):
        raise Tampered(
            say("the body of ledger entry {sequence} does not decrypt", sequence=header.sequence)
        ) from None
    if body.commitment != header.commitment:
        raise Tampered(
            say(
                "the body of ledger entry {sequence} is not the one its header commits to",
                sequence=header.sequence,
            )
        )
    return body


def encrypt_file(data: bytes, key: bytes, file_id: str) -> bytes:
    """Nonce || AES-256-GCM of the bytes of a file, bound to its id as associated data."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, data, file_id.encode())


def decrypt_file(encrypted: bytes, key: bytes, file_id: str) -> bytes:
    """The bytes of a file; raises Tampered when they were changed or are another file's."""
    try:
        return AESGCM(key).decrypt(encrypted[:_NONCE_BYTES], encrypted[_NONCE_BYTES:], file_id.encode())
    except (InvalidTag, ValueError):
        raise Tampered("the file does not decrypt: its bytes are not those that were kept") from None


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """The root of an authority's tree at one size, and those of the checkpoint before it.

    Before the first there is the empty tree.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    authority: Text
    size: Annotated[int, Field(ge=1)]
    root: Hash
    at: Instant
    previous_size: Annotated[int, Field(ge=0)] = 0
    previous_root: Hash = _EMPTY_ROOT


def sign_checkpoint(checkpoint: Checkpoint, keys: PrivateKeys) -> bytes:
    """The checkpoint as compact JWS; raises Misdirected when the keys are another authority's."""
    if checkpoint.authority != keys.authority:
        raise Misdirected(
            say(
                "{authority} cannot sign a checkpoint of {authority_2}",
                authority=keys.authority,
                authority_2=checkpoint.authority,
            )
        )
    payload = encode(checkpoint)
    decode(Checkpoint, payload)
    return jose.sign(payload, CHECKPOINT, keys)


def verify_checkpoint(signed: bytes, trust: TrustList) -> Checkpoint:
    """The checkpoint, once its authority's signature holds with a key valid when it was made.

    Raises Malformed, UnknownSender, ExpiredKey or Tampered.
    """
    key, payload = jose.verify(signed, CHECKPOINT, trust)
    checkpoint = decode(Checkpoint, payload)
    if checkpoint.authority != key.authority:
        raise Tampered(
            say(
                "{authority} signed a checkpoint of {authority_2}",
                authority=key.authority,
                authority_2=checkpoint.authority,
            )
        )
    check_validity(key, checkpoint.at)
    return checkpoint
