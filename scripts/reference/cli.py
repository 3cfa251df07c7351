"""Every command, from the command line itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer

from comity.cli import INTERRUPTED, UNEXPECTED, build
from reference import markdown as md

STATUSES = (
    (0, "done"),
    (1, "`comity demo --once`: the story did not go as it should; `comity law check`: a problem was found"),
    (2, "the input or the options are wrong, or the law does not know it; the message names what"),
    (3, "denied; the message names the rule"),
    (4, "whatever else the node refuses on purpose; a ledger that does not verify"),
    (UNEXPECTED, "an error nobody thought of; `COMITY_DEBUG=1` shows where"),
    (INTERRUPTED, "Ctrl-C"),
)


def page() -> str:
    """The overview, then each command."""
    commands = list(leaves(typer.main.get_command(build()), "comity"))
    overview = [(f"[`{name}`](#{md.anchor(name)})", first(command)) for name, command in commands]
    return md.page(
        "Command line",
        "Every command has `--help`; `comity --version` tells the version. A command that works on a node takes "
        "the node's home folder from `--home` or `COMITY_HOME`.",
        md.table(("command", "what it does"), overview),
        "## Exit status",
        md.table(("status", "meaning"), STATUSES),
        *(part for name, command in commands for part in _section(name, command)),
    )


def leaves(group: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Every command with its full name; groups themselves are left out."""
    for word, command in group.commands.items():
        if getattr(command, "commands", None):
            yield from leaves(command, f"{name} {word}")
        else:
            yield f"{name} {word}", command


def first(command: Any) -> str:
    """The first paragraph of what a command says of itself."""
    return str(command.help or "").partition("\n\n")[0]


def _section(name: str, command: Any) -> Iterator[str]:
    shown = [each for each in command.params if each.name != "help"]
    yield f"## {name}\n\n{command.help or ''}"
    yield f"```text\n{_usage(name, shown)}\n```"
    yield md.table(("argument or option", "what", "default"), [_parameter(each) for each in shown])


def _usage(name: str, shown: list[Any]) -> str:
    needed = [f"{_option(each)} {_value(each)}" for each in shown if _is_option(each) and each.required]
    optional = ["[OPTIONS]"] if any(_is_option(each) and not each.required for each in shown) else []
    arguments = [
        each.name.upper() if each.required else f"[{each.name.upper()}]"
        for each in shown
        if not _is_option(each)
    ]
    return " ".join([name, *arguments, *needed, *optional])


def _is_option(parameter: Any) -> bool:
    return bool(parameter.param_type_name == "option")


def _option(parameter: Any) -> str:
    return str(max(parameter.opts, key=len))


def _value(parameter: Any) -> str:
    return str(parameter.metavar or parameter.name).upper()


def _parameter(parameter: Any) -> tuple[str, str, str]:
    flag = getattr(parameter, "is_flag", False)
    name = parameter.name.upper()
    if _is_option(parameter):
        name = _option(parameter) if flag else f"{_option(parameter)} {_value(parameter)}"
    environment = f" From `{parameter.envvar}` where it is not given." if parameter.envvar else ""
    what = f"{parameter.help or ''}{environment}"
    if parameter.required:
        return md.code(name), what, "needed"
    default = "" if flag or parameter.default in (None, [], ()) else parameter.default
    return md.code(name), what, md.code(default)
