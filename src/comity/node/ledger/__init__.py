"""The ledger: who did or saw what, when, under which article; written once, sealed each second, provable.

An entry is inserted unchained, in the transaction of what it tells of. The sealer puts new entries into the
authority's RFC 6962 tree and signs its root. The body of an entry is encrypted under a key of its own: when its
legal term ends the key is forgotten, and the header still verifies.
"""

from __future__ import annotations

from comity.node.ledger.exporting import export, verify
from comity.node.ledger.models import Body, Checkpoint, Entry, Leaf, Unsealed
from comity.node.ledger.proving import Evidence, evidence
from comity.node.ledger.reading import Line, each, line, lines, proof
from comity.node.ledger.writing import erase, erase_about, expired, record, seal

__all__ = [
    "Body", "Checkpoint", "Entry", "Evidence", "Leaf", "Line", "Unsealed", "each", "erase", "erase_about",
    "evidence", "expired", "export", "line", "lines", "proof", "record", "seal", "verify",
]  # fmt: skip
