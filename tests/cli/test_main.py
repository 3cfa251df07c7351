from __future__ import annotations

import subprocess
import sys

import pytest
import typer

from comity import cli
from comity.base.errors import Denied, FactError, InputError, NotFound, Unavailable


@pytest.fixture
def failing(monkeypatch):
    """A command line whose one command raises what it is given."""

    def use(error: BaseException) -> None:
        app = typer.Typer(pretty_exceptions_enable=False)

        @app.command()
        def fail() -> None:
            raise error

        monkeypatch.setattr(cli, "build", lambda: app)

    return use


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (InputError("no column 'imo'", file="ships.csv", line=3), 2),
        (FactError("unknown fact 'colour'"), 2),
        (Denied("only a supervisor may do this"), 3),
        (NotFound("no such case"), 4),
        (Unavailable("the matcher is away"), 4),
    ],
)
def test_an_error_is_one_line_and_an_exit_status(failing, capsys, error, status):
    failing(error)
    assert cli.run([]) == status
    assert capsys.readouterr().err == f"comity: {error}\n"


def test_ctrl_c_ends_without_a_trace(failing, capsys):
    failing(KeyboardInterrupt())
    assert cli.run([]) == 130
    assert "Traceback" not in capsys.readouterr().err


def test_an_error_nobody_thought_of_is_one_line_too(failing, capsys, monkeypatch):
    monkeypatch.delenv("COMITY_DEBUG", raising=False)
    failing(ZeroDivisionError("division by zero"))
    assert cli.run([]) == 70
    assert "ZeroDivisionError: division by zero" in capsys.readouterr().err


def test_an_unknown_command_is_named(capsys):
    assert cli.run(["unknown"]) == 2
    assert "unknown" in capsys.readouterr().err


def test_the_version_is_shown(capsys):
    assert cli.run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("comity 0.")


def test_no_command_shows_what_there_is(capsys):
    assert cli.run([]) == 2
    assert "up" in capsys.readouterr().out


def test_reading_the_commands_loads_neither_django_nor_a_database():
    script = (
        "import sys\nfrom comity import cli\ncli.build()\n"
        "heavy = {'django', 'numpy', 'procrastinate', 'psycopg'}\n"
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or None)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
