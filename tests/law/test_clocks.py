from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.base.errors import LawError
from comity.law import Book, decide

BOOK = Book.load()
ASKED = {
    "requester": {"kind": "spoc", "country": "NL"},
    "requested": {"kind": "spoc", "country": "DE"},
    "urgent": True,
    "access": "direct",
}
ANSWER = {
    "id": "answer",
    "owed_by": "requested",
    "from": "sent.received",
    "until": ["answered"],
    "article": "5",
}

received = st.datetimes(datetime(2025, 1, 1), datetime(2030, 12, 31)).map(
    lambda moment: moment.replace(tzinfo=UTC)
)
waits = st.timedeltas(timedelta(0), timedelta(days=20))
kinds = st.sampled_from([{"access": "direct"}, {"access": "indirect"}, {"urgent": False}])


def answer(facts, at=None):
    (run,) = (run for run in decide(BOOK, "dir-2023-977/request", facts, at).clocks if run.id == "answer")
    return run


def clarification(asked: datetime, given: datetime | None = None) -> list[dict[str, str]]:
    steps = [{"step": "clarification_requested", "at": asked.isoformat()}]
    return steps + ([{"step": "clarification_given", "at": given.isoformat()}] if given else [])


def only(decision):
    (run,) = decision.clocks
    return run


@given(received, waits, waits, kinds)
def test_a_clock_never_moves_earlier_by_waiting(start, first, more, kind):
    facts = {**ASKED, **kind, "received": start.isoformat()}
    early, late = answer(facts, start + first), answer(facts, start + first + more)
    assert (early.at, early.latest) == (late.at, late.latest)


@given(received, waits, waits, waits, kinds)
def test_a_paused_clock_only_moves_on_by_waiting(start, asked, first, more, kind):
    facts = {**ASKED, **kind, "received": start.isoformat(), "steps": clarification(start + asked)}
    early, late = (answer(facts, start + asked + wait) for wait in (first, first + more))
    assert early.at <= late.at
    assert early.latest <= late.latest


@given(received, waits, waits, kinds)
def test_a_pause_never_shortens_and_is_kept_to_the_minute(start, asked, length, kind):
    facts = {**ASKED, **kind, "received": start.isoformat()}
    without = answer(facts)
    paused = answer({**facts, "steps": clarification(start + asked, start + asked + length)})
    assert paused.at - without.at == (length if start + asked < without.at else timedelta(0))
    assert paused.latest >= without.latest
    assert paused.latest >= paused.at


@given(received, waits, waits, kinds)
def test_what_is_shown_while_paused_is_what_holds_if_it_ended_then(start, asked, length, kind):
    facts = {**ASKED, **kind, "received": start.isoformat()}
    instant = start + asked + length
    lasting = answer({**facts, "steps": clarification(start + asked)}, instant)
    ended = answer({**facts, "steps": clarification(start + asked, instant)}, instant)
    assert (lasting.at, lasting.latest) == (ended.at, ended.latest)


@given(received, kinds)
def test_less_is_known_but_never_later(start, kind):
    facts = {**ASKED, **kind, "received": start.isoformat()}
    for fact in ("access", "urgent"):
        unknown = answer({key: value for key, value in facts.items() if key != fact})
        assert unknown.at <= answer(facts).at


def test_the_first_clock_of_a_name_that_holds_is_the_one_that_runs(make_book, asked):
    field = {"id": "quick", "type": "boolean", "label": "Quick", "article": "4"}
    clocks = [
        {**ANSWER, "counting": "exact-hours", "within": "PT2H", "when": "quick"},
        {**ANSWER, "counting": "calendar-days", "within": "P2D"},
    ]
    book = make_book({"fields": [field], "clocks": clocks})
    assert only(decide(book, "test-act/ask", {**asked, "quick": True})).within == "PT2H"
    assert only(decide(book, "test-act/ask", {**asked, "quick": False})).within == "P2D"
    unknown = decide(book, "test-act/ask", asked)
    assert only(unknown).within == "PT2H"
    assert only(unknown).assumed
    assert [one.field for one in unknown.missing] == ["quick"]
    assert unknown.may.value is True


