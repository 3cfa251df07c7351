"""The entries of one case with the proof that each is in the ledger, for somebody who gets no more of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from comity.node.ledger.exporting import decrypt
from comity.node.ledger.models import Checkpoint, Entry, Leaf
from comity.wire import tree
from comity.wire.export import Entry as Exported
from comity.wire.export import proof_lines
from comity.wire.keys import PublicKeys


@dataclass(frozen=True, slots=True)
class Proven:
    """An entry's header; its place in the tree, from 1, and leaf hash in hex are empty while it is not sealed."""

    entry: Entry
    place: int | None
    leaf: str
    disclosed: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """The entries, oldest first, and the lines of a file that proves them against the signed root of `size` entries."""

    entries: list[Proven]
    size: int
    root: str
    at: datetime | None
    lines: list[str]


def evidence(case: str, code: str, keys: Sequence[PublicKeys], disclose: Callable[[Entry], bool]) -> Evidence:
    """The evidence of a case; bodies of the entries that `disclose` refuses are withheld, their headers are not.

    `code` and `keys` are the acting authority's. Raises Tampered when a body is not what its header commits to.
    """
    found = list(Entry.objects.filter(case=case).select_related("body", "leaf").order_by("pk"))
    last = Checkpoint.objects.first()
    size = last.size if last else 0
    sealed = [each for each in found if hasattr(each, "leaf") and each.leaf.index < size]
    paths = _paths(size, [each.leaf.index for each in sealed]) if sealed else {}
    proofs = [(_exported(each, code, disclose(each)), paths[each.leaf.index]) for each in sealed]
    shown = {each.pk for each, (exported, _path) in zip(sealed, proofs, strict=True) if exported.content}
    return Evidence(
        entries=[_proven(each, each in sealed, each.pk in shown) for each in found],
        size=size,
        root=last.root if last else "",
        at=last.at if last else None,
        lines=list(proof_lines(code, keys, last.signed.encode(), proofs)) if last else [],
    )


def _proven(entry: Entry, sealed: bool, disclosed: bool) -> Proven:
    return Proven(
        entry, entry.leaf.index + 1 if sealed else None, entry.leaf.hash if sealed else "", disclosed
    )


def _paths(size: int, indices: Sequence[int]) -> dict[int, list[bytes]]:
    hashes = Leaf.objects.filter(index__lt=size).order_by("index").values_list("hash", flat=True)
    return tree.inclusion_proofs([bytes.fromhex(each) for each in hashes.iterator(10_000)], indices)


def _exported(entry: Entry, code: str, disclosed: bool) -> Exported:
    header = entry.header(code, entry.leaf.index + 1)
    stored = bytes.fromhex(entry.leaf.hash)
    if entry.body.erased_at:
        return Exported.of(header, stored, None, "erased")
    if not disclosed:
        return Exported.of(header, stored, None, "withheld")
    return Exported.of(header, stored, decrypt(entry, header))
