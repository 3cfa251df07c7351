"""The matcher: one process per node holds the indexes; web and workers ask it through a local socket.

The index is a cache of the database, built from the change table. Every candidate it names is looked up
again under row-level security before anybody sees it.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import socketserver
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import close_old_connections
from django.db.models import Max

from comity.base.errors import ComityError, InputError, Unavailable
from comity.base.text import as_json
from comity.match import Index, Match
from comity.node import scope
from comity.node.authorities import Authority, Identity, local_authorities
from comity.node.registers.models import Change

log = logging.getLogger("comity.matcher")

BATCH = 5000
POLL_SECONDS = 0.5
MERGE_SECONDS = 24 * 3600
TIMEOUT_SECONDS = 30
LARGEST_QUESTION = 16 * 1024 * 1024


def candidates(entities: Sequence[dict[str, Any]], *, limit: int = 5) -> list[list[dict[str, Any]]]:
    """Ask the matcher: per entity its matches (`Match.as_json()`), best first, for the acting authority.

    The matcher first learns every change committed so far. Raises Unavailable when it is not running.
    """
    question = {
        "authority": scope.current_authority(),
        "position": Change.objects.aggregate(last=Max("pk"))["last"] or 0,
        "entities": list(entities),
        "limit": limit,
    }
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(TIMEOUT_SECONDS)
            connection.connect(str(settings.HOME.matcher_socket))
            connection.sendall(json.dumps(question).encode() + b"\n")
            with connection.makefile("rb") as answer_file:
                answer = json.loads(answer_file.readline() or b"{}")
    except (OSError, ValueError):
        raise Unavailable("The matcher is not running; it is started again by itself. Try again.") from None
    if "matches" not in answer:
        raise Unavailable(answer.get("error", "The matcher gave no answer. Try again."))
    return list(answer["matches"])


class Matcher:
    """The indexes of all authorities of the node, kept in step with the database."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._indexes: dict[int, Index] = {}

    def answer(self, question: dict[str, Any]) -> dict[str, Any]:
        """Answer one question, having caught up to its position."""
        with self._lock:
            index = self._index(question["authority"])
            if int(index.position or 0) < question["position"]:
                self._follow(question["authority"])
            found = index.screen(question["entities"], limit=question["limit"])
        return {"matches": [[_told(match) for match in matches] for matches in found]}

    def follow(self) -> None:
        """Learn all changes of all authorities."""
        for authority in local_authorities():
            with self._lock:
                self._follow(authority.pk)

    def merge(self) -> None:
        """Rewrite the indexes without what was deleted, so that its bytes are gone for good."""
        for index in list(self._indexes.values()):
            with self._lock:
                index.merge()

    def _index(self, authority: int) -> Index:
        if authority not in self._indexes:
            self._indexes[authority] = _open(authority)
        return self._indexes[authority]

    def _follow(self, authority: int) -> None:
        index = self._index(authority)
        node = Identity.of_node(Authority.objects.get(pk=authority))
        with scope.acting(node.authority, node.officer, "keep the index in step"):
            while changes := list(
                Change.objects.filter(pk__gt=int(index.position or 0))
                .select_related("record")
                .order_by("pk")[:BATCH]
            ):
                last = {change.record_id: change for change in changes}.values()
                index.update(
                    put=[_indexed(change) for change in last if not change.record.withdrawn_at],
                    delete=[str(change.record_id) for change in last if change.record.withdrawn_at],
                    position=str(changes[-1].pk),
                )


def _told(match: Match) -> dict[str, Any]:
    """The match with each reason's pattern and values, so that a page can put it into another language."""
    told = match.as_json()
    for reason, kept in zip(match.reasons, told["reasons"], strict=True):
        kept["said"] = as_json(reason.text)
    return told


def _indexed(change: Change) -> dict[str, Any]:
    return {**change.record.entity, "id": str(change.record_id)}


def _open(authority: int) -> Index:
    directory = settings.HOME.matcher_dir / str(authority)
    try:
        return Index.open(directory) if directory.exists() else Index.create(directory)
    except InputError as damaged:
        log.warning("%s; the index is built again", damaged)
        aside = directory.with_name(f"{directory.name}.damaged-{os.getpid()}")
        directory.rename(aside)
        return Index.create(directory)


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        line = self.rfile.readline(LARGEST_QUESTION)
        try:
            answer = self.server.matcher.answer(json.loads(line))  # type: ignore[attr-defined]
        except (ComityError, ValueError, KeyError, TypeError) as error:
            answer = {"error": str(error) or type(error).__name__}
        finally:
            close_old_connections()
        self.wfile.write(json.dumps(answer).encode() + b"\n")


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    request_queue_size = 64


@contextmanager
def listening() -> Iterator[Matcher]:
    """A matcher that answers on the node's socket as long as the block lasts."""
    path = settings.HOME.matcher_socket
    path.unlink(missing_ok=True)
    with _Server(str(path), _Handler) as server:
        path.chmod(0o600)
        server.matcher = matcher = Matcher()  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield matcher
        finally:
            server.shutdown()
            thread.join()


def serve() -> None:
    """Run the matcher until the process is ended."""
    with listening() as matcher:
        merged = time.monotonic()
        while True:
            matcher.follow()
            if time.monotonic() - merged > MERGE_SECONDS:
                matcher.merge()
                merged = time.monotonic()
            close_old_connections()
            time.sleep(POLL_SECONDS)
