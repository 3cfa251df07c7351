from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.base.errors import InstrumentError
from comity.law import conditions
from comity.law.conditions import FALSE, TRUE, Truth, Vocabulary

WORDS = Vocabulary(
    {
        "urgent": conditions.BOOLEAN,
        "access": conditions.TEXT,
        "requester.country": conditions.TEXT,
        "requested.country": conditions.TEXT,
        "reasons": conditions.TEXTS,
        "received": conditions.INSTANT,
    }
)


def outcome(text: str, **values: object) -> Truth:
    facts = {name.replace("__", "."): value for name, value in values.items()}
    return WORDS.compile(text, "test").test(facts)


def test_known_facts_decide():
    assert outcome("urgent && access == 'direct'", urgent=True, access="direct") == TRUE
    assert outcome("urgent && access == 'direct'", urgent=True, access="indirect") == FALSE


def test_an_unknown_fact_is_named_and_not_false():
    assert outcome("urgent && access == 'direct'", urgent=True) == Truth(None, ("access",))
    assert outcome("urgent") == Truth(None, ("urgent",))
    assert outcome("!urgent") == Truth(None, ("urgent",))


@pytest.mark.parametrize("text", ["urgent && access == 'direct'", "access == 'direct' && urgent"])
def test_false_and_unknown_is_false_whichever_comes_first(text):
    assert outcome(text, urgent=False) == FALSE


@pytest.mark.parametrize("text", ["urgent || access == 'direct'", "access == 'direct' || urgent"])
def test_true_or_unknown_is_true_whichever_comes_first(text):
    assert outcome(text, urgent=True) == TRUE


def test_names_with_a_dot_are_facts_of_their_own():
    text = "requester.country != requested.country"
    assert outcome(text, requester__country="NL", requested__country="DE") == TRUE
    assert outcome(text, requester__country="NL") == Truth(None, ("requested.country",))


def test_what_is_asked_of_a_fact_that_nobody_gave_names_the_fact():
    text = "reasons.exists(one, one == 'U1')"
    assert outcome(text, reasons=["U1"]) == TRUE
    assert outcome(text) == Truth(None, ("reasons",))


def test_a_name_in_a_text_is_not_a_fact():
    assert WORDS.compile("access == 'urgent'", "test").names == ("access",)


def test_lists_and_instants_can_be_compared():
    assert outcome("'U1' in reasons", reasons=["U1", "U2"]) == TRUE
    text = "received < timestamp('2024-12-12T00:00:00+01:00')"
    assert outcome(text, received=datetime(2024, 12, 11, tzinfo=UTC)) == TRUE


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("urgnt", "undeclared reference"),
        ("urgent == 'yes'", "no matching overload"),
        ("access", "must be true or false"),
        ("urgent &&", "Syntax error"),
    ],
)
def test_a_condition_of_the_wrong_type_is_refused_and_says_where(text, reason):
    with pytest.raises(InstrumentError, match=f"my-act, clock answer.*{reason}"):
        WORDS.compile(text, "my-act, clock answer")


@given(st.dictionaries(st.sampled_from(["urgent", "other"]), st.booleans()))
def test_learning_a_fact_never_turns_an_answer_round(known):
    both = Vocabulary({"urgent": conditions.BOOLEAN, "other": conditions.BOOLEAN})
    for text in ("urgent && other", "urgent || other", "urgent && !other", "urgent == other"):
        condition = both.compile(text, "test")
        before = condition.test(known).value
        for missing in {"urgent", "other"} - set(known):
            for value in (True, False):
                after = condition.test({**known, missing: value}).value
                assert before is None or after == before
