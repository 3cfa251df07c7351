"""What the engine answers: a match with its score and the reasons that made it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

Entity = dict[str, Any]
"""A FollowTheMoney entity as JSON: `{"id", "schema", "properties": {name: [values]}}`."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One piece of evidence; `weight` is in (natural) log-odds: above 0 speaks for, below 0 against."""

    feature: str
    query: str
    candidate: str
    weight: float
    text: str


@dataclass(frozen=True, slots=True)
class Match:
    """A possible identity of the query with the entity `id`.

    `score` is in 0..1; `match` says whether it reaches the threshold; `key` orders results whose scores are
    the same, so that no ranking ties; `reasons` stand in the order of their weight, strongest first.
    """

    id: str
    score: float
    key: float
    match: bool
    reasons: tuple[Reason, ...]

    def as_json(self) -> dict[str, Any]:
        """The match as plain JSON types."""
        return asdict(self) | {"reasons": [asdict(reason) for reason in self.reasons]}
