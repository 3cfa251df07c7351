from __future__ import annotations

import signal
import socket
import threading
from pathlib import Path

import pytest

from comity.base.errors import InputError, Unavailable
from comity.cli import run, up
from comity.node.database import PrivateServer
from comity.node.home import Home

ABROAD = "postgresql://owner@db.example/comity"


@pytest.fixture
def private(tmp_path: Path):
    """A home whose private database is made."""
    home = Home.create(tmp_path / "nl", "nl", 8001)
    PrivateServer(home).create()
    yield home
    PrivateServer(home).remove()


def test_all_wait_for_the_migration_and_that_for_the_private_database(private):
    children = {child.name: child.after for child in up.children(private)}
    assert children.pop("database") == ()
    assert children.pop("migrate") == ("database",)
    assert set(children) == {"web", "worker", "sealer", "matcher"}
    assert set(children.values()) == {("database", "migrate")}


def test_the_private_database_ends_by_a_fast_shutdown_as_a_user_who_is_not_root(private):
    database = up.children(private)[0]
    assert database.stop_signal == signal.SIGINT
    assert database.run_as.get("user") != 0


def test_a_database_kept_by_others_is_not_started(tmp_path):
    home = Home.create(tmp_path / "nl", "nl", 8001, ABROAD)
    names = [child.name for child in up.children(home)]
    assert names == ["migrate", "web", "worker", "sealer", "matcher"]


def test_the_web_server_listens_to_this_machine_alone_on_the_homes_port(tmp_path):
    home = Home.create(tmp_path / "nl", "nl", 8417, ABROAD)
    web = next(child for child in up.children(home) if child.name == "web")
    command = " ".join(web.argv)
    assert "--host 127.0.0.1 --port 8417" in command
    assert "--no-access-log" in command


def test_no_secret_is_on_a_command_line_or_in_the_environment_of_a_child(tmp_path):
    home = Home.create(tmp_path / "nl", "nl", 8001, "postgresql://owner:hidden@db.example/comity")
    for child in up.children(home):
        assert "hidden" not in f"{child.argv} {child.env}"


def test_a_port_taken_by_another_is_told(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        home = Home.create(tmp_path / "nl", "nl", taken.getsockname()[1], ABROAD)
        web = next(child for child in up.children(home) if child.name == "web")
        assert web.ready()
        with pytest.raises(Unavailable, match=f"port {home.port}"):
            web.before()


def test_the_matcher_is_ready_once_it_answers(tmp_path):
    home = Home.create(tmp_path / "nl", "nl", 8001, ABROAD)
    matcher = up.children(home)[-1]
    assert not matcher.ready()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(home.matcher_socket))
        listener.listen()

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(connection.recv(10))

        thread = threading.Thread(target=answer)
        thread.start()
        assert matcher.ready()
        thread.join()


def test_a_folder_that_is_no_home_is_bad_input(tmp_path, capsys):
    assert run(["up", "--home", str(tmp_path)]) == 2
    assert "comity init" in capsys.readouterr().err


def test_a_home_with_a_bad_configuration_is_not_started(tmp_path):
    Home.create(tmp_path, "nl", 8001)
    (tmp_path / "node.json").write_text("{}")
    with pytest.raises(InputError):
        up.up(tmp_path)
