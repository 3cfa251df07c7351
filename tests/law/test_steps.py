from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.base.errors import StepError
from comity.law import Book, decide
from comity.law.facts import read_facts
from comity.law.steps import replay

BOOK = Book.load()
REQUEST = BOOK.procedure("dir-2023-977/request")


def at(hour: int, minute: int = 0) -> str:
    return datetime(2026, 3, 5, hour, minute, tzinfo=UTC).isoformat()


def history(*steps, until=None):
    return replay(REQUEST, read_facts(REQUEST, {"steps": list(steps)}), until)


SENT = {"step": "sent", "at": at(9)}


def test_a_case_without_steps_is_a_draft():
    assert history().state == "draft"


def test_what_is_sent_and_not_received_is_only_sent():
    assert history({"step": "sent", "sent": at(9)}).state == "sent"
    assert history(SENT).state == "received"


def test_the_end_of_the_road_is_closed():
    steps = [SENT, {"step": "answered", "at": at(10)}, {"step": "closed", "at": at(11)}]
    assert history(*steps).state == "closed"


def test_a_step_after_the_instant_is_not_taken_yet():
    steps = [SENT, {"step": "answered", "at": at(10)}]
    assert history(*steps, until=datetime(2026, 3, 5, 9, 30, tzinfo=UTC)).state == "received"


def test_it_names_the_step_that_cannot_follow_and_those_that_could():
    with pytest.raises(
        StepError, match="'closed' cannot follow in state 'received'; possible: clarification_req"
    ):
        history(SENT, {"step": "closed", "at": at(10)})


def test_a_step_is_not_earlier_than_the_one_before():
    with pytest.raises(StepError, match="is earlier than 'answered'"):
        history(SENT, {"step": "answered", "at": at(11)}, {"step": "closed", "at": at(10)})


def test_a_withdrawal_may_cross_the_receipt_but_an_answer_cannot():
    sent = {"step": "sent", "sent": at(9), "received": at(10)}
    assert history(sent, {"step": "withdrawn", "at": at(9, 30)}).state == "withdrawn"
    with pytest.raises(StepError, match="is earlier than 'sent'"):
        history(sent, {"step": "answered", "at": at(9, 30)})


def test_a_step_is_for_those_it_is_for():
    with pytest.raises(StepError, match="not for 'requested'; it is for requester"):
        history(SENT, {"step": "withdrawn", "at": at(10), "by": "requested"})


def test_only_some_steps_can_cover_a_part():
    with pytest.raises(StepError, match="cannot cover only a part"):
        history(SENT, {"step": "withdrawn", "at": at(10), "partial": True})


def test_a_step_the_act_does_without_does_not_exist():
    assert "extended" not in BOOK.procedure("dir-2023-977/lea-request").steps


def test_each_option_says_who_under_which_article_and_to_what_effect(facts):
    option = next(one for one in decide(BOOK, REQUEST.id, facts).steps if one.step == "answered")
    assert option.as_json() == {
        "step": "answered",
        "title": "Answer",
        "by": ["requested"],
        "allowed": True,
        "reason": "",
        "article": "5(1)",
        "effect": option.effect,
        "duty": "shall",
        "checked": True,
    }
    assert "language of the request" in option.effect
    assert [field.id for field in option.fields if field.required] == ["information"]


def test_the_steps_of_one_role(facts):
    decision = decide(BOOK, REQUEST.id, facts)
    assert {option.step for option in decision.steps_for("requester")} >= {"sent", "withdrawn"}
    assert "answered" not in {option.step for option in decision.steps_for("requester")}


names = st.lists(st.sampled_from([step for step in REQUEST.steps if step != "received"]), max_size=6)


@given(names)
def test_what_is_offered_can_be_taken_and_what_is_not_cannot(taken):
    facts: dict = {"steps": [], "judicial_authorisation_required": True}
    for number, name in enumerate(taken):
        offered = {option.step: option.allowed for option in decide(BOOK, REQUEST.id, facts).steps}
        longer = {**facts, "steps": [*facts["steps"], {"step": name, "at": at(1 + number)}]}
        if offered[name]:
            decide(BOOK, REQUEST.id, longer)
            facts = longer
        else:
            with pytest.raises(StepError):
                decide(BOOK, REQUEST.id, longer)
