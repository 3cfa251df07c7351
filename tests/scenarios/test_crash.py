from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager, suppress

import psycopg
import pytest

from comity.cli.demo import data
from comity.cli.demo.report import verify_ledgers
from comity.cli.demo.stage import Node, Stage, furnish, prepare_folder
from comity.cli.demo.story import Story
from comity.node import database
from comity.node.home import Home

# One blow a scene: which node, which part of it (None: all of it, as in a power cut), so many seconds in.
BLOWS = (
    ("nl", "matcher", 0.1),
    ("nl", "web", 0.05),
    ("nl", "database", 0.0),
    ("nl", "web", 0.02),
    ("nl", None, 0.1),
    ("nl", "worker", 0.1),
    ("nl", "database", 1.0),
    ("de", "worker", 0.0),
    ("de", "database", 0.05),
    ("de", "web", 0.05),
    ("nl", "database", 0.05),
    ("de", None, 0.1),
    ("de", "database", 0.1),
    ("nl", "sealer", 0.0),
    ("nl", None, 0.2),
    ("de", "matcher", 0.0),
    ("nl", "web", 0.1),
)
# Far from those that another node on this machine would take while one of ours is down.
FIRST_PORT = 20_000 + os.getpid() % 1000 * 10
TABLES = ("screening", "query", "match", "case", "step", "copy", "outbox", "inbox")


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Two nodes that are up, set up from sample data."""
    folder = tmp_path_factory.mktemp("crash")
    prepare_folder(folder)
    stage = furnish(folder, data.sample(), FIRST_PORT)
    try:
        stage.start()
        yield stage
    finally:
        stage.stop()
        prepare_folder(folder)


def counted(node: Node) -> dict[str, int]:
    """How many rows there are of what must not be lost and not be doubled."""
    with psycopg.connect(database.urls(Home.open(node.home)).owner) as owner:
        owner.execute(
            "SELECT set_config('comity.authority', authority_id::text, true), "
            "set_config('comity.officer', id::text, true) FROM node_officer WHERE user_id IS NULL"
        )
        return {name: _one(owner, f"SELECT count(*) FROM node_{name}") for name in TABLES} | {
            "unsent": _one(owner, "SELECT count(*) FROM node_outbox WHERE state <> 'sent'"),
            "refused": _one(owner, "SELECT count(*) FROM node_inbox WHERE verdict <> 'accepted'"),
            "sent to the other": _one(owner, "SELECT max(out_sequence) FROM node_link WHERE in_sequence > 0"),
            "had from the other": _one(owner, "SELECT max(in_sequence) FROM node_link"),
        }


def _one(owner: psycopg.Connection, statement: str) -> int:
    row = owner.execute(statement).fetchone()
    assert row
    return int(row[0])


@contextmanager
def struck(hand: Executor, node: Node, part: str | None, after: float) -> Iterator[None]:
    """Within the block, a part of the node or all of it is killed after so many seconds."""

    def strike() -> None:
        time.sleep(after)
        kill(node, part)

    blow = hand.submit(strike)
    try:
        yield
    finally:
        blow.result()
        node.wait_until_up()


def kill(node: Node, part: str | None) -> None:
    if part is None:
        node.kill()
        node.start()
        return
    pids = {child["name"]: child["pid"] for child in node.status()["children"]}
    with suppress(ProcessLookupError):
        os.kill(pids[part], signal.SIGKILL)


@pytest.mark.crash
@pytest.mark.slow
def test_whatever_is_killed_at_any_point_the_story_ends_the_same(stage: Stage):
    told: list[str] = []
    with Story(stage, told.append, label="undisturbed") as story:
        story.play()
    undisturbed = [counted(node) for node in stage.nodes]
    assert all(number["inbox"] > 2 and number["step"] > 4 for number in undisturbed)
    nodes = {node.side.node: node for node in stage.nodes}
    # One thread for all blows: the nodes it starts again live only as long as it does.
    with ThreadPoolExecutor(1) as hand, Story(stage, told.append, label="disturbed") as story:
        assert len(story.scenes) == len(BLOWS)
        for scene, (name, part, after) in zip(story.scenes, BLOWS, strict=True):
            with struck(hand, nodes[name], part, after):
                scene()
        check(stage, undisturbed)


def check(stage: Stage, undisturbed: list[dict[str, int]]) -> None:
    """After a second play there is twice of everything, and both ledgers verify."""
    verify_ledgers(stage, lambda line: None)
    for node, before in zip(stage.nodes, undisturbed, strict=True):
        assert counted(node) == {name: 2 * number for name, number in before.items()}
    dutch, german = (counted(node) for node in stage.nodes)
    assert dutch["sent to the other"] == german["had from the other"]
    assert german["sent to the other"] == dutch["had from the other"]
