from __future__ import annotations

import pytest
from django.http import QueryDict

from comity.base.errors import InputError
from comity.web import subjects


def form(*rows):
    given = QueryDict(mutable=True)
    for row in rows:
        for name in subjects.COLUMNS:
            given.appendlist(f"s-{name}", row.get(name, ""))
    return given


PERSON = {"kind": "person", "name": "Marijke van Oosterzele", "birth_date": "1988-09-30", "country": "nl"}
VESSEL = {
    "kind": "vessel",
    "name": "MERIDIAN QUEEN",
    "identifier_type": "imo;mmsi",
    "identifier": "9999008;999900000",
}


def test_empty_rows_are_passed_over():
    assert [row["name"] for row in subjects.rows(form(PERSON, {"kind": "person"}), "s")] == [PERSON["name"]]


def test_a_row_becomes_an_entity():
    person, vessel = subjects.read(form(PERSON, VESSEL), "s")
    assert (person["schema"], vessel["schema"]) == ("Person", "Vessel")
    assert person["properties"]["birthDate"] == ["1988-09-30"]
    assert vessel["properties"]["mmsi"] == ["999900000"]


def test_a_number_that_is_none_is_named_at_its_row_and_column():
    with pytest.raises(InputError, match=r"row 2, identifier: .*IMO number"):
        subjects.read(form(PERSON, {**VESSEL, "identifier_type": "imo", "identifier": "12"}), "s")


@pytest.mark.parametrize(
    "row",
    [
        PERSON,
        VESSEL,
        {"kind": "container", "identifier_type": "container", "identifier": "QQZU3128435"},
        {"kind": "organization", "name": "Wadden Line B.V.", "country": "nl"},
    ],
)
def test_what_was_typed_comes_back_from_the_entity(row):
    entity = subjects.read(form(row), "s")[0]
    back = subjects.row_of(entity)
    assert {name: back[name] for name in row} == row
    assert subjects.read(form(back), "s")[0] == entity
