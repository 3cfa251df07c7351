from __future__ import annotations

from datetime import UTC, datetime

from comity.law import propose

PARTIES = {"requester": {"kind": "spoc", "country": "NL"}, "requested": {"kind": "spoc", "country": "DE"}}
TODAY = datetime(2026, 3, 5, tzinfo=UTC)


def ids(book, parties=PARTIES, at=TODAY):
    return [proposal.procedure_id for proposal in propose(book, parties, at)]


def test_two_single_points_of_contact_use_the_directive(book):
    proposal = propose(book, PARTIES, TODAY)[0]
    assert proposal.procedure_id == "dir-2023-977/request"
    assert proposal.articles == ("4", "4(1)")
    assert proposal.reason


def test_before_the_directive_the_framework_decision_is_proposed(book):
    assert ids(book, at=datetime(2024, 3, 5, tzinfo=UTC)) == [
        "fd-2006-960/request",
        "interpol/request",
    ]


def test_customs_on_both_sides_ask_each_other_directly(book):
    parties = {role: {**party, "kind": "customs"} for role, party in PARTIES.items()}
    assert ids(book, parties) == ["dir-2023-977/own-initiative", "dir-2023-977/lea-request"]


def test_nothing_is_proposed_within_one_state_or_to_a_stranger(book):
    assert ids(book, {**PARTIES, "requested": {"kind": "spoc", "country": "NL"}}) == []
    assert ids(book, {**PARTIES, "requested": {"kind": "economic-operator", "country": "GB"}}) == []


def test_the_united_kingdom_is_asked_under_its_agreement_first(book):
    to_london = {**PARTIES, "requested": {"kind": "spoc", "country": "GB"}}
    assert ids(book, to_london) == ["tca-uk/request", "interpol/request"]


def test_a_unit_of_the_own_state_is_forwarded_to(book):
    inside = {**PARTIES, "requested": {"kind": "police", "country": PARTIES["requester"]["country"]}}
    assert ids(book, inside) == ["dir-2023-977/forward"]
    assert ids(book, {**PARTIES, "requested": {"kind": "carrier", "country": "DE"}}) == []


def test_a_special_act_comes_before_the_one_that_yields_to_it(make_book):
    parties = {
        "requester": {"kinds": ["spoc"], "article": "2"},
        "requested": {"kinds": ["spoc"], "article": "2"},
    }
    assert ids(make_book({"parties": parties}))[0] == "test-act/ask"
