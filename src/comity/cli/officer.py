"""Who may sign in: `comity officer`, and bearer tokens for the API: `comity token`."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from comity.base.errors import InputError, NotFound
from comity.base.time import now
from comity.cli.home import AuthorityOption, acting, find_authority, find_identity, opened
from comity.cli.options import HomeOption

if TYPE_CHECKING:
    from comity.node.authorities import Officer


def register(app: typer.Typer) -> None:
    """Add `comity officer` and `comity token`."""
    officer = typer.Typer(help="The officers of this node.", no_args_is_help=True)
    officer.command("add")(add)
    officer.command("list")(show)
    officer.command("roles")(roles)
    officer.command("end")(end)
    app.add_typer(officer, name="officer")
    token = typer.Typer(help="Bearer tokens for the API.", no_args_is_help=True)
    token.command("make")(make_token)
    app.add_typer(token, name="token")


def add(
    username: str,
    name: Annotated[str, typer.Option(help="The person's name.")],
    role: Annotated[
        list[str],
        typer.Option(
            help="officer, analyst, supervisor, data-protection-officer, administrator; repeatable."
        ),
    ],
    password_file: Annotated[
        Path | None, typer.Option(help="File whose first line is the password; - reads standard input.")
    ] = None,
    authority: AuthorityOption = None,
    home: HomeOption = None,
) -> None:
    """Give a person a sign-in. The password is asked for on the terminal."""
    with opened(home):
        from comity.node import access
        from comity.node.authorities import enrol

        to = find_authority(authority)
        password = _password(password_file)
        _check_password(username, password)
        with acting("enrol an officer", to.code):
            access.require("officer.manage")
        officer = enrol(to, username, name, role, password)
        typer.echo(f"{officer.name} signs in at {to.name} as {username} ({officer.titles})")


def roles(
    username: str,
    role: Annotated[list[str], typer.Option(help="All the roles from now on; repeatable.")],
    authority: AuthorityOption = None,
    home: HomeOption = None,
) -> None:
    """Give an officer other roles."""
    with opened(home), acting("change an officer's roles", authority):
        from comity.node import access
        from comity.node.authorities import assign_roles

        access.require("officer.manage")
        officer = _officer(username)
        assign_roles(officer, role)
        typer.echo(f"{officer.name} ({username}) is now {officer.titles}")


def end(username: str, authority: AuthorityOption = None, home: HomeOption = None) -> None:
    """Let an officer who has left sign in no more; what was done stays under the officer's name."""
    with opened(home), acting("end a sign-in", authority):
        from comity.node import access
        from comity.node.authorities import end_sign_in

        access.require("officer.manage")
        officer = _officer(username)
        end_sign_in(officer)
        typer.echo(f"{officer.name} ({username}) signs in no more")


def _officer(username: str) -> Officer:
    from comity.node.authorities import Officer

    officer = Officer.objects.filter(user__username=username).first()
    if officer is None:
        raise NotFound(f"No officer signs in as {username} here.")
    return officer


def show(authority: AuthorityOption = None, home: HomeOption = None) -> None:
    """List the officers of an authority."""
    from comity.cli.tables import table

    with opened(home):
        from comity.node import access, ledger
        from comity.node.authorities import Officer

        with acting("list the officers", authority):
            access.require("officer.manage")
            officers = list(Officer.objects.exclude(user=None).select_related("user"))
            ledger.record("officer.listed", body={"officers": [str(each.identity) for each in officers]})
        rows = [(o.user.username, o.name, o.titles, "yes" if o.active else "no") for o in officers]
        table(("sign-in", "name", "roles", "active"), rows)


def make_token(
    username: str,
    label: Annotated[str, typer.Option(help="What the token is for.")],
    days: Annotated[int, typer.Option(min=1, max=366, help="How long it is good.")] = 90,
    home: HomeOption = None,
) -> None:
    """Make a token for an officer and print it: it is shown this once."""
    with opened(home):
        from comity.node import access, authorities

        identity = find_identity(username)
        officer_authority = authorities.Authority.objects.get(pk=identity.authority).code
        with acting("make a token", officer_authority):
            access.require("officer.manage")
            officer = authorities.Officer.objects.get(pk=identity.officer)
            token = authorities.make_token(officer, label, now() + timedelta(days=days))
        typer.echo(token)


def _password(file: Path | None) -> str:
    if file is None and sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    if file is None or str(file) == "-":
        return sys.stdin.readline().rstrip("\r\n")
    try:
        return (file.read_text(encoding="utf-8").splitlines() or [""])[0]
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read: {error}", file=str(file)) from None


def _check_password(username: str, password: str) -> None:
    from django.contrib.auth import get_user_model
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    try:
        validate_password(password, get_user_model()(username=username))
    except ValidationError as error:
        raise InputError(" ".join(error.messages), field="password") from None
