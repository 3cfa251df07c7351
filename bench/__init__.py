"""Measurements beside peers: rounds of one and of the other take turns, so that both meet the same machine."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

ROUNDS = 5


@dataclass(frozen=True)
class Result:
    """One line of the table. `ours` and `theirs` hold one figure a round, in `unit`; `peer` is who they are."""

    what: str
    unit: str
    ours: list[float]
    theirs: list[float] | None = None
    peer: str = ""


def seconds(work: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    """How long `work` takes, by round."""
    return [_once(work) for _ in range(rounds)]


def rates(count: int, *works: Callable[[], object]) -> list[list[float]]:
    """For each of `works`, each of which does `count` things: things a second, by round, one round left out."""
    rounds = [[count / _once(work) for work in works] for _ in range(ROUNDS + 1)]
    return [list(found) for found in zip(*rounds[1:], strict=True)]


def _once(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin
