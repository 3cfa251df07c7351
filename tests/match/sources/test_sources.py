from __future__ import annotations

import shutil

import pytest

from comity.base.errors import InputError
from comity.base.files import Rejects
from comity.match import Index
from comity.match.sources import KINDS, read


def test_every_kind_refuses_a_missing_file_by_name(tmp_path):
    for kind in KINDS:
        with pytest.raises(InputError) as caught:
            list(read(tmp_path / "none.csv", kind, Rejects()))
        assert "none" in str(caught.value)


def test_an_unknown_kind_is_refused_with_those_there_are(tmp_path):
    with pytest.raises(InputError, match="expected one of ftm, un, ofac, table, manifest"):
        list(read(tmp_path, "excel", Rejects()))


def test_a_table_without_a_mapping_says_which_file_it_looked_for(sample, tmp_path):
    shutil.copy(sample / "vessels.csv", tmp_path / "ships.csv")
    with pytest.raises(InputError, match=r"there is no ships\.yaml"):
        list(read(tmp_path / "ships.csv", "table", Rejects()))


@pytest.fixture(scope="module")
def lists(sample, tmp_path_factory):
    rejects = Rejects()
    sources = (
        ("sanctions_un.xml", "un"),
        ("ofac", "ofac"),
        ("vessels.csv", "table"),
        ("german_register.jsonl", "ftm"),
    )
    entities = [entity for name, kind in sources for entity in read(sample / name, kind, rejects)]
    assert rejects.count == 0
    return Index.create(tmp_path_factory.mktemp("lists"), entities)


def test_the_sample_manifest_meets_the_sample_lists(lists, sample):
    queries = list(read(sample / "manifest.csv", "manifest", Rejects()))
    found = {
        query["role"]: {match.id for match in matches if match.match}
        for query, matches in zip(queries, lists.screen(queries), strict=True)
    }
    assert {"ofac-900001", "bka-sample-003"} <= found["carrying vessel"]
    assert {"un-9000001", "ofac-900003", "bka-sample-001"} <= found["master"]
    assert found["consignor"] == {"un-9000101"}
    assert found["consignee"] == {"bka-sample-002"}
    for clean in ("crew", "notify party", "carrier", "goods document"):
        assert found[clean] == set()
