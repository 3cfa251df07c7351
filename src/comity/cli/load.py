"""`comity load`: lists and registers from files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from comity.base.errors import InputError
from comity.cli.home import AsOption, AuthorityOption, acting, opened
from comity.cli.options import HomeOption

if TYPE_CHECKING:
    from comity.node.registers.models import Import, Register


def register(app: typer.Typer) -> None:
    """Add `comity load`."""
    app.command()(load)


def load(
    files: Annotated[list[Path], typer.Argument(help="Files to read; of several, none is the whole list.")],
    register: Annotated[str, typer.Option(help="Code of the register, such as un.")],
    kind: Annotated[str, typer.Option(help="un, ofac, ftm or table.")],
    name: Annotated[str | None, typer.Option(help="Name of a new register.")] = None,
    basis: Annotated[str | None, typer.Option(help="Legal basis of a new register.")] = None,
    purpose: Annotated[str | None, typer.Option(help="What a new register is for.")] = None,
    mapping: Annotated[Path | None, typer.Option(help="Which column of a table is which property.")] = None,
    under: Annotated[
        str | None, typer.Option(help="Register of the law book a new one is kept under.")
    ] = None,
    compared_for: Annotated[
        str | None, typer.Option(help="Purpose of that law for which cases are compared with a new register.")
    ] = None,
    holding: Annotated[str, typer.Option(help="Which kind of entry of its law these are.")] = "",
    add: Annotated[bool, typer.Option("--add", help="Keep the records that are not in the file.")] = False,
    username: AsOption = None,
    authority: AuthorityOption = None,
    home: HomeOption = None,
) -> None:
    """Load files into a register. Loading again updates; bad rows go to a file that says why."""
    from comity.match.sources import Mapping

    columns = Mapping.load(mapping) if mapping else None
    with opened(home):
        from comity.node.registers import loading

        complete = len(files) == 1 and not add
        for file in files:
            with acting(purpose or "load a register", authority, username), _counting(file.name) as count:
                into = _open_register(register, name, basis, purpose, under or "", compared_for or "")
                done = loading.load(
                    into, file, kind, columns, complete=complete, holding=holding, progress=count
                )
            _report(done)


def _open_register(
    code: str, name: str | None, basis: str | None, purpose: str | None, law: str, compared_for: str
) -> Register:
    from comity.node.registers import loading
    from comity.node.registers.models import Register

    if Register.objects.filter(code=code).exists():
        return loading.find_register(code)
    if not (name and basis and purpose):
        raise InputError(f"there is no register {code!r} yet: to open it give --name, --basis and --purpose")
    return loading.open_register(code, name, basis, purpose, law=law, compared_for=compared_for)


@contextmanager
def _counting(name: str) -> Iterator[Callable[[int], None]]:
    columns = (SpinnerColumn(), TextColumn("{task.description}  {task.completed:,}"), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(name, total=None)
        yield lambda read: progress.update(task, completed=read)


def _report(done: Import) -> None:
    counts = f"{done.added:,} added, {done.changed:,} changed, {done.unchanged:,} unchanged"
    typer.echo(f"{done.source}: {done.read:,} records read; {counts}")
    if done.rejected:
        typer.echo(f"Warning: {done.rejected:,} rows were rejected; why is in {done.rejects}", err=True)
