from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.base.errors import InputError
from comity.match.records import MOST_NAMES, analyse, comparable, dump, load


def test_a_record_survives_the_index(make_entity):
    person = make_entity(
        "p1", "Person", name=["Жанна Д'Арк", "Joan"], weakAlias="Pucelle", birthDate="1412-01-06",
        nationality="fr", gender="female", passportNumber="A-333602",
    )  # fmt: skip
    record = analyse(person)
    assert load(dump(record)) == record


def test_legal_forms_of_companies_are_made_one(make_entity):
    long = analyse(make_entity("a", "Company", name="Deutsche Bank Aktiengesellschaft"))
    short = analyse(make_entity("b", "Company", name="Deutsche Bank AG"))
    assert long.names[0].tokens == short.names[0].tokens


def test_parts_of_a_name_stand_in_for_a_missing_name(make_entity):
    record = analyse(make_entity("p", "Person", firstName="Marijke", lastName="van Oosterzele"))
    assert record.names[0].text == "Marijke van Oosterzele"


def test_a_person_is_no_vessel_but_may_be_a_legal_entity():
    assert not comparable("person", "vessel")
    assert comparable("person", "legal_entity")
    assert comparable("passport", "person")


def test_it_refuses_what_is_no_entity():
    with pytest.raises(InputError, match="FollowTheMoney"):
        analyse({"id": "x", "name": "no schema"})


def test_ten_thousand_names_cost_bounded_work(make_entity):
    record = analyse(make_entity("p", "Person", name=[f"Name {i} " * 500 for i in range(10_000)]))
    assert len(record.names) <= MOST_NAMES


values = st.one_of(
    st.text(st.characters()),
    st.text(),
    st.lists(st.one_of(st.text(), st.integers(), st.none())),
    st.integers(),
)
names = st.sampled_from(["name", "alias", "birthDate", "nationality", "imoNumber", "gender", "type", "x"])


@given(st.dictionaries(names, values))
def test_any_properties_can_be_analysed(properties):
    record = analyse({"id": "x", "schema": "Person", "properties": properties})
    assert load(dump(record)) == record
