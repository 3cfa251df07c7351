"""`comity law`: decide a case, check the law files, try scenarios, list the procedures, print the schema.

Needs no node. `comity law --with ACT.yaml ...` reads further acts along with the packaged ones.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from comity.base.errors import ComityError, InputError
from comity.base.time import now, parse_instant
from comity.law import Book, registers, scenarios, standard_book
from comity.law import decide as decide_case
from comity.law.check import check as check_book
from comity.law.check import is_checked
from comity.law.files import HOME
from comity.law.schemas import schemas

app = typer.Typer(help="The law engine: what may be done, by whom, by when, under which article.")


@app.callback()
def law(
    ctx: typer.Context,
    more: Annotated[
        list[Path] | None, typer.Option("--with", help="A file of a further act, read with the packaged ones")
    ] = None,
) -> None:
    """Read the law book once for all commands."""
    ctx.obj = tuple(more or ())


def read_book(ctx: typer.Context) -> Book:
    """The packaged book, with the acts named by --with; exits with 2 and a message when one is not well formed."""
    try:
        return Book.load(HOME, *ctx.obj) if ctx.obj else standard_book()
    except ComityError as error:
        fail(error)
        raise


@app.command()
def decide(
    ctx: typer.Context,
    procedure: Annotated[str, typer.Argument(help="For example dir-2023-977/request")],
    facts: Annotated[str, typer.Option(help="A JSON file with the facts, or - for standard input")],
    at: Annotated[str | None, typer.Option(help="Instant of the decision, with offset; else now")] = None,
) -> None:
    """Print the decision on a case as one JSON object; exit with 2 and a message on facts that cannot be."""
    try:
        instant: datetime | None = parse_instant(at, "--at") if at else None
        decision = decide_case(read_book(ctx), procedure, read_json(facts), instant)
    except ComityError as error:
        fail(error)
    typer.echo(json.dumps(decision.as_json(), ensure_ascii=False, indent=2))


@app.command()
def check(ctx: typer.Context) -> None:
    """Check every law file and count the rules that were verified in the act, and those that were not."""
    report = check_book(read_book(ctx))
    counts = [
        *report.counts.items(),
        *((f"register {name}", each) for name, each in report.registers.items()),
    ]
    for name, count in counts:
        typer.echo(f"{name:24} {count.verified:5} verified {count.unverified:5} not verified")
    for problem in report.problems:
        typer.echo(problem, err=True)
    if report.problems:
        raise typer.Exit(1)
    read = sum(count.verified for _, count in counts)
    every = sum(count.all for _, count in counts)
    typer.echo(
        f"{len(report.counts)} acts, {report.procedures} procedures, {len(report.registers)} registers, "
        f"{read} of {every} rules verified: no problem found"
    )


@app.command("try")
def try_scenarios(
    ctx: typer.Context,
    files: Annotated[
        list[Path], typer.Argument(help="Files of scenarios, such as customs-inquiry-story.yaml")
    ],
) -> None:
    """Run scenarios, facts in and decisions out; exit with 1 where a decision is not as the scenario says."""
    book, count, wrong = read_book(ctx), 0, 0
    try:
        for scenario in (each for file in files for each in scenarios.read(file)):
            found = scenarios.problems(book, scenario)
            count, wrong = count + 1, wrong + bool(found)
            for problem in found:
                typer.echo(f"{scenario.file}: {scenario.name}: {problem}", err=True)
    except ComityError as error:
        fail(error)
    typer.echo(f"{count} scenarios, {count - wrong} as they say, {wrong} not")
    if wrong:
        raise typer.Exit(1)


@app.command("list")
def list_procedures(
    ctx: typer.Context,
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
            for procedure in read_book(ctx).procedures.values()
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


@app.command("registers")
def list_registers(
    ctx: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON list")] = False,
) -> None:
    """List who sees what of each register, for which purpose; what is not listed is denied."""
    at = now()
    lines = [
        {
            "register": law.id,
            "kind": row.kind,
            "purpose": row.purpose,
            "sees": row.rule.sees,
            "holdings": row.rule.holdings,
            "article": row.rule.article,
            "checked": row.rule.checked is not None,
        }
        for law in read_book(ctx).registers.values()
        for row in registers.table(law, at)
    ]
    if as_json:
        typer.echo(json.dumps(lines, ensure_ascii=False, indent=2))
        return
    for line in lines:
        holdings = ", ".join(line["holdings"]) or "all"
        typer.echo(
            f"{line['register']:8} {line['kind']:26} {line['purpose']:30} {line['sees']:10} "
            f"{holdings} (article {line['article']})"
        )


@app.command()
def schema(
    kind: Annotated[str | None, typer.Argument(help="For example instrument; else all, by name")] = None,
) -> None:
    """Print the JSON Schema of a kind of law file, or of each by its name."""
    known = schemas()
    if kind and kind not in known:
        fail(InputError(f"no kind of law file {kind!r}; known: {', '.join(known)}"))
    typer.echo(json.dumps(known[kind] if kind else known, indent=2))


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
