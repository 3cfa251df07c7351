"""A few entries of a ledger with the proof that each is in it: for a court, without the rest of the ledger.

JSON Lines, each line an object with one member:

    {"proofs": {"version": 1, "authority": "..."}}          the first line
    {"key": {...}}                                          public keys, as `PublicKeys.as_json`
    {"checkpoint": "..."}                                   the signed root that all of the proofs lead to
    {"proof": {"entry": {...}, "path": ["..."]}}            an entry as in an export, and its audit path (RFC 6962)

The header of an entry is always there; its body may be withheld or erased. The path leads from its leaf, nearest
hash first, to the root of the checkpoint: so the entry was in the ledger when that root was signed, and is unchanged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from pydantic import ConfigDict

from comity.base.errors import InputError, Malformed, WireError
from comity.wire import tree
from comity.wire.canonical import STRICT, Hash, as_json, canonical, encode, parse
from comity.wire.export.verifying import Problem, Report, commits
from comity.wire.export.writing import VERSION, Entry, Start
from comity.wire.keys import PublicKeys
from comity.wire.ledger import Checkpoint, verify_checkpoint
from comity.wire.trust import TrustList


@dataclass(frozen=True, kw_only=True)
class Proof:
    """An entry and the audit path from its leaf to the root, nearest hash first."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    entry: Entry
    path: list[Hash]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of the file; exactly one member is given."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    proofs: Start | None = None
    key: dict[str, Any] | None = None
    checkpoint: str | None = None
    proof: Proof | None = None


def proof_lines(
    authority: str,
    keys: Iterable[PublicKeys],
    checkpoint: bytes,
    proofs: Iterable[tuple[Entry, Sequence[bytes]]],
) -> Iterator[str]:
    """The lines of a file of proofs that all lead to the root of one signed checkpoint."""
    yield _line("proofs", {"version": VERSION, "authority": authority})
    for key in keys:
        yield _line("key", key.as_json())
    yield _line("checkpoint", checkpoint.decode())
    for entry, path in proofs:
        whole = as_json(entry) | {"header": as_json(entry.header)}
        yield _line("proof", {"entry": whole, "path": [each.hex() for each in path]})


def is_proofs(path: Path) -> bool:
    """Whether the file begins as one of proofs does."""
    try:
        with path.open("rb") as file:
            return file.read(10) == b'{"proofs":'
    except OSError:
        return False


def verify_proofs(path: Path, trust: TrustList | None = None) -> Report:
    """Verify the signature of the checkpoint and the proof of each entry.

    Signatures are judged by `trust`, or, without it, by the keys in the file. Raises InputError when the file is
    none of proofs.
    """
    try:
        lines = [parse(Line, text) for text in path.read_bytes().splitlines()]
        keys = [PublicKeys.from_json(line.key) for line in lines if line.key is not None]
    except (OSError, Malformed) as error:
        raise InputError(f"is no file of proofs: {error}", file=str(path)) from None
    if not lines or lines[0].proofs is None:
        raise InputError("is no file of proofs of version 1", file=str(path), line=1)
    report = Report(lines[0].proofs.authority)
    if trust is None:
        report.fingerprints = tuple(key.fingerprint() for key in keys)
    checkpoint = _checkpoint(report, lines, trust or TrustList(keys))
    for number, line in enumerate(lines, 1):
        if line.proof is not None:
            _check(report, line.proof, checkpoint, number)
    return report


def _checkpoint(report: Report, lines: Sequence[Line], trust: TrustList) -> Checkpoint | None:
    signed = [
        (number, line.checkpoint) for number, line in enumerate(lines, 1) if line.checkpoint is not None
    ]
    if len(signed) != 1:
        _problem(report, "checkpoint", f"expected one checkpoint, found {len(signed)}", 1)
        return None
    number, text = signed[0]
    report.checkpoints = 1
    try:
        checkpoint = verify_checkpoint(text.encode(), trust)
    except WireError as error:
        _problem(report, "signature", f"the checkpoint: {error}", number)
        return None
    if checkpoint.authority != report.authority:
        _problem(report, "foreign", f"the checkpoint is of {checkpoint.authority}'s ledger", number)
        return None
    report.root = checkpoint.root
    return checkpoint


def _check(report: Report, proof: Proof, checkpoint: Checkpoint | None, line: int) -> None:
    entry, sequence = proof.entry, proof.entry.header.sequence
    report.entries += 1
    leaf = tree.leaf_hash(encode(entry.header))
    _count_body(report, entry, line)
    if entry.header.authority != report.authority:
        _problem(
            report, "foreign", f"entry {sequence} is of {entry.header.authority}'s ledger", line, sequence
        )
    elif leaf.hex() != entry.leaf:
        _problem(report, "changed-header", f"the header of entry {sequence} was changed", line, sequence)
    elif checkpoint is None or not _proves(checkpoint, sequence, leaf, proof.path):
        _problem(report, "root", f"entry {sequence} is not proven to be in the ledger", line, sequence)
    else:
        report.proven += 1


def _proves(checkpoint: Checkpoint, sequence: int, leaf: bytes, path: Sequence[str]) -> bool:
    hashes = [bytes.fromhex(each) for each in path]
    return tree.verify_inclusion(bytes.fromhex(checkpoint.root), checkpoint.size, sequence - 1, leaf, hashes)


def _count_body(report: Report, entry: Entry, line: int) -> None:
    sequence = entry.header.sequence
    if entry.content is not None and entry.salt is not None:
        report.bodies += 1
        intact = entry.state == "present" and commits(entry.header, entry.content, entry.salt)
    else:
        report.erased += entry.state == "erased"
        report.withheld += entry.state == "withheld"
        intact = entry.state != "present" and entry.content is None and entry.salt is None
    if not intact:
        _problem(
            report, "changed-body", f"the body of entry {sequence} was changed or removed", line, sequence
        )


def _problem(report: Report, kind: str, message: str, line: int, sequence: int | None = None) -> None:
    report.problem_count += 1
    report.problems.append(Problem(kind, message, line, sequence))


def _line(member: str, value: Any) -> str:
    return canonical({member: value}).decode() + "\n"
