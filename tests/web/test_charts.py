from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.web import charts

NUMBER = st.integers(0, 10**6)
ROWS = st.lists(st.tuples(st.text("abcdef <&>\"'", max_size=30), st.tuples(NUMBER, NUMBER)), max_size=8)


def drawn(chart):
    return ElementTree.fromstring(str(chart))


@pytest.mark.parametrize("chart", [charts.bars, charts.lines])
@given(rows=ROWS)
def test_a_chart_is_well_formed_and_titled_whatever_the_numbers(chart, rows):
    figure = drawn(chart("Received <all>", ("Received", "Answered"), rows))
    svg = figure.find("svg")
    assert svg.get("role") == "img"
    assert svg.find("title").text == "Received <all>"
    assert svg.get("aria-labelledby") == svg.find("title").get("id")


def test_the_bars_are_as_long_as_their_numbers():
    figure = drawn(charts.bars("Requests", ("Received",), [("DE", (4,)), ("PT", (2,))]))
    long, short = (float(bar.get("width")) for bar in figure.iter("rect"))
    assert long == 2 * short > 0


def test_each_bar_says_its_number():
    figure = drawn(charts.bars("Requests", ("Received", "Answered"), [("DE", (41, 17))]))
    assert {"41", "17", "DE"} <= {text.text for text in figure.iter("text")}


def test_two_lines_differ_in_more_than_their_colour():
    figure = drawn(charts.lines("Requests", ("Received", "Answered"), [("1", (4, 1)), ("2", (2, 3))]))
    assert [line.get("class") for line in figure.iter("polyline")] == ["line series-0", "line series-1"]
    assert [item.find("span").get("class") for item in figure.iter("li")] == ["key series-0", "key series-1"]


def test_two_charts_on_a_page_have_titles_of_their_own():
    first, second = (drawn(charts.sparkline("Requests", [1, 2])) for _ in range(2))
    assert first.find("svg").get("aria-labelledby") != second.find("svg").get("aria-labelledby")
