from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.base.errors import FactError
from comity.law import Book, decide
from comity.law.facts import read_facts

REQUEST = Book.load().procedure("dir-2023-977/request")


def test_times_become_utc(facts):
    assert read_facts(REQUEST, facts).received == datetime(2026, 3, 5, 9, 20, tzinfo=UTC)


def test_the_opening_step_and_the_fact_say_the_same():
    by_fact = read_facts(REQUEST, {"received": "2026-03-05T10:20:00+01:00"})
    by_step = read_facts(REQUEST, {"steps": [{"step": "sent", "at": "2026-03-05T10:20:00+01:00"}]})
    by_receipt = read_facts(REQUEST, {"steps": [{"step": "received", "at": "2026-03-05T10:20:00+01:00"}]})
    assert by_fact.received == by_step.received == by_receipt.received
    assert [taken.step for taken in by_receipt.steps] == ["sent"]


def test_a_confirmation_of_receipt_gives_the_opening_step_its_second_time():
    steps = [
        {"step": "sent", "sent": "2026-03-05T10:00:00+01:00"},
        {"step": "received", "at": "2026-03-05T10:20:00+01:00"},
    ]
    facts = read_facts(REQUEST, {"steps": steps})
    assert (facts.sent, facts.received) == (
        datetime(2026, 3, 5, 9, 0, tzinfo=UTC),
        datetime(2026, 3, 5, 9, 20, tzinfo=UTC),
    )


def test_a_blank_value_is_no_value():
    facts = read_facts(REQUEST, {"information_sought": " ", "language": "", "urgency_reason": []})
    assert not {"information_sought", "language", "urgency_reason"} & set(facts.values)


def test_an_empty_list_is_a_statement():
    assert read_facts(REQUEST, {"subjects": []}).values["subjects"] == []


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ({"colour": "blue"}, "unknown fact 'colour'.*known: received"),
        ({"urgent": "yes"}, "urgent: expected true or false, got 'yes'"),
        ({"urgency_reason": "U9"}, "urgency_reason: 'U9' is none of U1"),
        ({"information_sought": 5}, "information_sought: expected text"),
        ({"subjects": "one"}, "subjects: expected a list"),
        ({"language": "English"}, "language: expected a language code"),
        ({"received": "2026-03-05T10:20:00"}, "received: .*names no offset"),
        ({"received": "yesterday"}, "received: 'yesterday' is not a date and time"),
        ({"received": 5}, "received: 5 is not a date and time"),
        ({"requester": "NL"}, "requester: expected"),
        ({"requester": {"kind": "wizard"}}, "requester.kind: 'wizard' is none of"),
        ({"requester": {"kind": ["spoc"]}}, "requester.kind: .* is none of"),
        ({"requester": {"country": "nl"}}, "requester.country: expected a country code"),
        ({"requester": {"town": "Delft"}}, "requester: unknown key 'town'"),
        ({"requester": [{"kind": "spoc"}, {"kind": "spoc"}]}, "requester: at most 1"),
        ({"steps": "sent"}, "steps: expected a list"),
        ({"steps": ["sent"]}, r"steps\[1\]: expected"),
        ({"steps": [{"step": "pondered", "at": "2026-03-05T10:20:00+01:00"}]}, "unknown step 'pondered'"),
        ({"steps": [{"step": "sent"}]}, "says neither at, nor sent and received"),
        ({"steps": [{"step": "sent", "at": "2026-03-05"}]}, "names no offset"),
        ({"steps": [{"step": "sent", "at": "2026-03-05T10:20:00Z", "mood": 1}]}, "unknown key 'mood'"),
        (
            {"steps": [{"step": "sent", "sent": "2026-03-05T10:20:00Z", "received": "2026-03-05T10:00:00Z"}]},
            "received before it was sent",
        ),
        (
            {"received": "2026-03-05T10:00:00Z", "steps": [{"step": "sent", "sent": "2026-03-05T10:20:00Z"}]},
            "received before it was sent",
        ),
        ({"specific_act": "magic"}, "specific_act: 'magic' is none of sis"),
        ({"parts": {"leg": []}}, "unknown part 'leg'; known: none"),
    ],
)
def test_it_names_what_it_cannot_read(raw, message):
    with pytest.raises(FactError, match=message):
        read_facts(REQUEST, raw)


def test_facts_must_be_one_object():
    with pytest.raises(FactError, match="one JSON object"):
        read_facts(REQUEST, ["urgent"])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ("E1", "expected an object with an"),
        ({"title": "no id"}, "expected an object with an"),
        ({"id": "E1", "weight": 3}, "unknown fact 'weight'"),
        ({"id": "E1", "operational": "yes"}, "expected true or false"),
    ],
)
def test_it_names_the_part_it_cannot_read(book, item, message):
    with pytest.raises(FactError, match=message):
        read_facts(book.procedure("jit/agreement"), {"parts": {"evidence_item": [item]}})


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        ("date", "5 March", "is not a date"),
        ("number", "5", "expected a number"),
        ("entity", "x", "an object"),
        ("country", "x", "two capitals"),
    ],
)
def test_every_type_of_field_says_what_it_expected(make_book, kind, value, message):
    field = {"id": "thing", "type": kind, "label": "Thing", "article": "3"}
    procedure = make_book({"fields": [field]}).procedure("test-act/ask")
    with pytest.raises(FactError, match=f"thing: .*{message}"):
        read_facts(procedure, {"thing": value})


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("date", "2026-03-05"),
        ("date", "2026-03-05T10:00:00Z"),
        ("number", 5),
        ("entity", {"name": "x"}),
        ("country", "NL"),
    ],
)
def test_every_type_of_field_reads_its_values(make_book, kind, value):
    field = {"id": "thing", "type": kind, "label": "Thing", "article": "3"}
    procedure = make_book({"fields": [field]}).procedure("test-act/ask")
    assert "thing" in read_facts(procedure, {"thing": value}).values


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
known_keys = st.sampled_from(
    ["received", "sent", "steps", "parts", "requester", "requested", *REQUEST.fields]
)


@given(st.dictionaries(known_keys, json_values))
def test_any_json_is_read_or_refused_with_a_message(raw):
    with suppress(FactError):
        read_facts(REQUEST, raw)


@pytest.mark.parametrize("value", ["9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+14:00"])
def test_an_instant_that_cannot_be_counted_on_from_is_refused(value):
    with pytest.raises(FactError, match="expected a year"):
        read_facts(REQUEST, {"received": value})


@pytest.mark.parametrize("value", ["9999-12-31", "0001-01-01"])
def test_a_day_that_cannot_be_counted_on_from_is_refused(value):
    with pytest.raises(FactError, match="expected a year"):
        read_facts(Book.load().procedure("interpol/request"), {"reply_wanted_by": value})


def test_a_party_may_say_in_which_languages_it_takes_requests(book, facts):
    asked = {**facts["requested"], "languages": ["en", "pt"]}
    answers = {
        code: decide(book, "dir-2023-977/request", {**facts, "requested": asked, "language": code}).may.value
        for code in ("en", "pt", "fr")
    }
    assert answers == {"en": True, "pt": True, "fr": False}


@pytest.mark.parametrize("given", ["en", [7], ["Portuguese"]])
def test_languages_of_a_party_that_are_no_codes_are_refused(facts, given):
    with pytest.raises(FactError):
        read_facts(REQUEST, {**facts, "requested": {**facts["requested"], "languages": given}})
