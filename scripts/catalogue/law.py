"""Strings of the law files: titles, labels, sentences, and the identifiers that pages show as words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from comity.base.text import spelled

SENTENCES = {
    "title",
    "short",
    "act",
    "label",
    "help",
    "text",
    "effect",
    "purpose",
    "about",
    "data",
    "fields",
    "reason",
}
"""Keys of what a page shows as it stands: a string or a list of strings."""

IDENTIFIERS = {
    "owed_by", "from", "until", "latest_of", "clock", "duty", "subject", "to", "of", "do", "by",
    "kinds", "counters", "parties", "required_when",
}  # fmt: skip
"""Keys of what a page shows spelled out."""

IDENTIFIER = re.compile(r"[a-z][a-z0-9_.-]*")
"""What is no condition, which is shown as it is written."""

NAMED = {"clocks", "requirements", "handling", "consents"}
"""Lists whose members are shown by their `id`."""


def strings(path: Path) -> Iterator[str]:
    """Every string of one file that a page shows."""
    yield from _walk(yaml.safe_load(path.read_text(encoding="utf-8")))


def _walk(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for each in node:
            yield from _walk(each)
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from _of_key(key, value)
            yield from _walk(value)


def _of_key(key: str, value: Any) -> Iterator[str]:
    texts = [each for each in (value if isinstance(value, list | dict) else [value]) if isinstance(each, str)]
    if key in SENTENCES and not isinstance(value, dict):
        yield from texts
    elif key in IDENTIFIERS:
        yield from (spelled(each) for each in texts if IDENTIFIER.fullmatch(each))
    elif key in ("states", "moments"):
        yield from value.values()
    elif key in ("needs", "name"):
        yield from texts
    elif key in NAMED:
        yield from (spelled(each["id"]) for each in value)
