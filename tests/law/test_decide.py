from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.base import time
from comity.law import Book, decide, preview
from comity.law.facts import KINDS

BOOK = Book.load()
STATES = sorted(set(BOOK.states) - {"EU", "GB"})
countries = st.sampled_from(STATES)


def test_the_law_of_the_day_of_receipt_decides_by_the_requested_states_midnight(facts):
    last_minute = {**facts, "received": "2024-12-11T23:30:00+01:00"}
    assert decide(BOOK, "dir-2023-977/request", last_minute).applies.value is False
    in_finland = {**last_minute, "requested": {"kind": "spoc", "country": "FI"}}
    assert decide(BOOK, "dir-2023-977/request", in_finland).applies.value is True


def test_a_draft_is_judged_by_the_law_of_the_instant(facts):
    del facts["received"]
    before, after = datetime(2024, 12, 10, tzinfo=UTC), datetime(2024, 12, 13, tzinfo=UTC)
    assert decide(BOOK, "dir-2023-977/request", facts, before).applies.value is False
    assert decide(BOOK, "dir-2023-977/request", facts, after).applies.value is True


def test_without_an_instant_it_is_decided_now(facts):
    with time.clock(datetime(2026, 3, 5, 12, tzinfo=UTC)):
        assert decide(BOOK, "dir-2023-977/request", facts).at == datetime(2026, 3, 5, 12, tzinfo=UTC)


def test_steps_that_lie_ahead_of_now_are_taken_as_given(facts):
    facts["steps"] = [{"step": "answered", "at": "2026-03-05T17:00:00+01:00"}]
    with time.clock(datetime(2026, 3, 1, tzinfo=UTC)):
        assert decide(BOOK, "dir-2023-977/request", facts).state == "answered"


def test_the_preview_shows_the_clock_that_will_run(facts):
    del facts["received"]
    draft = decide(BOOK, "dir-2023-977/request", facts, datetime(2026, 3, 5, tzinfo=UTC))
    assert draft.due is None
    coming = preview(BOOK, "dir-2023-977/request", facts, datetime(2026, 3, 5, 9, 20, tzinfo=UTC))
    assert coming.due is not None
    assert coming.due.at == datetime(2026, 3, 5, 17, 20, tzinfo=UTC)


def test_what_is_missing_is_named_with_its_article_in_the_reason(facts):
    del facts["information_sought"], facts["language"]
    answer = decide(BOOK, "dir-2023-977/request", facts).may
    assert answer.value is False
    assert answer.reason == "missing: information_sought (article 4(5)(a)), language (article 4(6))"
    assert set(answer.articles) == {"4(5)(a)", "4(6)"}


def test_what_the_other_side_must_say_does_not_block(facts):
    del facts["access"]
    decision = decide(BOOK, "dir-2023-977/request", facts)
    assert [(one.field, one.of, one.blocks) for one in decision.missing] == [("access", "requested", False)]
    assert decision.may.value is True


def test_every_answer_carries_an_article(facts):
    for change in (
        {},
        {"urgent": None},
        {"requester": None},
        {"requested": {"kind": "spoc", "country": "NL"}},
    ):
        decision = decide(BOOK, "dir-2023-977/request", {**facts, **change})
        assert decision.applies.articles
        assert decision.may.articles
        assert decision.applies.reason
        assert decision.may.reason


def test_unknown_national_data_never_allows(make_book, asked):
    requirement = {
        "id": "spoc",
        "text": "a point of contact",
        "test": "requested.single_point_of_contact != ''",
        "article": "3",
    }
    decision = decide(make_book({"requirements": [requirement]}), "test-act/ask", asked)
    assert decision.may.value is False
    assert [one.as_json() for one in decision.missing] == [
        {"field": "requested.single_point_of_contact", "article": "3"}
    ]


def test_a_presumed_requirement_only_forbids_when_known_false(make_book, asked):
    field = {"id": "needed", "type": "boolean", "label": "Needed", "article": "3"}
    requirement = {"id": "need", "text": "a need", "test": "needed", "presumed": True, "article": "3"}
    book = make_book({"fields": [field], "requirements": [requirement]})
    assert decide(book, "test-act/ask", asked).may.value is True
    assert decide(book, "test-act/ask", {**asked, "needed": False}).may.reason == "not met: a need"


