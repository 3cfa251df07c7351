"""The labelled pairs of the real data: quality at the built-in thresholds."""

from __future__ import annotations

import json

import pytest

from comity.match import compare


@pytest.fixture(scope="module")
def judged(real_data):
    lines = (real_data / "matching" / "pairs_dev.jsonl").read_text("utf-8").splitlines()
    pairs = [json.loads(line) for line in lines]
    return [(pair, compare(pair["query"], pair["candidate"]).match) for pair in pairs]


def f1(judged) -> float:
    right = sum(pair["match"] and match for pair, match in judged)
    wrong = sum(pair["match"] != match for pair, match in judged)
    return 2 * right / (2 * right + wrong)


def test_quality_at_the_default_threshold(judged):
    assert f1(judged) >= 0.85


def test_a_vessel_of_the_same_imo_number_is_always_found(judged):
    found = [match for pair, match in judged if pair["phenomenon"] == "vessel_same_imo"]
    assert found
    assert all(found)


def test_another_date_of_birth_is_never_a_match(judged):
    found = [match for pair, match in judged if pair["phenomenon"] == "dob_conflict"]
    assert found
    assert not any(found)
