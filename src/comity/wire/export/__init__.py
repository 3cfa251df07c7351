"""The ledger in a file, and its verification without the node that wrote it."""

from __future__ import annotations

from comity.wire.export.proofs import is_proofs, proof_lines, verify_proofs
from comity.wire.export.verifying import Problem, Report, verify_export
from comity.wire.export.writing import Entry, export_lines, write_export

__all__ = [
    "Entry", "Problem", "Report", "export_lines", "is_proofs", "proof_lines", "verify_export", "verify_proofs",
    "write_export",
]  # fmt: skip
