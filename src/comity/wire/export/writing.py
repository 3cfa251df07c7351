"""The format of an export, and writing one.

JSON Lines (gzipped when the name ends in `.gz`), each line an object with one member:

    {"ledger": {"version": 1, "authority": "..."}}                        the first line
    {"key": {...}}                                                        public keys, as `PublicKeys.as_json`
    {"entry": {"header": {...}, "leaf": "...", "state": "...", "content": {...}, "salt": "..."}}
    {"checkpoint": "..."}                                                 after the entry that it reaches to

Entries stand in order from the first on; `leaf` is the leaf hash as the node stored it, so that a header
changed afterwards is found by its own number. `state` is `present`, `erased` or `withheld` (the reader may
not see it); only a present body has `content` and `salt`. That an erasure was lawful is told by the ledger's
entry of it.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, ClassVar, Literal, cast

from pydantic import ConfigDict

from comity.base.errors import InputError
from comity.wire.canonical import STRICT, Hash, Text, as_json, canonical
from comity.wire.keys import PublicKeys
from comity.wire.ledger import Body, Header

VERSION = 1

State = Literal["present", "erased", "withheld"]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry as exported: hashes in hex, `content` and `salt` only when `state` is `present`."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    header: Header
    leaf: Hash
    state: State
    content: dict[str, Any] | None = None
    salt: Hash | None = None

    @classmethod
    def of(cls, header: Header, leaf: bytes, body: Body | None, state: State = "present") -> Entry:
        """The entry with its stored leaf hash; without a body, `state` says why there is none."""
        if body is None:
            return cls(header=header, leaf=leaf.hex(), state=state)
        return cls(
            header=header, leaf=leaf.hex(), state="present", content=body.content, salt=body.salt.hex()
        )


@dataclass(frozen=True, kw_only=True)
class Start:
    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    version: Literal[1]
    authority: Text


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of an export; exactly one member is given."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    ledger: Start | None = None
    key: dict[str, Any] | None = None
    entry: Entry | None = None
    checkpoint: str | None = None


def export_lines(
    authority: str,
    keys: Iterable[PublicKeys],
    entries: Iterable[Entry],
    checkpoints: Iterable[tuple[int, bytes]],
) -> Iterator[str]:
    """The lines of an export, made as they are read: all of an authority's entries up to its last checkpoint.

    `entries` come in the order of their sequence, `checkpoints` as (size, signed) in the order of their size.
    """
    yield _line("ledger", {"version": VERSION, "authority": authority})
    for key in keys:
        yield _line("key", key.as_json())
    waiting = iter(checkpoints)
    due = next(waiting, None)
    for entry in entries:
        while due and due[0] < entry.header.sequence:
            yield _line("checkpoint", due[1].decode())
            due = next(waiting, None)
        yield _line("entry", as_json(entry) | {"header": as_json(entry.header)})
    while due:
        yield _line("checkpoint", due[1].decode())
        due = next(waiting, None)


def write_export(path: Path, lines: Iterable[str]) -> None:
    """Write `export_lines` to a file; raises InputError when it cannot be written."""
    try:
        with _create(path) as file:
            file.writelines(lines)
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", file=str(path)) from None


def _line(member: str, value: Any) -> str:
    return canonical({member: value}).decode() + "\n"


def _create(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return cast(IO[str], gzip.open(path, "wt", encoding="utf-8", newline=""))
    return path.open("w", encoding="utf-8", newline="")
