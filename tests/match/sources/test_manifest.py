from __future__ import annotations

import contextlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.base.errors import InputError
from comity.base.files import Rejects
from comity.match.sources import manifest

HEADER = "role,kind,name,birth_date,country,identifier_type,identifier\n"


def read(tmp_path, text):
    path = tmp_path / "manifest.csv"
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    rejects = Rejects()
    return list(manifest.read(path, rejects)), rejects


def test_rows_become_queries_with_their_line_and_role(tmp_path):
    (vessel, crew), rejects = read(
        tmp_path,
        HEADER + "carrying vessel,vessel,HERON,,PA,imo;mmsi,9999008;999900000\n"
        "master,Person,Anna Tern,1971-04-12,Syria,passport,N0004711\n",
    )
    assert vessel == {
        "id": "manifest-2",
        "schema": "Vessel",
        "properties": {"name": ["HERON"], "imoNumber": ["9999008"], "mmsi": ["999900000"], "flag": ["pa"]},
        "datasets": ["manifest"],
        "row": 2,
        "role": "carrying vessel",
    }
    assert crew["schema"] == "Person"
    assert crew["properties"]["nationality"] == ["sy"]
    assert rejects.count == 0


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (",spaceship,X,,,,", "kind"),
        (",person,,,,,", "name"),
        (",person,X,31 June,,,", "birth_date"),
        (",person,X,,Atlantis,,", "country"),
        (",person,X,,,imo,9999008", "identifier_type"),
        (",person,X,,,passport,", "identifier"),
        (",vessel,X,,,imo,9999009", "identifier"),
        (",container,,,,container,QQZU0541852", "identifier"),
        (",person,X", None),
    ],
)
def test_a_bad_row_is_rejected_with_its_field(tmp_path, row, field):
    entities, rejects = read(tmp_path, HEADER + row + "\n,person,Good,,,,\n")
    assert [entity["row"] for entity in entities] == [3]
    assert [(error.line, error.field) for error in rejects.first] == [(2, field)]


def test_a_missing_column_is_named(tmp_path):
    with pytest.raises(InputError, match="has no column 'identifier'"):
        read(tmp_path, "kind,name,identifier_type\n")


def test_the_sample_manifests_have_one_bad_row_among_good_ones(sample):
    rejects = Rejects()
    assert len(list(manifest.read(sample / "manifest.csv", rejects))) == 12
    assert rejects.count == 0
    assert len(list(manifest.read(sample / "manifest_bad.csv", rejects))) == 1
    assert "IMO number" in rejects.first[0].message


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_is_read_or_refused(tmp_path, text):
    with contextlib.suppress(InputError):
        entities, rejects = read(tmp_path, HEADER + text)
        assert len(entities) + rejects.count <= text.count("\n") + text.count("\r") + 1
