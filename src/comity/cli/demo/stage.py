"""The stage: two furnished nodes in one folder, and the processes that run them."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import httpx

from comity.base.errors import InputError, Unavailable
from comity.cli.demo.cast import BY_HAND, SIDES, Side
from comity.cli.demo.data import Data, Source
from comity.cli.supervisor import end_with, only_one
from comity.node.database import PrivateServer
from comity.node.home import Home, free_port

MARK = "comity-demo.json"
PATIENCE = 90.0  # seconds for a node to come up
UP = ["-c", "from comity.cli import main; main()", "up", "--home"]


@dataclass
class Node:
    """One node of the demo: where it lives, its address, its officers' tokens, and its process."""

    side: Side
    home: Path
    url: str
    tokens: dict[str, str] = field(default_factory=dict, repr=False)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start `comity up`; its output goes to `<node>.log` beside the home."""
        parent = os.getpid()
        with self.home.with_suffix(".log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *UP, str(self.home)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=lambda: end_with(parent, signal.SIGTERM),
            )

    def wait_until_up(self) -> None:
        """Return once all its parts are ready and its web server answers; Unavailable when it does not."""
        deadline = time.monotonic() + PATIENCE
        while not (self._all_ready() and self._answers()):
            if self.process is None or self.process.poll() is not None or time.monotonic() > deadline:
                raise Unavailable(f"the node in {self.home} does not come up: see {self.home}.log")
            time.sleep(0.1)

    def kill(self) -> None:
        """End the node at once, as a power cut would; the kernel ends all its parts with it."""
        if self.process:
            self.process.kill()
            self.process.wait()

    def stop(self) -> None:
        """End the node in good order."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait()

    def status(self) -> dict[str, Any]:
        """What `comity up` says of its parts; empty while it says nothing."""
        with suppress(OSError, ValueError):
            status: dict[str, Any] = json.loads((Home.open(self.home).run_dir / "status.json").read_text())
            return status if self.process and status["pid"] == self.process.pid else {}
        return {}

    def _all_ready(self) -> bool:
        status = self.status()
        return bool(status.get("up")) and all(child["ready"] for child in status["children"])

    def _answers(self) -> bool:
        with suppress(httpx.HTTPError):
            return httpx.get(f"{self.url}/healthz", timeout=5, trust_env=False).status_code == 200
        return False


@dataclass
class Stage:
    """Both nodes, the manifest to be screened, the password of all sign-ins, and what was loaded."""

    dutch: Node
    german: Node
    manifest: Path
    password: str = field(repr=False)
    loaded: list[dict[str, Any]]

    @property
    def nodes(self) -> tuple[Node, Node]:
        return self.dutch, self.german

    def start(self) -> None:
        """Start both nodes and return once they are up."""
        for node in self.nodes:
            node.start()
        for node in self.nodes:
            node.wait_until_up()

    def stop(self) -> None:
        """End both nodes in good order."""
        for node in self.nodes:
            if node.process and node.process.poll() is None:
                node.process.terminate()
        for node in self.nodes:
            node.stop()


def prepare_folder(folder: Path) -> None:
    """Make the folder empty, or make it. InputError when it is no demo's, Conflict when one runs."""
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).is_file():
        raise InputError(f"{folder} is not a folder of the demo: name an empty one, or none")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / MARK).write_text('{"what": "the demo of Comity: may be deleted at any time"}\n')
    for config in folder.glob("*/node.json"):
        home = Home.open(config.parent)
        with only_one(home.run_dir / "up.lock"):
            PrivateServer(home).remove()
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != MARK:
            path.unlink()


def furnish(folder: Path, data: Data, first_port: int) -> Stage:
    """Set both nodes up, side by side, in processes of their own, on the first free ports from one on.

    Unavailable when that fails.
    """
    password, port = secrets.token_urlsafe(9), free_port(first_port)
    ports = (port, free_port(port + 1))
    nodes = [
        Node(side, folder / side.node, f"http://127.0.0.1:{port}")
        for side, port in zip(SIDES, ports, strict=True)
    ]
    workers = [
        _Furnisher(node, port, sources, password)
        for node, port, sources in zip(nodes, ports, (data.dutch, data.german), strict=True)
    ]
    descriptors = []
    for node, worker in zip(nodes, workers, strict=True):
        answer = worker.read()
        node.tokens = answer["tokens"]
        descriptors.append(answer["descriptor"])
    for worker, other in zip(workers, reversed(descriptors), strict=True):
        worker.write([other, *BY_HAND])
    loaded = [{"node": n.side.title, **row} for n, w in zip(nodes, workers, strict=True) for row in w.read()]
    for worker in workers:
        worker.finish()
    return Stage(nodes[0], nodes[1], data.manifest, password, loaded)


class _Furnisher:
    """The process that sets one node up, and the lines it is spoken to with; see `furnish.py`."""

    def __init__(self, node: Node, port: int, sources: Sequence[Source], password: str) -> None:
        self.log = node.home.with_suffix(".log")
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "comity.cli.demo.furnish"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        self.write(
            {
                **asdict(node.side),
                "home": str(node.home),
                "port": port,
                "password": password,
                "sources": [source.as_json() for source in sources],
            }
        )

    def write(self, value: Any) -> None:
        assert self.process.stdin
        self.process.stdin.write(json.dumps(value) + "\n")
        self.process.stdin.flush()

    def read(self) -> Any:
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            raise Unavailable(f"the node could not be set up: see {self.log}")
        return json.loads(line)

    def finish(self) -> None:
        self.process.communicate()
        if self.process.returncode:
            raise Unavailable(f"the node could not be set up: see {self.log}")


def until(answered: Callable[[], Any], what: str, seconds: float = 60.0) -> Any:
    """Ask until the answer is true and return it; Unavailable, saying what for, when `seconds` are over."""
    deadline = time.monotonic() + seconds
    while not (answer := answered()):
        if time.monotonic() > deadline:
            raise Unavailable(f"waited {seconds:.0f} s in vain for {what}")
        time.sleep(0.2)
    return answer
