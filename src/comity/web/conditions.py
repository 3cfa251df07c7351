"""Conditions of the law files in words, where they are simple enough to be said."""

from __future__ import annotations

import re
from collections.abc import Iterable

from comity.law.schema import Field
from comity.web.language import t
from comity.web.words import choice

YES_NO = re.compile(r"(?P<no>!?)(?P<name>\w+)")
IS = re.compile(r"(?P<name>\w+) == '(?P<value>[^']*)'")
AMONG = re.compile(r"(?P<name>\w+) in \[(?P<values>('[^']*'(, )?)+)\]")


def in_words(condition: str, fields: Iterable[Field]) -> str:
    """A condition by the labels of the fields it reads, `Object: Container`; empty where it cannot be said."""
    known = {field.id: field for field in fields}
    parts = [_part(part.strip(), known) for part in condition.split(" && ")]
    return "; ".join(parts) if all(parts) else ""


def _part(part: str, known: dict[str, Field]) -> str:
    if (found := YES_NO.fullmatch(part)) and found["name"] in known:
        return f"{t(known[found['name']].label)}: {t('no' if found['no'] else 'yes')}"
    if (found := IS.fullmatch(part)) and found["name"] in known:
        return _chosen(known[found["name"]], [found["value"]])
    if (found := AMONG.fullmatch(part)) and found["name"] in known:
        return _chosen(known[found["name"]], re.findall(r"'([^']*)'", found["values"]))
    return ""


def _chosen(field: Field, values: list[str]) -> str:
    texts = [choice(each.id, each.text) for each in field.of if each.id in values]
    return f"{t(field.label)}: {', '.join(map(t, texts))}" if texts else ""
