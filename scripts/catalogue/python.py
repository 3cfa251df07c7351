"""Strings marked in Python: gettext and its kin, `say`, the first argument of an error, tables of words."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from comity.base import errors

Found = str | tuple[str, str]

ERRORS = {name for name in vars(errors) if isinstance(vars(errors)[name], type)} - {"ComityError"}
MARKS = {"gettext", "gettext_lazy", "_", "say", "joined", "_rule", "Place", *ERRORS}
COUNTED = {"ngettext", "ngettext_lazy"}
TABLES = {
    "ACCESS", "ANSWERS", "CHANNELS", "CLOCK", "CODES", "ENTRIES", "EXPECTED", "FIGURES", "FILTERS", "FORMS",
    "FOUND", "GROUPS", "KINDS", "LOADED", "NO_ANSWER", "NO_SCANNER", "ORDERS", "OUTCOMES", "PERIODS", "ROLES",
    "SCHEMATA", "SHARES", "STANDINGS", "STATES", "STEPS", "TITLES", "VIEWS", "_FORMS",
}  # fmt: skip
"""Tables of words by key: a page translates a word when it shows it."""

BY_KEY = {"ORDERS"}
"""Tables of which the keys are shown."""


def strings(path: Path) -> Iterator[Found]:
    """The marked strings of one module; a counted one as (singular, plural)."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield from _of_call(node)
        elif isinstance(node, ast.Assign | ast.AnnAssign) and _target(node) in TABLES:
            yield from _of_table(node.value, by_key=_target(node) in BY_KEY)


def built_in_place(path: Path) -> list[int]:
    """The lines where an error is given an f-string: nobody could translate it."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and _name(node) in {*ERRORS, *MARKS, *COUNTED}
        and node.args and isinstance(node.args[0], ast.JoinedStr)
    ]  # fmt: skip


def _of_call(node: ast.Call) -> Iterator[Found]:
    name, given = _name(node), [_constants(argument) for argument in node.args[:2]]
    if name in COUNTED:
        yield (given[0][0], given[1][0])
    elif name in MARKS and given:
        yield from given[0]


def _target(node: ast.Assign | ast.AnnAssign) -> str:
    target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
    return target.id if isinstance(target, ast.Name) else ""


def _of_table(table: ast.expr | None, by_key: bool) -> Iterator[str]:
    if isinstance(table, ast.Dict):
        for key, value in zip(table.keys, table.values, strict=True):
            for text in [key] if by_key else value.elts if isinstance(value, ast.Tuple) else [value]:
                yield from _constants(text) if text else ()
    elif isinstance(table, ast.Tuple | ast.List):
        for row in table.elts:
            yield from _constants(row.elts[-1] if isinstance(row, ast.Tuple) and row.elts else row)
    elif table:
        yield from _constants(table)


def _name(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _constants(node: ast.expr) -> list[str]:
    if isinstance(node, ast.IfExp):
        return _constants(node.body) + _constants(node.orelse)
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []
