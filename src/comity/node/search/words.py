"""Text as the search sees it: plain Latin words with their positions, and what somebody asks for in the same words.

Accents, case and script are folded away (`comity.match.text`), and so is the German way of writing an umlaut with
an e: Müller, Mueller and MULLER are one word, Иванов and Ivanov as well. A number written with signs inside, such
as a reference, is also one word without them: `NL-2026-00042` is found as it stands, and as `nl202600042`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from comity.base.errors import InputError
from comity.base.text import say
from comity.match.text import fold

LONGEST_TEXT = 200_000
"""Characters of one passage that are searched; what follows is not."""
LONGEST_QUERY = 300
MOST_TERMS = 24
SHORTEST_PREFIX = 2
LAST_POSITION = 16_383
"""PostgreSQL keeps no higher position of a word."""
MOST_POSITIONS = 255

_chunk = re.compile(r"\S+")
_term = re.compile(r'"([^"]*)"?|(\S+)')
_umlaut = re.compile(r"([aou])e")
_digit = re.compile(r"\d")


def folded(chunk: str) -> list[str]:
    """The words of a piece of text without spaces: letters a to z and digits only."""
    return _umlaut.sub(r"\1", fold(chunk)).split()


def compact(words: list[str]) -> str:
    """The words as one, when they are a number or a reference with signs inside; else nothing."""
    joined = "".join(words)
    return joined if len(words) > 1 and _digit.search(joined) else ""


def vector(texts: Iterable[str], marks: Iterable[str] = ()) -> str:
    """The words of texts as a PostgreSQL `tsvector`; `marks` are added as they are, behind an equals sign.

    No word of a text can be a mark. A gap between two texts keeps a phrase from reaching over it.
    """
    places: dict[str, list[int]] = {}
    position = 0
    for text in texts:
        for chunk in _chunk.findall(text[:LONGEST_TEXT]):
            words = folded(chunk)
            if compact(words):
                places.setdefault(compact(words)[:200], []).append(min(position + 1, LAST_POSITION))
            for word in words:
                position += 1
                places.setdefault(word[:200], []).append(min(position, LAST_POSITION))
        position += 1
    found = [f"'{word}':{','.join(map(str, at[:MOST_POSITIONS]))}" for word, at in places.items()]
    return " ".join([*found, *map(quoted_mark, marks)])


def quoted_mark(mark: str) -> str:
    """A mark as it stands in a vector or a query: `'=kind:step'`."""
    escaped = mark.replace("\\", "\\\\").replace("'", "''")
    return f"'={escaped}'"


@dataclass(frozen=True, slots=True)
class Term:
    """One thing asked for: words that follow one another, the last perhaps only begun (`prefix`)."""

    words: tuple[str, ...]
    prefix: bool = False

    @property
    def sql(self) -> str:
        """The term as part of a `tsquery`."""
        quoted = [f"'{word}'" for word in self.words]
        quoted[-1] += ":*" if self.prefix else ""
        phrase = " <-> ".join(quoted)
        whole = compact(list(self.words))
        if not whole:
            return f"({phrase})"
        return f"('{whole}'{':*' if self.prefix else ''} | ({phrase}))"

    def meets(self, words: list[str]) -> bool:
        """Whether one of `words`, or all of them together, is one of this term's: for showing where it was found."""
        whole, asked = "".join(words), "".join(self.words)
        if whole == asked or (self.prefix and whole.startswith(asked)):
            return True
        if any(word in self.words for word in words):
            return True
        return self.prefix and any(word.startswith(self.words[-1]) for word in words)


def terms(text: str) -> list[Term]:
    """What is asked for: words, `"phrases"` and `prefixes*`; all of them must be found.

    Raises InputError when no word is left, or when the text is too long or a prefix too short.
    """
    if len(text) > LONGEST_QUERY:
        raise InputError(say("at most {limit} characters", limit=LONGEST_QUERY), field="q")
    found = list(_terms(text))
    if not found:
        raise InputError("say a name, a number or a word to look for", field="q")
    if len(found) > MOST_TERMS:
        raise InputError(say("at most {limit} words", limit=MOST_TERMS), field="q")
    return found


def _terms(text: str) -> Iterator[Term]:
    for phrase, word in _term.findall(text):
        words = [each for chunk in (phrase or word).split() for each in folded(chunk)]
        prefix = not phrase and word.endswith("*")
        if prefix and words and len(words[-1]) < SHORTEST_PREFIX:
            raise InputError(
                say("begin a word with at least {least} letters before the *", least=SHORTEST_PREFIX),
                field="q",
            )
        if words:
            yield Term(tuple(word[:200] for word in words), prefix)


def query(asked: Iterable[Term], marks: Iterable[str] = ()) -> str:
    """The terms and marks as a PostgreSQL `tsquery` that asks for all of them."""
    return " & ".join([*(term.sql for term in asked), *map(quoted_mark, marks)])
