from __future__ import annotations

from comity.law import decide


def test_a_ground_that_is_known_to_be_closed_is_not_open(make_book, asked):
    field = {"id": "domestic", "type": "boolean", "label": "Domestic", "article": "4"}
    grounds = [
        {"id": "a", "text": "Always", "article": "6(a)"},
        {"id": "b", "text": "Domestic cases", "when": "domestic", "article": "6(b)"},
    ]
    book = make_book({"fields": [field], "refusals": grounds})

    def open_grounds(**more):
        return [ground.id for ground in decide(book, "test-act/ask", {**asked, **more}).refusals]

    assert open_grounds() == open_grounds(domestic=True) == ["a", "b"]
    assert open_grounds(domestic=False) == ["a"]


def test_a_copy_is_owed_only_when_its_condition_is_known_to_hold(make_book, asked):
    field = {"id": "cross_border", "type": "boolean", "label": "Cross-border", "article": "4"}
    book = make_book(
        {"fields": [field], "copies": [{"id": "c", "to": "europol", "when": "cross_border", "article": "7"}]}
    )
    owed = [
        [copy.to for copy in decide(book, "test-act/ask", {**asked, **more}).copies]
        for more in ({}, {"cross_border": False}, {"cross_border": True})
    ]
    assert owed == [[], [], ["europol"]]


def test_data_is_masked_first_and_deleted_later_unless_needed(make_book, asked):
    field = {"id": "needed", "type": "boolean", "label": "Still needed", "article": "12"}
    retention = [
        {"after": "P6M", "from": "sent.received", "do": "mask", "fields": "identity", "article": "12(2)"},
        {"after": "P5Y", "from": "sent.received", "do": "delete", "unless": "needed", "article": "12(1)"},
    ]
    book = make_book({"fields": [field], "retention": retention})
    kept = decide(book, "test-act/ask", asked).retention
    assert [(one.do, one.at.isoformat()) for one in kept] == [
        ("mask", "2026-09-06T00:00:00+02:00"),
        ("delete", "2031-03-06T00:00:00+01:00"),
    ]
    assert [one.do for one in decide(book, "test-act/ask", {**asked, "needed": True}).retention] == ["mask"]


def test_retention_does_not_move_past_a_weekend(book, facts):
    facts["steps"] = [
        {"step": "answered", "at": "2026-03-05T12:00:00+01:00"},
        {"step": "closed", "at": "2026-03-06T12:00:00+01:00"},
    ]
    (review,) = decide(book, "dir-2023-977/request", facts).retention
    assert review.at.isoformat() == "2026-09-07T00:00:00+02:00"
    assert review.at.strftime("%A") == "Monday"


def test_what_runs_from_the_end_of_a_case_runs_no_more_once_it_is_taken_up_again(book, facts):
    facts["steps"] = [
        {"step": "answered", "at": "2026-03-05T12:00:00+01:00"},
        {"step": "closed", "at": "2026-03-06T12:00:00+01:00"},
        {"step": "reopened", "at": "2026-03-09T12:00:00+01:00", "received": "2026-03-09T12:01:00+01:00"},
    ]
    (review,) = decide(book, "dir-2023-977/request", facts).retention
    assert review.at is None
