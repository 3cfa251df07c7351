from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.match import evidence
from comity.match.records import analyse


@pytest.fixture
def pair(make_entity):
    def make(schema, ours, theirs):
        return analyse(make_entity("q", schema, **ours)), analyse(make_entity("c", schema, **theirs))

    return make


def test_the_same_imo_number_speaks_for_and_says_that_it_is_sound(pair):
    query, candidate = pair("Vessel", {"imoNumber": "IMO9999008"}, {"imoNumber": "9999008"})
    (reason,) = evidence.identifiers(query, candidate)
    assert reason.feature == "imo"
    assert reason.weight > 9
    assert reason.text == "same IMO number 9999008, check digit right"


def test_another_imo_number_speaks_against(pair):
    query, candidate = pair("Vessel", {"imoNumber": "9999008"}, {"imoNumber": "9999010"})
    (reason,) = evidence.identifiers(query, candidate)
    assert reason.weight < -9


def test_a_number_with_a_wrong_check_digit_cannot_contradict(pair):
    query, candidate = pair("Vessel", {"imoNumber": "9999008"}, {"imoNumber": "9999011"})
    assert not list(evidence.identifiers(query, candidate))


def test_one_shared_passport_among_several_is_agreement(pair):
    query, candidate = pair("Person", {"passportNumber": ["A1234", "B5678"]}, {"passportNumber": "B 5678"})
    (reason,) = evidence.identifiers(query, candidate)
    assert reason.weight > 5


def test_a_document_number_meets_a_passport_number(make_entity):
    paper = analyse(make_entity("q", "Identification", number="N0004711"))
    person = analyse(make_entity("c", "Person", passportNumber="N 0004711"))
    (reason,) = evidence.identifiers(paper, person)
    assert (reason.feature, reason.weight) == ("identifier", evidence.SAME_VALUE_OTHER_KIND)


@pytest.mark.parametrize(
    ("ours", "theirs", "text"),
    [
        ("1971-04-12", "1971-04-12", "same date of birth"),
        ("1971-04-12", "1971-12-04", "day and month of birth swapped"),
        ("1971-04-12", "1971", "same year of birth"),
        ("1971-04-12", "1971-04", "same month of birth"),
        ("1971-04-12", "1971-04-30", "other day of birth in one year"),
        ("1971", "1973", "year of birth close by"),
        ("1971-04-12", "1986-07-01", "other year of birth"),
        ("1971-04-12", "1981-04-12", "same day, other year of birth"),
    ],
)
def test_dates_of_birth_are_compared_at_their_precision(pair, ours, theirs, text):
    (reason,) = evidence.birth_date(*pair("Person", {"birthDate": ours}, {"birthDate": theirs}))
    assert reason.text == f"{text}: {ours} and {theirs}"


def test_the_best_of_several_dates_counts(pair):
    (reason,) = evidence.birth_date(*pair("Person", {"birthDate": "1971"}, {"birthDate": ["1950", "1971"]}))
    assert reason.weight > 0


def test_another_flag_counts_less_than_another_nationality(pair):
    (flag,) = evidence.country(*pair("Vessel", {"flag": "pa"}, {"flag": "nl"}))
    (nationality,) = evidence.country(*pair("Person", {"nationality": "pa"}, {"nationality": "nl"}))
    assert nationality.weight < flag.weight < 0


def test_other_sex_and_other_type_speak_against(pair):
    (sex,) = evidence.sex(*pair("Person", {"gender": "male"}, {"gender": "female"}))
    (kind,) = evidence.kind_of_thing(*pair("Vessel", {"type": "Tug"}, {"type": "Bulk Carrier"}))
    assert sex.weight < 0 > kind.weight


dates = st.dates().map(str).flatmap(lambda date: st.sampled_from([date, date[:7], date[:4]]))


@given(dates, dates)
def test_dates_agree_the_same_both_ways(a, b):
    ours = analyse({"id": "q", "schema": "Person", "properties": {"birthDate": [a]}})
    theirs = analyse({"id": "c", "schema": "Person", "properties": {"birthDate": [b]}})
    (there,), (back,) = evidence.birth_date(ours, theirs), evidence.birth_date(theirs, ours)
    assert there.weight == back.weight
