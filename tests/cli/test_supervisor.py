"""Each test runs a supervisor of its own in another process, as `comity up` does, and looks from outside."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from comity.base.errors import Conflict
from comity.cli.supervisor import only_one

PATIENCE = 30.0
STEADY = "import time\nwhile True: time.sleep(60)"


class Running:
    """A supervisor in another process, told by Python source that sets `children`."""

    def __init__(self, folder: Path, children: str) -> None:
        self.folder = folder
        script = folder / "run.py"
        script.write_text(
            textwrap.dedent(
                """
                import signal, sys
                from pathlib import Path
                from comity.base.errors import ComityError, Unavailable
                from comity.cli import supervisor
                from comity.cli.supervisor import Child, Supervisor

                folder = Path(sys.argv[1])

                def child(name, source, **options):
                    return Child(name, [sys.executable, "-c", source], folder / f"{name}.log", **options)

                def say(line):
                    print(line, flush=True)
                """
            )
            + textwrap.dedent(children)
            + textwrap.dedent(
                """
                try:
                    Supervisor(children, folder / "status.json", say=say, when_up=lambda: say("UP")).run()
                except ComityError as error:
                    say(f"ERROR {error}")
                    sys.exit(4)
                """
            )
        )
        self.output = (folder / "output").open("w+b")
        self.process = subprocess.Popen(
            [sys.executable, str(script), str(folder)], stdout=self.output, stderr=subprocess.STDOUT
        )

    def said(self) -> str:
        return (self.folder / "output").read_text()

    def status(self, name: str) -> dict:
        try:
            children = json.loads((self.folder / "status.json").read_text())["children"]
        except FileNotFoundError:
            return {"pid": None, "ready": False, "restarts": 0}
        return next(child for child in children if child["name"] == name)

    def ready(self, *names: str) -> bool:
        return all(self.status(name)["ready"] for name in names)

    def pid(self, name: str) -> int:
        pid = self.status(name)["pid"]
        assert pid is not None
        return pid


@pytest.fixture
def supervise(tmp_path: Path) -> Iterator[Callable[[str], Running]]:
    made: list[Running] = []

    def start(children: str) -> Running:
        made.append(Running(tmp_path, children))
        return made[-1]

    yield start
    for running in made:
        if running.process.poll() is None:
            running.process.kill()
        running.process.wait()
        running.output.close()


def wait_for(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_child_that_dies_is_started_again(supervise):
    running = supervise(f"children = [child('web', {STEADY!r})]")
    wait_for(lambda: running.ready("web"), "web did not start")
    first = running.pid("web")
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: running.status("web")["pid"] not in (None, first), "web was not started again")
    assert running.status("web")["restarts"] == 1
    assert "web was ended by SIGKILL" in running.said()


def test_a_child_that_keeps_dying_waits_twice_as_long_each_time(supervise):
    running = supervise("children = [child('web', 'raise SystemExit(3)')]")
    wait_for(lambda: running.status("web")["restarts"] >= 3, "web was not started three times")
    said = [line for line in running.said().splitlines() if "again" in line]
    assert [line.rsplit(" ", 2)[1] for line in said[:3]] == ["0.2", "0.4", "0.8"]
    assert "web ended with exit status 3" in running.said()


def test_a_child_starts_only_when_those_before_it_are_ready(supervise, tmp_path):
    gate = tmp_path / "gate"
    running = supervise(
        f"""
        children = [
            child("database", {STEADY!r}, ready=Path({str(gate)!r}).exists),
            child("web", {STEADY!r}, after=("database",)),
        ]
        """
    )
    wait_for(lambda: running.status("database")["pid"], "the database did not start")
    time.sleep(0.5)
    assert running.status("web")["pid"] is None
    gate.touch()
    wait_for(lambda: running.ready("database", "web"), "web did not start")
    wait_for(lambda: "UP" in running.said(), "it was not told that all is up")


def test_what_runs_once_is_over_before_the_next_starts(supervise, tmp_path):
    mark = tmp_path / "migrated"
    running = supervise(
        f"""
        children = [
            child("migrate", "import pathlib; pathlib.Path({str(mark)!r}).touch()", once=True),
            child("web", "import pathlib, time; print(pathlib.Path({str(mark)!r}).exists()); time.sleep(60)",
                  after=("migrate",), env={{"PYTHONUNBUFFERED": "1"}}),
        ]
        """
    )
    wait_for(lambda: "web     | True" in running.said(), "web did not see the mark")
    assert running.status("migrate")["restarts"] == 0


def test_what_runs_once_and_keeps_failing_ends_all_with_its_reason(supervise):
    running = supervise(
        f"""
        children = [
            child("database", {STEADY!r}),
            child("migrate", "raise SystemExit('no such column')", once=True, after=("database",)),
        ]
        """
    )
    assert running.process.wait(PATIENCE) == 4
    assert "migrate  | no such column" in running.said()
    assert "ERROR migrate ended with exit status 1" in running.said()
    assert running.status("database")["pid"] is None


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_all_in_reverse_order(supervise, number):
    source = (
        "import signal, sys, time\n"
        "def end(*_):\n    print(f'{sys.argv[0]} ends', flush=True)\n    raise SystemExit\n"
        "signal.signal(signal.SIGTERM, end)\nprint('ready', flush=True)\ntime.sleep(60)"
    )
    running = supervise(
        f"""
        def set_up(name):
            return lambda: "ready" in (folder / f"{{name}}.log").read_text()

        children = [
            child("database", {source!r}, ready=set_up("database")),
            child("migrate", "", once=True, after=("database",)),
            child("web", {source!r}, ready=set_up("web"), after=("migrate",)),
        ]
        """
    )
    wait_for(lambda: "UP" in running.said(), "not up")
    pids = [running.pid("database"), running.pid("web")]
    running.process.send_signal(number)
    assert running.process.wait(PATIENCE) == 0
    assert not any(alive(pid) for pid in pids)
    said = running.said()
    assert said.index("web      | -c ends") < said.index("database | -c ends")


def test_a_child_that_does_not_listen_is_killed(supervise):
    source = (
        "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print('deaf', flush=True)\ntime.sleep(60)"
    )
    running = supervise(f"supervisor.GRACE = 0.5\nchildren = [child('worker', {source!r})]")
    wait_for(lambda: "worker | deaf" in running.said(), "the worker did not start")
    pid = running.pid("worker")
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(PATIENCE) == 0
    assert not alive(pid)


def test_killing_the_supervisor_leaves_no_orphan(supervise):
    running = supervise(
        f"""
        children = [
            child("database", {STEADY!r}, stop_signal=signal.SIGINT),
            child("web", {STEADY!r}),
        ]
        """
    )
    wait_for(lambda: running.ready("database", "web"), "not up")
    pids = [running.pid("database"), running.pid("web")]
    running.process.kill()
    running.process.wait()
    wait_for(lambda: not any(alive(pid) for pid in pids), "a child outlived its supervisor")


def test_what_a_dead_child_left_behind_is_ended_too(supervise, tmp_path):
    source = (
        "import os, pathlib, time\nother = os.fork()\n"
        f"if other: pathlib.Path({str(tmp_path / 'other')!r}).write_text(str(other))\n"
        "time.sleep(60)"
    )
    running = supervise(f"children = [child('web', {source!r})]")
    wait_for(lambda: (tmp_path / "other").exists() and (tmp_path / "other").read_text(), "no grandchild")
    other = int((tmp_path / "other").read_text())
    os.kill(running.pid("web"), signal.SIGKILL)
    wait_for(lambda: not alive(other), "the grandchild outlived the child")


def test_an_error_before_the_start_is_told_and_tried_again(supervise, tmp_path):
    gate = tmp_path / "gate"
    running = supervise(
        f"""
        def demand():
            if not Path({str(gate)!r}).exists():
                raise Unavailable("the port is taken")

        children = [child("web", {STEADY!r}, before=demand)]
        """
    )
    wait_for(lambda: "web: the port is taken" in running.said(), "the reason was not told")
    gate.touch()
    wait_for(lambda: running.ready("web"), "web did not start")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can run a child as another user")
def test_a_child_of_another_user_ends_with_its_supervisor_as_well(supervise):
    running = supervise(
        """
        nobody = {"user": 65534, "group": 65534, "extra_groups": []}
        children = [Child("database", ["sleep", "60"], folder / "database.log", run_as=nobody)]
        """
    )
    wait_for(lambda: running.ready("database"), "not up")
    pid = running.pid("database")
    assert Path(f"/proc/{pid}").stat().st_uid == 65534
    running.process.kill()
    running.process.wait()
    wait_for(lambda: not alive(pid), "the child outlived its supervisor")


def test_a_second_one_on_the_same_home_is_refused_and_told_who_is_first(tmp_path: Path):
    with (
        only_one(tmp_path / "up.lock"),
        pytest.raises(Conflict, match=f"process {os.getpid()}"),
        only_one(tmp_path / "up.lock"),
    ):
        pytest.fail("both hold the lock")


def test_the_lock_is_free_again_afterwards(tmp_path: Path):
    for _ in range(2):
        with only_one(tmp_path / "up.lock"):
            assert (tmp_path / "up.lock").read_text() == f"{os.getpid()}\n"
