from __future__ import annotations

from pathlib import Path

import pytest

from comity.cli import logfile
from comity.cli.logfile import LogFile


def write(log: LogFile, text: str) -> None:
    with log.open() as file:
        file.write(text.encode())


def test_only_what_is_added_is_read(tmp_path: Path):
    (tmp_path / "web.log").write_text("old\n")
    log = LogFile(tmp_path / "web.log")
    write(log, "new\nnewer\n")
    assert log.new_lines() == ["new", "newer"]
    assert log.new_lines() == []


def test_a_log_not_yet_written_has_no_lines(tmp_path: Path):
    assert LogFile(tmp_path / "web.log").new_lines() == []


def test_half_a_line_waits_for_its_end(tmp_path: Path):
    log = LogFile(tmp_path / "web.log")
    write(log, "half")
    assert log.new_lines() == []
    write(log, " a line\n")
    assert log.new_lines() == ["half a line"]


def test_bytes_that_are_no_text_do_not_stop_it(tmp_path: Path):
    log = LogFile(tmp_path / "web.log")
    with log.open() as file:
        file.write(b"caf\xe9\n")
    assert log.new_lines() == ["caf\N{REPLACEMENT CHARACTER}"]


def test_a_log_that_grew_too_large_starts_anew_and_keeps_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(logfile, "LARGEST", 10)
    log = LogFile(tmp_path / "web.log")
    with log.open() as file:
        file.write(b"twelve bytes\n")
        file.flush()
        assert log.new_lines() == ["twelve bytes"]
        file.write(b"next\n")
    assert log.new_lines() == ["next"]
    assert (tmp_path / "web.log.1").read_text() == "twelve bytes\n"
    assert (tmp_path / "web.log").read_text() == "next\n"
