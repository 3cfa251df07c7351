from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.base.errors import InputError
from comity.match.arrays import Multimap, Texts, hash_text, open_array, save

files = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)


@files
@given(st.lists(st.binary(max_size=20)))
def test_texts_come_back_as_they_went_in(tmp_path, values):
    Texts.write(tmp_path, "words", values)
    texts = Texts(tmp_path, "words")
    assert [texts[row] for row in range(len(texts))] == values


@files
@given(st.lists(st.tuples(st.text(max_size=5), st.integers(0, 2**32 - 1))))
def test_a_multimap_finds_every_number_under_its_text(tmp_path, pairs):
    Multimap.write(tmp_path, "map", [(hash_text(text), number) for text, number in pairs])
    found = Multimap(tmp_path, "map")
    for text, number in pairs:
        assert number in found.find(text)


def test_a_missing_or_truncated_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"words\.npy"):
        open_array(tmp_path, "words", "uint8")
    save(tmp_path, "words", np.arange(100, dtype=np.uint8))
    whole = (tmp_path / "words.npy").read_bytes()
    (tmp_path / "words.npy").write_bytes(whole[:-50])
    with pytest.raises(InputError, match=r"words\.npy.*build the index anew"):
        open_array(tmp_path, "words", "uint8")


def test_a_file_of_another_type_is_refused(tmp_path):
    save(tmp_path, "words", np.arange(3, dtype=np.float64))
    with pytest.raises(InputError, match="expected uint8"):
        open_array(tmp_path, "words", "uint8")


def test_pickled_objects_are_refused(tmp_path):
    np.save(tmp_path / "words.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(InputError, match=r"words\.npy"):
        open_array(tmp_path, "words", "uint8")
