from __future__ import annotations

import gzip
import json
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.base.errors import InputError
from comity.wire.export import Entry, Report, export_lines, verify_export, write_export
from comity.wire.keys import PrivateKeys
from comity.wire.ledger import Body, Checkpoint, Header, sign_checkpoint
from comity.wire.tree import Tree
from comity.wire.trust import TrustList

ENTRIES, BATCH = 12, 4
FIRST_ENTRY = 2  # the first line with an entry: before it stand the start and one key

Lines = list[str]


def entry(world, sequence: int, body: Body | None, content: Body) -> Entry:
    header = Header(
        authority="NL-SPOC",
        sequence=sequence,
        id=f"01936f2e-8a5c-7b3d-9e4f-{sequence:012x}",
        at=world.at + timedelta(seconds=sequence),
        kind="record.read",
        article="16(1)(d)",
        actor="officer-7",
        case=None,
        subject=f"record-{sequence}",
        commitment=content.commitment,
    )
    return Entry.of(header, header.leaf_hash(), body, "erased" if sequence % 2 else "withheld")


def chained(world, keys: PrivateKeys, entries: list[Entry], batch: int) -> Iterator[tuple[int, bytes]]:
    tree, before = Tree(), {}
    for each in entries:
        tree.append(bytes.fromhex(each.leaf))
        if tree.size % batch == 0:
            root = tree.root().hex()
            checkpoint = Checkpoint(authority="NL-SPOC", size=tree.size, root=root, at=world.at, **before)
            before = {"previous_size": tree.size, "previous_root": root}
            yield tree.size, sign_checkpoint(checkpoint, keys)


@pytest.fixture(scope="module")
def entries(world) -> list[Entry]:
    """Twelve entries; the bodies of 3 (erased) and 6 (withheld) are not there."""
    bodies = {sequence: Body({"person": f"Person {sequence}"}) for sequence in range(1, ENTRIES + 1)}
    return [entry(world, s, None if s in (3, 6) else body, body) for s, body in bodies.items()]


@pytest.fixture(scope="module")
def lines(world, entries: list[Entry]) -> Lines:
    """start, key, 4 entries, checkpoint, 4 entries, checkpoint, 4 entries, checkpoint"""
    return list(
        export_lines("NL-SPOC", [world.nl.public()], entries, chained(world, world.nl, entries, BATCH))
    )


@pytest.fixture
def verify(tmp_path: Path) -> Callable[..., Report]:
    def verify(lines: Lines, **options: Any) -> Report:
        write_export(tmp_path / "ledger.jsonl", lines)
        return verify_export(tmp_path / "ledger.jsonl", **options)

    return verify


def found(report: Report) -> list[tuple[str, int | None]]:
    return [(problem.kind, problem.sequence) for problem in report.problems]


def at(sequence: int) -> int:
    """The place among the lines of an entry."""
    return FIRST_ENTRY + sequence - 1 + (sequence - 1) // BATCH


def changed(lines: Lines, sequence: int, change: Callable[[dict[str, Any]], object]) -> Lines:
    document = json.loads(lines[at(sequence)])
    change(document["entry"])
    return [*lines[: at(sequence)], json.dumps(document) + "\n", *lines[at(sequence) + 1 :]]


def without(lines: Lines, *places: int) -> Lines:
    return [line for place, line in enumerate(lines) if place not in places]


def test_an_untouched_ledger_verifies_erased_and_withheld_bodies_included(world, verify, lines):
    report = verify(lines)
    assert report.ok, report.problems
    assert (report.entries, report.proven, report.checkpoints) == (12, 12, 3)
    assert (report.bodies, report.erased, report.withheld) == (10, 1, 1)
    assert report.fingerprints == (world.nl.public().fingerprint(),)


def test_it_verifies_against_keys_known_from_elsewhere(world, verify, lines):
    assert verify(lines, trust=world.trust).ok
    report = verify(lines, trust=TrustList([world.de.public()]))
    assert [kind for kind, _ in found(report)] == ["signature"] * 3 + ["unsealed"]
    assert report.proven == 0


def test_a_body_erased_after_the_export_was_sealed_changes_no_root(verify, lines):
    erased = changed(lines, 5, lambda e: e.update(state="erased", content=None, salt=None))
    before, after = verify(lines), verify(erased)
    assert after.ok
    assert (after.root, after.erased) == (before.root, before.erased + 1)


@pytest.mark.parametrize(
    "change",
    [
        {"actor": "officer-8"}, {"kind": "record.written"}, {"article": "17"}, {"subject": None},
        {"at": "2026-11-22T10:20:00.000000Z"}, {"case": "case-1"},
        {"id": "01936f2e-8a5c-7b3d-9e4f-ffffffffffff"},
    ],
)  # fmt: skip
@pytest.mark.parametrize("sequence", [1, 6, 12])
def test_a_changed_header_is_found_by_its_number(verify, lines, sequence: int, change: dict[str, Any]):
    report = verify(changed(lines, sequence, lambda e: e["header"].update(change)))
    assert found(report) == [("changed-header", sequence)]
    assert report.proven == 12


