from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.wire.tree import (
    EMPTY_ROOT,
    Tree,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    verify_consistency,
    verify_inclusion,
)

# Inputs and roots with which the reference implementation of RFC 6962 (Certificate Transparency) is tested.
INPUTS = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"
    )
]  # fmt: skip
LEAVES = [leaf_hash(data) for data in INPUTS]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

sizes = st.integers(1, 130)


def leaves_of(size: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(size)]


def naive_root(leaves: list[bytes]) -> bytes:
    """The definition of section 2.1, word for word."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + naive_root(leaves[:split]) + naive_root(leaves[split:])).digest()


@pytest.mark.parametrize("size", range(9))
def test_the_roots_are_those_of_the_reference_implementation(size: int):
    assert Tree.of(LEAVES[:size]).root().hex() == ROOTS[size]


def test_an_inclusion_proof_is_that_of_the_reference_implementation():
    assert [step.hex() for step in inclusion_proof(LEAVES, 5)] == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


def test_a_consistency_proof_is_that_of_the_reference_implementation():
    assert [step.hex() for step in consistency_proof(LEAVES, 6)] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


@given(sizes)
def test_a_tree_grown_leaf_by_leaf_has_the_root_of_the_definition(size: int):
    assert Tree.of(leaves_of(size)).root() == naive_root(leaves_of(size))
    assert Tree().root() == EMPTY_ROOT == naive_root([])


@given(sizes, st.data())
def test_a_tree_goes_on_from_its_frontier(size: int, data: st.DataObject):
    leaves, stop = leaves_of(size), data.draw(st.integers(0, size))
    first = Tree.of(leaves[:stop])
    second = Tree(first.size, first.frontier)
    for leaf in leaves[stop:]:
        second.append(leaf)
    assert (second.size, second.root()) == (size, naive_root(leaves))
    assert first.root() == naive_root(leaves[:stop])


def test_a_frontier_of_another_size_is_refused():
    with pytest.raises(ValueError, match="has 2 peaks, not 1"):
        Tree(3, [LEAVES[0]])


@given(sizes, st.data())
def test_every_leaf_is_proven_and_no_other_with_that_proof(size: int, data: st.DataObject):
    leaves, index = leaves_of(size), data.draw(st.integers(0, size - 1))
    root, proof = naive_root(leaves), inclusion_proof(leaves, index)
    assert verify_inclusion(root, size, index, leaves[index], proof)
    assert not verify_inclusion(root, size, index, leaf_hash(b"another"), proof)
    assert not verify_inclusion(leaf_hash(b"another"), size, index, leaves[index], proof)
    assert not verify_inclusion(root, size, index, leaves[index], [*proof, leaves[0]])
    if proof:
        wrong = data.draw(st.integers(0, size - 1).filter(lambda other: other != index))
        changed = data.draw(st.integers(0, len(proof) - 1))
        spoilt = [leaf_hash(b"another") if step == changed else proof[step] for step in range(len(proof))]
        assert not verify_inclusion(root, size, wrong, leaves[index], proof)
        assert not verify_inclusion(root, size, index, leaves[index], spoilt)
        assert not verify_inclusion(root, size, index, leaves[index], proof[:-1])


@given(sizes, st.data())
def test_every_earlier_tree_is_proven_and_no_other_with_that_proof(size: int, data: st.DataObject):
    leaves, old = leaves_of(size), data.draw(st.integers(1, size))
    root, old_root, proof = naive_root(leaves), naive_root(leaves[:old]), consistency_proof(leaves, old)
    assert verify_consistency(old_root, old, root, size, proof)
    assert not verify_consistency(leaf_hash(b"another"), old, root, size, proof)
    assert not verify_consistency(old_root, old, leaf_hash(b"another"), size, proof)
    assert not verify_consistency(old_root, old, root, size, [*proof, root])
    if proof:
        changed = data.draw(st.integers(0, len(proof) - 1))
        spoilt = [leaf_hash(b"another") if step == changed else proof[step] for step in range(len(proof))]
        assert not verify_consistency(old_root, old, root, size, spoilt)
        assert not verify_consistency(old_root, old, root, size, proof[:-1])


@pytest.mark.parametrize(("size", "index"), [(0, 0), (5, 5), (5, -1)])
def test_there_is_no_proof_of_a_leaf_outside_the_tree(size: int, index: int):
    with pytest.raises(ValueError):
        inclusion_proof(LEAVES[:size], index)
    assert not verify_inclusion(EMPTY_ROOT, size, index, LEAVES[0], [])


@pytest.mark.parametrize(("size", "old"), [(0, 0), (5, 0), (5, 6)])
def test_there_is_no_proof_from_a_tree_that_is_none_or_later(size: int, old: int):
    with pytest.raises(ValueError):
        consistency_proof(LEAVES[:size], old)
    assert not verify_consistency(EMPTY_ROOT, old, EMPTY_ROOT, size, [])


def test_an_empty_proof_proves_no_growth():
    assert not verify_consistency(naive_root(LEAVES[:3]), 3, naive_root(LEAVES), 8, [])


def test_a_node_does_not_pass_for_a_leaf():
    assert leaf_hash(LEAVES[0] + LEAVES[1]) != Tree.of(LEAVES[:2]).root()
