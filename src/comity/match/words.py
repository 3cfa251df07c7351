"""What single words of a name are worth: legal forms, particles, titles, common names, short forms.

The words stand in `words.yaml`; `frequency.csv` gives how many of 100,000 names (persons, organisations or
vessels, whichever is highest) hold a common token, counted over public lists and registers.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

import yaml

LEAST_WEIGHT = 0.35
"""Weight of the commonest name; a token that is on no frequency list weighs 1."""


@dataclass(frozen=True, slots=True)
class Token:
    """One token of a name, folded. `weight` is in 0..1: how much the token tells."""

    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class _Words:
    weights: dict[str, dict[str, float]]
    nicknames: dict[str, frozenset[int]]
    numbers: dict[str, str]
    frequency: dict[str, int]


@cache
def _words() -> _Words:
    folder = files("comity.match")
    data = yaml.safe_load((folder / "words.yaml").read_text("utf-8"))
    groups = ("forms", "general", "particles", "titles", "vessel_prefixes")
    weights = {group: dict.fromkeys(data[group]["words"], float(data[group]["weight"])) for group in groups}
    nicknames: dict[str, set[int]] = {}
    for number, group in enumerate(data["nicknames"]):
        for word in group:
            nicknames.setdefault(word, set()).add(number)
    with (folder / "frequency.csv").open(encoding="utf-8") as file:
        frequency = {row["token"]: int(row["per_100000_names"]) for row in csv.DictReader(file)}
    return _Words(
        weights, {word: frozenset(of) for word, of in nicknames.items()}, data["numbers"], frequency
    )


_GROUPS = {
    "person": ("particles", "titles"),
    "organization": ("forms", "general", "particles"),
    "vessel": ("vessel_prefixes",),
    "any": ("forms", "particles", "titles"),
}


@lru_cache(maxsize=262144)
def token(text: str, family: str) -> Token:
    """The token `text` (folded) of a name of a `family`: person, organization, vessel or any other."""
    words = _words()
    if family in ("organization", "vessel"):
        text = words.numbers.get(text, text)
    weight = None
    for group in _GROUPS.get(family, _GROUPS["any"]):
        weight = weight or words.weights[group].get(text)
    if weight is None:
        weight = _rarity(words.frequency.get(text, 1))
        if len(text) == 1 and text.isalpha():
            weight = min(weight, 0.5)
    return Token(text, weight)


def _rarity(per_100000: int) -> float:
    return max(LEAST_WEIGHT, 1 - math.log(per_100000) / math.log(100_000))


def nicknames(text: str) -> frozenset[int]:
    """The groups of short forms and sister forms that a token belongs to."""
    return _words().nicknames.get(text, frozenset())
