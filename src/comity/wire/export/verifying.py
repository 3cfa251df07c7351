"""Verifying an export without the node that wrote it."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, cast

from comity.base.errors import InputError, Malformed, WireError
from comity.wire import tree
from comity.wire.canonical import encode, parse
from comity.wire.export.writing import Entry, Line, Start
from comity.wire.jose import MAX_PAYLOAD
from comity.wire.keys import PublicKeys
from comity.wire.ledger import Body, Checkpoint, Header, verify_checkpoint
from comity.wire.tree import EMPTY_ROOT, Tree
from comity.wire.trust import TrustList

MAX_LINE = 2 * MAX_PAYLOAD
MAX_PROBLEMS = 100
"""So many problems are kept; all are counted."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: on which line, with which entry where it is one, and a sentence that says it.

    `kind` is one of unreadable, foreign, missing, reordered, changed-header, changed-body, root, signature,
    checkpoint, unsealed.
    """

    kind: str
    message: str
    line: int
    sequence: int | None = None


@dataclass
class Report:
    """What an export proves: signed roots vouch for its first `proven` entries, the last of them is `root`.

    `fingerprints` are those of the keys used: when they came with the file, compare them with known ones.
    """

    authority: str
    fingerprints: tuple[str, ...] = ()
    entries: int = 0
    bodies: int = 0
    erased: int = 0
    withheld: int = 0
    checkpoints: int = 0
    proven: int = 0
    root: str = EMPTY_ROOT.hex()
    problem_count: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return self.problem_count == 0


def verify_export(
    path: Path, trust: TrustList | None = None, known: Mapping[int, str] | None = None
) -> Report:
    """Recompute everything an export claims: leaves, roots, signatures, the order, the bodies' commitments.

    Signatures are judged by `trust`, or, without it, by the keys in the file. `known` maps tree sizes to
    roots (hex) learned elsewhere, as from a partner: only these show that the end was cut off or all of it
    rewritten. Needs memory for one line only. Raises InputError when the file is no export at all.
    """
    with _open(path) as file:
        lines = _lines(file)
        start = _start(next(lines, (1, b"")), path)
        verifier = _Verifier(start.authority, trust, known or {})
        for number, text in lines:
            verifier.take(number, text)
    return verifier.finish()


class _Verifier:
    """Reads the lines one by one; once the tree cannot be rebuilt (`broken`), roots are compared no more."""

    def __init__(self, authority: str, trust: TrustList | None, known: Mapping[int, str]) -> None:
        self.report = Report(authority)
        self.trust, self.known = trust, known
        self.keys: dict[str, PublicKeys] = {}
        self.tree, self.broken, self.line = Tree(), False, 1
        self.next_sequence = 1
        self.last: tuple[int, str] | None = (0, EMPTY_ROOT.hex())

    def take(self, number: int, text: bytes | None) -> None:
        self.line = number
        try:
            if text is None:
                raise Malformed("the rest cannot be read: cut off or overlong")
            self._take(parse(Line, text))
        except Malformed as error:
            self._problem("unreadable", str(error))

    def _take(self, line: Line) -> None:
        if line.entry is not None:
            self._entry(line.entry)
        elif line.checkpoint is not None:
            self._checkpoint(line.checkpoint.encode())
        elif line.key is not None:
            key = PublicKeys.from_json(line.key)
            self.keys[key.kid] = key
        else:
            raise Malformed("expected a key, an entry or a checkpoint")

    def finish(self) -> Report:
        report, last = self.report, self.next_sequence - 1
        report.fingerprints = (
            tuple(key.fingerprint() for key in self.keys.values()) if self.trust is None else ()
        )
        if report.proven < last and not self.broken:
            self._problem("unsealed", f"no checkpoint vouches for {_entries(report.proven + 1, last)}")
        beyond = max(self.known, default=0)
        if beyond > last:
            self._missing(beyond)
        return report

    def _entry(self, entry: Entry) -> None:
        header, sequence = entry.header, entry.header.sequence
        self.report.entries += 1
        if header.authority != self.report.authority:
            self._problem("foreign", f"entry {sequence} is of {header.authority}'s ledger", sequence)
        if sequence < self.next_sequence:
            self._problem("reordered", f"entry {sequence} stands too late, or twice", sequence)
            self.broken = True
        else:
            self._missing(sequence - 1)
            self.next_sequence = sequence + 1
        if tree.leaf_hash(encode(header)).hex() != entry.leaf:
            self._problem("changed-header", f"the header of entry {sequence} was changed", sequence)
        self._body(entry)
        self.tree.append(bytes.fromhex(entry.leaf))
        self._compare_known()

    def _body(self, entry: Entry) -> None:
        if entry.content is None or entry.salt is None:
            self.report.erased += entry.state == "erased"
            self.report.withheld += entry.state == "withheld"
            intact = entry.state != "present" and entry.content is None and entry.salt is None
        else:
            self.report.bodies += 1
            intact = entry.state == "present" and commits(entry.header, entry.content, entry.salt)
        if not intact:
            sequence = entry.header.sequence
            self._problem("changed-body", f"the body of entry {sequence} was changed or removed", sequence)

    def _checkpoint(self, signed: bytes) -> None:
        self.report.checkpoints += 1
        try:
            checkpoint = verify_checkpoint(signed, self.trust or TrustList(self.keys.values()))
        except WireError as error:
            self._problem("signature", f"the checkpoint after entry {self.next_sequence - 1}: {error}")
            self.last = None
            return
        name = f"the checkpoint of {checkpoint.size} entries"
        if checkpoint.authority != self.report.authority:
            self._problem("foreign", f"{name} is of {checkpoint.authority}'s ledger")
            return
        if self.last not in (None, (checkpoint.previous_size, checkpoint.previous_root)):
            self._problem("checkpoint", f"{name} does not follow the checkpoint before it")
        self.last = (checkpoint.size, checkpoint.root)
        self._missing(checkpoint.size)
        if checkpoint.size < self.next_sequence - 1:
            self._problem("checkpoint", f"{name} stands too late")
        elif not self.broken:
            self._compare(checkpoint)

    def _compare(self, checkpoint: Checkpoint) -> None:
        if self.tree.root().hex() == checkpoint.root:
            self.report.proven, self.report.root = checkpoint.size, checkpoint.root
        else:
            changed = _entries(self.report.proven + 1, checkpoint.size)
            self._problem(
                "root",
                f"the signed root differs: something in {changed} was changed; nothing after is proven",
            )
            self.broken = True

    def _compare_known(self) -> None:
        root = self.known.get(self.tree.size)
        if root is not None and not self.broken and root != self.tree.root().hex():
            self._problem(
                "root", f"the root of the first {self.tree.size} entries is not the one known from elsewhere"
            )

    def _missing(self, until: int) -> None:
        """Note that entries are missing when not all up to `until` have come."""
        first = self.next_sequence
        if first <= until:
            self._problem("missing", f"{_entries(first, until)} missing; nothing after is proven", first)
            self.next_sequence, self.broken = until + 1, True

    def _problem(self, kind: str, message: str, sequence: int | None = None) -> None:
        self.report.problem_count += 1
        if len(self.report.problems) < MAX_PROBLEMS:
            self.report.problems.append(Problem(kind, message, self.line, sequence))


def commits(header: Header, content: dict[str, Any], salt: str) -> bool:
    """Whether a body with its salt is the one that the header commits to."""
    try:
        return Body(content, bytes.fromhex(salt)).commitment == header.commitment
    except Malformed:
        return False


def _entries(first: int, last: int) -> str:
    return f"entry {first}" if first == last else f"entries {first} to {last}"


def _open(path: Path) -> IO[bytes]:
    try:
        return cast(IO[bytes], gzip.open(path) if path.suffix == ".gz" else path.open("rb"))
    except OSError as error:
        raise InputError(f"cannot be opened: {error.strerror}", file=str(path)) from None


def _lines(file: IO[bytes]) -> Iterator[tuple[int, bytes | None]]:
    """Line numbers and lines; a last line of None where the file cannot be read on."""
    number = 0
    with suppress(OSError, EOFError, zlib.error):
        while len(text := file.readline(MAX_LINE)) < MAX_LINE:
            if not text:
                return
            number += 1
            yield number, text
    yield number + 1, None


def _start(first: tuple[int, bytes | None], path: Path) -> Start:
    try:
        start = parse(Line, first[1] or b"").ledger
    except Malformed:
        start = None
    if start is None:
        raise InputError("is not a ledger export of version 1", file=str(path), line=1)
    return start
