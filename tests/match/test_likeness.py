from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.match.likeness import EXACT, INITIAL, LEAST, SCRIPT, SHORT, SPELLING, TYPING, likeness

words = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("a", "b", "how"),
    [
        ("rashedan", "rashedan", EXACT),
        ("khattab", "kattab", SPELLING),
        ("bill", "william", SHORT),
        ("v", "vladimir", INITIAL),
        ("buchenberg", "buchenbergo", TYPING),
    ],
)
def test_it_says_how_two_tokens_are_alike(a, b, how):
    like, found = likeness(a, b, False)
    assert found == how
    assert like >= LEAST


def test_consonants_are_enough_only_where_vowels_are_not_written():
    assert likeness("rswl", "rasul", True)[1] == SCRIPT
    assert likeness("mhmd", "muhammad", False)[0] < LEAST


def test_other_numbers_are_never_alike():
    assert likeness("1945", "1946", False)[0] == 0


@given(words, words, st.booleans())
def test_likeness_is_symmetric_and_within_bounds(a, b, voweless):
    like, _ = likeness(a, b, voweless)
    assert 0 <= like <= 1
    assert likeness(b, a, voweless)[0] == like
