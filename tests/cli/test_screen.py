from __future__ import annotations

import json
from pathlib import Path

import pytest

import comity
from comity.cli import run

SAMPLE = Path(comity.__file__).parent / "sample"


@pytest.fixture
def loaded(node):
    vessels = ["load", str(SAMPLE / "vessels.csv"), "--register", "vessels", "--kind", "table"]
    run([*vessels, "--authority", "nl-spoc", "--name", "V", "--basis", "b", "--purpose", "p"])
    return node


def screen(name: str, *options: str) -> int:
    return run(["screen", str(SAMPLE / name), "--purpose", "check of a ship", *options])


def test_matches_are_shown_with_their_reasons(loaded, capsys):
    assert screen("manifest.csv", "--authority", "nl-spoc") == 0
    shown = capsys.readouterr().out
    assert "MERIDIANQE EN: MERIDIANQUE EN (vessels)" in shown
    assert "same IMO number 9999008" in shown


def test_as_json_every_row_comes_with_its_line(loaded, capsys):
    capsys.readouterr()
    assert screen("manifest.csv", "--as", "nl-officer", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert [row["line"] for row in found["rows"]] == list(range(2, 14))
    assert found["rows"][0]["matches"][0]["record"] == "MERIDIANQUE EN"


def test_bad_rows_are_told_with_line_and_field(loaded, capsys):
    assert screen("manifest_bad.csv", "--authority", "nl-spoc") == 0
    assert "line 2 was not read, field identifier" in capsys.readouterr().err


def test_a_screening_is_kept_for_its_purpose(loaded):
    from comity.node import ledger

    screen("manifest.csv", "--as", "nl-officer")
    with loaded.act("node"):
        assert ledger.lines(kind="screening.run")[0].body["purpose"] == "check of a ship"


def test_another_authority_finds_nothing_in_registers_that_are_not_its_own(loaded, capsys):
    assert screen("manifest.csv", "--as", "de-officer") == 0
    assert "12 rows, 0 matches" in capsys.readouterr().out


def test_an_administrator_does_not_screen(loaded, capsys):
    assert screen("manifest.csv", "--as", "nl-administrator") == 3


def test_a_file_that_is_no_manifest_is_refused(loaded, capsys):
    assert screen("vessels.csv", "--authority", "nl-spoc") == 2
    assert "has no column" in capsys.readouterr().err
