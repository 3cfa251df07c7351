"""A clock that a demonstration moves on: days of casework in a minute, on a node whose data is invented."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

from comity.base import time


class MovedClock:
    """The operating system's time, moved by the seconds that a file holds; read again when the file has changed."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._read: tuple[int, timedelta] = (0, timedelta())

    def __call__(self) -> datetime:
        return time.system() + self.offset

    @property
    def offset(self) -> timedelta:
        """How far the clock is moved on; nothing while there is no file."""
        try:
            changed = os.stat(self.file).st_mtime_ns
        except FileNotFoundError:
            return timedelta()
        if changed != self._read[0]:
            self._read = (changed, timedelta(seconds=float(self.file.read_text())))
        return self._read[1]

    def move_to(self, instant: datetime) -> None:
        """Let it be that instant now, in every process that reads the file."""
        draft = self.file.with_suffix(".draft")
        draft.write_text(str((instant - time.system()).total_seconds()))
        draft.replace(self.file)
