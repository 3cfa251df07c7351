from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.match.sources.ofac_remarks import dates, facts


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("18 Jul 1964", ["1964-07-18"]),
        ("Jul 1964", ["1964-07"]),
        ("circa 1964", ["1964"]),
        ("1961 to 1963", ["1961", "1962", "1963"]),
        ("01 Jan 1973 to 31 Dec 1973", ["1973"]),
        ("1940 to 1960", ["1940", "1960"]),
        ("unknown", []),
    ],
)
def test_dates_are_read_at_their_precision(text, found):
    assert dates(text) == found


@pytest.mark.parametrize(
    ("remark", "schema", "fact"),
    [
        ("alt. Passport A3347475 (Iraq) issued 08 Apr 2002.", "Person", ("passportNumber", "A3347475")),
        ("Cedula No. 17339511 (Colombia)", "Person", ("idNumber", "17339511")),
        ("NIT # 805012582-7 (Colombia).", "Company", ("taxNumber", "805012582-7")),
        ("Registration Number DMCC-388799 (United Arab Emirates)", "Company",
         ("registrationNumber", "DMCC-388799")),
        ("V.A.T. Number BG 175382860 (Bulgaria)", "Company", ("vatCode", "BG 175382860")),
        ("Vessel Registration Identification IMO 9387815", "Vessel", ("imoNumber", "9387815")),
        ("Aircraft Tail Number YV2913", "Airplane", ("registrationNumber", "YV2913")),
        ("f.k.a. 'LANTERN'", "Vessel", ("previousName", "LANTERN")),
        ("alt. nationality Canada", "Person", ("nationality", "Canada")),
        ("Gender Male", "Person", ("gender", "Male")),
    ],
)  # fmt: skip
def test_labelled_facts_become_properties(remark, schema, fact):
    assert fact in list(facts(f"Something else; {remark}", schema))


@given(st.text(), st.sampled_from(["Person", "Company", "Vessel", "Airplane"]))
def test_any_remark_can_be_read(text, schema):
    for name, value in facts(text, schema):
        assert name
        assert isinstance(value, str)
