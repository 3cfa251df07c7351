"""Lists as CSV: one writer for all of them, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.http import FileResponse

from comity.base.errors import InputError
from comity.base.text import say
from comity.node import oversight

AT_MOST = 50_000
IN_MEMORY = 1024**2
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
"""What a spreadsheet may take for the beginning of a formula, a command or another field."""

Columns = Mapping[str, Callable[[Any], Any]]
"""The heading of each column, and how its value is got from a row."""


def cell(value: Any) -> str:
    """A value as a cell: instants in ISO 8601, lists with semicolons; a text that could be run is quoted.

    What counts is the first character that is not blank: spreadsheets skip spaces before a formula. A plain number
    stays one, whatever its sign.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return str(value)
    text = value.isoformat() if isinstance(value, datetime) else _text(value)
    bare = text.lstrip(" \u00a0\u200b\ufeff")
    return f"'{text}" if bare.startswith(FORMULAS) else text


def _text(value: Any) -> str:
    if isinstance(value, list | tuple | set | frozenset):
        return "; ".join(str(each) for each in value)
    return str(value).replace("\x00", "")


def csv_file(name: str, columns: Columns, rows: Iterable[Any], **told: Any) -> FileResponse:
    """The rows as a CSV file of that name, UTF-8 with a mark that spreadsheets know it by.

    The export becomes an entry of the ledger, with `told` beside the number of rows. InputError when there are too
    many rows for one file.
    """
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  (the response closes it)
    try:
        number = _write(file, columns, rows)
        oversight.note_list(name, number, **told)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return FileResponse(
        file, as_attachment=True, filename=f"{name}.csv", content_type="text/csv; charset=utf-8"
    )


def _write(file: Any, columns: Columns, rows: Iterable[Any]) -> int:
    """Write heading and rows; how many rows there were."""
    file.write(b"\xef\xbb\xbf")
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(columns)
    number = 0
    for number, row in enumerate(rows, 1):
        if number > AT_MOST:
            raise InputError(say("at most {limit} rows fit into one file: narrow the list", limit=AT_MOST))
        writer.writerow([cell(read(row)) for read in columns.values()])
    text.detach()
    return number
