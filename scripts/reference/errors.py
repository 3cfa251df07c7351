"""The tree of errors, from the classes themselves."""

from __future__ import annotations

from collections.abc import Iterator
from unittest.mock import patch

from django.test import RequestFactory

from comity.base import errors
from comity.base.errors import ComityError, Gap
from comity.cli import exit_status
from comity.web.errors import status_of
from comity.web.inbox import take_in
from reference import markdown as md


def page() -> str:
    """The tree, and how each error leaves the program."""
    doc = errors.__doc__ or ""
    tree = doc[doc.index("    ComityError") : doc.index("Errors carry")]
    rows = [(md.code(kind.__name__), _sentence(kind), *_ways(kind)) for kind in _tree(ComityError)]
    return md.page(
        "Errors",
        "Every error raised on purpose is one of this tree. Its message is one sentence fit for an officer, without "
        "secrets or personal data.",
        "```text\n" + "\n".join(line[4:] for line in tree.rstrip().splitlines()) + "\n```",
        md.table(("error", "meaning", "exit status", "page and API", "node's inbox"), rows),
    )


def _tree(kind: type[ComityError]) -> Iterator[type[ComityError]]:
    yield kind
    for child in kind.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from _tree(child)


def _sentence(kind: type[ComityError]) -> str:
    return " ".join((kind.__doc__ or "").split())


def _ways(kind: type[ComityError]) -> tuple[int, int, int]:
    error = kind("", expected=1, got=2) if issubclass(kind, Gap) else kind("")
    return exit_status(error), status_of(error), _at_the_inbox(error)


def _at_the_inbox(error: ComityError) -> int:
    """What a partner's node is answered; errors the inbox does not answer itself are answered like a page's."""
    with patch("comity.web.inbox.receiving.receive", side_effect=error):
        try:
            return int(
                take_in(RequestFactory().post("/inbox/code", b"", "application/jose"), "code").status_code
            )
        except ComityError:
            return status_of(error)
