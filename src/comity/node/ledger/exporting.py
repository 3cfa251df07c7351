"""The authority's ledger as a file that anyone can verify without this node, and its verification here."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from django.conf import settings

from comity.base.errors import Tampered
from comity.base.text import say
from comity.node.ledger.models import Checkpoint, Entry, Leaf, Unsealed
from comity.wire import export as wire
from comity.wire import ledger
from comity.wire.export import Problem, Report
from comity.wire.keys import PublicKeys
from comity.wire.trust import TrustList

CHUNK = 1000


def export(path: Path, code: str, keys: Sequence[PublicKeys], *, bodies: bool) -> list[Problem]:
    """Write the sealed ledger of the acting authority; returns the bodies that are not what was committed to.

    With `bodies` the entries' content goes along, erased ones excepted; else every body is withheld.
    """
    problems: list[Problem] = []
    lines = wire.export_lines(code, keys, _entries(code, bodies, problems), _checkpoints())
    wire.write_export(path, lines)
    return problems


def verify(code: str, keys: Sequence[PublicKeys]) -> Report:
    """Recompute every leaf, root, signature and commitment of the acting authority's ledger.

    Entries that still wait for the sealer are left out; one that neither waits nor is sealed is a problem.
    """
    with tempfile.TemporaryDirectory(dir=settings.HOME.run_dir) as folder:
        path = Path(folder) / "ledger.jsonl"
        problems = export(path, code, keys, bodies=True)
        report = wire.verify_export(path, TrustList(keys))
    known = {problem.sequence for problem in report.problems}
    fresh = [problem for problem in problems if problem.sequence not in known]
    fresh += _kept_from_the_sealer()
    report.problems.extend(fresh)
    report.problem_count += len(fresh)
    return report


def _kept_from_the_sealer() -> list[Problem]:
    lost = Entry.objects.filter(leaf=None).exclude(pk__in=Unsealed.objects.values("pk")).order_by("pk")
    return [
        Problem("unsealed", f"entry no. {pk} was kept from being sealed", 0)
        for pk in lost.values_list("pk", flat=True)[:100]
    ]


def _entries(code: str, bodies: bool, problems: list[Problem]) -> Iterator[wire.Entry]:
    last = Checkpoint.objects.first()
    leaves = Leaf.objects.filter(index__lt=last.size if last else 0).select_related("entry__body")
    for leaf in leaves.order_by("index").iterator(CHUNK):
        yield _entry(code, leaf, bodies, problems)


def _entry(code: str, leaf: Leaf, bodies: bool, problems: list[Problem]) -> wire.Entry:
    header = leaf.entry.header(code, leaf.index + 1)
    stored = bytes.fromhex(leaf.hash)
    if leaf.entry.body.erased_at:
        return wire.Entry.of(header, stored, None, "erased")
    if not bodies:
        return wire.Entry.of(header, stored, None, "withheld")
    try:
        return wire.Entry.of(header, stored, decrypt(leaf.entry, header))
    except Tampered as error:
        problems.append(Problem("changed-body", str(error), 0, header.sequence))
        return wire.Entry.of(header, stored, None, "withheld")


def decrypt(entry: Entry, header: ledger.Header) -> ledger.Body:
    """The body of an entry with its salt; Tampered when it is not what the header commits to."""
    body = entry.body
    if body.wrapped_key is None or body.ciphertext is None:
        raise Tampered(
            say(
                "the body of ledger entry {sequence} is gone, and no erasure is noted",
                sequence=header.sequence,
            )
        )
    key = ledger.unwrap_key(bytes(body.wrapped_key), settings.HOME.secret("master"))
    return ledger.decrypt_body(bytes(body.ciphertext), key, header)


def _checkpoints() -> Iterable[tuple[int, bytes]]:
    rows = Checkpoint.objects.order_by("size").values_list("size", "signed")
    return ((size, signed.encode()) for size, signed in rows.iterator(CHUNK))
