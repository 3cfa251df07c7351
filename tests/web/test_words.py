from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

import comity
from comity.base.time import clock
from comity.node.ledger import Line
from comity.web import words

NOW = datetime(2026, 3, 5, 9, 20, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_berlin():
    with clock(NOW), timezone.override(ZoneInfo("Europe/Berlin")):
        yield


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(minutes=12, seconds=59), "12 min"),
        (timedelta(hours=1, minutes=5), "1 h 05 min"),
        (timedelta(hours=-1, minutes=-5), "1 h 05 min"),
        (timedelta(days=373, hours=23), "373 d"),
        (timedelta(days=2, hours=6, minutes=59), "2 d 6 h"),
    ],
)
def test_a_span_is_said_as_a_desk_says_it(length, said):
    assert words.span(length) == said


@pytest.mark.parametrize(
    ("instant", "said"),
    [
        (NOW, "today 10:20"),
        (NOW + timedelta(hours=14), "tomorrow 00:20"),
        (NOW - timedelta(hours=11), "yesterday 23:20"),
        (NOW + timedelta(days=4), "Mon 9 Mar 10:20"),
        (NOW + timedelta(days=365), "Fri 5 Mar 2027 10:20"),
    ],
)
def test_an_instant_is_said_on_the_readers_clock(instant, said):
    assert words.when(instant) == said


def test_a_day_is_that_of_the_readers_clock():
    assert words.day(date(2027, 5, 22)) == "22 May 2027"
    assert words.day(datetime(2027, 5, 21, 23, tzinfo=UTC)) == "22 May 2027"


@pytest.mark.parametrize(
    ("text", "counting", "said"),
    [
        ("PT8H", "exact-hours", "8 hours"),
        ("P7D", "calendar-days", "7 calendar days"),
        ("P1D", "working-days", "1 working day"),
        ("P6M", "calendar-days", "6 months"),
        ("P1Y", "", "1 year"),
        ("PT1H30M", "", "1 hour 30 minutes"),
    ],
)
def test_a_duration_is_said_in_words(text, counting, said):
    assert words.duration(text, counting) == said


@pytest.mark.parametrize(
    ("hours", "state", "said"),
    [
        (-48, "running", "2 d 0 h"),
        (-8.5, "running", "8 h 30 min"),
        (-1, "soon", "1 h 00 min"),
        (0.5, "overdue", "due, late in 10 min"),
        (1, "late", "late 20 min"),
    ],
)
def test_a_clock_is_late_only_after_its_latest_end(hours, state, said):
    due = NOW
    with clock(due + timedelta(hours=hours)):
        shown = words.clock(due, due + timedelta(minutes=40), due - timedelta(days=4))
    assert (shown.state, shown.words) == (state, said)


def test_a_clock_says_how_much_of_it_is_used():
    assert words.clock(NOW + timedelta(hours=6), None, NOW - timedelta(hours=2)).percent == 25
    assert words.clock(NOW - timedelta(hours=6), None, NOW - timedelta(hours=14)).percent == 100
    assert words.clock(NOW, NOW, None, paused=True).state == "paused"
    assert words.clock(None, None, None).state == "none"


def line(kind, body):
    return Line(1, NOW, kind, "", "officer-1", "", "", body, None)


def test_an_entry_is_said_in_words_with_its_most_telling_part():
    refused = line(
        "step.refused", {"content": {"grounds": [{"id": "R-a"}], "fields": {"refusal_reason": "No"}}}
    )
    assert words.entry(refused) == "Refused"
    assert words.detail(refused) == "grounds R-a"
    assert (
        words.detail(line("step.answered", {"content": {"fields": {"information": "Three calls"}}}))
        == "Three calls"
    )
    assert words.detail(line("record.read", {"purpose": "answer DE-1"})) == "answer DE-1"
    assert words.detail(line("case.read", None)) == ""
    assert words.entry(line("some.thing", {})) == "some: thing"
    assert words.is_quiet(line("message.signed", {}))
    assert not words.is_quiet(refused)


def test_a_restriction_in_words_stands_in_for_h3():
    codes = words.handling_codes({"codes": ["H1", "H3"], "text": "Only for the team in Rotterdam"})
    assert [code for code, _ in codes] == ["H1", "H3"]
    assert codes[1][1] == "Only for the team in Rotterdam"


def test_every_kind_of_entry_is_said_in_words():
    source = "".join(path.read_text() for path in Path(comity.__file__).parent.rglob("*.py"))
    kinds = set(re.findall(r'ledger\.record\(\s*"([a-z.-]+)"', source))
    assert len(kinds) > 20
    assert kinds <= set(words.ENTRIES)


def test_articles_are_cited_under_the_act_they_stand_in():
    assert words.numbered("20(3)(k), 22(1)") == "art. 20(3)(k), 22(1)"
    assert words.numbered("2023/969, 13") == "2023/969 art. 13"
    assert words.numbered("3; 2006/960, 4") == "art. 3; 2006/960 art. 4"
    assert words.numbered("2015/2446, Annex B") == "2015/2446 Annex B"
    assert words.numbered("model agreement") == "model agreement"


def test_only_codes_of_the_act_stand_before_a_choice():
    assert words.choice("U1", "Life is in danger") == "U1 Life is in danger"
    assert words.choice("public_policy", "Public policy") == "Public policy"
