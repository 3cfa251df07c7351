"""Files that hold a secret: readable by their owner alone, written whole or not at all."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from comity.base.errors import InputError


def write_secret(path: Path, data: bytes) -> None:
    """Write `data` to `path` with mode 0600, replacing what was there in one move."""
    draft = _draft(path, data)
    os.replace(draft, path)


def read_secret(path: Path) -> bytes:
    """The content of a secret file.

    Raises InputError when it cannot be read, or when others than its owner may read it.
    """
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_mode & 0o077:
                raise InputError(f"others may read this secret; run: chmod 600 {path}", file=str(path))
            return file.read()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", file=str(path)) from None


def _draft(path: Path, data: bytes) -> Path:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", file=str(path)) from None
    return draft
