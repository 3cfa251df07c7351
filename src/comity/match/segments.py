"""A segment: an immutable part of the index in a folder of its own, and how candidates are found in it.

ids, records     per row: the entity's id, and its record as JSON
words            the vocabulary: every token of a name, and every two neighbours joined
spellings        multimap: a spelling key of a word (itself, phonetic, consonants, one letter less) > words
row_of           per word: the rows whose names hold it, in compressed sparse rows
numbers, by_id   multimaps: identifier > rows, id > rows
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import orjson
from numpy.typing import NDArray

from comity.base.errors import InputError
from comity.match.arrays import Array32, Multimap, Texts, hash_text, open_array, save
from comity.match.likeness import LEAST, likeness
from comity.match.records import Name, Record, dump, load
from comity.match.text import phonetic, skeleton

MOST_SPELLINGS = 32
"""Words of the vocabulary that stand for one token of a query, most alike first."""
NEAR_BEST = 0.4
"""A row is a candidate when its overlap with a name is at least this share of the best row's."""
JOINED_SHARE = 0.8
PER_WORD = 0.002
"""What each further word of a row costs when more rows overlap than are wanted."""


def spelling_keys(word: str, *, joined: bool = False) -> Iterator[str]:
    """Keys that find a word again when it is spelled otherwise; words one edit apart share one."""
    yield "=" + word
    if word.isdigit():
        return
    yield "~" + phonetic(word)
    bones = skeleton(word)
    if len(bones) >= 2:
        yield "#" + bones
    if 4 <= len(word) <= 24 and not joined:
        yield "-" + word
        yield from {"-" + word[:place] + word[place + 1 :] for place in range(len(word))}


def joined_words(name: Name) -> Iterator[tuple[str, float]]:
    """Every two neighbouring tokens of a name as one word, and its initials; each with its weight."""
    initials, places = name.acronym()
    if initials:
        yield initials, sum(name.tokens[place].weight for place in places)
    for first, second in pairwise(name.tokens):
        if not (first.text.isdigit() or second.text.isdigit()):
            yield first.text + second.text, first.weight + second.weight


class SegmentBuilder:
    """Collects records and writes them as one segment; of two records with one id the later stays."""

    def __init__(self) -> None:
        self._ids: list[bytes] = []
        self._records: list[bytes] = []
        self._row_of_id: dict[str, int] = {}
        self._words: dict[str, int] = {}
        self._whole: set[int] = set()
        self._postings = array("I")
        self._numbers: list[tuple[int, int]] = []
        self.replaced: list[int] = []

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, record: Record) -> None:
        row = len(self._ids)
        if (before := self._row_of_id.get(record.id)) is not None:
            self.replaced.append(before)
        self._row_of_id[record.id] = row
        self._ids.append(record.id.encode("utf-8", "surrogatepass"))
        self._records.append(dump(record))
        for word in self._words_of(record):
            self._postings.append(word)
            self._postings.append(row)
        self._numbers += [(hash_text(one.value), row) for one in record.identifiers]

    def _words_of(self, record: Record) -> set[int]:
        words = self._words
        whole = {words.setdefault(token.text, len(words)) for name in record.names for token in name.tokens}
        self._whole |= whole
        return whole | {
            words.setdefault(word, len(words)) for name in record.names for word, _ in joined_words(name)
        }

    def write(self, folder: Path) -> None:
        """Write the segment's files into an existing, empty folder."""
        Texts.write(folder, "ids", self._ids)
        Texts.write(folder, "records", self._records)
        Texts.write(folder, "words", [word.encode() for word in self._words])
        Multimap.write(folder, "by_id", ((hash_text(key), row) for key, row in self._row_of_id.items()))
        Multimap.write(folder, "numbers", self._numbers)
        spellings = (
            (hash_text(key), number)
            for word, number in self._words.items()
            for key in spelling_keys(word, joined=number not in self._whole)
        )
        Multimap.write(folder, "spellings", spellings)
        pairs = np.frombuffer(self._postings, dtype=np.uint32).reshape(-1, 2)
        order = np.argsort(pairs[:, 0], kind="stable")
        starts = np.zeros(len(self._words) + 1, dtype=np.uint64)
        starts[1:] = np.cumsum(np.bincount(pairs[:, 0], minlength=len(self._words)))
        save(folder, "row_of", np.ascontiguousarray(pairs[order, 1]))
        save(folder, "row_of_starts", starts)


