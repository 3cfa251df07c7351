"""All measurements in one run, printed and written as a table with the machine they were made on."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path
from statistics import median

from bench import ROUNDS, Result, engines, node
from comity.base.time import now

HEAD = "| what | unit | median | spread | peer | its median | ours : peer |\n|---|---|--:|--:|---|--:|--:|"


def main() -> None:
    """Measure everything and write `bench/results.md`."""
    lines = [f"# Measured\n\n{machine()}\n", HEAD]
    print(*lines, sep="\n")
    for part in (engines.law, engines.wire, engines.match, node.node):
        for result in part():
            lines.append(row(result))
            print(lines[-1], flush=True)
    peers = ", ".join(f"{name} {version(name)}" for name in ("joserfc", "nomenklatura"))
    lines.append(f"\nMedians of {ROUNDS} rounds (index: 3); spread from lowest to highest; {peers}.\n")
    Path(__file__).with_name("results.md").write_text("\n".join(lines), encoding="utf-8")


def machine() -> str:
    """Where and when this runs, in one line."""
    told = Path("/proc/cpuinfo").read_text().splitlines()
    name = next(
        (line.partition(": ")[2] for line in told if line.startswith("model name")), platform.machine()
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    place = f"{name}, {os.cpu_count()} cores, {memory:.0f} GB, Linux {platform.release()}"
    load = f"load at the start {os.getloadavg()[0]:.1f}"
    return f"{place}, Python {platform.python_version()}, {now():%Y-%m-%d}; {load}"


def row(result: Result) -> str:
    """One line of the table."""
    ours, theirs = median(result.ours), median(result.theirs) if result.theirs else None
    spread = f"{figure(min(result.ours))} to {figure(max(result.ours))}"
    beside = (result.peer, figure(theirs), f"{ours / theirs:.2f}") if theirs else ("", "", "")
    return f"| {' | '.join((result.what, result.unit, figure(ours), spread, *beside))} |"


def figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
