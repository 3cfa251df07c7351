"""Names as the engine sees them: folded to plain Latin letters, cut into tokens, reduced to consonants.

Every script is transliterated by ICU; Russian by the BGN/PCGN tables, because they give the spellings that
passports and lists use. Scripts that write no short vowels (Arabic, Hebrew) can only be compared by
consonants, hence the skeleton.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from icu import Transliterator

LONGEST_TEXT = 400
"""Characters of a name that are looked at; the rest of an overlong value is ignored."""
MOST_TOKENS = 16
"""Tokens of a name that are looked at."""

_to_latin = Transliterator.createInstance("NFKC; Russian-Latin/BGN; Any-Latin; Latin-ASCII; Lower")
_hangul = re.compile(r"([\uac00-\ud7a3])(?=[\uac00-\ud7a3])")
_characters = re.compile(r"[\u3400-\u9fff\uac00-\ud7a3]")
_arabic_article = re.compile(r"(?<!\S)(عبد)?\s*ال(?!له)(?=\S{2})")
_simplified = Transliterator.createInstance("NFKC; Traditional-Simplified")
_voweless = re.compile(r"[\u0590-\u06ff\u0750-\u077f\ufb1d-\ufdff\ufe70-\ufefc]")
_beyond_latin = re.compile(r"[\u0370-\u1dff\u2c00-\ud7ff\uf900-\ufefc]")
_inside = re.compile(r"(?<=\w)['`´’‘ʼʻʿʾʹʺ?·](?=\w)|[ʿʾʹʺ’‘ʼʻ'`]")
_BEFORE = str.maketrans({"・": " ", "·": " ", "ة": "ه"})
_words = re.compile(r"[a-z]+|\d+")
_dotted = re.compile(r"\b((?:[a-z]\.\s?){2,})(?![a-z])|\b((?:[a-z]\.)+[a-z])\b")
_non_alphanumeric = re.compile(r"[^a-z0-9]+")


def is_latin(text: str) -> bool:
    """Whether the text is written in Latin letters alone."""
    return _beyond_latin.search(text) is None


def is_voweless(text: str) -> bool:
    """Whether the text holds Arabic or Hebrew letters, whose short vowels are not written."""
    return _voweless.search(text) is not None


def _article_apart(found: re.Match[str]) -> str:
    return f"{found.group(1) or ''} ال "


def characters(text: str) -> list[str]:
    """The characters of a name all in Chinese or Korean script (simplified), else none.

    Two such names are compared by character: their Latin readings are the same for too many of them.
    """
    signs = [sign for sign in text[:LONGEST_TEXT] if not sign.isspace()]
    if not signs or not all(_characters.match(sign) for sign in signs):
        return []
    return list(str(_simplified.transliterate("".join(signs))))[:MOST_TOKENS]


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Lower-case Latin letters without marks, digits and single spaces; other signs become spaces.

    Acronyms are joined (`C.B.A.` becomes `cba`), Korean syllables are kept apart.
    """
    text = text[:LONGEST_TEXT]
    if text.isascii():
        latin = text.lower()
    else:
        composed = unicodedata.normalize("NFKC", text).translate(_BEFORE)
        separated = _hangul.sub(r"\1 ", _arabic_article.sub(_article_apart, composed))
        latin = str(_to_latin.transliterate(separated))
    latin = _dotted.sub(lambda found: found.group(0).replace(".", "").replace(" ", "") + " ", latin)
    latin = _inside.sub("", latin)
    return _non_alphanumeric.sub(" ", latin).strip()


def tokens(text: str) -> list[str]:
    """The tokens of a folded name; letters and digits that touch are cut apart (`no1` gives `no`, `1`)."""
    return _words.findall(text)[:MOST_TOKENS]


_PHONETIC = [
    (re.compile(pattern), by)
    for pattern, by in (
        (r"sch|sh|sz", "s"), (r"dzh|dj|zh", "j"), (r"tch|ch|cz|ts|tz", "c"), (r"ph", "f"), (r"kh|ck|q", "k"),
        (r"gh", "g"), (r"th", "t"), (r"dh", "d"), (r"x", "ks"), (r"c(?=[ei])", "s"), (r"c(?=[aou]|$)", "k"),
        (r"eo|ou|oo|w", "u"), (r"ee|ie|ei|ey|y|j(?=[aeiou])", "i"), (r"ah$", "a"), (r"v", "w"),
        (r"(.)\1+", r"\1"),
    )
]  # fmt: skip


@lru_cache(maxsize=262144)
def phonetic(token: str) -> str:
    """The token with usual spelling variants made one: `mouhammad` and `muhamad`, `yusuf` and `iousef`."""
    for pattern, by in _PHONETIC:
        token = pattern.sub(by, token)
    return token


_SKELETON = [
    (re.compile(pattern), by)
    for pattern, by in (
        (r"sch|sh|sz", "s"), (r"dzh|dj|zh", "j"), (r"tch|ch|cz|ts|tz", "c"), (r"ph", "f"),
        (r"kh|ck|q|gh|g", "k"), (r"th", "t"), (r"dh", "d"), (r"x", "ks"), (r"c(?=[ei])", "s"),
        (r"c(?=[aoulr]|$)", "k"), (r"(?<=.)h$", ""), (r"[aeiouyw]", ""), (r"(.)\1+", r"\1"),
    )
]  # fmt: skip


@lru_cache(maxsize=262144)
def skeleton(token: str) -> str:
    """The consonants of a token, variants made one: the same for `rasul` and for ICU's Arabic `rswl`."""
    if token.isdigit():
        return token
    for pattern, by in _SKELETON:
        token = pattern.sub(by, token)
    return token


@lru_cache(maxsize=262144)
def loose_skeleton(token: str) -> str:
    """The skeleton with the sounds made one that languages in Arabic script say and spell differently."""
    return skeleton(token.replace("th", "s").replace("dh", "z").replace("ch", "s"))
