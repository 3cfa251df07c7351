"""What the sources name: which procedure, page or guide serves each of it, and which scenario or test proves it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from comity.law.scenarios import read
from reference import markdown as md

ROOT = Path(__file__).parents[2]
SCENARIOS = ROOT / "tests" / "scenarios"


@dataclass(frozen=True)
class Row:
    """One thing that the sources name. `proof`: "file: name" of a scenario or "path::function" of a test.

    `procedures` are of the law book, `pages` names of web addresses, `docs` paths within docs/. `later`: what is
    still to come.
    """

    number: int
    item: str
    procedures: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    docs: tuple[str, ...] = ()
    proof: tuple[str, ...] = ()
    later: str = ""

    @property
    def proofs(self) -> tuple[str, ...]:
        """What is named as proof, then the first scenario of each procedure."""
        first = first_scenarios()
        return tuple(
            dict.fromkeys([*self.proof, *(first[name] for name in self.procedures if name in first)])
        )


def rows() -> list[Row]:
    """The rows of docs/coverage.yaml, in its order."""
    raw = yaml.safe_load((ROOT / "docs" / "coverage.yaml").read_text(encoding="utf-8"))
    return [
        Row(**{key: tuple(value) if isinstance(value, list) else value for key, value in row.items()})
        for row in raw
    ]


@cache
def scenarios() -> tuple[tuple[str, str], ...]:
    """The procedure of every scenario, and the scenario as "file: name"."""
    return tuple(
        (scenario.procedure, f"{path.stem}: {scenario.name}")
        for path in sorted(SCENARIOS.glob("*.yaml"))
        for scenario in read(path)
    )


def first_scenarios() -> dict[str, str]:
    """The first scenario of each procedure: the happy way."""
    return dict(reversed(scenarios()))


def page() -> str:
    """The table of all rows, and how many of them are served."""
    found = rows()
    waiting = sum(bool(row.later) for row in found)
    return md.page(
        "What the sources name",
        f"Of {len(found)} systems, programmes, bodies, instruments and activities, {len(found) - waiting} are "
        f"served; of {waiting} a part comes later and is named. A procedure is proved by its scenarios in "
        "`tests/scenarios`; its rules, with their articles and what of them was verified, stand on the page of "
        "its act. A page is named as in `comity/web/urls.py`.",
        md.table(
            ("no.", "what", "served by", "proved by", "later"),
            [(row.number, row.item, _served(row), "<br>".join(row.proofs), row.later) for row in found],
        ),
    )


def _served(row: Row) -> str:
    procedures = [f"[{name}](reference/law/{name.partition('/')[0]}.md)" for name in row.procedures]
    pages = [f"page `{name}`" for name in row.pages]
    return ", ".join([*procedures, *pages, *(f"[{Path(name).stem}]({name})" for name in row.docs)])
