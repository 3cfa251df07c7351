from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.match.text import LONGEST_TEXT, MOST_TOKENS, fold, is_voweless, phonetic, skeleton, tokens


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Société Générale", "societe generale"),
        ("Сергей Шойгу", "sergey shoygu"),
        ("김정은", "gim jeong eun"),
        ("C.B.A. Company", "cba company"),
        ("Sha’ban Al-Qa'id", "shaban al qaid"),
        ("バラク・オバマ", "baraku obama"),
    ],
)
def test_it_folds_every_script_to_plain_latin_letters(name, folded):
    assert fold(name) == folded


def test_the_arabic_article_stands_apart_but_not_in_the_name_of_god():
    assert fold("عبدالغنی السعدي") == "bd al ghny al sdy"
    assert fold("عبدالله") == "bdallh"


def test_it_cuts_letters_and_digits_apart():
    assert tokens(fold("JIN HAI NO1")) == ["jin", "hai", "no", "1"]


def test_spelling_variants_have_one_phonetic_form():
    assert phonetic("khattab") == phonetic("kattab")
    assert phonetic("youssouf") == phonetic("yusuf")


def test_arabic_and_latin_spellings_have_the_same_consonants():
    assert skeleton(fold("رسول")) == skeleton("rasul")
    assert is_voweless("رسول")
    assert not is_voweless("rasul")


@given(st.text(st.characters(), max_size=600))
def test_any_text_folds_to_ascii_words_of_bounded_number(text):
    folded = fold(text)
    assert folded.isascii()
    assert folded == folded.strip().lower()
    assert len(tokens(folded)) <= MOST_TOKENS
    for token in tokens(folded):
        assert skeleton(token).isascii()
        assert phonetic(token).isascii()


def test_what_is_beyond_the_longest_text_is_ignored():
    assert fold("a" * LONGEST_TEXT + " zebra") == "a" * LONGEST_TEXT