def test_it_runs_from_the_latest_of_several_moments(make_book, asked):
    field = {"id": "confirmed", "type": "instant", "label": "Confirmed", "article": "4"}
    clock = {
        **ANSWER,
        "from": {"latest_of": ["sent.received", "confirmed"]},
        "counting": "exact-hours",
        "within": "PT48H",
    }
    book = make_book({"fields": [field], "clocks": [clock]})
    assert only(decide(book, "test-act/ask", asked)).at is None
    run = only(decide(book, "test-act/ask", {**asked, "confirmed": "2026-03-06T16:40:00+01:00"}))
    assert run.at.isoformat() == "2026-03-08T16:40:00+01:00"
    assert run.latest.isoformat() == "2026-03-08T17:00:00+01:00"


def test_it_counts_back_from_a_day_and_ends_with_what_was_done_before(make_book, asked):
    field = {"id": "deletion", "type": "date", "label": "Deletion", "article": "4"}
    clock = {**ANSWER, "from": "deletion", "counting": "calendar-days", "before": "P4M", "on_expiry": "warn"}
    book = make_book({"fields": [field], "clocks": [clock]})
    facts = {**asked, "deletion": "2026-12-31"}
    run = only(decide(book, "test-act/ask", facts))
    assert run.at == run.latest
    assert run.at.date().isoformat() == "2026-08-31"
    done = {**facts, "steps": [{"step": "answered", "at": "2026-04-01T10:00:00+02:00"}]}
    assert not only(decide(book, "test-act/ask", done)).owed


def test_a_repeated_duty_falls_due_again_with_each_fulfilment(make_book, asked):
    clock = {
        **ANSWER,
        "until": ["closed"],
        "counting": "calendar-days",
        "every": "P1M",
        "done_by": "extended",
    }
    book = make_book({"clocks": [clock]})
    steps = [{"step": "extended", "at": f"2026-0{month}-20T10:00:00+01:00"} for month in (3, 4)]
    days = [
        only(decide(book, "test-act/ask", {**asked, "steps": steps[:done]})).at.date().isoformat()
        for done in range(3)
    ]
    assert days == ["2026-04-06", "2026-05-06", "2026-06-06"]


def test_a_daily_window_does_not_run(make_book, asked):
    clock = {
        **ANSWER,
        "counting": "exact-hours",
        "within": "PT6H",
        "excluding": {"daily": ["00:00", "09:00"]},
    }
    run = only(
        decide(
            make_book({"clocks": [clock]}), "test-act/ask", {**asked, "received": "2026-03-05T20:00:00+01:00"}
        )
    )
    assert run.at.isoformat() == "2026-03-06T11:00:00+01:00"


def test_a_treaty_is_not_rounded_and_not_moved(make_book, asked):
    clock = {**ANSWER, "counting": "calendar-days", "within": "P3D"}
    run = only(decide(make_book({"clocks": [clock]}, period_rules="own"), "test-act/ask", asked))
    assert run.at == run.latest
    assert run.at.isoformat() == "2026-03-09T00:00:00+01:00"


@pytest.mark.parametrize("end", ["delete", "stop"])
def test_a_limit_after_which_something_is_deleted_or_stops_does_not_move(make_book, asked, end):
    clock = {**ANSWER, "counting": "calendar-days", "within": "P3D", "on_expiry": end}
    run = only(decide(make_book({"clocks": [clock]}), "test-act/ask", asked))
    assert run.at == run.latest


def test_an_extension_by_a_period_is_added(make_book, asked):
    rules = {
        "clocks": [{**ANSWER, "counting": "calendar-days", "within": "P7D"}],
        "extensions": [{"clock": "answer", "when": "taken.extended", "by": "P7D", "article": "6"}],
    }
    book = make_book(rules)
    steps = [{"step": "extended", "at": "2026-03-06T10:00:00+01:00"}]
    assert only(decide(book, "test-act/ask", asked)).at.isoformat() == "2026-03-13T00:00:00+01:00"
    assert (
        only(decide(book, "test-act/ask", {**asked, "steps": steps})).at.isoformat()
        == "2026-03-20T00:00:00+01:00"
    )


def test_an_extension_needs_its_condition_to_be_known():
    assert not answer({**ASKED, "received": "2026-03-05T10:20:00+01:00"}).open
    assert answer(
        {**ASKED, "received": "2026-03-05T10:20:00+01:00", "judicial_authorisation_required": True}
    ).open


def test_a_country_without_a_calendar_is_a_missing_fact_for_days(make_book, asked):
    territory = {"article": "1"}
    clock = {**ANSWER, "counting": "calendar-days", "within": "P3D"}
    facts = {**asked, "requested": {"kind": "customs", "country": "JP"}}
    decision = decide(make_book({"clocks": [clock]}, territory=territory), "test-act/ask", facts)
    assert only(decision).at is None
    assert [one.field for one in decision.missing] == ["requested.country"]