class Segment:
    """An open segment. `deleted` is one boolean per row; it is replaced, never changed."""

    def __init__(self, folder: Path, deleted: Array32 | None = None) -> None:
        self.folder = folder
        self._ids, self._records = Texts(folder, "ids"), Texts(folder, "records")
        self._words = Texts(folder, "words")
        self._by_id, self._numbers = Multimap(folder, "by_id"), Multimap(folder, "numbers")
        self._spellings = Multimap(folder, "spellings")
        self._starts = open_array(folder, "row_of_starts", "uint64")
        self._rows = open_array(folder, "row_of", "uint32")
        if len(self._starts) != len(self._words) + 1 or int(self._starts[-1]) != len(self._rows):
            raise InputError(
                "does not fit the words; build the index anew", file=str(folder / "row_of_starts.npy")
            )
        self._words_in_row = np.bincount(self._rows, minlength=len(self._ids)).astype(np.float32)
        self.deleted = np.zeros(len(self._ids), dtype=bool)
        if deleted is not None:
            self.deleted[deleted[deleted < len(self._ids)]] = True

    @property
    def rows(self) -> int:
        """Rows, deleted ones included."""
        return len(self._ids)

    @property
    def alive(self) -> int:
        return self.rows - int(self.deleted.sum())

    def row_of(self, key: str) -> int | None:
        """The living row of an entity id."""
        wanted = key.encode("utf-8", "surrogatepass")
        for row in self._by_id.find(key):
            if self._ids[int(row)] == wanted and not self.deleted[row]:
                return int(row)
        return None

    def record(self, row: int) -> Record:
        """InputError when the row's bytes are damaged."""
        try:
            return load(self._records[row])
        except (orjson.JSONDecodeError, ValueError, TypeError) as error:
            path = self.folder / "records.npy"
            raise InputError(
                f"row {row} is damaged ({error}); build the index anew", file=str(path)
            ) from None

    def living(self) -> Iterator[Record]:
        """Every record that is not deleted."""
        for row in np.flatnonzero(~self.deleted):
            yield self.record(int(row))

    def candidates(self, query: Record, most: int) -> list[int]:
        """Rows worth scoring: all that share an identifier, and the `most` with the best overlap of names."""
        found = {int(row) for one in query.identifiers for row in self._numbers.find(one.value)}
        found.update(self._by_name(query.names, most))
        return [row for row in found if not self.deleted[row]]

    def _by_name(self, names: Sequence[Name], most: int) -> list[int]:
        """The rows that overlap most with one of the names, relative to the name's best row."""
        rank = np.zeros(self.rows, dtype=np.float32)
        for name in names:
            total = self._overlap(name)
            if best := float(total.max(initial=0)):
                np.maximum(rank, total / best, out=rank)
        near = np.flatnonzero(rank >= NEAR_BEST)
        if len(near) > most:
            rank_near = rank[near] - PER_WORD * self._words_in_row[near]
            near = near[np.argpartition(-rank_near, most)[:most]]
        return [int(row) for row in near]

    def _overlap(self, name: Name) -> NDArray[np.float32]:
        """Per row the rarity of the name's tokens that it holds."""
        total = np.zeros(self.rows, dtype=np.float32)
        for token in dict.fromkeys(name.tokens):
            self._add_overlap(total, token.text, token.weight)
        for word, weight in joined_words(name):
            self._add_overlap(total, word, weight * JOINED_SHARE)
        return total

    def _add_overlap(self, total: NDArray[np.float32], text: str, weight: float) -> None:
        """Add to each row what the best of its words that stand for `text` is worth: rarity by likeness."""
        best = np.zeros(self.rows, dtype=np.float32)
        for like, word in reversed(self._alike(text)):
            rows = self._rows[int(self._starts[word]) : int(self._starts[word + 1])]
            best[rows] = like * weight * math.log(1 + self.rows / len(rows))
        total += best

    def _alike(self, text: str) -> list[tuple[float, int]]:
        """Words that stand for a token of the query, most alike first."""
        found = {int(word) for key in spelling_keys(text) for word in self._spellings.find(key)}
        alike = ((likeness(text, self._words[word].decode(), True)[0], word) for word in found)
        return sorted(((like, word) for like, word in alike if like >= LEAST), reverse=True)[:MOST_SPELLINGS]
