from __future__ import annotations

import pytest

from comity.base.errors import InputError
from comity.base.files import Rejects
from comity.match.sources import table
from comity.match.sources.table import Mapping

GOOD = {
    "source": "reg",
    "schema": "Vessel",
    "id": ["imo"],
    "columns": {"imo": "imoNumber", "name": "Vessel.name", "flag": "flag"},
    "required": ["imo"],
}


@pytest.fixture
def mapping():
    return Mapping.parse(GOOD)


def write(tmp_path, text):
    path = tmp_path / "register.csv"
    path.write_text(text)
    return path


def test_columns_become_cleaned_properties(tmp_path, mapping):
    path = write(tmp_path, "imo,name,flag,more\n9999008,MERIDIANQUE EN,Panama,x\n")
    assert list(table.read(path, Rejects(), mapping)) == [
        {
            "id": "reg-9999008",
            "schema": "Vessel",
            "properties": {"imoNumber": ["9999008"], "name": ["MERIDIANQUE EN"], "flag": ["pa"]},
            "datasets": ["reg"],
        }
    ]


def test_bad_rows_are_rejected_and_a_bad_value_is_left_out(tmp_path, mapping):
    path = write(tmp_path, "imo,name,flag\n,NO NUMBER,nl\n1,2\n9999010,HERON,Atlantis\n")
    rejects = Rejects()
    (entity,) = table.read(path, rejects, mapping)
    assert "flag" not in entity["properties"]
    assert [(error.line, error.field) for error in rejects.first] == [(2, "imo"), (3, None), (4, "flag")]
    assert "expected a country name" in rejects.first[2].message


def test_ids_are_the_same_at_every_reading_even_of_doubles(tmp_path, mapping):
    path = write(tmp_path, "imo,name,flag\n9999008,A,nl\n9999008,A,nl\n9999010,B,nl\n")
    ids = [entity["id"] for entity in table.read(path, Rejects(), mapping)]
    assert ids == ["reg-9999008", "reg-9999008-2", "reg-9999010"]
    assert ids == [entity["id"] for entity in table.read(path, Rejects(), mapping)]


def test_a_missing_column_is_named(tmp_path, mapping):
    with pytest.raises(InputError, match="has no column 'flag'; it has imo, name"):
        list(table.read(write(tmp_path, "imo,name\n1,2\n"), Rejects(), mapping))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"source": ""}, "source"),
        ({"schema": 3}, "schema"),
        ({"id": []}, "id"),
        ({"columns": {}}, "columns"),
        ({"columns": {"imo": "passportNumber"}}, "passportNumber"),
        ({"extra": 1}, "extra"),
        ({"required": {"imo": 1}}, "required"),
    ],
)
def test_a_wrong_mapping_names_its_field(change, field):
    with pytest.raises(InputError) as caught:
        Mapping.parse(GOOD | change)
    assert caught.value.field == field


@pytest.mark.parametrize("text", ["", "[", "- a", "source: reg", "\x00", "a: &a [*a]"])
def test_a_bad_mapping_file_is_named(tmp_path, text):
    path = tmp_path / "mapping.yaml"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        Mapping.load(path)
    assert caught.value.file == str(path)


def test_the_real_vessel_register_is_read_whole(real_data, sample):
    rejects = Rejects()
    mapping = Mapping.load(sample / "vessels.yaml")
    path = real_data / "alerts" / "imo_vessels.csv.gz"
    ids = {entity["id"] for entity in table.read(path, rejects, mapping)}
    assert len(ids) == 64_117
    assert {error.field for error in rejects.first} == {"flag"}
