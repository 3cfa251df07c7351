"""`comity ledger`: verification and export, at the node and of a file from anywhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from comity.base.errors import InputError, WireError
from comity.cli.home import AuthorityOption, acting, opened
from comity.cli.options import HomeOption
from comity.cli.peers import read_descriptor

if TYPE_CHECKING:
    from comity.wire.export import Report
    from comity.wire.trust import TrustList

NOT_VERIFIED = 4


def register(app: typer.Typer) -> None:
    """Add `comity ledger`."""
    ledger = typer.Typer(help="Who did or saw what, when, under which article.", no_args_is_help=True)
    ledger.command()(verify)
    ledger.command()(export)
    app.add_typer(ledger, name="ledger")


def verify(
    file: Annotated[
        Path | None,
        typer.Argument(help="An export, or the proofs of a case; else the ledger of the node is verified."),
    ] = None,
    keys: Annotated[
        Path | None, typer.Option(help="The authority's keys, as its `comity peers export` has written them.")
    ] = None,
    authority: AuthorityOption = None,
    home: HomeOption = None,
) -> None:
    """Verify a ledger: every entry, the tree, every signature. Exit status 4 when something is wrong."""
    if file is not None:
        report = verify_file(file, keys)
    else:
        with opened(home):
            from comity.node import oversight

            with acting("verify the ledger", authority):
                report = oversight.verify_ledger()
    show(report)
    if not report.ok:
        raise typer.Exit(NOT_VERIFIED)


def export(
    out: Annotated[Path, typer.Option(help="The file to write; gzipped when its name ends in .gz.")],
    purpose: Annotated[str, typer.Option(help="What for; it is kept in the ledger.")],
    bodies: Annotated[bool, typer.Option("--bodies", help="With what entries say: personal data.")] = False,
    authority: AuthorityOption = None,
    home: HomeOption = None,
) -> None:
    """Write the ledger to a file that anyone can verify without the node."""
    with opened(home):
        from comity.node import oversight

        with acting(purpose, authority):
            oversight.export_ledger(out, bodies=bodies)
    typer.echo(f"Written to {out}; check it with: comity ledger verify {out} --keys DESCRIPTOR.json")


def verify_file(file: Path, keys: Path | None) -> Report:
    """Verify an export, or the proofs of a case, by the keys in a descriptor, or by those in the file itself."""
    from comity.wire.export import is_proofs, verify_export, verify_proofs

    verify = verify_proofs if is_proofs(file) else verify_export
    return verify(file, _trust(keys) if keys else None)


def show(report: Report) -> None:
    """Print what a verification has found."""
    bodies = f"{report.bodies:,} with their body, {report.erased:,} erased, {report.withheld:,} withheld"
    typer.echo(f"Ledger of {report.authority}: {report.entries:,} entries ({bodies})")
    typer.echo(
        f"{report.checkpoints:,} signed roots vouch for {report.proven:,} entries; the last is {report.root}"
    )
    for fingerprint in report.fingerprints:
        typer.echo(f"Signed by a key that came with the file; compare: {fingerprint}")
    for problem in report.problems:
        typer.echo(f"  {problem.kind}: {problem.message}", err=True)
    typer.echo("It verifies." if report.ok else f"It does NOT verify: {report.problem_count:,} problems.")


def _trust(file: Path) -> TrustList:
    from comity.wire.keys import PublicKeys
    from comity.wire.trust import TrustList

    keys = read_descriptor(file).get("keys")
    if not isinstance(keys, list) or not keys:
        raise InputError("holds no keys; expected what `comity peers export` writes", file=str(file))
    try:
        return TrustList([PublicKeys.from_json(key) for key in keys])
    except WireError as error:
        raise InputError(str(error), file=str(file), field="keys") from None
