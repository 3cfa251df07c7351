"""Keeps child processes running: started in order, restarted when they die, ended together.

Nothing outlives the supervisor: it ends its children in reverse order, and should it be killed itself, the
kernel signals them (prctl(2), PR_SET_PDEATHSIG). Children write to their own log files, so that a supervisor
that is gone takes no pipe away from them while they finish.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from comity.base.errors import ComityError, Conflict, Unavailable
from comity.base.time import now
from comity.cli.logfile import LogFile

TICK = 0.1  # seconds between looks at the children
FIRST_DELAY, LAST_DELAY = 0.2, 10.0  # seconds before a restart
LONG_ENOUGH = 30.0  # seconds alive after which a death counts as the first again
ATTEMPTS = 3  # of a child that runs once
GRACE = 10.0  # seconds from the polite signal to SIGKILL
_SET_PARENT_DEATH_SIGNAL = 1
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Child:
    """One process to keep running.

    It starts when the children named in `after` are up: running and `ready`, or, for a child that runs
    `once`, ended without error. `before` is called before each start; a ComityError from it is as a death.
    `run_as` holds the arguments of subprocess (`user`, `group`, `extra_groups`) for another user.
    """

    name: str
    argv: Sequence[str]
    log: Path
    env: Mapping[str, str] = field(default_factory=dict)
    after: tuple[str, ...] = ()
    ready: Callable[[], bool] | None = None
    before: Callable[[], object] | None = None
    once: bool = False
    stop_signal: signal.Signals = signal.SIGTERM
    run_as: Mapping[str, Any] = field(default_factory=dict)


class Supervisor:
    """Runs children until SIGINT or SIGTERM, and keeps a JSON file `status` up to date:

    `{"pid", "up", "children": [{"name", "pid", "ready", "restarts", "since"}]}`; `pid` null: not running.
    """

    def __init__(
        self,
        children: Sequence[Child],
        status: Path,
        *,
        say: Callable[[str], None] = print,
        when_up: Callable[[], None] = lambda: None,
    ) -> None:
        self._processes = {child.name: _Process(child) for child in children}
        self._status, self._say, self._when_up = status, say, when_up
        self._written: dict[str, Any] = {}
        self._stopping = self._up = False

    def run(self) -> None:
        """Return after a signal, all children ended; Unavailable when what runs once fails."""
        with _on_signals(self._ask_to_stop):
            try:
                while not self._stopping:
                    self._look()
                    time.sleep(TICK)
            finally:
                self._stopping = True
                self._end_all()

    def _ask_to_stop(self) -> None:
        self._stopping = True

    def _look(self) -> None:
        for process in self._processes.values():
            self._relay(process)
            if process.popen is None:
                self._start_when_due(process)
            elif (code := process.popen.poll()) is not None:
                self._ended(process, code)
            else:
                process.look_whether_ready()
        if not self._up and all(process.up for process in self._processes.values()):
            self._up = True
            self._when_up()
        self._write_status()

    def _start_when_due(self, process: _Process) -> None:
        first = all(self._processes[name].up for name in process.child.after)
        if process.done or not first or time.monotonic() < process.due:
            return
        try:
            process.start()
        except (ComityError, OSError) as error:
            self._say(f"{process.child.name}: {error}")
            self._postpone(process)

    def _ended(self, process: _Process, code: int) -> None:
        process.forget()
        self._relay(process)
        name, how = process.child.name, _how_it_ended(code)
        if process.child.once and code == 0:
            process.done = True
            return
        if process.child.once and process.restarts + 1 >= ATTEMPTS:
            raise Unavailable(f"{name} {how}; what it said is in {process.child.log}")
        self._say(f"{name} {how}")
        self._postpone(process)

    def _postpone(self, process: _Process) -> None:
        delay = process.postpone()
        self._say(f"{process.child.name} starts again in {delay:g} s")

    def _relay(self, process: _Process) -> None:
        width = max(len(name) for name in self._processes)
        for line in process.log.new_lines():
            self._say(f"{process.child.name:{width}} | {line}")

    def _end_all(self) -> None:
        """Signal each child once all that need it have ended; kill those that do not listen."""
        while running := [process for process in self._processes.values() if process.popen]:
            for process in running:
                self._relay(process)
                if process.has_ended():
                    process.forget()
                elif not any(process.child.name in self._needs(other) for other in running):
                    process.end()
            time.sleep(TICK / 2)
        self._write_status()

    def _needs(self, process: _Process) -> set[str]:
        """The names of all that a process needs, directly or through others."""
        direct = set(process.child.after)
        return direct.union(*(self._needs(self._processes[name]) for name in direct))

    def _write_status(self) -> None:
        children = [process.status() for process in self._processes.values()]
        status = {"pid": os.getpid(), "up": self._up and not self._stopping, "children": children}
        if status != self._written:
            draft = self._status.with_suffix(".draft")
            draft.write_text(json.dumps(status, indent=2) + "\n")
            draft.replace(self._status)
            self._written = status


class _Process:
    """A child and what has become of it."""

    def __init__(self, child: Child) -> None:
        self.child, self.log = child, LogFile(child.log)
        self.popen: subprocess.Popen[bytes] | None = None
        self.since: datetime | None = None
        self.restarts, self.delay = 0, FIRST_DELAY
        self.ready = self.done = False
        self.due = self.started = 0.0
        self.patience: float | None = None

    @property
    def up(self) -> bool:
        return self.done or (not self.child.once and self.ready)

    def start(self) -> None:
        self.started = time.monotonic()
        if self.child.before:
            self.child.before()
        parent, last_word = os.getpid(), self.child.stop_signal
        with self.log.open() as log:
            self.popen = subprocess.Popen(
                list(self.child.argv),
                env={**os.environ, **self.child.env},
                cwd="/" if self.child.run_as else None,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=lambda: end_with(parent, last_word),
                **self.child.run_as,
            )
        self.since = now()

    def look_whether_ready(self) -> None:
        self.ready = self.ready or self.child.ready is None or self.child.ready()

    def has_ended(self) -> bool:
        return self.popen is not None and self.popen.poll() is not None

    def forget(self) -> None:
        """Note that it ended, and end what it left behind in its process group."""
        if self.popen:
            _signal_group(self.popen.pid, signal.SIGKILL)
        self.popen, self.since, self.ready = None, now(), False

    def postpone(self) -> float:
        """Be due again after a delay, each twice the one before; the delay in seconds."""
        if time.monotonic() - self.started >= LONG_ENOUGH:
            self.delay = FIRST_DELAY
        delay, self.delay = self.delay, min(self.delay * 2, LAST_DELAY)
        self.due = time.monotonic() + delay
        self.restarts += 1
        return delay

    def end(self) -> None:
        """Ask it to end; having asked, kill it once its time is over."""
        if self.popen is None:
            return
        if self.patience is None:
            self.patience = time.monotonic() + GRACE
            self.popen.send_signal(self.child.stop_signal)
        elif time.monotonic() > self.patience:
            _signal_group(self.popen.pid, signal.SIGKILL)

    def status(self) -> dict[str, Any]:
        return {
            "name": self.child.name,
            "pid": self.popen.pid if self.popen else None,
            "ready": self.up,
            "restarts": self.restarts,
            "since": self.since.isoformat() if self.since else None,
        }


@contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Hold the lock file at `path` within the block; Conflict when another process holds it."""
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            raise Conflict(f"this node is up already, as process {file.read().strip()}") from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


@contextmanager
def _on_signals(act: Callable[[], None]) -> Iterator[None]:
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, lambda *_: act()) for number in signals}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def end_with(parent: int, number: signal.Signals) -> None:
    """Runs in the child: have the kernel signal it when its parent dies, unless that has happened already."""
    _libc.prctl(_SET_PARENT_DEATH_SIGNAL, int(number))
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def _signal_group(group: int, number: signal.Signals) -> None:
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return


def _how_it_ended(code: int) -> str:
    return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit status {code}"
