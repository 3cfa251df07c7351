"""A log file that one process writes and another reads as it grows."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import IO

LARGEST = 10_000_000  # bytes; then the log becomes `<name>.1` and starts anew


class LogFile:
    """Reads the lines added since it was made. The writer must append (O_APPEND), as with `open`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._at = path.stat().st_size if path.exists() else 0

    def open(self) -> IO[bytes]:
        """The file, for the writer."""
        return os.fdopen(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")

    def new_lines(self) -> list[str]:
        """The whole lines added since the last call; a line that is still being written comes next time."""
        if not self.path.exists():
            return []
        with self.path.open("rb") as file:
            file.seek(self._at)
            whole, newline, _ = file.read().rpartition(b"\n")
        self._at += len(whole) + len(newline)
        if self._at > LARGEST:
            shutil.copyfile(self.path, self.path.with_suffix(self.path.suffix + ".1"))
            os.truncate(self.path, 0)
            self._at = 0
        return whole.decode(errors="replace").splitlines()
