"""Reading files of which some rows are bad: the good rows go in, the bad ones to a reject file."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from comity.base.errors import InputError
from comity.base.text import say


class Rejects:
    """Collects bad rows into a JSON Lines file: `{"file", "line", "field", "error", "row"}` each.

    The file is written only when there is something to write; `count` and `path` say what happened.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path, self.count = path, 0
        self.first: list[InputError] = []
        self._file: IO[str] | None = None

    def add(self, error: InputError, row: Any = None) -> None:
        """Note one bad row; `row` is what was read of it, kept so that it can be mended and read again."""
        self.count += 1
        if len(self.first) < 20:
            self.first.append(error)
        if self.path is None:
            return
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("w", encoding="utf-8")
        line = {
            "file": error.file,
            "line": error.line,
            "field": error.field,
            "error": error.message,
            "row": row,
        }
        self._file.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")

    def __enter__(self) -> Rejects:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file:
            self._file.close()


@contextmanager
def open_text(path: Path) -> Iterator[IO[str]]:
    """Open a text file, gzipped when its name ends in `.gz`; a byte-order mark is dropped.

    Raises InputError when the file is missing or cannot be opened.
    """
    try:
        file: IO[str] = (
            gzip.open(path, "rt", encoding="utf-8-sig", newline="")  # noqa: SIM115  (closed by `with` below)
            if path.suffix == ".gz"
            else path.open(encoding="utf-8-sig", newline="")
        )
    except OSError as error:
        raise InputError(
            say("cannot be opened: {strerror}", strerror=error.strerror), file=str(path)
        ) from None
    with file:
        yield file
