from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.base.errors import InputError
from comity.node import ledger
from comity.web import tables

BLANK = " \u00a0\u200b\ufeff"


@given(st.text(BLANK, max_size=3), st.sampled_from("=+-@\t\r\n|%"), st.text(max_size=20))
def test_no_cell_begins_as_a_formula_does(blank, sign, rest):
    assert tables.cell(blank + sign + rest).startswith("'")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "yes"),
        (False, "no"),
        (-3, "-3"),
        (0.25, "0.25"),
        (datetime(2026, 3, 5, 9, 20, tzinfo=UTC), "2026-03-05T09:20:00+00:00"),
        (["a", "b"], "a; b"),
        (["=1+1"], "'=1+1"),
        ("a-b", "a-b"),
        ("a\x00b", "ab"),
    ],
)
def test_a_value_becomes_a_cell(value, text):
    assert tables.cell(value) == text


def read(response):
    data = b"".join(response.streaming_content)
    response.close()
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def test_a_list_becomes_a_file_and_an_entry(node):
    columns = {"name": lambda row: row[0], "number": lambda row: row[1]}
    with node.act(purpose="a meeting"):
        response = tables.csv_file("things", columns, [("Österreich, East", 1), ("=cmd", -2)], filter="all")
        body = ledger.lines(kind="list.exported")[0].body
    assert read(response) == [["name", "number"], ["Österreich, East", "1"], ["'=cmd", "-2"]]
    assert body == {"purpose": "a meeting", "list": "things", "rows": 2, "filter": "all"}


def test_a_list_that_is_too_long_is_refused(node, monkeypatch):
    monkeypatch.setattr(tables, "AT_MOST", 2)
    with node.act(), pytest.raises(InputError, match="at most 2 rows"):
        tables.csv_file("things", {"number": int}, [1, 2, 3])
