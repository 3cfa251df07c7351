from __future__ import annotations

import shutil
from collections import Counter

import pytest

from comity.base.errors import InputError
from comity.base.files import Rejects
from comity.match.sources import ofac


@pytest.fixture
def listed(sample):
    return {entity["id"]: entity for entity in ofac.read(sample / "ofac", Rejects())}


def test_a_vessel_has_its_numbers_from_the_remarks(listed):
    properties = listed["ofac-900001"]["properties"]
    assert listed["ofac-900001"]["schema"] == "Vessel"
    assert properties["imoNumber"] == ["9999008"]
    assert properties["mmsi"] == ["999900000"]
    assert properties["flag"] == ["pa"]
    assert properties["previousName"] == ["LANTERN OF TARTUS"]


def test_a_person_is_joined_with_aliases_and_addresses(listed):
    properties = listed["ofac-900003"]["properties"]
    assert properties["name"] == ["Yusuf Khalil RASHEDAN"]
    assert properties["alias"] == ["Youssef RACHIDAN"]
    assert properties["weakAlias"] == ["ABU PUMP"]
    assert properties["birthDate"] == ["1971-04-12"]
    assert properties["passportNumber"] == ["N0004711"]
    assert properties["address"] == ["Latakia, Syria"]
    assert properties["program"] == ["OFAC SAMPLE", "OFAC SAMPLE2"]


def test_schemata_follow_type_and_legal_form(listed):
    schemata = Counter(entity["schema"] for entity in listed.values())
    assert schemata == {"Person": 2, "Vessel": 1, "Company": 1, "Airplane": 1}


def test_a_bad_row_is_rejected_and_the_others_go_in(sample, tmp_path):
    shutil.copytree(sample / "ofac", tmp_path / "ofac")
    with (tmp_path / "ofac" / "sdn.csv").open("a") as file:
        file.write('x,"NO NUMBER"\n')
    rejects = Rejects()
    assert len(list(ofac.read(tmp_path / "ofac", rejects))) == 5
    assert [error.line for error in rejects.first] == [6]
    assert "expected 12" in rejects.first[0].message


def test_a_missing_file_of_the_three_is_named(sample, tmp_path):
    with pytest.raises(InputError, match=r"holds no sdn\.csv"):
        list(ofac.read(tmp_path, Rejects()))
    shutil.copy(sample / "ofac" / "sdn.csv", tmp_path / "sdn.csv")
    with pytest.raises(InputError, match="has no alt file beside it"):
        list(ofac.read(tmp_path, Rejects()))


def test_the_real_list_is_read_whole(real_data):
    """The file has 8,977 lines; the last one is a DOS end-of-file mark and no record."""
    rejects = Rejects()
    entities = list(ofac.read(real_data / "alerts", rejects))
    assert len(entities) == len({entity["id"] for entity in entities}) == 8976
    schemata = Counter(entity["schema"] for entity in entities)
    assert (schemata["Person"], schemata["Vessel"], schemata["Airplane"]) == (4620, 406, 277)
    assert rejects.count == 0
    vessels = [entity for entity in entities if entity["schema"] == "Vessel"]
    assert sum("imoNumber" in entity["properties"] for entity in vessels) > 350
