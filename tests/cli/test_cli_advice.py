from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from comity.cli import advice  # noqa: F401  (adds the command)
from comity.cli.law import app

FACTS = {
    "me": {"kind": "spoc", "country": "NL"},
    "partner": {"country": "DE"},
    "want": "information",
    "offences": ["drugs"],
    "urgent": True,
    "at": "2026-11-22T10:00:00+01:00",
}


def run(facts, *more):
    arguments = ["advise", "--facts", "-", *more]
    return CliRunner().invoke(app, arguments, input=json.dumps(facts))


def test_the_best_procedure_comes_first_with_its_clock_and_articles():
    result = run(FACTS, "--json")
    assert result.exit_code == 0
    best = json.loads(result.stdout)["procedures"][0]
    assert (best["procedure"], best["status"]) == ("dir-2023-977/request", "fits")
    assert best["clocks"][0]["within"] == "PT8H"
    assert "4" in best["articles"]


def test_every_other_procedure_has_a_reason_and_an_article_against_it():
    against = json.loads(run(FACTS, "--json").stdout)["against"]
    assert against
    assert all(each["reason"] and each["article"] for each in against)


def test_without_json_it_can_be_read():
    text = run(FACTS).stdout
    assert text.startswith("1. Request to a single point of contact [fits]")
    assert "within PT8H" in text
    assert "For something else" in text


def test_each_time_limit_is_said_the_way_it_counts():
    carrier, customs = {"kind": "carrier", "country": "PA"}, {"kind": "customs", "country": "NL"}
    text = run({"me": carrier, "partner": customs, "want": "cargo-control"}).stdout
    assert "filer PT1H before" in text
    assert "authority within PT24H" in text
    team = {"me": {"kind": "prosecutor", "country": "NL"}, "partner": {"kind": "judge", "country": "FR"}}
    assert "leader by the day or moment that is said" in run({**team, "want": "joint-team"}).stdout


def test_what_nobody_serves_is_said():
    assert (
        "No procedure of the book serves this."
        in run({**FACTS, "me": {"kind": "bank", "country": "US"}}).stdout
    )


@pytest.mark.parametrize(("change", "named"), [({"want": "gold"}, "gold"), ({"me": {}}, "me.kind")])
def test_facts_that_cannot_be_exit_with_two_and_a_message(change, named):
    result = run(FACTS | change)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert named in result.stderr
