from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.match.identifiers import check, compact, identifier, read


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("imo", "9999008", "9999009"),
        ("container", "QQZU0541851", "QQZU0541852"),
        ("mmsi", "244900001", "24490000"),
        ("vin", "WVWZZZ1JZXW000001", "WVWZZZ1JZXW00000I"),
        ("lei", "529900T8BM49AURSDO55", "529900T8BM49AURSDO56"),
    ],
)
def test_it_checks_numbers_by_their_own_rule(kind, good, bad):
    assert check(kind, good)
    assert not check(kind, bad)


def test_fillers_tell_nothing():
    for filler in ("9999999", "1234567", "0000000", "ABC", "N/A", "7654321"):
        assert identifier("imo", "vessel", filler) is None


def test_a_leading_imo_and_separators_are_dropped():
    assert compact("IMO 999-9008") == "9999008"


def test_a_container_number_is_recognised_among_registration_numbers():
    found = read("vehicle", {"registrationNumber": ["QQZU 054185-1", "HH-XQ 9990"]})
    assert [one.kind for one in found] == ["container", "plate"]


def test_a_wrong_check_digit_is_kept_but_not_sound():
    (found,) = read("vessel", {"imoNumber": ["9999009"]})
    assert (found.value, found.sound) == ("9999009", False)


@given(st.text(max_size=80))
def test_any_text_can_be_asked_for(text):
    for kind in ("imo", "mmsi", "container", "vin", "lei", "vat", "passport"):
        check(kind, compact(text))
        found = identifier(kind, "vessel", text)
        assert found is None or found.value == compact(text)
