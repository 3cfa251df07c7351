"""Runs the scenarios: facts and steps in, decisions with articles out; the format is in `comity.law.scenarios`."""

from __future__ import annotations

from pathlib import Path

import pytest

from comity.law import standard_book
from comity.law.scenarios import problems, read

HERE = Path(__file__).parent
SCENARIOS = [each for path in sorted(HERE.glob("*.yaml")) for each in read(path)]


@pytest.mark.parametrize(
    "scenario", SCENARIOS, ids=lambda one: f"{one.file.removesuffix('.yaml')}: {one.name}"
)
def test_the_law_decides_as_the_scenario_says(scenario):
    assert not problems(standard_book(), scenario)


def test_every_procedure_of_the_book_has_a_scenario():
    told = {scenario.procedure for scenario in SCENARIOS}
    assert not set(standard_book().procedures) - told
