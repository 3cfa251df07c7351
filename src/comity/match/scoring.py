"""One score of two records: evidence summed as log-odds, turned into 0..1, with its reasons."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cache
from heapq import nlargest
from importlib.resources import files
from itertools import chain, product
from zlib import crc32

import yaml

from comity.base.text import say
from comity.match import evidence
from comity.match.alignment import Alignment, Piece, align
from comity.match.likeness import ACRONYM, EXACT, INITIAL, JOINED, SCRIPT, SHORT, SPELLING, TYPING
from comity.match.records import Name, Record, analyse, comparable
from comity.match.results import Entity, Match, Reason
from comity.match.text import is_latin

NO_NAME = -5.0
"""Log-odds before any other evidence when one side has no name: only a number can then make a match."""
WEAK_ALIAS = -0.5
NOT_COMPARABLE = -20.0
ALIGNED_PAIRS = 6
"""Pairs of names that are aligned, those with most in common first."""

_WORDS = {
    EXACT: say("the same in both"),
    SPELLING: say("spelling variants"),
    SCRIPT: say("the same consonants in another script"),
    SHORT: say("forms of one name"),
    INITIAL: say("an initial"),
    TYPING: say("alike but for a letter or two"),
    JOINED: say("joined in one, split in the other"),
    ACRONYM: say("a name and its initials"),
}


@cache
def _thresholds() -> dict[str, float]:
    data = yaml.safe_load((files("comity.match") / "thresholds.yaml").read_text("utf-8"))
    return {schema: float(value) for schema, value in data.items()}


def threshold_for(schema: str) -> float:
    """The default threshold of a FollowTheMoney schema, 0..1."""
    return _thresholds().get(schema, _thresholds()["default"])


def compare(query: Entity, candidate: Entity) -> Match:
    """Compare two entities. InputError when one is no FollowTheMoney entity."""
    return score(analyse(query), analyse(candidate))


def score(query: Record, candidate: Record, threshold: float | None = None) -> Match:
    """Compare two records; `threshold` defaults to that of the query's schema."""
    limit = threshold_for(query.schema) if threshold is None else threshold
    total, reasons = _evidence(query, candidate)
    probability = 1 / (1 + math.exp(-max(-40.0, min(40.0, total))))
    ordered = sorted(reasons, key=lambda reason: -abs(reason.weight))
    key = total + _in_common(query, candidate) + crc32(candidate.id.encode("utf-8", "replace")) * 1e-13
    return Match(candidate.id, round(probability, 6), key, probability >= limit, tuple(ordered))


def _in_common(query: Record, candidate: Record) -> float:
    """Share of the values of both sides that are the same, 0..1: ranks the very record before its doubles."""
    ours, theirs = _values(query), _values(candidate)
    return len(ours & theirs) / len(ours | theirs) if ours or theirs else 0.0


def _values(record: Record) -> set[str]:
    numbers = (one.value for one in record.identifiers)
    names = (name.text for name in record.names)
    return {*names, *numbers, *record.births, *record.countries, *record.types, *record.genders}


def _evidence(query: Record, candidate: Record) -> tuple[float, list[Reason]]:
    if not comparable(query.family, candidate.family):
        text = say("a {ours} is not a {theirs}", ours=query.schema, theirs=candidate.schema)
        return NOT_COMPARABLE, [Reason("schema", query.schema, candidate.schema, NOT_COMPARABLE, text)]
    reasons = list(
        chain(
            _name_reasons(query, candidate),
            evidence.identifiers(query, candidate),
            evidence.birth_date(query, candidate),
            evidence.country(query, candidate),
            evidence.sex(query, candidate),
            evidence.kind_of_thing(query, candidate),
        )
    )
    return sum(reason.weight for reason in reasons), reasons


def _name_reasons(query: Record, candidate: Record) -> Iterable[Reason]:
    best = best_alignment(query, candidate)
    if best is None:
        yield Reason("name", "", "", NO_NAME, say("no name to compare"))
        return
    other_script = is_latin(best.query.text) != is_latin(best.candidate.text)
    for piece in best.pieces:
        text = _in_words(piece)
        if other_script and piece.how == EXACT:
            text = say("{what} once transliterated", what=text)
        yield Reason("name", piece.query, piece.candidate, piece.share, text)
    if best.query.weak or best.candidate.weak:
        yield Reason(
            "name", best.query.text, best.candidate.text, WEAK_ALIAS, say("the name is a weak alias")
        )


def _in_words(piece: Piece) -> str:
    if not piece.candidate:
        return say("'{name}' has no counterpart in the candidate's name", name=piece.query)
    if not piece.query:
        return say("'{name}' has no counterpart in the name asked for", name=piece.candidate)
    if piece.how == EXACT:
        return say("'{name}' is {how}", name=piece.query, how=_WORDS[EXACT])
    return say(
        "'{ours}' and '{theirs}' are {how}", ours=piece.query, theirs=piece.candidate, how=_WORDS[piece.how]
    )


def best_alignment(query: Record, candidate: Record) -> Alignment | None:
    """The pair of names with the most evidence, None when one side has none."""
    best: Alignment | None = None
    best_value = -math.inf
    for ours, theirs in _likeliest(query.names, candidate.names):
        found = align(ours, theirs, query.family)
        value = found.evidence + WEAK_ALIAS * (ours.weak or theirs.weak)
        if value > best_value:
            best, best_value = found, value
    return best


def _likeliest(ours: tuple[Name, ...], theirs: tuple[Name, ...]) -> list[tuple[Name, Name]]:
    pairs = list(product(ours, theirs))
    if len(pairs) <= ALIGNED_PAIRS:
        return pairs

    def common(pair: tuple[Name, Name]) -> float:
        shared = len(pair[0].bones & pair[1].bones)
        return shared / (len(pair[0].bones) + len(pair[1].bones) - shared)

    return nlargest(ALIGNED_PAIRS, pairs, key=common)
