"""`comity retention`: what the law says to review, mask or delete now."""

from __future__ import annotations

from typing import Annotated

import typer

from comity.cli.home import AuthorityOption, find_authority, opened
from comity.cli.options import HomeOption


def register(app: typer.Typer) -> None:
    """Add `comity retention`."""
    retention = typer.Typer(help="Keeping data no longer than the law allows.", no_args_is_help=True)
    retention.callback()(lambda: None)
    retention.command()(run)
    app.add_typer(retention, name="retention")


def run(
    every: Annotated[
        bool, typer.Option("--all", help="Look at every case and record, as after a change of the law.")
    ] = False,
    authority: AuthorityOption = None,
    home: HomeOption = None,
) -> None:
    """Propose the reviews that are due; mask and delete what is due. The node does so by itself each night."""
    with opened(home):
        from comity.node.authorities import Identity
        from comity.node.keeping import running

        done = running.run(Identity.of_node(find_authority(authority)), every=every)
    typer.echo(
        f"{done.proposed} reviews proposed, {done.masked} masked, {done.deleted} of cases and {done.records} records "
        f"deleted, {done.entries} bodies of entries erased, {done.waiting} waiting for a hold or a message"
    )
