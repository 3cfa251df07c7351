from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from comity.cli.demo.stage import prepare_folder

LISTS = Path(os.environ.get("COMITY_DATA", Path(__file__).parents[2].parent / "shared" / "data"))


@pytest.fixture
def folder(tmp_path: Path):
    yield tmp_path / "demo"
    prepare_folder(tmp_path / "demo")


def demo(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    # Ports far from those that another node on this machine would take while one of ours is down.
    port = str(20_000 + os.getpid() % 1000 * 10)
    command = [sys.executable, "-c", "from comity.cli import main; main()", "demo", "--once"]
    options = ("--home", str(folder), "--port", port, *options)
    return subprocess.run([*command, *options], text=True, capture_output=True, check=False, timeout=600)


@pytest.mark.slow
def test_the_whole_story_is_played_without_a_person_and_both_ledgers_verify(folder):
    done = demo(folder)
    assert done.returncode == 0, done.stdout + done.stderr
    scenes = [int(number) for number in re.findall(r"^ *(\d+)\. SPOC", done.stdout, re.MULTILINE)]
    assert scenes == list(range(1, len(scenes) + 1))
    for article in ("4", "5(1)(a)", "6(3)", "6(1)(f)(ii)", "12", "16(1)(d)", "16(4)"):
        assert f"[dir-2023-977 art. {article}]" in done.stdout
    assert re.findall(r"^Ledger of (.*): \d+ entries verify", done.stdout, re.MULTILINE) == [
        "SPOC Netherlands",
        "SPOC Germany",
    ]


@pytest.mark.slow
@pytest.mark.skipif(
    not (LISTS / "alerts").is_dir(), reason="needs the real lists: COMITY_DATA names their folder"
)
def test_the_story_is_played_on_the_real_lists_all_of_them_loaded(folder):
    done = demo(folder, "--data", str(LISTS))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "UN consolidated list, 1,003 records" in done.stdout
    # Of the 8,977 rows of the file the last is a DOS end-of-file mark.
    assert "OFAC list, 8,976 records in 8,977 lines" in done.stdout
    assert "Vessel register, 64,117 records" in done.stdout
