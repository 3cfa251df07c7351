"""A register of law made for tests, in the book of the node."""

from __future__ import annotations

import copy

import pytest

from comity.law.registers import compiled
from comity.law.schema import Register
from comity.node import lawbook

WANTED = {
    "id": "wanted",
    "title": "Wanted vessels",
    "instrument": "dir-2023-977",
    "moments": {"entered": "The entry was made"},
    "facts": {"armed": "Somebody on board is armed"},
    "holdings": [
        {
            "id": "vessel",
            "text": "Vessels",
            "article": "3",
            "keeping": [
                {"after": "P1Y", "from": "entered", "do": "review", "most": "P3Y", "article": "5"},
                {"after": "P1M", "from": "entered", "do": "delete", "when": "armed", "article": "6"},
            ],
        }
    ],
    "purposes": [
        {"id": "seizure", "text": "Seizure"},
        {"id": "safety", "text": "Safety at sea"},
        {"id": "visa", "text": "Visas"},
    ],
    "access": [
        {"kinds": ["spoc"], "purposes": ["seizure"], "sees": "full", "article": "8"},
        {"kinds": ["spoc"], "purposes": ["safety"], "sees": "hit-no-hit", "article": "9"},
        {"kinds": ["customs"], "purposes": ["visa"], "sees": "full", "article": "10"},
    ],
}


@pytest.fixture
def law(monkeypatch):
    """The law register `wanted`: its vessels are seen by a spoc, in full or hit only, by purpose."""
    register = Register.model_validate(WANTED)
    book = copy.copy(lawbook.book())
    book.registers = {**book.registers, "wanted": register}
    book.register_conditions = {**book.register_conditions, "wanted": compiled(register)}
    for module in ("registers.sight", "cases.rules"):
        monkeypatch.setattr(f"comity.node.{module}.book", lambda: book)
    return register
