from __future__ import annotations

import json

from comity.law import decide


def test_the_outside_form_has_exactly_the_documented_keys(book, facts):
    content = decide(book, "dir-2023-977/request", facts).as_json()
    assert list(content) == [
        "procedure", "applies", "may", "missing", "clocks", "due", "refusals", "copies", "retention",
    ]  # fmt: skip
    assert list(content["applies"]) == list(content["may"]) == ["value", "articles", "reason"]
    assert list(content["clocks"][0]) == [
        "id", "owed_by", "at", "latest", "within", "counting", "article", "paused", "checked",
    ]  # fmt: skip
    assert list(content["due"]) == ["at", "latest", "clock", "paused"]
    assert content["refusals"][0] == {"id": "R-a", "article": "6(1)(a)"}


def test_what_is_missing_is_a_field_and_an_article(book, facts):
    del facts["urgency_reason"]
    content = decide(book, "dir-2023-977/request", facts).as_json()
    assert content["missing"] == [{"field": "urgency_reason", "article": "4(4)"}]


def test_the_whole_is_json_even_for_an_act_that_does_not_apply(book, facts):
    facts["received"] = "2020-01-01T00:00:00Z"
    content = json.loads(json.dumps(decide(book, "dir-2023-977/request", facts).as_json()))
    assert content["due"] is None
    assert content["clocks"] == content["missing"] == []


def test_instants_show_the_local_time_of_who_must_act(book, facts):
    facts["requested"]["country"] = "FI"
    content = decide(book, "dir-2023-977/request", facts).as_json()
    assert content["due"]["at"] == "2026-03-05T19:20:00+02:00"


def test_a_copy_says_to_whom_with_which_step_and_how_it_may_be_waived(book, facts):
    facts["requester"]["kind"] = "designated-authority"
    copies = {copy["id"]: copy for copy in decide(book, "dir-2023-977/request", facts).as_json()["copies"]}
    assert copies["own_spoc"] == {
        "id": "own_spoc",
        "to": "requester.own_spoc",
        "of": "sent",
        "article": "4(1)",
        "waivers": [
            {"id": "sensitive_investigation", "article": "4(2)(a)"},
            {"id": "terrorism", "article": "4(2)(b)"},
            {"id": "safety", "article": "4(2)(c)"},
        ],
    }
    assert copies["europol"]["assess"] == "always"
