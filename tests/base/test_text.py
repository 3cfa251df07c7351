"""Sentences that remember what they were made of."""

from __future__ import annotations

import json
import pickle

from comity.base.text import as_json, from_json, joined, say, spelled, translated

FRENCH = {
    "At most {limit} characters": "{limit} caractères au plus",
    "Open": "Ouvert",
    "{a}: {b}": "{a} : {b}",
}


def to_french(text: str) -> str:
    return FRENCH.get(text, text)


def test_a_sentence_is_its_english_text():
    assert say("At most {limit} characters", limit=80) == "At most 80 characters"


def test_a_sentence_is_put_into_another_language_by_its_pattern():
    assert translated(say("At most {limit} characters", limit=80), to_french) == "80 caractères au plus"


def test_a_plain_text_is_its_own_key():
    assert translated("Open", to_french) == "Ouvert"
    assert translated("", to_french) == ""


def test_sentences_within_a_sentence_are_translated_too():
    inner = say("At most {limit} characters", limit=3)
    assert translated(say("{a}: {b}", a="Open", b=inner), to_french) == "Ouvert : 3 caractères au plus"


def test_a_text_without_a_translation_stays_as_it_is():
    assert translated(say("No {what}", what="word"), to_french) == "No word"


def test_a_sentence_survives_pickling():
    text = pickle.loads(pickle.dumps(say("{a}: {b}", a=1, b=2)))
    assert text == "1: 2"
    assert text.pattern == "{a}: {b}"


def test_joined_sentences_are_each_translated():
    both = joined("{a}: {b}", [])
    assert both == ""
    both = joined("{first}; {then}", [say("At most {limit} characters", limit=3), "Open", "x"])
    assert both == "At most 3 characters; Open; x"
    assert translated(both, to_french) == "3 caractères au plus; Ouvert; x"


def test_a_sentence_kept_as_json_can_still_be_translated():
    sentence = say("{a}: {b}", a="Open", b=say("At most {limit} characters", limit=3))
    kept = from_json(json.loads(json.dumps(as_json(sentence))))
    assert kept == sentence
    assert translated(kept, to_french) == "Ouvert : 3 caractères au plus"
    assert from_json(as_json("plain")) == "plain"


def test_an_identifier_is_spelled_as_words():
    assert spelled("requester.own_spoc") == "requester, own SPOC"
    assert spelled("clarification_requested.received") == "clarification requested"
