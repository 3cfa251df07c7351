"""How alike two tokens are, from 0 to 1, and in what way: exact, variant, initial, mistyped."""

from __future__ import annotations

from functools import lru_cache

from rapidfuzz.distance import OSA

from comity.match.text import loose_skeleton, phonetic, skeleton
from comity.match.words import nicknames

LEAST = 0.6
"""Tokens less alike than this do not meet."""
EXACT, SPELLING, SCRIPT, SHORT, INITIAL, TYPING, JOINED, ACRONYM = (
    "exact",
    "spelling variant",
    "transliterated",
    "short form",
    "initial",
    "mistyped",
    "joined or split",
    "initials",
)
Likeness = tuple[float, str]
_NONE: Likeness = (0.0, "")


@lru_cache(maxsize=524288)
def likeness(a: str, b: str, voweless: bool) -> Likeness:
    """Likeness of two folded tokens; `voweless` when one of the names comes from Arabic or Hebrew script."""
    if a == b:
        return 1.0, EXACT
    if a.isdigit() or b.isdigit():
        return _NONE
    if nicknames(a) & nicknames(b):
        return 0.88, SHORT
    if len(a) == 1 or len(b) == 1:
        return (0.75, INITIAL) if a[0] == b[0] else _NONE
    if phonetic(a) == phonetic(b):
        return 0.95, SPELLING
    edits = _by_edits(a, b)
    bones = _by_skeleton(a, b, voweless)
    return max(edits, bones)


def _by_edits(a: str, b: str) -> Likeness:
    longest = max(len(a), len(b))
    allowed = 0 if longest < 4 else 1 if longest < 7 else 2 if longest < 13 else 3
    edits = OSA.distance(a, b, score_cutoff=allowed)
    if edits > allowed:
        return _NONE
    return 1 - edits * (0.9 if a[0] == b[0] else 1.1) / longest, TYPING


def _by_skeleton(a: str, b: str, voweless: bool) -> Likeness:
    bones_a, bones_b = skeleton(a), skeleton(b)
    shortest = min(len(bones_a), len(bones_b))
    if not shortest:
        return _NONE
    if bones_a == bones_b:
        if voweless:
            return (0.75, 0.88, 0.95)[min(shortest, 3) - 1], SCRIPT
        return ((0.0, 0.72, 0.85)[min(shortest, 3) - 1], SPELLING) if _share_vowels(a, b) else _NONE
    if voweless and loose_skeleton(a) == loose_skeleton(b):
        return (0.65, 0.8, 0.9)[min(shortest, 3) - 1], SCRIPT
    if voweless and shortest >= 3 and OSA.distance(bones_a, bones_b, score_cutoff=1) <= 1:
        return (0.75 if shortest >= 4 else 0.65), SCRIPT
    return _NONE


def _share_vowels(a: str, b: str) -> bool:
    return OSA.distance(a, b) <= max(len(a), len(b)) * 0.45
