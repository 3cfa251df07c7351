from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.base.errors import InputError
from comity.wire import tree
from comity.wire.export import Entry, is_proofs, proof_lines, verify_proofs
from comity.wire.ledger import Body, Checkpoint, Header, sign_checkpoint
from comity.wire.trust import TrustList

PLACES = (2, 5, 7)
SIZE = 9


@given(st.integers(1, 40), st.data())
def test_several_proofs_are_those_that_each_would_be_alone(size, data):
    leaves = [tree.leaf_hash(bytes([number])) for number in range(size)]
    places = data.draw(st.sets(st.integers(0, size - 1)))
    assert tree.inclusion_proofs(leaves, places) == {
        each: tree.inclusion_proof(leaves, each) for each in places
    }


def test_there_is_no_proof_of_a_leaf_that_is_not_there():
    with pytest.raises(ValueError, match="no such leaf"):
        tree.inclusion_proofs([tree.leaf_hash(b"a")], [1])


def header(world, sequence, body):
    return Header(
        authority="NL-SPOC",
        sequence=sequence,
        id=f"01936f2e-8a5c-7b3d-9e4f-{sequence:012x}",
        at=world.at,
        kind="step.answered",
        article="5(1)",
        actor="officer-7",
        case=None,
        subject=None,
        commitment=body.commitment,
    )


@pytest.fixture
def lines(world):
    """The proofs of three of nine entries, one of which has its body withheld."""
    bodies = [Body({"person": f"Person {number}"}) for number in range(1, SIZE + 1)]
    headers = [header(world, number, body) for number, body in enumerate(bodies, 1)]
    leaves = [each.leaf_hash() for each in headers]
    checkpoint = Checkpoint(
        authority="NL-SPOC", size=SIZE, root=tree.Tree.of(leaves).root().hex(), at=world.at
    )
    paths = tree.inclusion_proofs(leaves, [place - 1 for place in PLACES])
    proofs = [
        (
            Entry.of(headers[at - 1], leaves[at - 1], None if at == 5 else bodies[at - 1], "withheld"),
            paths[at - 1],
        )
        for at in PLACES
    ]
    signed = sign_checkpoint(checkpoint, world.nl)
    return list(proof_lines("NL-SPOC", [world.nl.public()], signed, proofs))


def checked(tmp_path, lines, trust=None):
    file = tmp_path / "proofs.jsonl"
    file.write_text("".join(lines))
    assert is_proofs(file)
    return verify_proofs(file, trust)


def changed(line, change):
    content = json.loads(line)
    change(content)
    return json.dumps(content) + "\n"


def test_proofs_verify_and_say_by_which_key(tmp_path, world, lines):
    report = checked(tmp_path, lines)
    assert report.ok
    assert (report.entries, report.proven, report.bodies, report.withheld) == (3, 3, 2, 1)
    assert report.fingerprints == (world.nl.public().fingerprint(),)


def test_proofs_verify_by_keys_known_from_elsewhere(tmp_path, world, lines):
    assert checked(tmp_path, lines, TrustList([world.nl.public()])).ok


def test_a_signature_of_somebody_else_is_found(tmp_path, world, lines):
    report = checked(tmp_path, lines, TrustList([world.de.public()]))
    assert {each.kind for each in report.problems} == {"signature", "root"}


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda c: c["proof"]["entry"]["header"].update(kind="step.refused"), "changed-header"),
        (lambda c: c["proof"]["entry"]["content"].update(person="Somebody else"), "changed-body"),
        (lambda c: c["proof"]["entry"].update(content=None), "changed-body"),
        (lambda c: c["proof"]["path"].pop(), "root"),
        (lambda c: c["proof"]["path"].reverse(), "root"),
    ],
)
def test_a_change_to_an_entry_is_found(tmp_path, lines, change, kind):
    assert [each.kind for each in checked(tmp_path, [*lines[:3], changed(lines[3], change)]).problems] == [
        kind
    ]


def test_a_missing_checkpoint_proves_nothing(tmp_path, lines):
    report = checked(tmp_path, [line for line in lines if "checkpoint" not in line[:14]])
    assert report.proven == 0
    assert not report.ok


@pytest.mark.parametrize(
    "text", ["", "nothing", '{"proofs": 7}', '{"proofs":{"authority":"NL","version":2}}']
)
def test_a_file_of_something_else_is_refused(tmp_path, text):
    file = tmp_path / "proofs.jsonl"
    file.write_text(text)
    with pytest.raises(InputError, match="no file of proofs"):
        verify_proofs(file)
