"""`comity law`: decide a case, check the law files, list the procedures, print the schema. Needs no node."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from comity.base.errors import ComityError, InputError
from comity.base.time import parse_instant
from comity.law import decide as decide_case
from comity.law import standard_book
from comity.law.check import check as check_book
from comity.law.check import is_checked
from comity.law.schema import Instrument, Lifecycle, State

app = typer.Typer(help="The law engine: what may be done, by whom, by when, under which article.")


@app.command()
def decide(
    procedure: Annotated[str, typer.Argument(help="For example dir-2023-977/request")],
    facts: Annotated[str, typer.Option(help="A JSON file with the facts, or - for standard input")],
    at: Annotated[str | None, typer.Option(help="Instant of the decision, with offset; else now")] = None,
) -> None:
    """Print the decision on a case as one JSON object; exit with 2 and a message on facts that cannot be."""
    try:
        instant: datetime | None = parse_instant(at, "--at") if at else None
        decision = decide_case(standard_book(), procedure, read_json(facts), instant)
    except ComityError as error:
        fail(error)
    typer.echo(json.dumps(decision.as_json(), ensure_ascii=False, indent=2))


@app.command()
def check() -> None:
    """Check every law file and count the rules that were verified in the act, and those that were not."""
    try:
        report = check_book(standard_book())
    except ComityError as error:
        fail(error)
    for act, count in report.counts.items():
        typer.echo(f"{act:24} {count.verified:5} verified {count.unverified:5} not verified")
    for problem in report.problems:
        typer.echo(problem, err=True)
    if report.problems:
        raise typer.Exit(1)
    typer.echo(f"{len(report.counts)} acts, {report.procedures} procedures: no problem found")


@app.command("list")
def list_procedures(
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON list")] = False,
) -> None:
    """List every procedure of the book."""
    try:
        lines = [
            {
                "procedure": procedure.id,
                "title": procedure.title,
                "lifecycle": procedure.rules.lifecycle,
                "article": procedure.article,
                "checked": is_checked(procedure.rules),
            }
            for procedure in standard_book().procedures.values()
        ]
    except ComityError as error:
        fail(error)
    if as_json:
        typer.echo(json.dumps(lines, ensure_ascii=False, indent=2))
        return
    for line in lines:
        typer.echo(
            f"{line['procedure']:44} {line['lifecycle']:10} {line['title']} (article {line['article']})"
        )


@app.command()
def schema() -> None:
    """Print the JSON Schema of the law files."""
    files = {"instrument": Instrument, "lifecycle": Lifecycle, "state": State}
    typer.echo(json.dumps({name: model.model_json_schema() for name, model in files.items()}, indent=2))


def read_json(path: str) -> Any:
    """The content of a JSON file, or of standard input for `-`; InputError when it is none."""
    try:
        text = sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8-sig")
        return json.loads(text)
    except OSError as error:
        raise InputError(f"cannot be opened: {error.strerror}", file=path) from None
    except UnicodeDecodeError:
        raise InputError("is not UTF-8 text", file=path) from None
    except json.JSONDecodeError as error:
        raise InputError(f"is not JSON: {error.msg}", file=path, line=error.lineno) from None
    except RecursionError:
        raise InputError("is nested too deeply", file=path) from None


def fail(error: ComityError) -> Any:
    """Say what was wrong on standard error and leave with exit code 2."""
    typer.echo(f"error: {error}", err=True)
    raise typer.Exit(2)


def register(to: typer.Typer) -> None:
    """Add `comity law`."""
    to.add_typer(app, name="law")
