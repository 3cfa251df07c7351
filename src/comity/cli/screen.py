"""`comity screen`: a manifest against the registers, from the command line."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.cli.home import AsOption, AuthorityOption, acting, opened
from comity.cli.options import HomeOption

if TYPE_CHECKING:
    from comity.node.home import Home
    from comity.node.registers.models import Screening


def register(app: typer.Typer) -> None:
    """Add `comity screen`."""
    app.command()(screen)


def screen(
    manifest: Annotated[Path, typer.Argument(help="CSV, one line per party, vessel, container, document.")],
    purpose: Annotated[str, typer.Option(help="What for; it is kept in the ledger.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    username: AsOption = None,
    authority: AuthorityOption = None,
    home: HomeOption = None,
) -> None:
    """Compare a manifest with all registers and print the matches with their reasons."""
    with opened(home) as node, _matcher(node):
        from comity.node.registers import screening

        with acting(purpose, authority, username):
            done = screening.read_screening(screening.screen(manifest, purpose).pk)
            found = _as_json(done)
        if as_json:
            typer.echo(json.dumps(found, indent=2, ensure_ascii=False))
        else:
            _print(found)


@contextmanager
def _matcher(home: Home) -> Iterator[None]:
    """The node's matcher, run by this process when the node is not up."""
    from comity.node.registers import matching

    with socket.socket(socket.AF_UNIX) as probe:
        running = probe.connect_ex(str(home.matcher_socket)) == 0
    if running:
        yield
    else:
        with matching.listening():
            yield


def _as_json(screening: Screening) -> dict[str, Any]:
    return {
        "screening": str(screening.pk),
        "source": screening.source,
        "rejected": screening.rejected,
        "rows": [
            {
                "line": query.line,
                "role": query.role,
                "name": query.caption,
                "matches": [
                    {
                        "id": str(match.pk),
                        "register": match.record.register.code,
                        "record": match.record.caption,
                        "score": round(match.score, 4),
                        "reasons": match.reasons,
                    }
                    for match in query.matches.select_related("record__register")
                ],
            }
            for query in screening.queries.all()
        ],
    }


def _print(found: dict[str, Any]) -> None:
    for row in found["rows"]:
        if not row["matches"]:
            typer.echo(f"line {row['line']:>4}  {row['name']}: nothing found")
        for match in row["matches"]:
            score = f"{match['score']:.0%}"
            typer.echo(
                f"line {row['line']:>4}  {row['name']}: {match['record']} ({match['register']}), {score}"
            )
            for reason in match["reasons"]:
                typer.echo(f"            {reason['weight']:+.2f}  {reason['text']}")
    for bad in found["rejected"]:
        typer.echo(f"line {bad['line']} was not read, field {bad['field']}: {bad['error']}", err=True)
    matches = sum(len(row["matches"]) for row in found["rows"])
    typer.echo(f"{len(found['rows'])} rows, {matches} matches. A person decides which of them are hits.")
