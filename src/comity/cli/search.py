"""`comity search`: making the words by which cases are found anew."""

from __future__ import annotations

import typer

from comity.cli.home import AuthorityOption, find_authority, opened
from comity.cli.options import HomeOption


def register(app: typer.Typer) -> None:
    """Add `comity search`."""
    search = typer.Typer(help="The words by which cases are found.", no_args_is_help=True)
    search.callback()(lambda: None)
    search.command()(reindex)
    app.add_typer(search, name="search")


def reindex(authority: AuthorityOption = None, home: HomeOption = None) -> None:
    """Make the words of all cases, steps and notes anew: needed once on a node older than its search."""
    with opened(home):
        from comity.node import search

        done = search.reindex(find_authority(authority))
    typer.echo(f"{done} texts can be searched.")
