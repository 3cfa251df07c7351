"""Scenarios: facts and steps in, decisions with articles out. One YAML file an instrument.

    procedure: dir-2023-977/request
    facts: {...}                      # shared by all; a scenario's own facts replace or, with null, remove
    scenarios:
      - name: ...
        facts: {...}
        at: "2026-03-05T12:00:00+01:00"
        expect: {applies, may, missing, clocks, due, refusals, copies, retention, state, steps, error}
        refuse_on_each: true          # refuse on each expected ground in turn; each must end the case
        refused_at: "2026-03-05T12:00:00+01:00"

`error` is a regular expression that the message must match.
A file may hold several documents, one a procedure. Dates and times are quoted, so that they stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from re import Pattern
from typing import Annotated, Any

import yaml
from pydantic import AfterValidator

from comity.base.errors import InputError, LawError
from comity.base.time import parse_instant
from comity.law.answers import Decision
from comity.law.book import Book
from comity.law.decide import decide
from comity.law.files import read_model
from comity.law.schema.basic import Strict


def _is_instant(text: str) -> str:
    try:
        parse_instant(text)
    except InputError as error:
        raise ValueError(error.sentence) from None
    return text


Instant = Annotated[str, AfterValidator(_is_instant)]
"""An instant with its offset, in quotes."""


class Expect(Strict):
    """What must come out; what is not named is not compared."""

    applies: bool | dict[str, Any] | None = None
    may: bool | dict[str, Any] | None = None
    missing: dict[str, str] = {}
    clocks: dict[str, dict[str, Any] | None] = {}
    due: str | dict[str, Any] | None = None
    refusals: dict[str, str] = {}
    copies: dict[str, str] = {}
    retention: list[dict[str, Any]] = []
    state: str = ""
    steps: dict[str, bool | str] = {}
    error: Pattern[str] | None = None


class Said(Strict):
    """One scenario as its file has it."""

    name: str
    facts: dict[str, Any] = {}
    at: Instant | None = None
    expect: Expect
    refuse_on_each: bool = False
    refused_at: Instant | None = None


class Document(Strict):
    """The scenarios of one procedure."""

    procedure: str
    facts: dict[str, Any] = {}
    scenarios: list[Said]


@dataclass(frozen=True)
class Scenario:
    """One case and what must come out. `file` and `name` say where it stands."""

    file: str
    procedure: str
    name: str
    facts: Mapping[str, Any]
    expect: Mapping[str, Any]
    at: str | None = None
    refuse_on_each: bool = False
    refused_at: str | None = None


def read(path: Path) -> Iterator[Scenario]:
    """The scenarios of a file. Raises InputError or InstrumentError naming the file and what was expected."""
    try:
        documents = list(yaml.safe_load_all(path.read_bytes()))
    except OSError as error:
        raise InputError(f"cannot be opened: {error.strerror}", file=path.name) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise InputError(f"is not YAML: {' '.join(str(error).split())}", file=path.name) from None
    if not documents:
        raise InputError("expected `procedure` and `scenarios` at the top", file=path.name)
    for raw in documents:
        document = read_model(Document, raw, path)
        for said in document.scenarios:
            yield _scenario(path.name, document, said)


def _scenario(file: str, document: Document, said: Said) -> Scenario:
    facts = {key: value for key, value in (document.facts | said.facts).items() if value is not None}
    expect = {key: getattr(said.expect, key) for key in said.expect.model_fields_set}
    return Scenario(
        file, document.procedure, said.name, facts, expect, said.at, said.refuse_on_each, said.refused_at
    )


def problems(book: Book, scenario: Scenario) -> list[str]:
    """What comes out otherwise than the scenario says, one sentence each; empty when all is as it should be."""
    instant = parse_instant(scenario.at) if scenario.at else None
    wanted_error = scenario.expect.get("error")
    try:
        decision = decide(book, scenario.procedure, scenario.facts, instant)
    except LawError as error:
        if wanted_error is None:
            return [f"expected a decision, got the error: {error}"]
        fits = wanted_error.search(str(error))
        return [] if fits else [f"expected {wanted_error.pattern!r}, got the error: {error}"]
    if wanted_error is not None:
        return [f"expected the error {wanted_error.pattern!r}, got a decision"]
    found = [said for key, wanted in scenario.expect.items() for said in CHECKS[key](decision, wanted)]
    if scenario.refuse_on_each:
        for ground in scenario.expect.get("refusals", ()):
            found += _refused_on(book, scenario, ground)
    return found


def _differ(what: str, wanted: Any, got: Any) -> list[str]:
    return [] if wanted == got else [f"{what}: expected {wanted!r}, got {got!r}"]


def _answer(name: str) -> Callable[[Decision, Any], list[str]]:
    def compare(decision: Decision, wanted: Any) -> list[str]:
        answer = decision.as_json()[name]
        wanted = wanted if isinstance(wanted, dict) else {"value": wanted}
        found = []
        for key, value in wanted.items():
            if key == "reason":
                found += (
                    []
                    if str(value) in answer["reason"]
                    else [f"{name}: {value!r} not in {answer['reason']!r}"]
                )
            else:
                found += _differ(f"{name}.{key} ({answer['reason']})", value, answer.get(key))
        return found

    return compare


def _missing(decision: Decision, wanted: Any) -> list[str]:
    got = {one["field"]: one["article"] for one in decision.as_json()["missing"]}
    return _differ("missing", wanted, got)


def _clocks(decision: Decision, wanted: Mapping[str, Any]) -> list[str]:
    plain = {clock["id"]: clock for clock in decision.as_json()["clocks"]}
    runs = {(f"{run.id}:{run.part}" if run.part else run.id): run for run in decision.clocks}
    found = []
    for name, values in wanted.items():
        if values is None or name not in runs:
            found += _differ(f"clock {name}", values is not None, name in runs)
            continue
        run = runs[name]
        seen = {
            **plain[name],
            "open": run.open,
            "assumed": run.assumed,
            "ended": run.ended and run.ended.isoformat(),
            "missed": run.missed(decision.at),
            "on_expiry": run.on_expiry,
        }
        found += _differ(f"clock {name}", values, {key: seen.get(key) for key in values})
    return found


def _due(decision: Decision, wanted: Any) -> list[str]:
    due = decision.as_json()["due"]
    if wanted is None or isinstance(wanted, str):
        return _differ("due", wanted, due and due["clock"])
    return _differ("due", wanted, due and {key: due.get(key) for key in wanted})


def _articles(name: str) -> Callable[[Decision, Any], list[str]]:
    def compare(decision: Decision, wanted: Any) -> list[str]:
        return _differ(name, wanted, {one["id"]: one["article"] for one in decision.as_json()[name]})

    return compare


def _retention(decision: Decision, wanted: Any) -> list[str]:
    got = [{key: one[key] for key in ("do", "at", "article")} for one in decision.as_json()["retention"]]
    return _differ("retention", wanted, got)


def _state(decision: Decision, wanted: Any) -> list[str]:
    return _differ("state", wanted, decision.state)


def _steps(decision: Decision, wanted: Mapping[str, Any]) -> list[str]:
    options = {option.step: option for option in decision.steps}
    found = []
    for name, allowed in wanted.items():
        if name not in options:
            found.append(f"step {name}: not among {', '.join(options)}")
        elif isinstance(allowed, str):
            reason = str(options[name].reason)
            found += [] if allowed in reason else [f"step {name}: {allowed!r} not in {reason!r}"]
        else:
            found += _differ(f"step {name} ({options[name].reason})", allowed, options[name].allowed)
    return found


def _refused_on(book: Book, scenario: Scenario, ground: str) -> list[str]:
    refusal = {"step": "refused", "at": scenario.refused_at, "grounds": [ground]}
    facts = {**scenario.facts, "steps": [*scenario.facts.get("steps", []), refusal]}
    try:
        decision = decide(book, scenario.procedure, facts)
    except LawError as error:
        return [f"refused on {ground}: {error}"]
    given = decision.history.taken[-1].grounds if decision.history else ()
    return [
        *_differ(f"state once refused on {ground}", "refused", decision.state),
        *_differ(f"due once refused on {ground}", None, decision.due and decision.due.id),
        *_differ(f"grounds once refused on {ground}", (ground,), given),
    ]


CHECKS: dict[str, Callable[[Decision, Any], list[str]]] = {
    "applies": _answer("applies"),
    "may": _answer("may"),
    "missing": _missing,
    "clocks": _clocks,
    "due": _due,
    "refusals": _articles("refusals"),
    "copies": _articles("copies"),
    "retention": _retention,
    "state": _state,
    "steps": _steps,
}
