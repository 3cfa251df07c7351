"""The language of a page: the officer's choice (a cookie), else what the browser asks for, else English."""

from __future__ import annotations

from django.utils.translation import gettext

from comity.base.text import translated


def t(sentence: str) -> str:
    """What the node, an engine or the law book says, in the language of the page."""
    return translated(sentence, gettext)
