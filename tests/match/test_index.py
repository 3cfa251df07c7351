from __future__ import annotations

import json
import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.base.errors import InputError
from comity.match import Index
from comity.match.index import MOST_SEGMENTS

PEOPLE = (
    "Heidrun Appelbohm",
    "Ramiro Quintanilla",
    "Thorwald Sturmwald",
    "Oksana Zhuravelska",
    "Joaquim Barradas",
)


def person(key: str, name: str) -> dict:
    return {"id": key, "schema": "Person", "properties": {"name": [name]}}


def found(index: Index, name: str) -> list[str]:
    return sorted(match.id for match in index.screen([person("q", name)])[0] if match.match)


@pytest.fixture
def index(tmp_path):
    return Index.create(tmp_path / "index", [person(f"p{i}", name) for i, name in enumerate(PEOPLE)])


def test_what_is_put_in_is_found(index):
    assert len(index) == 5
    assert "p1" in index
    assert "p9" not in index
    assert found(index, "Ramiro Quintanila") == ["p1"]


def test_an_empty_index_finds_nothing(tmp_path):
    index = Index.create(tmp_path / "index")
    assert len(index) == 0
    assert index.screen([person("q", "Anyone")]) == [[]]


def test_a_changed_record_replaces_the_old(index):
    index.update([person("p0", "Wiebke Dornhagen")])
    assert len(index) == 5
    assert found(index, "Heidrun Appelbohm") == []
    assert found(index, "Wiebke Dornhagen") == ["p0"]


def test_a_deleted_record_is_gone_at_once_and_after_opening(index):
    index.update([], ["p1", "unheard-of"])
    for each in (index, Index.open(index.directory)):
        assert found(each, "Ramiro Quintanilla") == []
        assert "p1" not in each
        assert len(each) == 4


def test_after_a_merge_no_byte_of_a_deleted_record_is_left(index):
    index.update([], ["p1"])
    index.merge()
    files = [path.read_bytes().lower() for path in index.directory.rglob("*") if path.is_file()]
    assert not any(b"quintanilla" in content for content in files)
    assert len(Index.open(index.directory)) == 4


def test_of_two_records_with_one_id_the_later_stays(tmp_path):
    index = Index.create(
        tmp_path / "i", [person("p", "Heidrun Appelbohm"), person("p", "Ramiro Quintanilla")]
    )
    assert len(index) == 1
    assert found(index, "Heidrun Appelbohm") == []
    assert found(Index.open(tmp_path / "i"), "Ramiro Quintanilla") == ["p"]


def test_the_position_is_kept_with_the_update(index):
    assert index.position is None
    index.update([person("p5", "Wiebke Dornhagen")], [], position=17)
    assert Index.open(index.directory).position == 17
    index.position = "0/3A"
    assert Index.open(index.directory).position == "0/3A"


def test_many_small_updates_stay_few_segments(index):
    for i in range(3 * MOST_SEGMENTS):
        index.update([person(f"n{i}", f"Wiebke Dornhagen {i}")])
    assert len(list(index.directory.glob("segment-*"))) <= MOST_SEGMENTS
    assert len(index) == 5 + 3 * MOST_SEGMENTS


def test_a_crash_before_the_rename_leaves_the_old_index(index, monkeypatch):
    def crash(_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", crash)
        with pytest.raises(KeyboardInterrupt):
            index.update([person("p9", "Wiebke Dornhagen")], ["p0"])
    again = Index.open(index.directory)
    assert found(again, "Heidrun Appelbohm") == ["p0"]
    assert "p9" not in again
    again.update([person("p9", "Wiebke Dornhagen")], ["p0"])
    assert found(Index.open(index.directory), "Wiebke Dornhagen") == ["p9"]


def test_creating_again_replaces_the_whole(index):
    again = Index.create(index.directory, [person("n", "Wiebke Dornhagen")])
    assert len(again) == len(Index.open(index.directory)) == 1


def test_ranking_never_ties(tmp_path):
    index = Index.create(tmp_path / "i", [person(f"p{i}", "Heidrun Appelbohm") for i in range(8)])
    matches = index.screen([person("q", "Heidrun Appelbohm")])[0]
    assert len({match.key for match in matches}) == len(matches) == 8
    assert [match.key for match in matches] == sorted((match.key for match in matches), reverse=True)


def test_limit_and_threshold_are_the_callers(index):
    (matches,) = index.screen([person("q", "Ramiro Quintanilla")], limit=0)
    assert matches == []
    (matches,) = index.screen([person("q", "Ramiro Quintanilla")], threshold=0.999)
    assert [match.match for match in matches] == [False]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"format": 99}', b'{"format": 1}'])
def test_a_damaged_manifest_is_named(index, content):
    (index.directory / "manifest.json").write_bytes(content)
    with pytest.raises(InputError, match=r"manifest\.json"):
        Index.open(index.directory)


def test_a_folder_without_an_index_is_refused(tmp_path):
    with pytest.raises(InputError, match="holds no index"):
        Index.open(tmp_path)


def test_a_missing_segment_is_named(index):
    manifest = json.loads((index.directory / "manifest.json").read_bytes())
    name = manifest["segments"][0]["name"]
    (index.directory / name / "words.npy").unlink()
    with pytest.raises(InputError, match=r"words\.npy"):
        Index.open(index.directory)


def test_an_entity_that_is_none_changes_nothing(index):
    with pytest.raises(InputError):
        index.update([person("p9", "Wiebke Dornhagen"), {"id": "x"}], ["p0"])
    assert "p0" in index
    assert "p9" not in index


changes = st.lists(
    st.tuples(
        st.dictionaries(st.sampled_from("abcde"), st.sampled_from(PEOPLE), max_size=3),
        st.lists(st.sampled_from("abcde"), max_size=2),
    ),
    max_size=6,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(changes)
def test_updates_and_deletes_end_where_a_rebuild_ends(tmp_path_factory, changes):
    folder = tmp_path_factory.mktemp("index")
    index, truth = Index.create(folder / "changed"), {}
    for put, delete in changes:
        index.update([person(key, name) for key, name in put.items()], delete)
        truth = {key: name for key, name in truth.items() if key not in delete} | put
    rebuilt = Index.create(folder / "rebuilt", [person(key, name) for key, name in truth.items()])
    for each in (index, Index.open(folder / "changed")):
        assert len(each) == len(rebuilt) == len(truth)
        for name in PEOPLE:
            assert found(each, name) == found(rebuilt, name)
            assert found(each, name) == sorted(key for key, of in truth.items() if of == name)
