"""Each thing that the sources name has what serves it and what proves it, and both are there."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from comity.law import standard_book

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from reference import coverage  # noqa: E402

ROWS = coverage.rows()
each_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.number} {row.item}")


def test_all_ninety_six_are_there_in_their_order():
    assert [row.number for row in ROWS] == list(range(1, 97))


def test_no_two_say_the_same():
    assert len({row.item for row in ROWS}) == len(ROWS)


@each_row
def test_it_is_served_by_something(row):
    assert row.procedures or row.pages or row.docs


@each_row
def test_every_procedure_it_names_is_in_the_book_and_has_a_scenario(row):
    assert set(row.procedures) <= set(standard_book().procedures)
    assert set(row.procedures) <= set(coverage.first_scenarios())


@each_row
def test_every_page_it_names_has_an_address(row):
    from django.urls import get_resolver

    assert set(row.pages) <= {name for name in get_resolver().reverse_dict if isinstance(name, str)}


@each_row
def test_every_guide_it_names_is_there(row):
    assert all((ROOT / "docs" / name).is_file() for name in row.docs)


@each_row
def test_it_is_proved_by_scenarios_or_tests_that_exist(row):
    assert row.proofs
    told = {name for _, name in coverage.scenarios()}
    for proof in row.proofs:
        path, _, function = proof.partition("::")
        if function:
            assert re.search(rf"^def {function}\(", (ROOT / path).read_text("utf-8"), re.MULTILINE), proof
        else:
            assert proof in told, proof


def test_the_page_says_of_each_row_what_comes_later():
    page = coverage.page()
    for row in ROWS:
        line = next(line for line in page.splitlines() if line.startswith(f"| {row.number} |"))
        assert line.endswith(f"| {row.later} |")
        assert row.item in line


def test_the_page_is_as_its_rows_say():
    assert (ROOT / "docs" / "coverage.md").read_text("utf-8") == coverage.page()
