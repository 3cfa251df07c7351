"""Where something was found: a few words around it, and which of them it was."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from comity.node.search.words import Term, folded

_chunk = re.compile(r"\S+")
BEFORE, AFTER = 8, 22
"""Words shown before and after the first that was found."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text of a snippet; `found` when it is what was asked for."""

    text: str
    found: bool


def snippet(texts: Iterable[str], asked: Sequence[Term]) -> list[Piece]:
    """The words around the first of `asked` that stands in one of the texts; else the first words of all."""
    beginning: list[Piece] = []
    for text in texts:
        chunks = _chunk.findall(text)
        hits = [any(term.meets(folded(chunk)) for term in asked) for chunk in chunks]
        if True in hits:
            return _around(chunks, hits)
        beginning = beginning or _around(chunks, hits)
    return beginning


def _around(chunks: list[str], hits: list[bool]) -> list[Piece]:
    first = hits.index(True) if True in hits else 0
    start, end = max(0, first - BEFORE), first + AFTER
    pieces = [Piece("…", False)] if start else []
    pieces += [Piece(chunk[:200], hit) for chunk, hit in zip(chunks[start:end], hits[start:end], strict=True)]
    return pieces + ([Piece("…", False)] if end < len(chunks) else [])
