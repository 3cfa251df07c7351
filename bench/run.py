"""All measurements in one run, printed and written as a table with the machine they were made on."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path
from statistics import median

from bench import ROUNDS, Result, desk, engines
from comity.base.time import now

RESULTS = Path(__file__).with_name("results.md")
PARTS = {
    "law": engines.law,
    "wire": engines.wire,
    "match": engines.match,
    "desk": desk.desk,
}
HEAD = "| what | unit | median | spread | peer | its median | ours : peer |\n|---|---|--:|--:|---|--:|--:|"


def main(wanted: list[str]) -> None:
    """Measure the wanted parts, or everything, and write `bench/results.md`; other parts keep their rows."""
    kept = [] if not wanted else [line for line in _old() if line.split(":")[0].strip("| ") not in wanted]
    lines = []
    print(machine(), HEAD, sep="\n")
    for name, part in PARTS.items():
        for result in part() if not wanted or name in wanted else ():
            lines.append(row(result))
            print(lines[-1], flush=True)
    peers = ", ".join(f"{name} {version(name)}" for name in ("joserfc", "nomenklatura"))
    foot = f"\nMedians of {ROUNDS} rounds (index: 3, desk: {desk.ROUNDS}); spread from lowest to highest; {peers}.\n"
    told = "\n".join([f"# Measured\n\n{machine()}\n", HEAD, *kept, *lines, foot])
    RESULTS.write_text(told, encoding="utf-8")


def _old() -> list[str]:
    rows = RESULTS.read_text(encoding="utf-8").splitlines() if RESULTS.exists() else []
    return [line for line in rows if line.startswith("| ") and line.split(":")[0].strip("| ") in PARTS]


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
