"""`comity up`: the node's database, web server, worker, sealer and matcher, kept running until Ctrl-C."""

from __future__ import annotations

import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from comity.base.errors import Unavailable
from comity.cli.options import HomeOption
from comity.cli.supervisor import Child, Supervisor, only_one

if TYPE_CHECKING:
    from comity.node.home import Home


def register(app: typer.Typer) -> None:
    """Add `comity up`."""
    app.command()(up)


def up(home: HomeOption = None) -> None:
    """Run the node until Ctrl-C; whatever dies is started again."""
    from comity.node import lawbook
    from comity.node.database import PrivateServer, prepare
    from comity.node.home import Home

    node = Home.open(home)
    lawbook.load(node)
    with only_one(node.run_dir / "up.lock"):
        prepare(node)
        if node.database_url is None:
            PrivateServer(node).stop()
        Supervisor(
            children(node),
            node.run_dir / "status.json",
            say=_say,
            when_up=lambda: _say(f"Node {node.name} is up at {node.url}; Ctrl-C ends it"),
        ).run()


def children(home: Home) -> list[Child]:
    """The node's processes, each after those it needs."""
    database = [] if home.database_url else [_database(home)]
    needed = tuple(child.name for child in database)
    migrate = _child(home, "migrate", ["comity.node.migrate"], once=True, after=needed)
    needed = (*needed, "migrate")

    def job(name: str, **options: Any) -> Child:
        return _child(home, name, ["comity.node.process", name], after=needed, **options)

    matcher = job("matcher", ready=lambda: _answering(home.matcher_socket))
    return [*database, migrate, _web(home, needed), job("worker"), job("sealer"), matcher]


def _database(home: Home) -> Child:
    from comity.node.database import PrivateServer
    from comity.node.database.programs import credentials

    server = PrivateServer(home)
    return Child(
        "database",
        server.command(),
        server.log,
        ready=server.ready,
        before=server.command,
        stop_signal=signal.SIGINT,
        run_as=credentials(server.user),
    )


def _web(home: Home, after: tuple[str, ...]) -> Child:
    address = ["--host", "127.0.0.1", "--port", str(home.port)]
    size = ["--workers", "1", "--blocking-threads", "4", "--http", "1", "--no-ws"]
    logging = ["--no-access-log", "--log-level", "warning"]
    command = ["granian", "--interface", "wsgi", *address, *size, *logging, "comity.web.wsgi:application"]
    return _child(
        home,
        "web",
        command,
        after=after,
        ready=lambda: _listening(home.port),
        before=lambda: _demand_free(home.port),
    )


def _child(home: Home, name: str, module: list[str], **options: Any) -> Child:
    environment = {
        "COMITY_HOME": str(home.path),
        "DJANGO_SETTINGS_MODULE": "comity.node.settings",
        "PYTHONUNBUFFERED": "1",
    }
    return Child(name, [sys.executable, "-m", *module], home.log_dir / f"{name}.log", environment, **options)


def _listening(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _answering(path: Path) -> bool:
    """Whether the matcher answers an empty question, as it does with an error."""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1)
        try:
            probe.connect(str(path))
            probe.sendall(b"\n")
            return bool(probe.recv(1))
        except OSError:
            return False


def _demand_free(port: int) -> None:
    """The web server shares its port with whoever else would; two nodes on one port must not go unseen."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise Unavailable(f"port {port} of 127.0.0.1 is taken by another process") from None


def _say(line: str) -> None:
    print(line, flush=True)
