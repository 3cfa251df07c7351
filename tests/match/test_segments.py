from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.base.errors import InputError
from comity.match.records import analyse
from comity.match.segments import Segment, SegmentBuilder, spelling_keys


@pytest.fixture
def segment(tmp_path, make_entity):
    builder = SegmentBuilder()
    for key, name in (("a", "Heidrun Appelbohm"), ("b", "Ramiro Quintanilla"), ("c", "Abd Allah Sturmwald")):
        builder.add(analyse(make_entity(key, "Person", name=name, passportNumber=f"X9{key}77")))
    builder.write(tmp_path)
    return Segment(tmp_path)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Heidrun Appelbom", "a"),
        ("Heidrunappelbohm", "a"),
        ("Рамиро Кинтанилья", "b"),
        ("Abdallah Sturmwald", "c"),
    ],
)
def test_it_finds_candidates_under_other_spellings(segment, make_entity, name, key):
    rows = segment.candidates(analyse(make_entity("q", "Person", name=name)), 10)
    assert key in [segment.record(row).id for row in rows]


def test_it_finds_candidates_by_number_alone(segment, make_entity):
    rows = segment.candidates(analyse(make_entity("q", "Person", passportNumber="x9-b77")), 10)
    assert [segment.record(row).id for row in rows] == ["b"]


def test_deleted_rows_are_no_candidates(segment, make_entity):
    without = Segment(segment.folder, np.array([0], dtype=np.uint32))
    assert without.candidates(analyse(make_entity("q", "Person", name="Heidrun Appelbohm")), 10) == []
    assert without.row_of("a") is None
    assert [record.id for record in without.living()] == ["b", "c"]


def test_damaged_records_are_named(segment):
    path = segment.folder / "records.npy"
    whole = bytearray(path.read_bytes())
    whole[-200:] = b"?" * 200
    path.write_bytes(whole)
    with pytest.raises(InputError, match=r"records\.npy"):
        list(Segment(segment.folder).living())


words = st.text("abcdefghij", min_size=4, max_size=12)


@given(words, st.integers(0, 11), st.sampled_from("abcxyz"))
def test_words_one_edit_apart_share_a_key(word, place, letter):
    place = min(place, len(word) - 1)
    for other in (word[:place] + word[place + 1 :], word[:place] + letter + word[place + 1 :]):
        if len(other) >= 4:
            assert set(spelling_keys(word)) & set(spelling_keys(other))
