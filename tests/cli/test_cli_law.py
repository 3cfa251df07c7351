from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from comity.cli.law import app

FACTS = {
    "requester": {"kind": "spoc", "country": "NL"},
    "requested": {"kind": "spoc", "country": "DE"},
    "received": "2026-03-05T10:20:00+01:00",
    "urgent": True,
    "access": "direct",
}


def run(*arguments, stdin=None):
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(FACTS))
    return path


def test_decide_prints_one_json_object(file):
    result = run("decide", "dir-2023-977/request", "--facts", file)
    assert result.exit_code == 0
    assert json.loads(result.stdout)["due"]["at"] == "2026-03-05T18:20:00+01:00"


def test_decide_reads_standard_input():
    result = run("decide", "dir-2023-977/request", "--facts", "-", stdin=json.dumps(FACTS))
    assert json.loads(result.stdout)["procedure"] == "dir-2023-977/request"


def test_decide_takes_the_instant_of_the_decision(file):
    steps = [{"step": "clarification_requested", "at": "2026-03-05T11:00:00+01:00"}]
    file.write_text(json.dumps({**FACTS, "steps": steps}))
    result = run("decide", "dir-2023-977/request", "--facts", file, "--at", "2026-03-05T12:00:00+01:00")
    assert json.loads(result.stdout)["due"] == {
        "at": "2026-03-05T19:20:00+01:00",
        "latest": "2026-03-05T20:00:00+01:00",
        "clock": "answer",
        "paused": True,
    }


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"colour": "blue"}, "colour"),
        ({"received": "2026-03-05T10:20:00"}, "received"),
        ({"steps": [{"step": "closed", "at": "2026-03-05T12:00:00+01:00"}]}, "closed"),
    ],
)
def test_facts_that_cannot_be_exit_with_two_and_a_message(file, change, named):
    file.write_text(json.dumps(FACTS | change))
    result = run("decide", "dir-2023-977/request", "--facts", file)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert named in result.stderr


def test_an_unknown_procedure_exits_with_two(file):
    result = run("decide", "magic/wand", "--facts", file)
    assert result.exit_code == 2
    assert "magic/wand" in result.stderr


def test_an_instant_without_an_offset_exits_with_two(file):
    result = run("decide", "dir-2023-977/request", "--facts", file, "--at", "2026-03-05T12:00:00")
    assert result.exit_code == 2
    assert "--at" in result.stderr


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "is not JSON"),
        (b"\xff\xfe", "is not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[]", "one JSON object"),
    ],
)
def test_a_file_that_is_no_facts_exits_with_two(file, content, message):
    file.write_bytes(content)
    result = run("decide", "dir-2023-977/request", "--facts", file)
    assert result.exit_code == 2
    assert message in result.stderr


def test_a_missing_file_exits_with_two(tmp_path):
    result = run("decide", "dir-2023-977/request", "--facts", tmp_path / "none.json")
    assert result.exit_code == 2
    assert "cannot be opened" in result.stderr


def test_check_counts_verified_and_unverified_rules():
    result = run("check")
    assert result.exit_code == 0
    assert "dir-2023-977" in result.stdout
    assert "not verified" in result.stdout


def test_list_prints_each_procedure():
    lines = json.loads(run("list", "--json").stdout)
    assert list(lines[0]) == ["procedure", "title", "lifecycle", "article", "checked"]
    assert "dir-2023-977/request" in {line["procedure"] for line in lines}
    assert "dir-2023-977/request" in run("list").stdout


def test_schema_prints_that_of_one_kind_of_file():
    assert json.loads(run("schema", "register").stdout)["title"] == "Register"
    refused = run("schema", "poem")
    assert (refused.exit_code, "known: instrument" in refused.stderr) == (2, True)


def test_check_counts_by_act_and_by_register():
    result = run("check")
    assert result.exit_code == 0
    assert "register cis" in result.stdout
    assert result.stdout.strip().endswith("no problem found")


def test_schema_prints_json_schema():
    assert "properties" in json.loads(run("schema").stdout)["instrument"]


ACT = """
id: small-act
title: A small act
applies: {from: 2020-01-01, article: "9"}
territory: {article: "1"}
procedures:
  ask:
    title: Ask
    article: "2"
    lifecycle: question
    parties:
      requester: {kinds: [customs], article: "2"}
      requested: {kinds: [customs], article: "2"}
"""
STORY = """
procedure: small-act/ask
facts:
  requester: {kind: customs, country: NL}
  requested: {kind: customs, country: DE}
  received: "2026-03-05T10:20:00+01:00"
scenarios:
  - {name: customs may ask, expect: {may: %s}}
"""


@pytest.fixture
def act(tmp_path):
    path = tmp_path / "small-act.yaml"
    path.write_text(ACT)
    return path


def test_a_further_act_is_read_with_the_packaged_ones(act):
    assert "small-act" in run("--with", act, "check").stdout
    assert "small-act" not in run("check").stdout


@pytest.mark.parametrize(("says", "status"), [("true", 0), ("false", 1)])
def test_scenarios_are_tried_and_what_is_otherwise_is_said(act, tmp_path, says, status):
    story = tmp_path / "story.yaml"
    story.write_text(STORY % says)
    result = run("--with", act, "try", story)
    assert result.exit_code == status
    assert ("may.value" in result.stderr) is bool(status)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "- a list",
        "a: [",
        "procedure: x",
        "procedure: x\nscenarios: 4",
        "procedure: x\nscenarios: [{name: y}]",
        "procedure: x\nscenarios: [{name: y, expect: 5}]",
        "procedure: x\nscenarios: [{name: y, facts: 5, expect: {}}]",
        "procedure: x\nscenarios: [{name: y, expect: {clocks: 3}}]",
        "procedure: x\nscenarios: [{name: y, expect: {error: '['}}]",
        "procedure: x\nscenarios: [{name: y, at: 2026-03-05T12:00:00+01:00, expect: {}}]",
        "procedure: x\nscenarios: [{name: y, at: noon, expect: {}}]",
    ],
)
def test_a_file_that_holds_no_scenarios_is_told(tmp_path, content):
    story = tmp_path / "story.yaml"
    story.write_text(content)
    result = run("try", story)
    assert result.exit_code == 2
    assert "story.yaml" in result.stderr


def test_a_further_act_that_is_not_well_formed_is_told(tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_text("id: Bad Name")
    result = run("--with", path, "check")
    assert result.exit_code == 2
    assert "bad.yaml" in result.stderr


def test_registers_says_who_sees_what_under_which_article():
    result = run("registers", "--json")
    assert result.exit_code == 0
    lines = json.loads(result.stdout)
    assert {line["sees"] for line in lines} <= {"full", "hit-no-hit", "none"}
    assert {"cis", "fide"} <= {line["register"] for line in lines}
    assert all(line["article"] for line in lines)
    assert len(run("registers").stdout.splitlines()) == len(lines)
