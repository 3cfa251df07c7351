"""The Merkle tree of RFC 6962, section 2.1: one root commits to every leaf, in order.

A tree grows at its frontier: the roots of the complete subtrees that its size is the sum of, largest first.
That is all that appending and the root need; proofs need the leaf hashes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

EMPTY_ROOT = hashlib.sha256().digest()
"""The root of a tree without leaves."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf, 32 bytes; the prefix keeps a leaf from passing for a node."""
    return hashlib.sha256(b"\x00" + data).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A growing tree. `size` and `frontier` are all of its state: `Tree(size, frontier)` goes on from there.

    Raises ValueError when the frontier is not one of a tree of that size.
    """

    def __init__(self, size: int = 0, frontier: Sequence[bytes] = ()) -> None:
        if len(frontier) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} peaks, not {len(frontier)}")
        self.size, self._frontier = size, list(frontier)

    @classmethod
    def of(cls, leaves: Iterable[bytes]) -> Tree:
        """The tree over these leaf hashes."""
        tree = cls()
        for leaf in leaves:
            tree.append(leaf)
        return tree

    @property
    def frontier(self) -> tuple[bytes, ...]:
        return tuple(self._frontier)

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash."""
        size = self.size
        while size & 1:
            leaf = _node(self._frontier.pop(), leaf)
            size >>= 1
        self._frontier.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The root hash, 32 bytes."""
        if not self._frontier:
            return EMPTY_ROOT
        root = self._frontier[-1]
        for peak in reversed(self._frontier[:-1]):
            root = _node(peak, root)
        return root


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The audit path of leaf `index` (from 0) in the tree over `leaves` (2.1.1), nearest hash first."""
    if not 0 <= index < len(leaves):
        raise ValueError(f"there is no leaf {index} among {len(leaves)}")
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if index < split:
        return [*inclusion_proof(leaves[:split], index), _root(leaves[split:])]
    return [*inclusion_proof(leaves[split:], index - split), _root(leaves[:split])]


def inclusion_proofs(leaves: Sequence[bytes], indices: Iterable[int]) -> dict[int, list[bytes]]:
    """The audit paths of several leaves, as `inclusion_proof` gives each, at the cost of one root."""
    paths: dict[int, list[bytes]] = {index: [] for index in indices}

    def root(first: int, last: int, wanted: Sequence[int]) -> bytes:
        if not wanted:
            return _root(leaves[first:last])
        if last - first == 1:
            return leaves[first]
        middle = first + _split(last - first)
        lefts, rights = (
            [each for each in wanted if each < middle],
            [each for each in wanted if each >= middle],
        )
        left, right = root(first, middle, lefts), root(middle, last, rights)
        for index in lefts:
            paths[index].append(right)
        for index in rights:
            paths[index].append(left)
        return _node(left, right)

    if not all(0 <= index < len(leaves) for index in paths):
        raise ValueError(f"there is no such leaf among {len(leaves)}")
    root(0, len(leaves), sorted(paths))
    return paths


def verify_inclusion(root: bytes, size: int, index: int, leaf: bytes, proof: Sequence[bytes]) -> bool:
    """Whether `proof` shows `leaf` to be leaf `index` of that tree (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last = index, size - 1
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            leaf = _node(sibling, leaf)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            leaf = _node(leaf, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and leaf == root


def consistency_proof(leaves: Sequence[bytes], old_size: int) -> list[bytes]:
    """The proof that the tree over the first `old_size` leaves grew into that over all (section 2.1.2)."""
    if not 0 < old_size <= len(leaves):
        raise ValueError(f"a tree of {len(leaves)} leaves did not grow from one of {old_size}")
    return _subproof(leaves, old_size, True)


def verify_consistency(
    old_root: bytes, old_size: int, new_root: bytes, new_size: int, proof: Sequence[bytes]
) -> bool:
    """Whether `proof` shows that the new tree begins with the leaves of the old one (RFC 9162, 2.1.4.2)."""
    if not 0 < old_size <= new_size:
        return False
    if old_size == new_size:
        return old_root == new_root and not proof
    path = list(proof) if old_size & (old_size - 1) else [old_root, *proof]
    if not path:
        return False
    place, last = old_size - 1, new_size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = _node(sibling, old), _node(sibling, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = _node(new, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and old == old_root and new == new_root


def _split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def _root(leaves: Sequence[bytes]) -> bytes:
    return Tree.of(leaves).root()


def _subproof(leaves: Sequence[bytes], old_size: int, whole: bool) -> list[bytes]:
    if old_size == len(leaves):
        return [] if whole else [_root(leaves)]
    split = _split(len(leaves))
    if old_size <= split:
        return [*_subproof(leaves[:split], old_size, whole), _root(leaves[split:])]
    return [*_subproof(leaves[split:], old_size - split, False), _root(leaves[:split])]
