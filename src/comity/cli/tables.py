"""Tables on the terminal; plain tab-separated lines when the output goes elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import typer
from rich.console import Console
from rich.table import Table


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under their column names."""
    console = Console()
    if not console.is_terminal:
        for row in rows:
            typer.echo("\t".join(str(value) for value in row))
        return
    shown = Table(*columns, box=None, header_style="bold")
    for row in rows:
        shown.add_row(*(str(value) for value in row))
    console.print(shown)