def test_a_header_changed_together_with_its_leaf_is_found_by_the_next_root(verify, lines, entries):
    def change(e: dict[str, Any]) -> None:
        header = replace(entries[5].header, actor="officer-8")
        e["header"]["actor"], e["leaf"] = "officer-8", header.leaf_hash().hex()

    report = verify(changed(lines, 6, change))
    assert found(report) == [("root", None)]
    assert "entries 5 to 8" in report.problems[0].message
    assert report.proven == 4


def test_a_changed_commitment_does_not_hide_a_changed_body(verify, lines):
    other = Body({"person": "Nobody"})

    def change(e: dict[str, Any]) -> None:
        e.update(content=other.content, salt=other.salt.hex())
        e["header"]["commitment"] = other.commitment

    assert found(verify(changed(lines, 7, change))) == [("changed-header", 7)]


@pytest.mark.parametrize(
    "change",
    [
        {"content": {"person": "Nobody"}}, {"salt": "0" * 64}, {"content": None}, {"salt": None},
        {"content": None, "salt": None}, {"state": "erased"}, {"state": "erased", "content": None},
        {"content": {"person": "\0"}},
    ],
)  # fmt: skip
def test_a_changed_or_half_removed_body_is_found_by_its_number(verify, lines, change: dict[str, Any]):
    report = verify(changed(lines, 9, lambda e: e.update(change)))
    assert found(report) == [("changed-body", 9)]
    assert report.proven == 12


@pytest.mark.parametrize("sequence", [1, 4, 5, 12])
def test_a_missing_entry_is_found_by_its_number(verify, lines, sequence: int):
    report = verify(without(lines, at(sequence)))
    assert found(report)[0] == ("missing", sequence)
    assert report.proven == (sequence - 1) // BATCH * BATCH


def test_several_missing_entries_are_named_together(verify, lines):
    report = verify(without(lines, at(2), at(3), at(10)))
    assert found(report) == [("missing", 2), ("missing", 10)]
    assert "entries 2 to 3 missing" in report.problems[0].message


def test_entries_in_another_order_are_found(verify, lines):
    swapped = list(lines)
    swapped[at(6)], swapped[at(7)] = lines[at(7)], lines[at(6)]
    assert found(verify(swapped)) == [("missing", 6), ("reordered", 6)]


def test_an_entry_that_stands_twice_is_found(verify, lines):
    assert found(verify([*lines[: at(6)], lines[at(5)], *lines[at(6) :]])) == [("reordered", 5)]


def test_an_entry_renumbered_to_fill_a_gap_is_found(verify, lines):
    renumbered = changed(lines, 7, lambda e: e["header"].update(sequence=6))
    assert ("changed-header", 6) in found(verify(without(renumbered, at(6))))


def test_an_entry_of_another_authority_is_found(world, verify, lines):
    report = verify(changed(lines, 2, lambda e: e["header"].update(authority="DE-SPOC")))
    assert found(report) == [("foreign", 2), ("changed-header", 2)]


@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_checkpoint_changed_in_any_bit_proves_nothing(verify, lines, place: float, bit: int):
    document = json.loads(lines[-1])
    signed = bytearray(document["checkpoint"].encode())
    signed[int(place * len(signed))] ^= 1 << bit
    spoilt = json.dumps({"checkpoint": signed.decode()}) + "\n"
    report = verify([*lines[:-1], spoilt])
    assert [kind for kind, _ in found(report)] == ["signature", "unsealed"]
    assert report.proven == 8


def test_a_later_good_checkpoint_makes_up_for_a_bad_one(verify, lines):
    report = verify([*lines[:6], '{"checkpoint":"a.b.c"}\n', *lines[7:]])
    assert found(report) == [("signature", None)]
    assert report.proven == 12


def test_a_missing_checkpoint_is_found_by_the_next(verify, lines):
    assert found(verify(without(lines, 6))) == [("checkpoint", None)]


def test_a_checkpoint_that_stands_too_late_is_found(verify, lines):
    late = [*lines[:6], lines[7], lines[6], *lines[8:]]
    report = verify(late)
    assert found(report)[0] == ("checkpoint", None)
    assert "too late" in report.problems[0].message


def test_a_checkpoint_of_another_authority_is_found(world, verify, lines, entries):
    checkpoint = Checkpoint(authority="DE-SPOC", size=4, root="0" * 64, at=world.at)
    foreign = json.dumps({"checkpoint": sign_checkpoint(checkpoint, world.de).decode()}) + "\n"
    report = verify([*lines[:6], foreign, *lines[6:]], trust=world.trust)
    assert found(report) == [("foreign", None)]
    assert report.proven == 12


def test_an_unsealed_tail_is_found_and_named(verify, lines):
    report = verify(lines[:-1])
    assert found(report) == [("unsealed", None)]
    assert "entries 9 to 12" in report.problems[0].message
    assert report.proven == 8


