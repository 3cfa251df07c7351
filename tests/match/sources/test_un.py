from __future__ import annotations

from collections import Counter

import pytest

from comity.base.errors import InputError
from comity.base.files import Rejects
from comity.match.sources import un


@pytest.fixture
def listed(sample):
    return {entity["id"]: entity for entity in un.read(sample / "sanctions_un.xml", Rejects())}


def test_a_person_has_names_papers_and_dates(listed):
    properties = listed["un-9000001"]["properties"]
    assert properties["name"] == ["YUSUF KHALIL RASHEDAN"]
    assert properties["alias"] == ["يوسف خليل رشيدان", "Youssef Khaleel Rashidan"]
    assert properties["weakAlias"] == ["Abu Pump"]
    assert properties["birthDate"] == ["1971-04-12"]
    assert properties["nationality"] == ["sy"]
    assert properties["passportNumber"] == ["N 0004711"]
    assert "reference SAi.001" in properties["summary"][0]


def test_a_range_of_years_becomes_its_years(listed):
    assert listed["un-9000002"]["properties"]["birthDate"] == ["1966", "1967", "1968"]


def test_persons_and_organizations_are_told_apart(listed):
    assert Counter(entity["schema"] for entity in listed.values()) == {"Person": 3, "Organization": 2}


def test_a_record_without_number_or_name_is_rejected_with_its_line(tmp_path):
    path = tmp_path / "un.xml"
    path.write_text(
        "<CONSOLIDATED_LIST>\n<INDIVIDUAL><FIRST_NAME>A</FIRST_NAME></INDIVIDUAL>\n"
        "<ENTITY><DATAID>7</DATAID></ENTITY>\n<ENTITY><DATAID>8</DATAID><FIRST_NAME>B</FIRST_NAME></ENTITY>"
        "</CONSOLIDATED_LIST>"
    )
    rejects = Rejects()
    assert [entity["id"] for entity in un.read(path, rejects)] == ["un-8"]
    assert [(error.line, error.field) for error in rejects.first] == [(2, "DATAID"), (3, "FIRST_NAME")]


def test_another_xml_file_is_refused(tmp_path):
    path = tmp_path / "un.xml"
    path.write_text("<html><body/></html>")
    with pytest.raises(InputError, match="expected <CONSOLIDATED_LIST>"):
        list(un.read(path, Rejects()))


def test_the_real_list_is_read_whole(real_data):
    rejects = Rejects()
    entities = list(un.read(real_data / "alerts" / "un_consolidated.xml", rejects))
    assert Counter(entity["schema"] for entity in entities) == {"Person": 730, "Organization": 273}
    assert len({entity["id"] for entity in entities}) == 1003
    assert rejects.count == 0
