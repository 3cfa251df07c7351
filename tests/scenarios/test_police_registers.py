"""Who sees what of the Schengen Information System and of the Prüm framework, and how long entries stay."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from comity.law import registers, standard_book

AT = datetime(2026, 3, 5, 10, 0, tzinfo=UTC)
LATER = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
ALERTS = [
    "alert-26",
    "alert-32-missing",
    "alert-32-travel",
    "alert-34",
    "alert-36-person",
    "alert-36-object",
    "alert-37a",
    "alert-38-vehicle",
    "alert-38-craft",
    "alert-38-firearm",
    "alert-38-document",
    "alert-38-other",
    "alert-40",
]
BIOMETRIC = ["dna-index", "dactyloscopic-index", "facial-index"]


def sight(register, kind, purpose, holding):
    return registers.sees(standard_book(), register, kind, purpose, holding, AT).sees


def seen(kind, purpose, register="sis"):
    holdings = standard_book().registers[register].holdings
    return {each.id for each in holdings if sight(register, kind, purpose, each.id) != "none"}


@pytest.mark.parametrize(
    ("kind", "purpose"),
    [
        ("border-guard", "border-control"),
        ("police", "checks"),
        ("customs", "checks"),
        ("pccc", "serious-crime"),
        ("immigration-authority", "entry-stay-return"),
        ("judicial-authority", "judicial"),
        ("frontex", "agency-mandate"),
        ("europol", "agency-mandate"),
    ],
)
def test_those_who_check_and_decide_see_alerts_of_every_kind(kind, purpose):
    assert seen(kind, purpose) == {*ALERTS, "refusal-of-entry", "return"}


@pytest.mark.parametrize(
    ("purpose", "holdings"),
    [
        ("vehicle-registration", {"alert-38-vehicle"}),
        ("craft-registration", {"alert-38-craft"}),
        ("firearm-registration", {"alert-26", "alert-36-person", "alert-38-firearm"}),
        ("checks", set()),
    ],
)
def test_a_registration_service_sees_what_its_registration_needs(purpose, holdings):
    assert seen("registration-authority", purpose) == holdings


def test_eurojust_sees_no_checks_no_information_alerts_and_no_refusals():
    hidden = {"alert-36-person", "alert-36-object", "alert-37a"}
    assert seen("eurojust", "agency-mandate") == {*ALERTS} - hidden


def test_a_visa_authority_sees_refusals_returns_and_documents():
    assert seen("visa-authority", "visa") == {"refusal-of-entry", "return", "alert-38-document"}


@pytest.mark.parametrize(
    ("kind", "purpose"),
    [
        ("police", "naturalisation"),
        ("customs", "visa"),
        ("registration-authority", "serious-crime"),
        ("asylum-authority", "international-protection"),
        ("third-country", "serious-crime"),
        ("interpol", "border-control"),
        ("carrier", "border-control"),
        ("private-body", "vehicle-registration"),
    ],
)
def test_others_and_other_purposes_see_nothing(kind, purpose):
    assert seen(kind, purpose) == set()


def test_data_of_a_misused_identity_serve_one_purpose_only():
    assert sight("sis", "police", "tell-apart", "misused-identity") == "full"
    assert sight("sis", "police", "serious-crime", "misused-identity") == "none"
    assert sight("sis", "europol", "agency-mandate", "misused-identity") == "none"


def test_the_answer_bears_its_article_and_what_it_needs():
    found = registers.sees(standard_book(), "sis", "europol", "agency-mandate", "alert-36-person", AT)
    assert found.article == "48(1), 48(2), 48(4)"
    assert "consent" in found.needs
    assert found.checked


def kept(register, holding, moments, **facts):
    found = registers.keeping(standard_book(), register, holding, moments, facts, at=AT)
    return {each.do: each.at and each.at.date().isoformat() for each in found}


@pytest.mark.parametrize(
    ("holding", "warned", "gone"),
    [
        ("alert-26", "2030-11-06", "2031-03-06"),
        ("alert-32-missing", "2030-11-06", "2031-03-06"),
        ("alert-32-travel", "2026-11-06", "2027-03-06"),
        ("alert-34", "2028-11-06", "2029-03-06"),
        ("alert-36-person", "2026-11-06", "2027-03-06"),
        ("alert-37a", "2026-11-06", "2027-03-06"),
        ("alert-40", "2028-11-06", "2029-03-06"),
        ("refusal-of-entry", "2028-11-06", "2029-03-06"),
        ("return", "2028-11-06", "2029-03-06"),
    ],
)
def test_an_alert_on_a_person_goes_after_its_period_and_is_announced(holding, warned, gone):
    assert kept("sis", holding, {"entered": AT}) == {"warn": warned, "delete": gone}


def test_an_alert_that_a_review_keeps_stays_for_a_further_period():
    moments = {"entered": AT, "kept": LATER}
    assert kept("sis", "alert-36-person", moments, prolonged=True)["delete"] == "2027-09-02"


def test_a_refusal_on_a_longer_decision_stays_five_years():
    found = kept("sis", "refusal-of-entry", {"entered": AT}, longer_decision=True)
    assert found == {"warn": "2030-11-06", "delete": "2031-03-06"}


def test_an_object_stays_ten_years_and_one_of_a_person_as_long_as_the_person():
    assert kept("sis", "alert-38-vehicle", {"entered": AT}) == {"delete": "2036-03-06"}
    alone = kept("sis", "alert-36-object", {"entered": AT}, linked_to_person=False)
    assert alone == {"delete": "2036-03-06"}
    linked = kept("sis", "alert-36-object", {"entered": AT}, linked_to_person=True)
    assert linked == {"delete": "2027-03-06"}


def test_where_nobody_says_whether_it_is_linked_the_shorter_period_holds():
    assert kept("sis", "alert-36-object", {"entered": AT}) == {"delete": "2027-03-06"}


def test_files_of_the_bureau_go_one_year_after_the_alert_and_those_on_hits_after_three():
    assert kept("sis", "sirene-file", {"deleted": AT}) == {"delete": "2027-03-06"}
    assert kept("sis", "national-file", {"hit": AT}) == {"delete": "2029-03-06"}
    assert kept("sis", "national-file", {"hit": AT}, national_law_longer=True) == {}


def test_records_go_after_three_years_unless_they_are_being_monitored():
    moments = {"created": AT, "deleted": LATER}
    assert kept("sis", "log", moments) == {"delete": "2029-03-06"}
    assert kept("sis", "log", moments, on_alert_history=True) == {"delete": "2029-09-02"}
    assert kept("sis", "log", moments, monitoring=True) == {}


@pytest.mark.parametrize("holding", BIOMETRIC)
def test_a_contact_point_learns_of_biometric_data_only_whether_they_match(holding):
    assert sight("prum", "national-contact-point", "investigation", holding) == "hit-no-hit"
    assert sight("prum", "europol", "third-country-data", holding) == "hit-no-hit"
    assert sight("prum", "police", "investigation", holding) == "none"


def test_dna_is_not_searched_to_prevent_or_detect():
    assert seen("national-contact-point", "prevention-detection", "prum") == {
        "dactyloscopic-index",
        "facial-index",
        "vehicle-register",
        "police-record-index",
        "core-data",
    }


def test_vehicles_answer_in_full_and_police_records_do_not():
    assert sight("prum", "national-contact-point", "investigation", "vehicle-register") == "full"
    assert sight("prum", "national-contact-point", "investigation", "police-record-index") == "hit-no-hit"


def test_whoever_runs_the_router_sees_its_records_and_no_data():
    assert seen("eu-lisa", "operation", "prum") == {"log"}


def test_records_of_searches_stay_three_years_and_those_of_the_older_decision_two():
    assert kept("prum", "log", {"created": AT}) == {"delete": "2029-03-06"}
    assert kept("prum", "justification", {"created": AT}) == {"delete": "2029-03-06"}
    assert kept("prum", "justification", {"created": AT}, monitoring=True) == {}
    assert kept("prum", "record-2008", {"created": AT}) == {"delete": "2028-03-06"}
    assert kept("prum", "check-result-2008", {"created": AT}) == {"delete": "2027-09-06"}


def test_data_received_for_a_search_go_the_same_day_unless_still_needed():
    assert kept("prum", "search-data", {"replied": AT}) == {"delete": "2026-03-06"}
    assert kept("prum", "search-data", {"replied": AT}, still_needed=True) == {}


def test_data_for_a_major_event_stay_a_year_at_most():
    assert kept("prum", "major-event-persons", {"supplied": AT}) == {"delete": "2027-03-06"}
