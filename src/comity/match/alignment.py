"""Two names, token by token: which met which, what was left over, and the evidence of it all.

The evidence of a name pair is a log-odds between -6 (nothing met) and 4 (all met exactly):

    evidence = -6 + 10 * sum(weight * likeness of what met) / total
    total    = weight met + 2 * conflict + k * surplus

Conflict is what is left over on *both* sides (another surname); surplus is what only one side has
(a second given name that the other list leaves out) and costs little. Each token's share is exact: the shares
sum to the evidence, so that the reasons are the score.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from comity.match.likeness import ACRONYM, JOINED, LEAST, likeness
from comity.match.records import Name
from comity.match.text import skeleton
from comity.match.words import Token

NOTHING_MET, SPAN = -6.0, 10.0
CONFLICT, SURPLUS = 2.0, 0.35


@dataclass(frozen=True, slots=True)
class Piece:
    """Tokens that met, or one that was left over (the other side is then empty); `share` is its evidence."""

    query: str
    candidate: str
    how: str
    share: float


@dataclass(frozen=True, slots=True)
class Alignment:
    """The evidence of a pair of names and the pieces it is the sum of."""

    evidence: float
    query: Name
    candidate: Name
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class _Meeting:
    value: float
    like: float
    how: str
    query: tuple[int, ...]
    candidate: tuple[int, ...]

    def rank(self) -> tuple[float, float, int, int]:
        """Most alike first; the same whichever side is the query."""
        places = sum(self.query) + sum(self.candidate)
        return -self.like, -self.value, places, abs(self.query[0] - self.candidate[0])


def align(query: Name, candidate: Name, family: str) -> Alignment:
    """Align two names of entities of a `family` (see records.py)."""
    if query.characters and candidate.characters:
        query, candidate = query.by_character(), candidate.by_character()
    met, left_q, left_c = _meet(query, candidate, family)
    weights = [
        (_weight(query.tokens, one.query) + _weight(candidate.tokens, one.candidate)) / 2 for one in met
    ]
    weight_met = sum(weights)
    open_q, open_c = _weight(query.tokens, left_q), _weight(candidate.tokens, left_c)
    conflict, surplus = min(open_q, open_c), abs(open_q - open_c)
    if any(
        tokens[i].text.isdigit()
        for tokens, left in ((query.tokens, left_q), (candidate.tokens, left_c))
        for i in left
    ):
        conflict, surplus = max(open_q, open_c), 0.0
    penalty = CONFLICT * conflict + _surplus_price(weight_met, family) * surplus
    total = weight_met + penalty or 1.0
    pieces = [
        Piece(
            _text(query.tokens, one.query),
            _text(candidate.tokens, one.candidate),
            one.how,
            weight * (NOTHING_MET + SPAN * one.like) / total,
        )
        for one, weight in zip(met, weights, strict=True)
    ]
    lost = NOTHING_MET * penalty / total / ((open_q + open_c) or 1.0)
    pieces += [Piece(query.tokens[i].text, "", "left over", lost * query.tokens[i].weight) for i in left_q]
    pieces += [
        Piece("", candidate.tokens[i].text, "left over", lost * candidate.tokens[i].weight) for i in left_c
    ]
    return Alignment(sum(piece.share for piece in pieces), query, candidate, tuple(pieces))


def _surplus_price(weight_met: float, family: str) -> float:
    """One token that met says little about a person with further names, much about a firm."""
    if family != "person":
        return SURPLUS
    return SURPLUS * max(1.0, 2.0 / weight_met) if weight_met else SURPLUS


def _meet(query: Name, candidate: Name, family: str) -> tuple[list[_Meeting], list[int], list[int]]:
    """Tokens that meet, best first and each once; then the places left over on either side."""
    free_q, free_c = set(range(len(query.tokens))), set(range(len(candidate.tokens)))
    met: list[_Meeting] = []
    possible = [*_meetings(query, candidate)]
    if family != "person":
        possible += [*_acronyms(query, candidate, turned=False), *_acronyms(candidate, query, turned=True)]
    for one in sorted(possible, key=_Meeting.rank):
        if free_q.issuperset(one.query) and free_c.issuperset(one.candidate):
            met.append(one)
            free_q.difference_update(one.query)
            free_c.difference_update(one.candidate)
    return met, sorted(free_q), sorted(free_c)


def _meetings(query: Name, candidate: Name) -> Iterator[_Meeting]:
    voweless = query.voweless != candidate.voweless
    for i, a in enumerate(query.tokens):
        for j, b in enumerate(candidate.tokens):
            like, how = likeness(a.text, b.text, voweless)
            if like >= LEAST:
                yield _Meeting(like * (a.weight + b.weight), like, how, (i,), (j,))
    yield from _joined(query.tokens, candidate.tokens, voweless, turned=False)
    yield from _joined(candidate.tokens, query.tokens, voweless, turned=True)


def _joined(
    apart: Sequence[Token], whole: Sequence[Token], voweless: bool, *, turned: bool
) -> Iterator[_Meeting]:
    """Two or three neighbours of one name that are one token of the other: `abd allah` and `abdallah`."""
    met_alone = {token.text for token in whole}
    for size in (2, 3):
        for i in range(len(apart) - size + 1):
            places = tuple(range(i, i + size))
            parts = [apart[place].text for place in places]
            text = "".join(parts)
            if len(text) < 4 or met_alone.issuperset(parts):
                continue
            for j, b in enumerate(whole):
                if abs(len(text) - len(b.text)) > 2 + 2 * voweless:
                    continue
                if voweless and len(skeleton(text)) < 4 and min(map(len, parts)) > 2:
                    continue
                like, _ = likeness(text, b.text, voweless)
                if like >= (0.75 if voweless else 0.88):
                    value = like * (_weight(apart, places) + b.weight)
                    sides = ((j,), places) if turned else (places, (j,))
                    yield _Meeting(value, like, JOINED, *sides)


def _acronyms(short: Name, long: Name, *, turned: bool) -> Iterator[_Meeting]:
    """A token that is the initials of the other whole name: `pla` and `people's liberation army`."""
    initials, places = long.acronym()
    for i, token in enumerate(short.tokens):
        if token.text == initials:
            sides = (places, (i,)) if turned else ((i,), places)
            yield _Meeting(token.weight + _weight(long.tokens, places), 0.85, ACRONYM, *sides)


def _weight(tokens: Sequence[Token], places: Sequence[int]) -> float:
    return sum(tokens[place].weight for place in places)


def _text(tokens: Sequence[Token], places: Sequence[int]) -> str:
    return " ".join(tokens[place].text for place in places)
