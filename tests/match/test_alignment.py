from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.match.alignment import NOTHING_MET, SPAN, align
from comity.match.likeness import ACRONYM
from comity.match.records import make_name

words = st.text("abcdeiklmnorstuz", min_size=1, max_size=9)
names = st.lists(words, min_size=1, max_size=6).map(lambda parts: make_name(" ".join(parts), "person"))


def evidence(query: str, candidate: str, family: str = "person") -> float:
    return align(make_name(query, family), make_name(candidate, family), family).evidence


def test_the_same_name_is_worth_the_whole_span():
    assert evidence("Heidrun Appelbohm", "Appelbohm, Heidrun") == pytest.approx(NOTHING_MET + SPAN)


def test_nothing_in_common_is_worth_least():
    assert evidence("Heidrun Appelbohm", "Ramiro Quintanilla") == pytest.approx(NOTHING_MET)


def test_a_surplus_costs_less_than_a_conflict():
    whole = "Fazl Rabi Sturmwald"
    assert evidence(whole, "Fazl Rabi Sturmwald Dornhagen") > evidence(whole, "Fazl Rabi Dornhagen")


def test_tokens_joined_on_one_side_meet():
    assert evidence("Abd Allah Rashedan", "Abdallah Rashedan") > 3


def test_initials_meet_the_name_they_stand_for():
    found = align(
        make_name("SLA", "organization"),
        make_name("Sturmwald's Lantern Army", "organization"),
        "organization",
    )
    assert [piece.how for piece in found.pieces] == [ACRONYM]
    assert found.evidence > 2


def test_another_number_is_another_thing():
    assert evidence("Amber Heron 2", "Amber Heron 3", "vessel") < 0
    assert evidence("Amber Heron 2", "Amber Heron", "vessel") < evidence(
        "Amber Heron Sea", "Amber Heron", "vessel"
    )


def test_chinese_and_korean_names_are_compared_by_character():
    assert evidence("习近平", "習近平") == pytest.approx(4)
    assert evidence("习近平", "习近朋") < 0
    assert evidence("习近平", "Xi Jinping") > 3


def test_another_surname_is_no_match():
    assert evidence("Heidrun Appelbohm", "Heidrun Quintanilla") < 0


@given(names, names)
def test_shares_sum_to_the_evidence_within_its_bounds(query, candidate):
    found = align(query, candidate, "person")
    assert sum(piece.share for piece in found.pieces) == pytest.approx(found.evidence)
    assert NOTHING_MET - 1e-9 <= found.evidence <= NOTHING_MET + SPAN + 1e-9


@given(names, names)
def test_alignment_is_symmetric(query, candidate):
    there, back = align(query, candidate, "person"), align(candidate, query, "person")
    assert there.evidence == pytest.approx(back.evidence)


@given(names, names)
def test_every_token_stands_in_exactly_one_piece(query, candidate):
    found = align(query, candidate, "person")
    told = sorted(word for piece in found.pieces for word in piece.query.split())
    assert told == sorted(token.text for token in query.tokens)


@given(st.permutations(["appelbohm", "quintanilla", "sturmwald", "dornhagen"]))
def test_the_order_of_tokens_does_not_count(parts):
    assert evidence("Appelbohm Quintanilla Sturmwald Dornhagen", " ".join(parts)) == pytest.approx(4)
