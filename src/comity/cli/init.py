"""Setting a node up: `comity init`, and further authorities at the same node."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from comity.base.errors import Conflict, InputError, Unavailable
from comity.cli.home import database_running, opened
from comity.cli.options import HomeOption

if TYPE_CHECKING:
    from comity.node.authorities import Authority
    from comity.node.home import Home

CodeOption = Annotated[str, typer.Option(help="Short name among partners, such as nl-spoc.")]
TitleOption = Annotated[str, typer.Option(help="Full name, such as 'SPOC Netherlands'.")]
CountryOption = Annotated[str, typer.Option(help="Two letters, ISO 3166-1.")]
KindOption = Annotated[str, typer.Option(help="spoc, designated-authority, pccc, customs ...")]
LanguageOption = Annotated[
    list[str] | None, typer.Option("--language", help="A language it accepts requests in; may be repeated.")
]


def register(app: typer.Typer) -> None:
    """Add `comity init` and `comity authority`."""
    app.command()(init)
    authority = typer.Typer(help="The authorities of this node.", no_args_is_help=True)
    authority.command("add")(add)
    app.add_typer(authority, name="authority")


def init(
    name: Annotated[str, typer.Option(help="Short name of the node: letters, digits, - and _.")],
    code: CodeOption,
    title: TitleOption,
    country: CountryOption,
    kind: KindOption = "spoc",
    language: LanguageOption = None,
    port: Annotated[str, typer.Option(help="Port on 127.0.0.1, or 'free' to choose one.")] = "free",
    database_url: Annotated[
        str | None,
        typer.Option(
            envvar="DATABASE_URL",
            help="postgresql://owner@host/database; else the node runs a server itself.",
        ),
    ] = None,
    home: HomeOption = None,
) -> None:
    """Make a node: home folder, keys, database, and its first authority."""
    if home is None:
        raise InputError("say where the node is to live: --home FOLDER")
    check(code, country)
    made = make(home, name, port, database_url)
    with database_running(made):
        migrate(made)
    with opened(made.path):
        authority = found(code, title, country, kind, language)
        typer.echo(f"Node {made.name} is made in {made.path} and will answer at {made.url}")
        show(authority)
    typer.echo(
        f"\nNext:\n"
        f"  comity officer add USERNAME --home {made.path} --name 'A. Name' --role officer\n"
        f"  comity peers export --home {made.path} > {code}.json     for your partners\n"
        f"  comity up --home {made.path}"
    )


def add(
    code: CodeOption,
    title: TitleOption,
    country: CountryOption,
    kind: KindOption = "spoc",
    language: LanguageOption = None,
    home: HomeOption = None,
) -> None:
    """Add an authority to a node, as a PCCC does that serves several."""
    with opened(home):
        from comity.node.authorities import Authority

        if Authority.objects.filter(code=code).exists():
            raise Conflict(f"{code} is known here already")
        show(found(code, title, country, kind, language))


def make(path: Path, name: str, port: str, database_url: str | None = None) -> Home:
    """Make the home and its empty database; what an interrupted `init` has left is completed.

    Raises Conflict when the folder holds a node that has been set up.
    """
    from comity.node import database
    from comity.node.home import Home

    try:
        home = Home.create(path, name, _port(port), database_url)
    except Conflict:
        home = Home.open(path)
        if any(home.keys_dir.iterdir()):
            raise
    database.prepare(home)
    return home


def found(code: str, title: str, country: str, kind: str, languages: list[str] | None) -> Authority:
    """Set up an authority of the opened node and enter it into its ledger. Raises InputError."""
    from comity.node import ledger
    from comity.node.access import acting_as
    from comity.node.authorities import Identity
    from comity.node.authorities import found as set_up

    check(code, country)
    authority = set_up(code, title, country.upper(), kind, languages or ())
    with acting_as(Identity.of_node(authority), "set up the authority"):
        ledger.record("authority.founded", body={"code": code, "kind": kind, "country": authority.country})
    return authority


def check(code: str, country: str) -> None:
    """InputError when an authority cannot be called so."""
    if not re.fullmatch("[A-Za-z]{2}", country):
        raise InputError(f"{country!r} is no country; expected two letters, such as NL", field="country")
    if not re.fullmatch("[A-Za-z0-9_-]{1,40}", code):
        raise InputError(f"{code!r} is no code; expected letters, digits, - and _, at most 40", field="code")


def show(authority: Authority) -> None:
    """Print an authority and the fingerprint that partners compare."""
    typer.echo(f"{authority.name} ({authority.code}); compare with partners over another channel:")
    for key in authority.keys.all():
        typer.echo(f"  {key.fingerprint}")


def _port(text: str) -> int:
    from comity.node.home import free_port

    if text == "free":
        return free_port()
    if not text.isdecimal():
        raise InputError(f"{text!r} is no port; expected a number or 'free'", field="port")
    return int(text)


def migrate(home: Home) -> None:
    """Bring the running database to this version; in a process of its own, which enters it as its owner."""
    done = subprocess.run(
        [sys.executable, "-m", "comity.node.migrate"],
        env={**os.environ, "COMITY_HOME": str(home.path)},
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["no reason given"]
        raise Unavailable(f"the database could not be brought up to date: {last[0]}")
