from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.base.errors import InputError
from comity.match import compare, threshold_for
from comity.match.scoring import NOT_COMPARABLE

names = st.lists(st.text("abdeiklmnorsuعلمбиш", min_size=1, max_size=8), min_size=1, max_size=4).map(" ".join)
births = st.lists(st.dates().map(str), max_size=2)
persons = st.fixed_dictionaries(
    {
        "name": st.lists(names, min_size=1, max_size=1),
        "birthDate": births,
        "nationality": st.lists(st.sampled_from(["nl", "de", "sy"]), max_size=2),
    }
).map(lambda properties: {"id": "x", "schema": "Person", "properties": properties})


def test_the_same_vessel_under_another_name_is_a_match(make_entity):
    found = compare(
        make_entity("q", "Vessel", name="Lantern of Tartus", imoNumber="9999008"),
        make_entity("c", "Vessel", name="Meridianque En", imoNumber="9999008"),
    )
    assert found.match
    assert found.reasons[0].feature == "imo"


def test_the_same_name_under_another_imo_number_is_no_match(make_entity):
    ours = make_entity("q", "Vessel", name="Amber Heron", imoNumber="9999010", mmsi="244900001", flag="nl")
    theirs = make_entity("c", "Vessel", name="Amber Heron", imoNumber="9999022", mmsi="244900001", flag="nl")
    assert not compare(ours, theirs).match


def test_the_same_name_with_another_year_of_birth_is_no_match(make_entity):
    ours = make_entity("q", "Person", name="Heidrun Appelbohm", birthDate="1964-11-03", nationality="de")
    theirs = make_entity("c", "Person", name="Heidrun Appelbohm", birthDate="1986-02-20", nationality="de")
    assert not compare(ours, theirs).match


def test_a_person_is_never_a_vessel(make_entity):
    found = compare(make_entity("q", "Person", name="Aurora"), make_entity("c", "Vessel", name="Aurora"))
    assert not found.match
    assert found.reasons[0].weight == NOT_COMPARABLE


def test_a_name_in_arabic_script_meets_its_latin_spelling(make_entity):
    arabic = make_entity("q", "Person", name="يوسف خليل رشيدان")
    assert compare(arabic, make_entity("c", "Person", name="Yusuf Khalil Rashedan")).match


def test_reasons_are_sentences_and_plain_json(make_entity):
    found = compare(
        make_entity("q", "Person", name="Bill Appelbohm", nationality="de"),
        make_entity("c", "Person", name="William Appelbohm", nationality="nl"),
    )
    told = json.loads(json.dumps(found.as_json()))
    assert [reason["text"] for reason in told["reasons"]] == [
        "'appelbohm' is the same in both",
        "'bill' and 'william' are forms of one name",
        "no country in common: de and nl",
    ]


def test_a_reason_says_that_a_name_was_transliterated(make_entity):
    found = compare(
        make_entity("q", "Person", name="Юсуф Рашедан"), make_entity("c", "Person", name="Yusuf Rashedan")
    )
    assert "'rashedan' is the same in both once transliterated" in [reason.text for reason in found.reasons]


def test_without_any_name_only_a_number_makes_a_match(make_entity):
    dated = make_entity("q", "Person", birthDate="1971-04-12", nationality="sy")
    assert not compare(dated, dated).match
    numbered = make_entity("q", "Person", passportNumber="N0004711")
    assert compare(numbered, numbered).match


def test_it_refuses_what_is_no_entity(make_entity):
    with pytest.raises(InputError):
        compare({"id": "q"}, make_entity("c", "Person", name="A"))


def test_every_schema_has_a_threshold():
    for schema in ("Person", "Company", "Vessel", "Airplane", "Vehicle", "Passport", "Unheard"):
        assert 0 < threshold_for(schema) < 1


@given(persons, persons)
def test_a_comparison_is_symmetric(ours, theirs):
    assert compare(ours, theirs).score == pytest.approx(compare(theirs, ours).score, abs=1e-5)


@given(persons, persons)
def test_nobody_scores_higher_than_oneself(ours, theirs):
    assert compare(ours, ours).score >= compare(ours, theirs).score


@given(persons, persons)
def test_a_contradicting_number_never_raises_a_score(ours, theirs):
    def with_number(person, **numbers):
        return person | {"properties": person["properties"] | numbers}

    before = compare(ours, theirs)
    after = compare(
        with_number(ours, passportNumber=["A1234"]), with_number(theirs, passportNumber=["B9876"])
    )
    assert after.score <= before.score


@given(persons, persons)
def test_the_reasons_sum_to_the_score(ours, theirs):
    found = compare(ours, theirs)
    total = sum(reason.weight for reason in found.reasons)
    assert (total > 0) == (found.score > 0.5) or abs(total) < 1e-4


any_text = st.text(st.characters())


@given(any_text, any_text, st.sampled_from(["Person", "Company", "Vessel", "LegalEntity", "Thing"]))
def test_any_two_texts_can_be_compared(a, b, schema):
    found = compare(
        {"id": "q", "schema": schema, "properties": {"name": [a]}},
        {"id": "c", "schema": schema, "properties": {"name": [b]}},
    )
    assert 0 <= found.score <= 1
