from __future__ import annotations

import pytest

from comity.web import entities


def person(**properties):
    return {"id": "x", "schema": "Person", "properties": properties}


@pytest.mark.parametrize(
    ("mine", "theirs", "standing"),
    [
        (["Jan Jansen"], ["jan jansen "], "same"),
        (["Юсуф Рашедан"], ["Yusuf Rashedan"], "alike"),
        (["Jan Jansen"], ["Piet Pietersen"], "different"),
        (["Jan", "Piet"], ["Jan"], "partly"),
        (["Jan"], [], "left"),
    ],
)
def test_two_values_stand_to_each_other_in_words(mine, theirs, standing):
    record = person(name=theirs) if theirs else person()
    pair = entities.beside(person(name=mine), record)[0]
    assert pair.standing == standing
    assert entities.STANDINGS[standing]


def test_what_only_the_record_knows_stands_apart():
    record = person(name=["Jan"], birthDate=["1971"], notes=["tall"])
    assert [fact.label for fact in entities.beyond(person(name=["Jan"]), record)] == ["Birth date", "Notes"]


def test_codes_are_told_in_words():
    assert entities.facts(person(nationality=["sy"]))[0].values == ["Syria"]


def test_an_unknown_schema_or_property_is_shown_by_its_own_name():
    odd = {"id": "x", "schema": "Nothing", "properties": {"some": ["value"]}}
    assert entities.facts(odd) == [entities.Fact("some", ["value"])]
    assert entities.schema_label("Nothing") == "Nothing"


def test_who_it_is_comes_before_the_rest():
    record = person(notes=["tall"], birthDate=["1971"], name=["Jan"])
    assert entities.facts(record)[0].label == "Name"
