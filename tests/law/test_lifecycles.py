from __future__ import annotations

import pytest

from comity.law import Book

LIFECYCLES = Book.load().lifecycles


def test_there_are_few_of_them():
    assert sorted(LIFECYCLES) == ["alert", "filing", "joint", "notice", "plan", "question", "search"]


@pytest.mark.parametrize("cycle", LIFECYCLES.values(), ids=LIFECYCLES)
def test_every_state_can_be_reached_from_the_start(cycle):
    reached = {cycle.start}
    for _ in cycle.states:
        for step in cycle.steps.values():
            if reached & set(step.from_) or "any" in step.from_:
                reached |= {state for state in (step.to, step.received_to, step.partial_to) if state}
    assert reached == set(cycle.states)


@pytest.mark.parametrize("cycle", LIFECYCLES.values(), ids=LIFECYCLES)
def test_every_state_leads_to_an_end(cycle):
    leads_on = {state for step in cycle.steps.values() if step.to or step.receipt_of for state in step.from_}
    assert cycle.final
    assert set(cycle.states) - leads_on <= set(cycle.final)


@pytest.mark.parametrize("cycle", LIFECYCLES.values(), ids=LIFECYCLES)
def test_every_step_says_its_effect_and_stands_between_known_states(cycle):
    for step in cycle.steps.values():
        assert step.effect.endswith(".")
        assert set(step.from_) <= {*cycle.states, "any"}
        assert {step.to, step.received_to, step.partial_to} <= {*cycle.states, None}
