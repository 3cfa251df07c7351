"""Runs the scenarios: facts and steps in, decisions with articles out. One YAML file an instrument.

    procedure: dir-2023-977/request
    facts: {...}                      # shared by all; a scenario's own facts replace or, with null, remove
    scenarios:
      - name: ...
        facts: {...}
        at: "2026-03-05T12:00:00+01:00"
        expect: {applies, may, missing, clocks, due, refusals, copies, retention, state, steps, error}
        refuse_on_each: true          # refuse on each expected ground in turn; each must end the case

Dates and times are quoted, so that YAML leaves them as they are.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from comity.base.errors import LawError
from comity.base.time import parse_instant
from comity.law import Book, Decision, decide

HERE = Path(__file__).parent
BOOK = Book.load()


def _load():
    for path in sorted(HERE.glob("*.yaml")):
        for document in yaml.safe_load_all(path.read_text(encoding="utf-8")):
            for scenario in document["scenarios"]:
                scenario["procedure"] = document["procedure"]
                merged = {**document.get("facts", {}), **(scenario.get("facts") or {})}
                scenario["facts"] = {key: value for key, value in merged.items() if value is not None}
                yield pytest.param(scenario, id=f"{path.stem}: {scenario['name']}")


SCENARIOS = list(_load())


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_law_decides_as_the_scenario_says(scenario):
    expect, at = scenario["expect"], scenario.get("at")
    instant = parse_instant(at) if at else None
    if "error" in expect:
        with pytest.raises(LawError, match=expect["error"]):
            decide(BOOK, scenario["procedure"], scenario["facts"], instant)
        return
    decision = decide(BOOK, scenario["procedure"], scenario["facts"], instant)
    for key, wanted in expect.items():
        CHECKS[key](decision, wanted)
    if scenario.get("refuse_on_each"):
        for ground in expect["refusals"]:
            _refuse(scenario, ground)


def _answer(name):
    def check(decision: Decision, wanted) -> None:
        answer = decision.as_json()[name]
        wanted = wanted if isinstance(wanted, dict) else {"value": wanted}
        for key, value in wanted.items():
            if key == "reason":
                assert value in answer["reason"]
            else:
                assert answer[key] == value, f"{name}: {answer}"

    return check


def _missing(decision: Decision, wanted) -> None:
    assert {one["field"]: one["article"] for one in decision.as_json()["missing"]} == wanted


def _clocks(decision: Decision, wanted) -> None:
    clocks = {clock["id"]: clock for clock in decision.as_json()["clocks"]}
    runs = {(f"{run.id}:{run.part}" if run.part else run.id): run for run in decision.clocks}
    for name, values in wanted.items():
        if values is None:
            assert name not in clocks
            continue
        run = runs[name]
        seen = {
            **clocks[name],
            "open": run.open,
            "assumed": run.assumed,
            "ended": run.ended and run.ended.isoformat(),
            "missed": run.missed(decision.at),
            "on_expiry": run.on_expiry,
        }
        assert {key: seen[key] for key in values} == values, name


def _due(decision: Decision, wanted) -> None:
    due = decision.as_json()["due"]
    if wanted is None or isinstance(wanted, str):
        assert (due and due["clock"]) == wanted
    else:
        assert {key: due[key] for key in wanted} == wanted


def _articles(name, key):
    def check(decision: Decision, wanted) -> None:
        assert {one[key]: one["article"] for one in decision.as_json()[name]} == wanted

    return check


def _retention(decision: Decision, wanted) -> None:
    seen = [{key: one[key] for key in ("do", "at", "article")} for one in decision.as_json()["retention"]]
    assert seen == wanted


def _state(decision: Decision, wanted) -> None:
    assert decision.state == wanted


def _steps(decision: Decision, wanted) -> None:
    options = {option.step: option for option in decision.steps}
    for name, allowed in wanted.items():
        if isinstance(allowed, str):
            assert allowed in options[name].reason
        else:
            assert options[name].allowed is allowed, options[name].reason


def _refuse(scenario, ground) -> None:
    facts = dict(scenario["facts"])
    refusal = {"step": "refused", "at": scenario["refused_at"], "grounds": [ground]}
    facts["steps"] = [*facts.get("steps", []), refusal]
    decision = decide(BOOK, scenario["procedure"], facts)
    assert decision.state == "refused"
    assert decision.due is None
    assert decision.history is not None
    assert decision.history.taken[-1].grounds == (ground,)


CHECKS = {
    "applies": _answer("applies"),
    "may": _answer("may"),
    "missing": _missing,
    "clocks": _clocks,
    "due": _due,
    "refusals": _articles("refusals", "id"),
    "copies": _articles("copies", "id"),
    "retention": _retention,
    "state": _state,
    "steps": _steps,
}
