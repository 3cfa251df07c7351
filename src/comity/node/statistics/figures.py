"""What is counted for the Commission (Directive (EU) 2023/977 art. 18), each figure by state.

A figure counts cases, each once. A request counts in the period in which it was sent or received, an answer or a
refusal in that in which it was given, whenever the request came. A request that is withdrawn stays a request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from comity.node.cases import rules

ARTICLE = "dir-2023-977 art. 18"
COUNTER = "requests_sent"
"""The counter by which a law file says that an act wants its requests counted."""

SENT, SENT_BY_OTHERS, RECEIVED, ANSWERED = "sent", "sent-by-others", "received", "answered"
PARTLY, REFUSED, WITHDRAWN, EXCEEDED = "partly-answered", "refused", "withdrawn", "exceeded"
ON_GROUND = "refused-on-ground"

ENDS = ("answered", "refused", "withdrawn")
"""The steps that end the time limit of a request, unless they cover a part only."""

FIGURES: Mapping[str, str] = {
    SENT: "Requests sent",
    SENT_BY_OTHERS: "Requests sent by other authorities of the state, known from copies",
    RECEIVED: "Requests received",
    ANSWERED: "Requests answered",
    PARTLY: "Requests answered in part",
    REFUSED: "Requests refused, wholly or in part",
    ON_GROUND: "Requests refused, by ground",
    WITHDRAWN: "Requests withdrawn by whoever asked",
    EXCEEDED: "Time limits left because of a judicial authorisation",
}
LETTERS: Mapping[str, str] = {
    SENT: "a", SENT_BY_OTHERS: "a", RECEIVED: "b", ANSWERED: "b", REFUSED: "c", ON_GROUND: "c", EXCEEDED: "d",
}  # fmt: skip
"""The letter of article 18 that asks for a figure; the others are counted besides."""


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """What one number counts: a figure of one state, of urgent or other requests, on one ground of refusal."""

    figure: str
    country: str
    urgent: bool
    ground: str = ""

    def as_json(self) -> dict[str, Any]:
        """Its documented outside form."""
        return {"figure": self.figure, "country": self.country, "urgent": self.urgent, "ground": self.ground}


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers by cell; a cell that is not there counts nothing."""

    cells: Mapping[Cell, int]

    def of(self, figure: str, **wanted: Any) -> int:
        """The sum of the cells of a figure that are as wanted: `of("received", country="DE", urgent=True)`."""
        return sum(
            number
            for cell, number in self.cells.items()
            if cell.figure == figure and all(getattr(cell, name) == value for name, value in wanted.items())
        )

    def countries(self, *figures: str) -> list[str]:
        """The states that any of the figures has a number of."""
        return sorted({cell.country for cell in self.cells if cell.figure in figures})

    def grounds(self) -> list[str]:
        """The grounds on which anything was refused."""
        return sorted({cell.ground for cell in self.cells if cell.ground})


def counted_procedures() -> list[str]:
    """The procedures whose requests article 18 wants counted, as their law files say."""
    found = (rules.book().procedure(each) for each in rules.book().procedures)
    return [
        each.id
        for each in found
        if each.rules.lifecycle == "question"
        and each.rules.statistics
        and COUNTER in each.rules.statistics.counters
    ]
