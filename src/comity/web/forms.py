"""Reading forms: what was typed stays typed, an error stands at its field, a failed change is undone."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Page, Paginator
from django.db import transaction
from django.http import HttpRequest

from comity.base.errors import ComityError, InputError, LawError

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
        message = error.message if isinstance(error, InputError) and not error.file else str(error)
        self.errors[getattr(error, "field", None) or "form"] = message

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
        raise InputError(f"expected a whole number from {least} to {most}", field=field)
    return value


def page_of(request: HttpRequest, rows: Any, size: int = 50) -> Page[Any]:
    """One page of rows, chosen by `?page=`; a page that does not exist becomes the nearest that does."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


@contextmanager
def uploaded(request: HttpRequest, field: str = "file") -> Iterator[tuple[Path, str]]:
    """The uploaded file as a path that lasts for the block, and its name; InputError without one."""
    file = request.FILES.get(field)
    if not isinstance(file, UploadedFile) or not file.size:
        raise InputError("choose a file that is not empty", field=field)
    with on_disk(file) as found:
        yield found


@contextmanager
def on_disk(file: UploadedFile) -> Iterator[tuple[Path, str]]:
    """An uploaded file as a path that lasts for the block; its folder is ours, not the sender's."""
    if (file.size or 0) > LARGEST_UPLOAD:
        raise InputError(f"at most {LARGEST_UPLOAD // 1024**2} MB", field="file")
    name = PurePosixPath(str(file.name).replace("\\", "/").replace("\x00", "")).name[:200] or "upload"
    with tempfile.TemporaryDirectory(prefix="comity-upload-") as folder:
        path = Path(folder) / f"upload{''.join(PurePosixPath(name).suffixes[-2:])[:20]}"
        with path.open("wb") as copy:
            for chunk in file.chunks():
                copy.write(chunk)
        yield path, name
