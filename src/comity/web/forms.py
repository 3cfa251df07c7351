"""Reading forms: what was typed stays typed, an error stands at its field, a failed change is undone."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Page, Paginator
from django.db import transaction
from django.http import HttpRequest

from comity.base.errors import ComityError, InputError, LawError
from comity.base.identifiers import LARGEST_ID
from comity.base.text import say
from comity.web import errors
from comity.web.language import t

LARGEST_UPLOAD = 512 * 1024 * 1024


class Attempt:
    """A block whose InputError or LawError is kept for the form, its changes undone.

    with Attempt() as attempt:
        case = casework.open_case(...)
        return redirect(...)
    return render(request, "...", attempt.context(request), status=attempt.status)
    """

    def __init__(self) -> None:
        self.errors: dict[str, str] = {}

    def __enter__(self) -> Attempt:
        self._atomic = transaction.atomic()
        self._atomic.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        self._atomic.__exit__(kind, error, trace)
        if not isinstance(error, InputError | LawError):
            return False
        self.note(error)
        return True

    def note(self, error: ComityError) -> None:
        """Keep an error for the form, at its field, or under `form` when it has none."""
        field = "" if getattr(error, "file", None) else getattr(error, "field", None)
        plain = isinstance(error, InputError) and field
        self.errors[field or "form"] = t(error.message) if plain else errors.sentence(error)  # type: ignore[attr-defined]

    @property
    def status(self) -> int:
        """The status of the answer: 200, or 422 when something could not be taken."""
        return 422 if self.errors else 200

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """`errors` by field and `given`, what was typed, for the form to show again."""
        return {"errors": self.errors, "given": request.POST}


def whole_number(text: str, field: str, *, least: int, most: int) -> int:
    """Read a whole number within bounds; InputError says which."""
    try:
        value = int(text)
    except ValueError:
        value = least - 1
    if not least <= value <= most:
        raise InputError(
            say("expected a whole number from {least} to {most}", least=least, most=most), field=field
        )
    return value


def number_of(text: str, field: str) -> int | None:
    """The number of a thing in a form; None when nothing was chosen. InputError when it is none."""
    return whole_number(text, field, least=1, most=LARGEST_ID) if text else None


def read_day(text: str, field: str) -> date | None:
    """A day of a form, `2026-11-22`; None when it is left blank. Raises InputError."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError("expected a day such as 2026-11-22", field=field) from None


def page_of(request: HttpRequest, rows: Any, size: int = 50) -> Page[Any]:
    """One page of rows, chosen by `?page=`; a page that does not exist becomes the nearest that does."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


@contextmanager
def uploaded(files: Sequence[UploadedFile[Any]], field: str = "file") -> Iterator[list[Path]]:
    """Uploaded files as paths in one folder that lasts for the block, under the names they came with.

    Only letters, digits, dots, dashes and underlines are left of a name. InputError without a file, or with one
    that is empty or too large.
    """
    if not files or not all(file.size for file in files):
        raise InputError("choose a file that is not empty", field=field)
    if sum(file.size or 0 for file in files) > LARGEST_UPLOAD:
        raise InputError(
            say("at most {largest_upload} MB", largest_upload=LARGEST_UPLOAD // 1024**2), field=field
        )
    with tempfile.TemporaryDirectory(prefix="comity-upload-") as folder:
        yield [_copy(file, Path(folder)) for file in files]


def _copy(file: UploadedFile[Any], folder: Path) -> Path:
    name = re.sub(r"[^\w.-]+", "_", str(file.name), flags=re.ASCII).lstrip(".")[-100:]
    path = folder / (name or "upload")
    with path.open("wb") as copy:
        for chunk in file.chunks():
            copy.write(chunk)
    return path
