from __future__ import annotations

from datetime import date

import pytest

from comity.base.errors import FactError
from comity.law.effects import closes, effects

TODAY = date(2026, 11, 22)
RULES = {
    "fields": [
        {"id": "urgent", "type": "boolean", "label": "Urgent", "article": "3"},
        {"id": "why", "type": "text", "label": "Why", "article": "3", "required_when": "urgent"},
    ],
    "requirements": [{"id": "listed", "text": "a listed offence", "test": "offence.pnr", "article": "4"}],
    "refusals": [
        {"id": "minor", "text": "A minor offence", "when": "!offence.eaw", "article": "5"},
        {"id": "slow", "text": "Not urgent", "when": "!urgent", "article": "5"},
    ],
    "clocks": [
        {"id": "answer", "owed_by": "requested", "from": "sent", "until": ["answered"], "within": "PT8H",
         "counting": "exact-hours", "when": "urgent && 'drugs' in offences", "article": "6"},
    ],
}  # fmt: skip


def outcomes(book, *offences):
    found = effects(book.at(TODAY), offences)
    return {each.name: each.truth.value for each in found if each.procedure.id == "test-act/ask"}


def test_an_offence_decides_what_its_lists_decide(make_book):
    book = make_book(RULES)
    assert outcomes(book, "drugs") == {"listed": True, "minor": False, "answer": None}
    assert outcomes(book, "hit-and-run") == {"listed": False, "minor": True, "answer": False}


def test_what_other_facts_decide_too_is_open_and_names_them(make_book):
    found = effects(make_book(RULES).at(TODAY), ["drugs"])
    clock = next(each for each in found if each.name == "answer")
    assert clock.truth.missing == ("urgent",)
    assert clock.as_json()["depends_on"] == ["urgent"]


def test_a_requirement_that_fails_closes_a_procedure(make_book):
    book = make_book(RULES)
    assert closes(each for each in effects(book.at(TODAY), ["theft"]) if each.procedure.id == "test-act/ask")
    assert not closes(
        each for each in effects(book.at(TODAY), ["drugs"]) if each.procedure.id == "test-act/ask"
    )


def test_an_act_of_another_day_has_no_effect(make_book):
    assert outcomes(make_book(RULES, applies={"from": "2027-01-01", "article": "9"}), "drugs") == {}


def test_a_free_word_is_refused(book):
    with pytest.raises(FactError, match="parking"):
        effects(book.at(TODAY), ["parking"])
