"""Strings marked in templates, keyed as Django looks them up; and the text in them that nobody marked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from django.template.base import Lexer, Token, TokenType
from django.utils.text import smart_split
from django.utils.translation import trim_whitespace

Found = str | tuple[str, str]
TAGS = ("translate", "trans", "blocktranslate", "blocktrans")
QUOTED = re.compile(r"""_\((?P<quote>["'])(?P<text>.*?)(?P=quote)\)""")


def strings(path: Path) -> Iterator[Found]:
    """The strings of `translate` and `blocktranslate`; a counted one as (singular, plural)."""
    tokens = iter(Lexer(path.read_text(encoding="utf-8")).tokenize())
    for token in tokens:
        if token.token_type in (TokenType.BLOCK, TokenType.VAR):
            yield from (found["text"].replace("%", "%%") for found in QUOTED.finditer(token.contents))
        if token.token_type == TokenType.BLOCK:
            words = list(smart_split(token.contents))
            if words[0] in TAGS and "context" in words:
                raise ValueError(f"{path}: the catalogues know no context: {token.contents}")
            if words[0] in ("translate", "trans"):
                yield words[1][1:-1].replace("%", "%%")
            elif words[0] in ("blocktranslate", "blocktrans"):
                yield _block(tokens, trimmed="trimmed" in words)


def _block(tokens: Iterator[Token], trimmed: bool) -> Found:
    forms = [""]
    for token in tokens:
        if token.token_type == TokenType.TEXT:
            forms[-1] += token.contents.replace("%", "%%")
        elif token.token_type == TokenType.VAR:
            forms[-1] += f"%({token.contents})s"
        elif token.contents.strip() == "plural":
            forms.append("")
        else:
            break
    forms = [trim_whitespace(form) if trimmed else form for form in forms]
    return (forms[0], forms[1]) if len(forms) == 2 else forms[0]


SHOWN = ("alt", "aria-label", "placeholder", "title")
NAMES = {"Comity", "API", "CSV", "JSON", "PDF", "SIENA", "Europol", "CEL", "CELEX", "SHA-256", "ISO", "UTC"}
"""Words that are the same in every language."""


def unmarked(path: Path) -> list[str]:
    """The text between tags and in attributes that is shown but goes into no catalogue."""
    reader = _Literal()
    reader.feed("".join(_literally(path)))
    return reader.found


def _literally(path: Path) -> Iterator[str]:
    """The template with its tags left out, and what is marked with them."""
    inside = False
    for token in Lexer(path.read_text(encoding="utf-8")).tokenize():
        if token.token_type == TokenType.TEXT and not inside:
            yield token.contents
        elif token.token_type == TokenType.BLOCK:
            word = token.contents.split()[0]
            inside = word in ("blocktranslate", "comment") or (inside and not word.startswith("end"))


class _Literal(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.quiet = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.quiet += tag in ("script", "style", "code", "kbd")
        for name, value in attrs:
            if name in SHOWN:
                self._note(value or "")

    def handle_endtag(self, tag: str) -> None:
        self.quiet -= tag in ("script", "style", "code", "kbd")

    def handle_data(self, data: str) -> None:
        if not self.quiet:
            self._note(data)

    def _note(self, text: str) -> None:
        words = [word for word in re.findall(r"[^\W\d_][\w-]*", text) if word not in NAMES]
        if any(len(word) > 1 for word in words):
            self.found.append(" ".join(text.split()))
