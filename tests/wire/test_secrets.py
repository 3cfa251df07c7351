from __future__ import annotations

from pathlib import Path

import pytest

from comity.base.errors import InputError
from comity.wire.secrets import read_secret, write_secret


def test_a_secret_is_readable_by_its_owner_alone(tmp_path: Path):
    path = tmp_path / "keys" / "secret"
    write_secret(path, b"s")
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_secret(path) == b"s"


def test_writing_again_replaces_and_leaves_nothing_beside(tmp_path: Path):
    path = tmp_path / "secret"
    write_secret(path, b"old")
    write_secret(path, b"new")
    assert read_secret(path) == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_it_refuses_a_secret_that_others_may_read(tmp_path: Path):
    path = tmp_path / "secret"
    write_secret(path, b"s")
    path.chmod(0o640)
    with pytest.raises(InputError, match="chmod 600"):
        read_secret(path)


def test_it_names_a_secret_that_is_missing(tmp_path: Path):
    with pytest.raises(InputError, match="absent"):
        read_secret(tmp_path / "absent")


def test_it_says_where_a_secret_cannot_be_written(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        write_secret(tmp_path / "file" / "secret", b"s")
