"""Run a command with a PostgreSQL of Debian's kind beside it: TCP, password, an owner who is no superuser.

    scripts/with_postgres.py pytest tests/node

The command finds the server's address in COMITY_TEST_DATABASE_URL. Server and data are gone afterwards.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from comity.node.database.programs import credentials, find, run
from comity.node.database.server import server_user
from comity.node.home import free_port

OWNER = "CREATE ROLE comity_test LOGIN CREATEROLE PASSWORD '{password}'; CREATE DATABASE comity_test OWNER comity_test"


@contextmanager
def server() -> Iterator[str]:
    """A running server; yields the connection string of the owner of its database."""
    user, folder = server_user(), Path(tempfile.mkdtemp(prefix="comity-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(folder, user)
    programs, password, port = find(user), secrets.token_hex(16), free_port(15432)
    (folder / "password").write_text(password)
    if os.geteuid() == 0:
        shutil.chown(folder / "password", user)
    data = str(folder / "data")
    made = run(
        [programs.path("initdb"), "-D", data, "-U", "root", "--auth=scram-sha-256", "--encoding=UTF8",
         f"--pwfile={folder / 'password'}", "--no-locale", "--no-sync"],
        user, capture_output=True,
    )  # fmt: skip
    if made.returncode:
        sys.exit(f"initdb failed: {made.stderr.decode()}")
    command = [programs.path("postgres"), "-D", data, "-p", str(port), "-c", "listen_addresses=127.0.0.1",
               "-c", "fsync=off", "-k", str(folder)]  # fmt: skip
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, **credentials(user))
        try:
            address = f"127.0.0.1:{port}"
            _prepare(f"postgresql://root:{password}@{address}/postgres", password)
            yield f"postgresql://comity_test:{password}@{address}/comity_test"
        finally:
            process.terminate()
            process.wait(30)
            shutil.rmtree(folder, ignore_errors=True)


def _prepare(url: str, password: str) -> None:
    for _ in range(300):
        try:
            with psycopg.connect(url, autocommit=True) as connection:
                for statement in OWNER.format(password=password).split("; "):
                    connection.execute(statement)
                return
        except psycopg.OperationalError:
            time.sleep(0.1)
    sys.exit("the server did not start within 30 s")


if __name__ == "__main__":
    with server() as url:
        done = subprocess.run(sys.argv[1:], env={**os.environ, "COMITY_TEST_DATABASE_URL": url}, check=False)
    sys.exit(done.returncode)