def test_hours_run_even_where_no_calendar_is_known(make_book, asked):
    clock = {**ANSWER, "counting": "exact-hours", "within": "PT8H"}
    facts = {**asked, "requested": {"kind": "customs", "country": "JP"}}
    run = only(decide(make_book({"clocks": [clock]}, territory={"article": "1"}), "test-act/ask", facts))
    assert run.at == datetime(2026, 3, 5, 17, 20, tzinfo=UTC)


def test_a_pause_may_have_a_condition(make_book, asked):
    field = {"id": "pausable", "type": "boolean", "label": "Pausable", "article": "4"}
    pause = {
        "clock": "answer",
        "from": "clarification_requested.received",
        "until": "clarification_given.received",
        "when": "pausable",
        "article": "6",
    }
    rules = {
        "fields": [field],
        "clocks": [{**ANSWER, "counting": "exact-hours", "within": "PT8H"}],
        "pauses": [pause],
    }
    book = make_book(rules)
    start = datetime(2026, 3, 5, 9, 20, tzinfo=UTC)
    facts = {**asked, "steps": clarification(start + timedelta(hours=1), start + timedelta(hours=2))}
    hours = [
        (only(decide(book, "test-act/ask", {**facts, "pausable": pausable})).at - start) / timedelta(hours=1)
        for pausable in (True, False)
    ]
    assert hours == [9, 8]


@pytest.mark.parametrize(
    ("end", "missed"), [("2026-03-05T19:00:00+01:00", False), ("2026-03-05T19:00:01+01:00", True)]
)
def test_late_begins_after_the_latest_end(end, missed):
    run = answer({**ASKED, "received": "2026-03-05T10:20:00+01:00"})
    assert run.missed(datetime.fromisoformat(end)) is missed


def test_it_warns_so_long_before_the_end_of_a_period(make_book, asked):
    clock = {**ANSWER, "counting": "calendar-days", "within": "P1Y", "before": "P4M"}
    run = only(decide(make_book({"clocks": [clock]}), "test-act/ask", asked))
    assert run.within == "P4M"
    assert run.at.isoformat() == run.latest.isoformat() == "2026-11-06T00:00:00+01:00"


def test_a_length_and_a_warning_do_not_go_with_at_once(make_book):
    clock = {**ANSWER, "counting": "at-once", "within": "P1Y", "before": "P4M"}
    with pytest.raises(LawError, match="at-once needs 0 of within, before, every"):
        make_book({"clocks": [clock]})


def test_it_runs_from_a_moment_that_a_step_says(make_book, asked):
    field = {"id": "located_at", "type": "instant", "label": "Located", "article": "3"}
    clock = {**ANSWER, "from": "located_at", "counting": "exact-hours", "within": "PT12H"}
    steps = {"extended": {"article": "3", "needs": [field]}}
    book = make_book({"fields": [field], "clocks": [clock], "steps": steps})
    said = {"step": "extended", "at": "2026-03-06T10:00:00+01:00", "located_at": "2026-03-06T08:30:00+01:00"}
    assert only(decide(book, "test-act/ask", asked)).at is None
    run = only(decide(book, "test-act/ask", {**asked, "steps": [said]}))
    assert run.at.isoformat() == "2026-03-06T20:30:00+01:00"


def test_what_must_be_done_before_a_moment_ends_with_what_was_done_before_it(make_book, asked):
    field = {"id": "departure", "type": "instant", "label": "Departure", "article": "4"}
    clock = {"from": "departure", "end": "departure", "counting": "fixed-instant", "article": "4"}
    filing = {**clock, "id": "file", "owed_by": "requester", "until": ["sent"]}
    book = make_book({"fields": [field], "clocks": [filing]})
    departure = datetime(2026, 3, 5, 12, 30, tzinfo=UTC)
    run = only(decide(book, "test-act/ask", {**asked, "departure": departure.isoformat()}))
    assert (run.at, run.latest) == (departure, departure)
    assert run.ended == datetime(2026, 3, 5, 9, 20, tzinfo=UTC)
    assert not run.missed(departure)


def test_a_paused_clock_is_not_late():
    start = datetime(2026, 3, 5, 9, 20, tzinfo=UTC)
    facts = {**ASKED, "received": start.isoformat(), "steps": clarification(start + timedelta(hours=1))}
    run = answer(facts, start + timedelta(days=9))
    assert run.paused
    assert not run.missed(start + timedelta(days=9))
