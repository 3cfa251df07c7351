"""Who sees what of the Customs Information System and of FIDE, and how long entries stay."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from comity.law import registers, standard_book

AT = datetime(2026, 3, 5, 10, 0, tzinfo=UTC)
LAST_ACT = datetime(2027, 2, 28, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("register", "kind", "purpose", "holding", "sight"),
    [
        ("cis", "customs", "national-law", "entry-national-law", "full"),
        ("cis", "customs", "union-law", "entry-union-law", "full"),
        ("cis", "customs", "national-law", "entry-union-law", "none"),
        ("cis", "customs", "national-law", "copy", "none"),
        ("cis", "customs", "analysis", "copy", "full"),
        ("cis", "commission", "union-law", "entry-union-law", "full"),
        ("cis", "commission", "union-law", "entry-national-law", "none"),
        ("cis", "europol", "national-law", "entry-national-law", "full"),
        ("cis", "europol", "national-law", "entry-union-law", "none"),
        ("cis", "eurojust", "national-law", "entry-national-law", "full"),
        ("cis", "police", "national-law", "entry-national-law", "none"),
        ("cis", "carrier", "union-law", "entry-union-law", "none"),
        ("fide", "customs", "coordinate", "file-national-law", "full"),
        ("fide", "europol", "coordinate", "file-national-law", "full"),
        ("fide", "europol", "coordinate", "file-union-law", "none"),
        ("fide", "police", "coordinate", "file-national-law", "none"),
        ("fide", "commission", "coordinate", "file-union-law", "full"),
        ("fide", "commission", "coordinate", "file-national-law", "none"),
    ],
)
def test_it_shows_each_authority_what_the_act_grants(register, kind, purpose, holding, sight):
    assert registers.sees(standard_book(), register, kind, purpose, holding, AT).sees == sight


def test_europol_needs_the_consent_of_the_supplier():
    seen = registers.sees(standard_book(), "cis", "europol", "national-law", "entry-national-law", AT)
    assert "consent" in seen.needs
    assert seen.article == "11"


def kept(register, holding, moments, **facts):
    found = registers.keeping(standard_book(), register, holding, moments, facts, at=AT)
    return [(each.do, each.at and each.at.date().isoformat()) for each in found]


@pytest.mark.parametrize("holding", ["entry-national-law", "entry-union-law"])
def test_an_entry_stays_five_years_or_seven(holding):
    assert kept("cis", holding, {"entered": AT}) == [("delete", "2031-03-06")]
    assert kept("cis", holding, {"entered": AT}, prolonged=True) == [("delete", "2033-03-06")]


def test_a_copy_is_reviewed_every_year_and_kept_ten_at_most():
    assert kept("cis", "copy", {"copied": AT}) == [("review", "2027-03-06"), ("delete", "2036-03-06")]


def test_a_file_stays_three_years_and_goes_when_idle_for_twelve_months():
    moments = {"entered": AT, "last_act": LAST_ACT}
    assert kept("fide", "file-national-law", moments) == [("delete", "2029-03-06"), ("delete", "2028-02-29")]
    assert kept("fide", "file-union-law", moments) == [("delete", "2029-03-06"), ("mask", "2028-02-29")]


@pytest.mark.parametrize("holding", ["file-national-law", "file-union-law"])
def test_an_infringement_keeps_it_six_years_and_a_conviction_ten(holding):
    moments = {"entered": AT, "last_act": LAST_ACT}
    assert kept("fide", holding, moments, established=True) == [("delete", "2032-03-06")]
    assert kept("fide", holding, moments, established=True, sanctioned=True) == [("delete", "2036-03-06")]
    assert kept("fide", holding, moments, sanctioned=True) == [("delete", "2036-03-06")]


def test_what_carriers_report_stays_five_years_and_personal_data_three():
    assert kept("customs-directories", "container-messages", {"stored": AT}) == [("delete", "2031-03-06")]
    assert kept("customs-directories", "personal-data-of-messages", {"stored": AT}) == [
        ("delete", "2029-03-06")
    ]


def test_data_of_imports_stay_five_years_and_two_more_where_justified():
    moments = {"stored": AT}
    assert kept("customs-directories", "import-export-transit", moments) == [("delete", "2031-03-06")]
    assert kept("customs-directories", "import-export-transit", moments, justified=True) == [
        ("delete", "2033-03-06")
    ]
