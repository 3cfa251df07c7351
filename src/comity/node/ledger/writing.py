"""Writing entries, sealing them into the tree, and erasing bodies whose term has ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings

from comity.base.errors import Conflict, NotFound
from comity.base.time import now
from comity.node import scope
from comity.node.ledger.models import Body, Checkpoint, Entry, Leaf, Unsealed
from comity.wire import ledger as wire
from comity.wire.keys import PrivateKeys
from comity.wire.tree import Tree

SEAL_AT_MOST = 5000


def record(
    kind: str,
    *,
    article: str = "",
    body: Mapping[str, Any] | None = None,
    case: str | None = None,
    subject: str | None = None,
    keep_until: datetime | None = None,
) -> Entry:
    """Write one entry on behalf of the acting officer, in this transaction.

    `case` and `subject` are opaque ids; names and other personal data go into `body` alone.
    """
    content = wire.Body(dict(body or {}))
    entry = Entry.objects.create(
        at=now(),
        kind=kind,
        article=article[:200],
        actor=f"officer-{scope.current().officer}",
        case=case or "",
        subject=subject or "",
        commitment=content.commitment,
    )
    key = wire.new_key()
    Body.objects.create(
        entry=entry,
        ciphertext=wire.encrypt_body(content, key, str(entry.identity)),
        wrapped_key=wire.wrap_key(key, settings.HOME.secret("master")),
        keep_until=keep_until,
    )
    Unsealed.objects.create(entry=entry)
    return entry


def seal(code: str, keys: PrivateKeys) -> int:
    """Put the new entries of the acting authority into its tree and sign the root; returns how many.

    `code` and `keys` are the authority's. Entries are taken in the order of their numbers; one whose transaction
    ends later is taken by a later seal.
    """
    waiting = Unsealed.objects.select_related("entry").order_by("pk")[:SEAL_AT_MOST]
    entries = [each.entry for each in waiting]
    if not entries:
        return 0
    last = Checkpoint.objects.first()
    tree = Tree(last.size, [bytes.fromhex(peak) for peak in last.frontier]) if last else Tree()
    leaves = []
    for entry in entries:
        leaf = entry.header(code, tree.size + 1).leaf_hash()
        leaves.append(Leaf(entry=entry, index=tree.size, hash=leaf.hex()))
        tree.append(leaf)
    Leaf.objects.bulk_create(leaves)
    Unsealed.objects.filter(pk__in=[entry.pk for entry in entries]).delete()
    before = {"previous_size": last.size, "previous_root": last.root} if last else {}
    checkpoint = wire.Checkpoint(authority=code, size=tree.size, root=tree.root().hex(), at=now(), **before)
    Checkpoint.objects.create(
        size=checkpoint.size,
        root=checkpoint.root,
        at=checkpoint.at,
        signed=wire.sign_checkpoint(checkpoint, keys).decode(),
        frontier=[peak.hex() for peak in tree.frontier],
    )
    return len(entries)


def erase_about(case: str, keeping: Sequence[str]) -> int:
    """Forget the bodies of all entries about a case, but of those whose kind begins as one of `keeping`.

    Returns how many there were; the entry that says so, and why, is the caller's.
    """
    bodies = Body.objects.filter(entry__case=case, erased_at=None)
    for kind in keeping:
        bodies = bodies.exclude(entry__kind__startswith=kind)
    wanted = list(bodies.values_list("pk", flat=True))
    Body.objects.filter(pk__in=wanted).update(ciphertext=None, wrapped_key=None, erased_at=now())
    return len(wanted)


def expired(at: datetime) -> list[int]:
    """The entries whose body was to be kept until an instant that has come, by their numbers."""
    due = Body.objects.filter(keep_until__lte=at, erased_at=None).order_by("pk")
    return list(due.values_list("pk", flat=True))


def erase(sequence: int, reason: str) -> None:
    """Forget the body of an entry for good; header, leaf and root go on to verify. The erasure is an entry too."""
    body = Body.objects.filter(entry_id=sequence).first()
    if body is None:
        raise NotFound("There is no such entry here.")
    if body.erased_at:
        raise Conflict("It has been erased already.")
    Body.objects.filter(pk=body.pk).update(ciphertext=None, wrapped_key=None, erased_at=now())
    record(
        "ledger.erased",
        article="Directive (EU) 2016/680 art. 5",
        subject=f"entry-{sequence}",
        body={"reason": reason},
    )
