"""Who sees what of visa data and of passenger name records, and how long entries stay."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from comity.law import registers, standard_book

AT = datetime(2026, 3, 5, 10, 0, tzinfo=UTC)
BEFORE_THE_JUDGMENT = datetime(2022, 6, 20, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("register", "kind", "purpose", "holding", "sight"),
    [
        ("vis", "visa-authority", "visa", "visa-issued", "full"),
        ("vis", "visa-authority", "law-enforcement", "visa-issued", "none"),
        ("vis", "border-guard", "border", "visa-refused", "full"),
        ("vis", "border-guard", "law-enforcement", "visa-refused", "none"),
        ("vis", "asylum-authority", "asylum", "application-ended", "full"),
        ("vis", "central-access-point", "law-enforcement", "visa-issued", "full"),
        ("vis", "operating-unit", "law-enforcement", "visa-issued", "full"),
        ("vis", "police", "law-enforcement", "visa-issued", "none"),
        ("vis", "police", "territory", "visa-issued", "full"),
        ("vis", "customs", "law-enforcement", "visa-issued", "none"),
        ("vis", "europol", "europol", "visa-issued", "full"),
        ("vis", "europol", "visa", "visa-issued", "none"),
        ("vis", "operating-unit", "law-enforcement", "access-record", "none"),
        ("vis", "data-protection-authority", "supervision", "access-record", "full"),
        ("pnr", "piu", "assessment", "record", "full"),
        ("pnr", "piu", "assessment", "masked-record", "none"),
        ("pnr", "piu", "request", "masked-record", "full"),
        ("pnr", "police", "follow-up", "record", "full"),
        ("pnr", "police", "assessment", "record", "none"),
        ("pnr", "police", "follow-up", "masked-record", "none"),
        ("pnr", "europol", "follow-up", "match", "full"),
        ("pnr", "carrier", "assessment", "record", "none"),
        ("pnr", "customs", "follow-up", "access-log", "none"),
    ],
)
def test_it_shows_each_authority_what_the_act_grants(register, kind, purpose, holding, sight):
    assert registers.sees(standard_book(), register, kind, purpose, holding, AT).sees == sight


@pytest.mark.parametrize(
    ("register", "kind", "purpose", "holding", "first"),
    [
        ("vis", "operating-unit", "law-enforcement", "visa-issued", "central access point"),
        ("vis", "europol", "europol", "visa-issued", "consent of the state"),
        ("pnr", "piu", "request", "masked-record", "Approval by a court"),
    ],
)
def test_it_says_what_must_come_first(register, kind, purpose, holding, first):
    assert first in registers.sees(standard_book(), register, kind, purpose, holding, AT).needs


def kept(register, holding, moments, at=AT, **facts):
    found = registers.keeping(standard_book(), register, holding, moments, facts, at=at)
    return [(each.do, each.at and each.at.date().isoformat()) for each in found]


@pytest.mark.parametrize(
    ("holding", "moment"),
    [("visa-issued", "visa_expires"), ("application-ended", "file_closed"), ("visa-refused", "refused")],
)
def test_a_visa_file_stays_five_years_from_its_own_moment(holding, moment):
    assert kept("vis", holding, {moment: AT}) == [("delete", "2031-03-06")]


def test_the_record_of_an_access_outlasts_the_file_by_a_year_unless_monitoring_needs_it():
    assert kept("vis", "access-record", {"file_expires": AT}) == [("delete", "2027-03-06")]
    assert kept("vis", "access-record", {"file_expires": AT}, monitoring_begun=True) == []


def test_a_record_of_a_passenger_is_masked_and_goes_after_six_months_without_an_objective_link():
    moments = {"received_by_unit": AT}
    assert kept("pnr", "record", moments) == [("mask", "2026-09-06"), ("delete", "2026-09-06")]
    assert kept("pnr", "record", moments, objective_link=True) == [("mask", "2026-09-06")]
    assert kept("pnr", "masked-record", moments) == [("delete", "2031-03-06")]


def test_before_the_judgment_six_months_only_masked_it():
    moments = {"received_by_unit": BEFORE_THE_JUDGMENT}
    assert kept("pnr", "record", moments, at=BEFORE_THE_JUDGMENT) == [("mask", "2022-12-21")]


def test_a_match_that_was_none_stays_no_longer_than_its_record():
    moments = {"received_by_unit": AT}
    assert kept("pnr", "match", moments) == []
    assert kept("pnr", "match", moments, found_negative=True) == [("delete", "2031-03-06")]
