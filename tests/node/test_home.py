from __future__ import annotations

import json
import os
import socket
import stat
from pathlib import Path

import pytest

from comity.base.errors import Conflict, InputError
from comity.node.home import Home, free_port


def test_a_home_is_found_again_as_it_was_made(tmp_path: Path):
    made = Home.create(tmp_path / "nl", "nl-spoc", 8001)
    found = Home.open(tmp_path / "nl")
    assert (found.id, found.name, found.port, found.database_url) == (made.id, "nl-spoc", 8001, None)
    assert found.url == "http://127.0.0.1:8001"


def test_the_environment_names_the_home_when_nothing_else_does(tmp_path: Path, monkeypatch):
    Home.create(tmp_path / "de", "de_spoc", 8002)
    monkeypatch.setenv("COMITY_HOME", str(tmp_path / "de"))
    assert Home.open().name == "de_spoc"


def test_no_home_given_says_how_to_give_one(monkeypatch):
    monkeypatch.delenv("COMITY_HOME", raising=False)
    with pytest.raises(InputError, match="--home"):
        Home.open()


def test_a_folder_that_is_no_home_says_how_to_make_one(tmp_path: Path):
    with pytest.raises(InputError, match="comity init"):
        Home.open(tmp_path)


def test_a_home_is_not_made_over_another(tmp_path: Path):
    first = Home.create(tmp_path, "NL", 8001)
    with pytest.raises(Conflict):
        Home.create(tmp_path, "DE", 8002)
    assert Home.open(tmp_path).id == first.id


def test_a_folder_with_other_things_in_it_is_left_as_it_is(tmp_path: Path):
    (tmp_path / "thesis.txt").touch()
    tmp_path.chmod(0o755)
    with pytest.raises(Conflict, match="not empty"):
        Home.create(tmp_path, "nl", 8001)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"port": 70000}, "port"),
        ({"port": "8001"}, "port"),
        ({"name": ""}, "name"),
        ({"name": "NL SPOC"}, "name"),
        ({"url": "ftp://x"}, "url"),
        ({"database_url": "mysql://x"}, "database_url"),
        ({"colour": "blue"}, "colour"),
        ({"alarms": {"webhook_hosts": ["https://alarms.example.org"]}}, "alarms.webhook_hosts.0"),
        ({"alarms": {"webhook_hosts": ["Alarms.example.org"]}}, "alarms.webhook_hosts.0"),
    ],
)
def test_a_bad_configuration_names_file_and_field(tmp_path: Path, change: dict, field: str):
    Home.create(tmp_path, "NL", 8001)
    file = tmp_path / "node.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    with pytest.raises(InputError) as caught:
        Home.open(tmp_path)
    assert (caught.value.file, caught.value.field) == (str(file), field)


def test_a_configuration_that_is_no_json_is_an_input_error(tmp_path: Path):
    Home.create(tmp_path, "NL", 8001)
    (tmp_path / "node.json").write_bytes(b"\xff{")
    with pytest.raises(InputError, match="cannot be read"):
        Home.open(tmp_path)


def test_the_public_address_names_the_hosts_that_may_be_asked_for(tmp_path: Path):
    Home.create(tmp_path, "NL", 8001)
    file = tmp_path / "node.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"url": "https://spoc.example.nl:8443"}))
    home = Home.open(tmp_path)
    assert (home.url, home.hosts) == ("https://spoc.example.nl:8443", ["spoc.example.nl"])


def test_a_home_whose_port_is_out_of_range_is_not_made(tmp_path: Path):
    with pytest.raises(InputError):
        Home.create(tmp_path / "x", "NL", 0)
    assert not (tmp_path / "x").exists()


def test_a_secret_stays_the_same_and_is_the_owners_alone(tmp_path: Path):
    home = Home.create(tmp_path, "NL", 8001)
    secret = home.secret("master")
    assert len(secret) == 32
    assert Home.open(tmp_path).secret("master") == secret
    assert home.secret("django") != secret
    assert stat.S_IMODE((tmp_path / "secrets" / "master").stat().st_mode) == 0o600


def test_a_damaged_secret_is_named_and_not_replaced(tmp_path: Path):
    home = Home.create(tmp_path, "NL", 8001)
    home.secret("master")
    (tmp_path / "secrets" / "master").write_bytes(b"short")
    with pytest.raises(InputError, match="master"):
        home.secret("master")


def test_every_folder_is_the_owners_alone(tmp_path: Path):
    home = Home.create(tmp_path / "nl", "NL", 8001)
    folders = [home.path, home.keys_dir, home.matcher_dir, home.rejects_dir, home.log_dir, home.run_dir]
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}


def test_a_folder_made_readable_is_closed_again(tmp_path: Path):
    home = Home.create(tmp_path, "NL", 8001)
    home.keys_dir.chmod(0o755)
    assert stat.S_IMODE(home.keys_dir.stat().st_mode) == 0o700


def test_a_link_in_place_of_a_folder_is_refused(tmp_path: Path):
    home = Home.create(tmp_path / "nl", "NL", 8001)
    (tmp_path / "elsewhere").mkdir()
    (home.path / "keys").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError, match="keys"):
        _ = home.keys_dir


def test_sockets_have_short_paths_however_deep_the_home_is(tmp_path: Path):
    home = Home.create(tmp_path / ("d" * 100) / "nl", "NL", 8001)
    run = home.run_dir
    assert len(os.fsencode(home.matcher_socket)) < 100
    assert run == Home.open(home.path).run_dir
    run.rmdir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a folder of another user")
def test_a_home_of_another_user_is_refused(tmp_path: Path):
    Home.create(tmp_path / "nl", "NL", 8001)
    os.chown(tmp_path / "nl", 65534, 65534)
    with pytest.raises(InputError, match="another user"):
        Home.open(tmp_path / "nl")


def test_a_port_in_use_is_passed_over():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert free_port(port) > port
