"""The command `comity`. Each module of this package that has `register(app)` adds its commands.

Modules are read at every start, so they import what is heavy (Django, numpy) within their commands.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import Annotated

import typer

from comity.base.errors import ComityError, Denied, InputError, LawError

INTERRUPTED = 130
UNEXPECTED = 70


def main() -> None:
    """Run the command line and leave with its exit status."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command. Returns 0, or 2 for bad input, 3 when denied, 4 for other errors, 130 after Ctrl-C."""
    try:
        typer.main.get_command(build())(list(arguments), prog_name="comity")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except ComityError as error:
        return _report(str(error), exit_status(error))
    except KeyboardInterrupt:
        return _report("interrupted", INTERRUPTED)
    except Exception as error:
        if os.environ.get("COMITY_DEBUG"):
            raise
        what = f"{type(error).__name__}: {error}"
        return _report(f"unexpected error, {what} (COMITY_DEBUG=1 shows where)", UNEXPECTED)
    return 0


def build() -> typer.Typer:
    """The application with the commands of all modules."""
    app = typer.Typer(
        name="comity",
        help="Run the node that an authority works with its partners through.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(_options)
    for module in pkgutil.iter_modules(__path__):
        register = getattr(importlib.import_module(f"{__name__}.{module.name}"), "register", None)
        if register:
            register(app)
    return app


def exit_status(error: ComityError) -> int:
    """The exit status that tells a script what kind of error it was."""
    if isinstance(error, InputError | LawError):
        return 2
    return 3 if isinstance(error, Denied) else 4


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"comity {version('comity')}")
        raise typer.Exit


def _options(
    show_version: Annotated[
        bool, typer.Option("--version", help="Show the version.", is_eager=True, callback=_show_version)
    ] = False,
) -> None:
    pass


def _report(message: str, status: int) -> int:
    print(f"comity: {message}", file=sys.stderr)
    return status
