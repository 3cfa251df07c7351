"""Partners of this node: `comity peers`. A partner's keys count once a person has compared fingerprints."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.base.errors import InputError
from comity.base.time import now
from comity.cli.home import AuthorityOption, acting, opened
from comity.cli.options import HomeOption

if TYPE_CHECKING:
    from comity.node.authorities import Authority, PublicKey


def register(app: typer.Typer) -> None:
    """Add `comity peers`."""
    peers = typer.Typer(help="The partners of this node.", no_args_is_help=True)
    for command in (export, add, confirm, renew):
        peers.command()(command)
    peers.command("list")(show)
    app.add_typer(peers, name="peers")


def export(authority: AuthorityOption = None, home: HomeOption = None) -> None:
    """Print what partners need in order to reach and trust an authority; it holds no secret."""
    with opened(home):
        from comity.node.exchange import partners

        with acting("export the descriptor", authority):
            descriptor = partners.own_descriptor()
        typer.echo(json.dumps(descriptor, indent=2, ensure_ascii=False))


def renew(
    days: Annotated[
        int, typer.Option(min=0, max=90, help="So many days partners have to confirm the new keys.")
    ] = 7,
    authority: AuthorityOption = None,
    home: HomeOption = None,
) -> None:
    """Make new keys for an authority of this node; the old ones sign until the new ones begin."""
    with opened(home):
        from comity.node.exchange import partners

        with acting("renew the keys", authority):
            keys = partners.renew_own_keys(now() + timedelta(days=days))
        typer.echo(f"New keys of {keys.authority}, in use from {keys.valid_from:%Y-%m-%d %H:%M} UTC:")
        typer.echo(f"  {keys.fingerprint()}")
        typer.echo("Send partners the output of `comity peers export` and compare the fingerprint with them.")


def add(
    file: Annotated[Path, typer.Argument(help="What the partner's `comity peers export` has written.")],
    confirm: Annotated[
        bool, typer.Option("--confirm", help="The fingerprints below have been compared already.")
    ] = False,
    authority: AuthorityOption = None,
    home: HomeOption = None,
) -> None:
    """Add a partner, or renew what is known of it."""
    given = read_descriptor(file)
    with opened(home):
        partner = add_partner(given, confirm, authority)
        typer.echo(f"{partner.name} ({partner.code}), reached by {partner.channel}")
        keys = list(partner.keys.all())
        for key in keys:
            typer.echo(f"  {_trust(key)}  {key.kid}\n  {key.fingerprint}")
        if not all(key.confirmed for key in keys):
            typer.echo("Compare the fingerprint over another channel, then: comity peers confirm KID")


def show(authority: AuthorityOption = None, home: HomeOption = None) -> None:
    """List the partners and their keys."""
    from comity.cli.tables import table

    with opened(home):
        from comity.node.exchange import partners

        rows = []
        with acting("list the partners", authority):
            for standing in partners.partners():
                partner = standing.authority
                line = (
                    partner.code,
                    partner.name,
                    partner.country,
                    partner.kind,
                    partner.endpoint or "by hand",
                )
                keys = [(key.kid, _trust(key)) for key in partners.keys(partner)]
                rows += [(*line, *key) for key in keys or [("", "no key")]]
        table(("code", "name", "country", "kind", "address", "key", "trust"), rows)


def confirm(
    kid: Annotated[str, typer.Argument(help="The key, as `comity peers list` shows it.")],
    authority: AuthorityOption = None,
    home: HomeOption = None,
) -> None:
    """Trust a partner's key: you have compared its fingerprint over another channel."""
    with opened(home):
        from comity.node.exchange import partners

        with acting("confirm a key", authority):
            key = partners.confirm_key(kid)
            name = key.authority.name
        typer.echo(f"Trusted from now on: {name}\n  {key.fingerprint}")


def read_descriptor(file: Path) -> dict[str, Any]:
    """A partner's descriptor; InputError when the file holds no JSON object."""
    try:
        given = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", file=str(file)) from None
    except ValueError as error:
        raise InputError(f"is not JSON: {error}", file=str(file)) from None
    if not isinstance(given, dict):
        raise InputError("expected an object as `comity peers export` writes it", file=str(file))
    return given


def add_partner(given: dict[str, Any], confirmed: bool, authority: str | None = None) -> Authority:
    """Add or renew a partner of the opened node; `confirmed`: its fingerprints have been compared."""
    from comity.node.exchange import partners

    with acting("add a partner", authority):
        partner = partners.add(given)
        for key in partners.keys(partner):
            if confirmed and not key.confirmed:
                partners.confirm_key(key.kid)
    return partner


def _trust(key: PublicKey) -> str:
    return "confirmed" if key.confirmed else "to be confirmed"
