"""The two authorities of the demo, their officers, and the partners they reach by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Person:
    """An officer of the demo: sign-in, name, role."""

    username: str
    name: str
    role: str


@dataclass(frozen=True)
class Side:
    """An authority with a node of its own."""

    node: str
    code: str
    title: str
    country: str
    languages: tuple[str, ...]
    people: tuple[Person, ...]

    def username(self, role: str) -> str:
        """The sign-in of the officer who has that role."""
        return next(person.username for person in self.people if person.role == role)


def _people(
    prefix: str, officer: str, second: str, supervisor: str, dpo: str, administrator: str
) -> tuple[Person, ...]:
    return (
        Person(f"{prefix}-officer", officer, "officer"),
        Person(f"{prefix}-officer-2", second, "officer"),
        Person(f"{prefix}-supervisor", supervisor, "supervisor"),
        Person(f"{prefix}-dpo", dpo, "data-protection-officer"),
        Person(f"{prefix}-admin", administrator, "administrator"),
    )


NETHERLANDS = Side(
    "nl", "nl-spoc", "SPOC Netherlands", "NL", ("nl", "en"),
    _people("nl", "Anouk Visser", "Eelco Postma", "Bram de Wit", "Carla Smit", "Daan Mulder"),
)  # fmt: skip
GERMANY = Side(
    "de", "de-spoc", "SPOC Germany", "DE", ("de", "en"),
    _people("de", "Jonas Weber", "Nora Lindner", "Katrin Vogt", "Lena Brandt", "Moritz Haas"),
)  # fmt: skip
SIDES = (NETHERLANDS, GERMANY)

BY_HAND: tuple[dict[str, Any], ...] = (
    {
        "code": "pt-spoc", "name": "SPOC Portugal", "country": "PT", "kind": "spoc",
        "contact": "SIENA", "languages": ["pt", "en"],
    },
    {
        "code": "fr-spoc", "name": "SPOC France", "country": "FR", "kind": "spoc",
        "contact": "SIENA", "languages": ["fr", "en"],
    },
    {
        "code": "es-spoc", "name": "SPOC Spain", "country": "ES", "kind": "spoc",
        "contact": "SIENA", "languages": ["es", "en"],
    },
    {
        "code": "nl-police", "name": "National Police, information desk", "country": "NL", "kind": "police",
        "contact": "internal mail", "languages": ["nl", "en"],
    },
    {"code": "europol", "name": "Europol", "country": "EU", "kind": "europol", "contact": "SIENA"},
)  # fmt: skip
