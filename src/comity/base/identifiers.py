"""Identifiers that sort by time, UUID version 7 (RFC 9562, section 5.7), and the bound of those that count."""

from __future__ import annotations

import secrets
from uuid import UUID

from comity.base.time import now

LARGEST_ID = 2**62
"""No number that a database counts rows with is larger; what is given as one is not asked for beyond it."""


def uuid7() -> UUID:
    """A new identifier: 48 bits of Unix milliseconds, then 74 random bits."""
    milliseconds = int(now().timestamp() * 1000) & (2**48 - 1)
    random = secrets.randbits(74)
    value = milliseconds << 80 | 7 << 76 | (random >> 62) << 64 | 2 << 62 | random & (2**62 - 1)
    return UUID(int=value)
