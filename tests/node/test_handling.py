from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.base.errors import Denied, InputError
from comity.node.handling import CODES, COURT, PASS_ON, Marking, enforce, forbids, strictest

markings = st.builds(
    Marking,
    codes=st.lists(st.sampled_from(sorted(CODES)), min_size=1, unique=True).map(tuple),
    text=st.text("abcäß ", min_size=1, max_size=20).map(str.strip).filter(bool),
    provider=st.sampled_from(["SPOC Germany", "SPOC Portugal"]),
)


def test_h0_lets_information_be_passed_on():
    enforce([Marking(("H0",))], "spoc")


def test_h2_is_not_passed_on_and_the_denial_names_who_may_permit_it():
    with pytest.raises(Denied, match="permission of SPOC Germany") as denied:
        enforce([Marking(("H2",), provider="SPOC Germany")], "spoc")
    assert denied.value.grantor == "SPOC Germany"


def test_h1_is_not_used_in_court_but_may_be_passed_on():
    marking = Marking(("H1",), provider="SPOC Germany")
    assert forbids(marking, COURT).startswith("H1")
    assert forbids(marking, PASS_ON) == ""


def test_what_came_with_h1_goes_to_a_spoc_but_not_to_a_court():
    enforce([Marking(("H1",), provider="SPOC Germany")], "spoc")
    for kind in ("court", "prosecutor", "judicial-authority"):
        with pytest.raises(Denied, match="H1: not to be disclosed in judicial proceedings"):
            enforce([Marking(("H1",), provider="SPOC Germany")], kind)


def test_a_permission_lifts_the_code_for_that_use_alone():
    marking = Marking(("H1", "H2"), provider="SPOC Germany", permitted=(PASS_ON,))
    assert forbids(marking, PASS_ON) == ""
    assert forbids(marking, COURT)


def test_h3_needs_its_restriction_in_words():
    with pytest.raises(InputError, match="in words"):
        Marking.read({"codes": ["H3"]})


def test_an_unknown_code_is_refused():
    with pytest.raises(InputError, match="H9"):
        Marking.read({"codes": ["H9"]})


def test_no_code_means_h0():
    assert Marking.read({}).codes == ("H0",)


@given(st.lists(markings, min_size=1, max_size=4), st.sampled_from([PASS_ON, COURT]))
def test_information_put_together_is_never_freer_than_its_parts(parts, use):
    if any(forbids(part, use) for part in parts):
        assert forbids(strictest(parts), use)


@given(markings)
def test_a_marking_survives_the_wire(marking):
    assert Marking.read(marking.as_json()) == marking
