"""`comity demo`: two nodes on one machine that work a request between them, with sample or real data."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from comity.base.errors import ComityError

if TYPE_CHECKING:
    from comity.cli.demo.data import Data
    from comity.cli.demo.stage import Stage

STORIES = ("first", "shift")
FAILED = 1


def register(app: typer.Typer) -> None:
    """Add `comity demo`."""
    app.command()(demo)


def demo(
    once: Annotated[
        bool, typer.Option("--once", help="Play the whole story without a person, then end.")
    ] = False,
    data: Annotated[
        Path | None, typer.Option(help="Folder of the real UN, OFAC and IMO files; else sample data is used.")
    ] = None,
    story: Annotated[str, typer.Option(help=f"One of: {', '.join(STORIES)}.")] = STORIES[0],
    home: Annotated[
        Path, typer.Option(help="Folder of the demo; what an earlier demo left is deleted.")
    ] = Path(".demo"),
    port: Annotated[int, typer.Option(min=1024, max=65534, help="The first port to try.")] = 8001,
) -> None:
    """Set up a Dutch and a German node, and play the story of a request between them, or of a whole shift."""
    if story not in STORIES:
        raise typer.BadParameter(f"expected one of {', '.join(STORIES)}", param_hint="--story")
    began = time.monotonic()
    stage = _furnished(home.absolute(), data, port)
    try:
        stage.start()
        typer.echo(f"Both nodes are up after {time.monotonic() - began:.0f} s.\n")
        if not once:
            _stay_up(stage, story)
        elif story == "shift":
            _play_shift(stage)
        else:
            _play_once(stage)
            typer.echo(f"\nThe story went as it should, in {time.monotonic() - began:.0f} s.")
    except KeyboardInterrupt:
        typer.echo("\nBoth nodes are ended; what they hold stays in the folder until the next demo.")
    finally:
        stage.stop()


def _furnished(folder: Path, lists: Path | None, port: int) -> Stage:
    from comity.cli.demo.stage import furnish, prepare_folder

    prepare_folder(folder)
    typer.echo(f"Setting up two nodes in {folder}")
    stage = furnish(folder, _data(folder, lists), port)
    for row in stage.loaded:
        rejected = f", {row['rejected']:,} remarks in the reject file" if row["rejected"] else ""
        lines = f" in {row['lines']:,} lines, the last an end-of-file mark" if row["lines"] else ""
        typer.echo(f"  {row['node']}: {row['register']}, {row['read']:,} records{lines}{rejected}")
    return stage


def _data(folder: Path, lists: Path | None) -> Data:
    from comity.cli.demo import data

    return data.real(lists, folder) if lists else data.sample()


def _play_once(stage: Stage) -> None:
    from comity.cli.demo.story import Story

    with _telling_of_failure(stage), Story(stage, typer.echo) as story:
        story.play()


def _play_shift(stage: Stage) -> None:
    """The last line is one JSON object: what became of the requests."""
    from comity.cli.demo.shift.story import Shift

    with _telling_of_failure(stage), Shift(stage, typer.echo) as shift:
        typer.echo(json.dumps(shift.play()))


@contextmanager
def _telling_of_failure(stage: Stage) -> Iterator[None]:
    try:
        yield
    except ComityError as error:
        typer.echo(f"\nThe story did not go as it should: {error}", err=True)
        typer.echo(f"The logs are in {stage.dutch.home}/logs and {stage.german.home}/logs", err=True)
        raise typer.Exit(FAILED) from None


def _stay_up(stage: Stage, story: str) -> None:
    from comity.cli.demo.shift.story import Shift
    from comity.cli.demo.story import Story

    if story == "shift":
        with Shift(stage, typer.echo) as shift:
            shift.receive()
            shift.hand_out()
    else:
        with Story(stage, typer.echo) as first:
            first.open()
    typer.echo("\nSign in and go on from here; nothing leaves this machine.\n")
    for node in stage.nodes:
        typer.echo(f"  {node.side.title}: {node.url}")
        for person in node.side.people:
            typer.echo(f"    {person.username:14} {person.name:14} {person.role}")
    typer.echo(f"\n  Password of all: {stage.password}\n\nCtrl-C ends both nodes.")
    signal.pause()
