"""The index: segments under one manifest, published by renaming, so that a crash leaves the old or the new.

    manifest.json        {"format", "position", "next", "segments": [{"name", "deleted"}]}
    segment-NNNNNN/      see segments.py
    deleted-NNNNNN.npy   rows of a segment that are deleted

An update writes a small segment; once there are more than `MOST_SEGMENTS` the small ones are merged, and all
of them when they have grown beyond a third of the largest. What was deleted is gone from every answer at
once; its bytes go at the next merge, which `Index.merge` forces.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import orjson

from comity.base.errors import InputError
from comity.match.arrays import Array32, open_array, save
from comity.match.records import Record, analyse
from comity.match.results import Entity, Match
from comity.match.scoring import score
from comity.match.segments import Segment, SegmentBuilder

FORMAT = 1
MOST_SEGMENTS = 8
LEAST_SCORE = 0.1
"""What scores less is no answer: it would only fill the list."""
MOST_CANDIDATES = 40
"""Candidates by name that are scored, per segment and name of the query."""

Position = str | int | None


@dataclass(frozen=True)
class _State:
    """What the manifest says, opened. Replaced as a whole, so that a reader never sees half an update."""

    segments: tuple[Segment, ...]
    deleted_files: tuple[str | None, ...]
    position: Position
    next: int


class Index:
    """A searchable set of entities in a folder. One writer at a time; any number of threads may screen."""

    def __init__(self, directory: Path, state: _State) -> None:
        self.directory = directory
        self._state = state
        self._lock = Lock()

    @classmethod
    def create(cls, directory: Path, entities: Iterable[Entity] = (), *, position: Position = None) -> Index:
        """Build an index, replacing any that is there once the new one is whole."""
        directory.mkdir(parents=True, exist_ok=True)
        number = 1
        if (directory / "manifest.json").exists():
            number = _read_manifest(directory).get("next", 1)
        index = cls(directory, _State((), (), None, number))
        index.update(entities, (), position=position)
        return index

    @classmethod
    def open(cls, directory: Path) -> Index:
        """Open an index. InputError names the file that is missing, damaged or of another format."""
        manifest = _read_manifest(directory)
        try:
            names = [(str(one["name"]), one["deleted"]) for one in manifest["segments"]]
            position, number = manifest["position"], int(manifest["next"])
        except (KeyError, TypeError, ValueError):
            raise InputError(
                "is damaged; build the index anew", file=str(directory / "manifest.json")
            ) from None
        segments = tuple(
            Segment(directory / name, _read_deleted(directory, deleted)) for name, deleted in names
        )
        return cls(directory, _State(segments, tuple(deleted for _, deleted in names), position, number))

    def __len__(self) -> int:
        return sum(segment.alive for segment in self._state.segments)

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and any(
            segment.row_of(key) is not None for segment in self._state.segments
        )

    @property
    def position(self) -> Position:
        """The caller's marker of the last change the index holds, or None."""
        return self._state.position

    @position.setter
    def position(self, value: Position) -> None:
        self.update((), (), position=value)

    def update(self, put: Iterable[Entity], delete: Iterable[str] = (), *, position: Position = None) -> None:
        """Put entities (one of a known id replaces it) and delete ids; an id in both is put.

        Persisted when it returns, together with `position` where one is given.
        """
        builder = SegmentBuilder()
        gone = set(delete)
        for entity in put:
            record = analyse(entity)
            gone.add(record.id)
            builder.add(record)
        with self._writing():
            state = self._state
            deleted = [_rows_of(segment, gone) for segment in state.segments]
            self._publish(state, deleted, builder, state.position if position is None else position)
            if len(self._state.segments) > MOST_SEGMENTS:
                self._merge(_to_merge(self._state.segments))

    def merge(self) -> None:
        """Write all segments as one: afterwards no byte of a deleted entity is left in the folder."""
        with self._writing():
            self._merge(self._state.segments)

    def screen(
        self, entities: Sequence[Entity], limit: int = 10, threshold: float | None = None
    ) -> list[list[Match]]:
        """For each entity the best `limit` matches, best first, down to a score of `LEAST_SCORE`.

        `threshold` (0..1) decides `Match.match`; by default it is that of the entity's schema.
        """
        segments = self._state.segments
        return [_screen_one(segments, analyse(entity), limit, threshold) for entity in entities]

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._lock, (self.directory / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _publish(
        self, state: _State, deleted: Sequence[set[int]], builder: SegmentBuilder, position: Position
    ) -> None:
        segments, files, number = [], [], state.next
        for segment, file, rows in zip(state.segments, state.deleted_files, deleted, strict=True):
            if rows:
                dead = np.union1d(np.flatnonzero(segment.deleted), list(rows)).astype(np.uint32)
                segment, file = Segment(segment.folder, dead), f"deleted-{number:06}"
                save(self.directory, file, dead)
                number += 1
            segments.append(segment)
            files.append(file)
        if len(builder):
            folder = self._write_segment(builder, number)
            replaced = np.array(builder.replaced, dtype=np.uint32)
            if len(replaced):
                save(self.directory, f"deleted-{number:06}", replaced)
            segments.append(Segment(folder, replaced))
            files.append(f"deleted-{number:06}" if len(replaced) else None)
            number += 1
        kept = [place for place, segment in enumerate(segments) if segment.alive]
        self._replace(
            _State(
                tuple(segments[place] for place in kept),
                tuple(files[place] for place in kept),
                position,
                number,
            )
        )

    def _write_segment(self, builder: SegmentBuilder, number: int) -> Path:
        folder, unfinished = (self.directory / f"{kind}-{number:06}" for kind in ("segment", "unfinished"))
        for old in (folder, unfinished):
            shutil.rmtree(old, ignore_errors=True)
        unfinished.mkdir()
        builder.write(unfinished)
        return unfinished.rename(folder)

    def _merge(self, chosen: Sequence[Segment]) -> None:
        builder = SegmentBuilder()
        for segment in chosen:
            for record in segment.living():
                builder.add(record)
        state = self._state
        kept = [place for place, segment in enumerate(state.segments) if segment not in chosen]
        rest = _State(
            tuple(state.segments[place] for place in kept),
            tuple(state.deleted_files[place] for place in kept),
            state.position,
            state.next,
        )
        self._publish(rest, [set() for _ in kept], builder, state.position)

    def _replace(self, state: _State) -> None:
        """Make `state` the truth: one rename; then clear away what nothing names any more."""
        names = [segment.folder.name for segment in state.segments]
        manifest = {
            "format": FORMAT,
            "position": state.position,
            "next": state.next,
            "segments": [
                {"name": name, "deleted": file} for name, file in zip(names, state.deleted_files, strict=True)
            ],
        }
        unfinished = self.directory / "manifest.unfinished"
        with unfinished.open("wb") as file:
            file.write(orjson.dumps(manifest))
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(self.directory / "manifest.json")
        self._state = state
        wanted = {*names, *(f"{file}.npy" for file in state.deleted_files if file)}
        for path in self.directory.iterdir():
            if path.name.startswith(("segment-", "unfinished-", "deleted-")) and path.name not in wanted:
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def _read_manifest(directory: Path) -> dict[str, Any]:
    path = directory / "manifest.json"
    try:
        manifest = orjson.loads(path.read_bytes())
    except OSError as error:
        raise InputError(f"holds no index ({error.strerror})", file=str(path)) from None
    except orjson.JSONDecodeError as error:
        raise InputError(f"is damaged ({error}); build the index anew", file=str(path)) from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise InputError(f"is not of format {FORMAT}; build the index anew", file=str(path))
    return manifest


def _read_deleted(directory: Path, name: str | None) -> Array32 | None:
    return None if name is None else open_array(directory, name, "uint32").astype(np.uint32)


def _rows_of(segment: Segment, ids: set[str]) -> set[int]:
    return {row for key in ids if (row := segment.row_of(key)) is not None}


def _to_merge(segments: Sequence[Segment]) -> Sequence[Segment]:
    largest = max(segments, key=lambda segment: segment.rows)
    small = [segment for segment in segments if segment is not largest]
    return segments if sum(segment.rows for segment in small) * 3 > largest.rows else small


def _screen_one(
    segments: Sequence[Segment], query: Record, limit: int, threshold: float | None
) -> list[Match]:
    matches = (
        score(query, segment.record(row), threshold)
        for segment in segments
        for row in segment.candidates(query, MOST_CANDIDATES)
    )
    worth = (match for match in matches if match.score >= LEAST_SCORE)
    ordered = sorted(worth, key=lambda match: (-match.score, -match.key, match.id))
    return ordered[: max(0, limit)]