def test_a_requirement_that_cannot_be_worked_out_is_not_met(make_book, asked):
    field = {"id": "numbers", "type": "texts", "label": "Numbers", "article": "3"}
    requirement = {"id": "first", "text": "a first number", "test": "numbers[5] == '1'", "article": "3"}
    book = make_book({"fields": [field], "requirements": [requirement]})
    assert decide(book, "test-act/ask", {**asked, "numbers": ["1"]}).may.reason == "not met: a first number"


def test_the_exception_to_a_group_of_states_is_outside(make_book, asked):
    book = make_book(territory={"members": "eu", "except": ["DE"], "article": "1"})
    assert decide(book, "test-act/ask", asked).applies.value is False


def test_who_may_come_from_anywhere_is_not_bound_by_the_territory(make_book, asked):
    parties = {
        "requester": {"kinds": ["customs"], "article": "2"},
        "requested": {"kinds": ["carrier"], "anywhere": True, "article": "2"},
    }
    book = make_book({"parties": parties})
    carrier = {"kind": "carrier", "country": "PA"}
    assert decide(book, "test-act/ask", {**asked, "requested": carrier}).may.value is True
    asker = {"kind": "customs", "country": "PA"}
    assert decide(book, "test-act/ask", {**asked, "requester": asker}).applies.value is False


@pytest.mark.parametrize("procedure_id", sorted(BOOK.procedures))
def test_nothing_but_silence_never_allows_anything(procedure_id):
    decision = decide(BOOK, procedure_id, {}, datetime(2026, 3, 5, tzinfo=UTC))
    assert decision.may.value is False
    assert decision.missing or decision.applies.value is False


@given(
    st.sampled_from(sorted(BOOK.procedures)),
    st.sampled_from(sorted(KINDS)),
    st.sampled_from(sorted(KINDS)),
    countries,
    countries,
)
def test_no_procedure_allows_an_authority_outside_its_parties(procedure_id, asker, asked, here, there):
    procedure = BOOK.procedure(procedure_id)
    facts = {
        role: {"kind": kind, "country": country}
        for role, kind, country in (("requester", asker, here), ("requested", asked, there))
        if role in procedure.rules.parties
    }
    decision = decide(BOOK, procedure_id, facts, datetime(2026, 3, 5, tzinfo=UTC))
    for role, party in facts.items():
        kinds = procedure.rules.parties[role].kinds
        if kinds and party["kind"] not in kinds:
            assert decision.may.value is False


@given(countries, countries, st.timedeltas(timedelta(0), timedelta(days=700)))
def test_exactly_one_of_the_two_acts_on_exchange_governs_a_receipt(here, there, after):
    received = datetime(2024, 1, 1, tzinfo=UTC) + after
    facts = {
        "requester": {"kind": "spoc", "country": here},
        "requested": {"kind": "spoc", "country": there},
        "received": received.isoformat(),
    }
    governs = [decide(BOOK, f"{act}/request", facts).applies.value for act in ("fd-2006-960", "dir-2023-977")]
    assert sum(value is True for value in governs) == (here != there)


LISTED = {"id": "listed", "text": "an offence of the list", "test": "offence.eaw", "article": "4"}


def test_while_no_offence_is_named_the_offences_are_what_is_missing(make_book, asked):
    book = make_book({"requirements": [LISTED]})
    for named in ({}, {"offences": []}):
        decision = decide(book, "test-act/ask", {**asked, **named})
        assert decision.may.value is False
        assert [(one.field, one.article) for one in decision.missing] == [("offences", "4")]


def test_the_list_in_which_an_offence_stands_decides(make_book, asked):
    book = make_book({"requirements": [LISTED]})
    assert decide(book, "test-act/ask", {**asked, "offences": ["theft", "drugs"]}).may.value is True
    refused = decide(book, "test-act/ask", {**asked, "offences": ["hit-and-run"]}).may
    assert (refused.value, refused.articles) == (False, ("4",))
    assert not refused.reason.startswith("missing")


def test_two_lists_that_are_unknown_ask_for_the_offences_once(make_book, asked):
    either = LISTED | {"test": "offence.pnr || offence.europol"}
    decision = decide(make_book({"requirements": [either]}), "test-act/ask", asked)
    assert [one.field for one in decision.missing] == ["offences"]