def test_a_tail_cut_off_is_found_by_a_root_known_from_elsewhere(verify, lines):
    whole, cut = verify(lines), verify(lines[:12])
    assert cut.ok
    assert found(verify(lines[:12], known={12: whole.root})) == [("missing", 9)]
    assert verify(lines, known={8: cut.root, 12: whole.root}).ok


def test_a_ledger_written_anew_is_found_by_a_root_known_from_elsewhere(world, verify, lines, entries):
    known = verify(lines[:12]).root
    other = Body({"person": "Nobody"})
    anew = [*entries[:2], entry(world, 3, other, other), *entries[3:]]
    forged = list(export_lines("NL-SPOC", [world.nl.public()], anew, chained(world, world.nl, anew, BATCH)))
    assert verify(forged).ok
    assert found(verify(forged, known={8: known})) == [("root", None)]


@pytest.mark.parametrize(
    "line",
    ["garbage", "[]", "{}", "{", '{"key":{}}', '{"entry":{}}', '{"other":1}', "", "\x00", '{"key":null}'],
)
def test_a_line_that_cannot_be_read_is_reported_with_its_number(verify, lines, line: str):
    report = verify([*lines[:5], line + "\n", *lines[5:]])
    assert found(report) == [("unreadable", None)]
    assert report.problems[0].line == 6
    assert report.proven == 12


def test_a_header_that_cannot_be_written_back_is_reported(verify, lines):
    report = verify(changed(lines, 2, lambda e: e["header"].update(kind="a\0b")))
    assert [kind for kind, _ in found(report)] == ["unreadable", "root"]


@given(place=st.floats(0, 1, exclude_max=True), byte=st.integers(0, 255))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_byte_of_an_entry_can_be_changed_unseen(tmp_path: Path, lines, place: float, byte: int):
    whole = "".join(lines).encode()
    start = len("".join(lines[:2]).encode())
    index = start + int(place * (len(whole) - start))
    path = tmp_path / "ledger.jsonl"
    path.write_bytes(whole[:index] + bytes([byte]) + whole[index + 1 :])
    assert verify_export(path).ok == (json_values(path.read_bytes()) == json_values(whole))


def json_values(data: bytes) -> Any:
    try:
        return [json.loads(line) for line in data.split(b"\n") if line]
    except ValueError:
        return None


@pytest.mark.parametrize(
    "first",
    ["", "garbage\n", "[]\n", '{"ledger":{"version":2,"authority":"NL"}}\n', '{"key":{}}\n', "\x00\n"],
)
def test_a_file_that_is_no_export_is_refused(verify, first: str):
    with pytest.raises(InputError, match="not a ledger export"):
        verify([first])


def test_a_missing_file_is_refused(tmp_path: Path):
    with pytest.raises(InputError, match="absent"):
        verify_export(tmp_path / "absent.jsonl")


def test_it_says_where_an_export_cannot_be_written(tmp_path: Path, lines):
    with pytest.raises(InputError, match="cannot be written"):
        write_export(tmp_path / "no" / "ledger.jsonl", lines)


def test_a_gzipped_export_verifies_and_a_cut_one_is_reported(tmp_path: Path, lines):
    path = tmp_path / "ledger.jsonl.gz"
    write_export(path, lines)
    assert gzip.decompress(path.read_bytes()).decode() == "".join(lines)
    assert verify_export(path).ok
    path.write_bytes(path.read_bytes()[:-20])
    assert "unreadable" in [kind for kind, _ in found(verify_export(path))]


def test_bytes_that_are_no_text_are_reported(tmp_path: Path, lines):
    path = tmp_path / "ledger.jsonl"
    path.write_bytes("".join(lines).encode() + b"\xff\xfe\n")
    assert found(verify_export(path)) == [("unreadable", None)]


def test_an_overlong_line_ends_the_reading(tmp_path: Path, lines, monkeypatch):
    path = tmp_path / "ledger.jsonl"
    monkeypatch.setattr("comity.wire.export.verifying.MAX_LINE", 5000)
    write_export(path, [*lines, "x" * 6000 + "\n"])
    assert found(verify_export(path)) == [("unreadable", None)]


def test_many_problems_are_counted_but_not_all_kept(verify, lines):
    report = verify([*lines, *["garbage\n"] * 150])
    assert (report.problem_count, len(report.problems)) == (150, 100)


def test_an_empty_ledger_verifies_as_empty(verify, lines):
    report = verify(lines[:2])
    assert report.ok
    assert (report.entries, report.proven) == (0, 0)


def test_memory_does_not_grow_with_the_ledger(world, tmp_path: Path):
    def peak(size: int) -> int:
        path = tmp_path / f"{size}.jsonl"
        entries = [entry(world, number, None, Body({}, b"")) for number in range(1, size + 1)]
        write_export(
            path,
            export_lines("NL-SPOC", [world.nl.public()], entries, chained(world, world.nl, entries, size)),
        )
        del entries
        tracemalloc.start()
        try:
            assert verify_export(path).proven == size
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(10)
    assert peak(2000) < peak(200) + 100_000
