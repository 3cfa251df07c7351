from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from comity.node.database import PrivateServer
from comity.node.home import Home

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a node whose `init` was interrupted right at the beginning."""
    folder = tmp_path_factory.mktemp("init") / "be"
    home = Home.create(folder, "be", 8071)
    yield folder
    PrivateServer(home).remove()


@pytest.fixture(scope="module")
def comity(folder: Path) -> Run:
    """Runs a command in a process of its own, as Django knows one node a process."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COMITY")}

    def run(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", "from comity.cli import main; main()", *arguments]
        environment["COMITY_HOME"] = str(folder)
        return subprocess.run(
            command, env=environment, input=given, text=True, capture_output=True, check=False
        )

    return run


@pytest.fixture(scope="module")
def made(comity: Run) -> subprocess.CompletedProcess[str]:
    return comity(
        "init",
        "--name",
        "be",
        "--code",
        "be-spoc",
        "--title",
        "SPOC Belgium",
        "--country",
        "be",
        "--port",
        "8071",
    )


def test_it_completes_what_an_interrupted_one_has_left(made, folder: Path):
    assert made.returncode == 0, made.stderr
    assert "SPOC Belgium (be-spoc)" in made.stdout
    assert len(list((folder / "keys").iterdir())) == 1


def test_it_prints_a_fingerprint_to_read_aloud_and_what_comes_next(made):
    lines = made.stdout.splitlines()
    fingerprint = lines[
        lines.index("SPOC Belgium (be-spoc); compare with partners over another channel:") + 1
    ]
    assert [len(group) for group in fingerprint.split()] == [4] * 16
    assert "comity up" in made.stdout


def test_it_does_not_touch_a_node_that_has_been_set_up(made, comity: Run):
    again = comity("init", "--name", "be", "--code", "x", "--title", "X", "--country", "BE")
    assert again.returncode == 4
    assert "is the home of a node already" in again.stderr


def test_commands_work_while_the_node_is_not_up_and_their_entries_are_sealed(made, comity: Run, folder: Path):
    added = comity(
        "officer", "add", "eva", "--name", "Eva", "--role", "officer", given="a long phrase 1234\n"
    )
    assert added.returncode == 0, added.stderr
    verified = comity("ledger", "verify")
    assert verified.returncode == 0, verified.stderr
    assert "Ledger of be-spoc: 2 entries" in verified.stdout
    assert PrivateServer(Home.open(folder)).pid() is None


def test_a_node_with_two_authorities_asks_for_which_one(made, comity: Run):
    added = comity(
        "authority", "add", "--code", "be-pccc", "--title", "PCCC", "--country", "BE", "--kind", "pccc"
    )
    assert added.returncode == 0, added.stderr
    listed = comity("officer", "list")
    assert listed.returncode == 2
    assert "--authority with one of be-spoc, be-pccc" in listed.stderr
    assert comity("officer", "list", "--authority", "be-pccc").returncode == 0


@pytest.mark.parametrize(
    ("option", "value", "field"),
    [("--country", "NLD", "country"), ("--code", "nl spoc", "code"), ("--port", "many", "port")],
)
def test_it_names_the_field_that_is_wrong_before_it_makes_anything(
    comity: Run, tmp_path: Path, option: str, value: str, field: str
):
    options = {"--home": str(tmp_path / "x"), "--name": "x", "--code": "x", "--title": "X", "--country": "NL"}
    flat = [text for pair in (options | {option: value}).items() for text in pair]
    done = comity("init", *flat)
    assert done.returncode == 2
    assert f"field '{field}'" in done.stderr
    assert not (tmp_path / "x").exists()
