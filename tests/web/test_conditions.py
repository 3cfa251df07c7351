from __future__ import annotations

from comity.law.schema import Field
from comity.web.conditions import in_words

FIELDS = [
    Field(id="urgent", type="boolean", label="Urgent", article="1"),
    Field(
        id="category",
        type="choice",
        label="Category",
        article="1",
        of=[{"id": "k", "text": "Blank document"}, {"id": "g", "text": "Container"}],
    ),
]


def test_a_condition_is_said_by_the_labels_of_its_fields():
    assert in_words("urgent", FIELDS) == "Urgent: yes"
    assert in_words("!urgent", FIELDS) == "Urgent: no"
    assert in_words("category == 'g'", FIELDS) == "Category: Container"
    assert in_words("category in ['k', 'g'] && urgent", FIELDS) == (
        "Category: Blank document, Container; Urgent: yes"
    )


def test_what_cannot_be_said_simply_is_not_said():
    assert in_words("size(category) > 1 && urgent", FIELDS) == ""
    assert in_words("category == 'unheard-of'", FIELDS) == ""
    assert in_words("taken.sent", FIELDS) == ""
