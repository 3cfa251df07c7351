"""A node's home: the one folder that holds its configuration, keys, secrets, logs and reject files.

    node.json    name, port, public address, database          0600
    secrets/     random keys, made once                         0600 each
    keys/        the node's own signing and sealing keys
    matcher/     the matcher's index, a cache that may be deleted
    rejects/     rows that could not be loaded, and why
    logs/        one file per child of `comity up`
    run/         sockets, locks, status; elsewhere when the path would be too long for a socket

Every folder is for the node's own user alone (0700).
"""

from __future__ import annotations

import os
import secrets
import socket
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from comity.base.errors import Conflict, InputError, Unavailable

ENVIRONMENT = "COMITY_HOME"
SAMPLE_FLAG = "sample-data"
CLOCK_FILE = "clock"
HOST = r"^([a-z0-9.-]+|[0-9a-f:]*:[0-9a-f:]+)(:[0-9]{1,5})?$"
"""A host of `webhook_hosts`: a name in small letters or an address, perhaps with a port."""
LONGEST_SOCKET_PATH = 99  # sockaddr_un holds 107 bytes; the rest is room for PostgreSQL's lock file


class AttachmentRules(BaseModel):
    """What files of cases must be like.

    `scan` is a command that gets the bytes on standard input and says by its exit code whether they are clean
    (0) or infected (1), such as `["clamdscan", "--no-summary", "-"]`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    largest_mb: int = Field(default=20, ge=1, le=20)
    case_mb: int = Field(default=200, ge=1, le=10_000)
    scan: list[str] | None = Field(default=None, min_length=1)
    scan_seconds: int = Field(default=30, ge=1, le=60)


class MailServer(BaseModel):
    """The server that mails about alarms are given to, and the address they come from."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    host: str = Field(min_length=1, max_length=200)
    port: int = Field(default=587, ge=1, le=65535)
    sender: str = Field(pattern=r"^[^@\s]+@[^@\s]+$")
    user: str = ""
    password: str = Field(default="", repr=False)
    starttls: bool = True


class AlarmRules(BaseModel):
    """How alarms leave the node. `webhook_hosts` are the only hosts (`name` or `name:port`) that it calls."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    mail: MailServer | None = None
    webhook_hosts: list[Annotated[str, Field(pattern=HOST)]] = []


class Configuration(BaseModel):
    """What `node.json` says. `id` names the node's folders outside its home and never changes."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    id: str = Field(pattern=r"^[0-9a-f]{12}$")
    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$")
    port: int = Field(ge=1, le=65535)
    url: str | None = Field(default=None, pattern=r"^https?://[^/\s]+$")
    database_url: str | None = Field(default=None, pattern=r"^postgres(ql)?://\S+$")
    attachments: AttachmentRules | None = None
    alarms: AlarmRules | None = None


class Home:
    """An opened home folder. Make one with `Home.create`, find it again with `Home.open`."""

    def __init__(self, path: Path, configuration: Configuration) -> None:
        self.path, self._configuration = path, configuration

    @classmethod
    def create(cls, path: Path | str, name: str, port: int, database_url: str | None = None) -> Home:
        """Make a new home; without `database_url` the node runs a private database server of its own.

        Raises InputError for a bad name, port or address, Conflict when the folder holds anything already.
        """
        path = Path(path).expanduser().absolute()
        file = path / "node.json"
        values = {"id": secrets.token_hex(6), "name": name, "port": port, "database_url": database_url}
        configuration = _validate(Configuration.model_validate, values, file)
        if path.is_dir() and not file.exists() and any(path.iterdir()):
            raise Conflict(f"{path} is not empty: a node needs a folder of its own")
        private_folder(path)
        if not write_once(file, configuration.model_dump_json(indent=2, exclude_none=True).encode() + b"\n"):
            raise Conflict(f"{path} is the home of a node already")
        return cls.open(path)

    @classmethod
    def open(cls, path: Path | str | None = None) -> Home:
        """Open the home at `path`, or at the one that COMITY_HOME names.

        Raises InputError when there is none, when it belongs to another user, or when node.json is bad.
        """
        place = path or os.environ.get(ENVIRONMENT)
        if not place:
            raise InputError(f"no home folder given: use --home, or set {ENVIRONMENT}")
        path = Path(place).expanduser().absolute()
        file = path / "node.json"
        try:
            text = file.read_text(encoding="utf-8")
        except FileNotFoundError:
            raise InputError(f"{path} is not the home of a node: make one with `comity init`") from None
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"cannot be read: {error}", file=str(file)) from None
        if path.stat().st_uid != os.geteuid():
            raise InputError(f"{path} belongs to another user: run as the user who made it")
        return cls(path, _validate(Configuration.model_validate_json, text, file))

    @property
    def id(self) -> str:
        return self._configuration.id

    @property
    def name(self) -> str:
        """The node's short name among its partners: letters, digits, `-` and `_`."""
        return self._configuration.name

    @property
    def port(self) -> int:
        """The port of the web server on 127.0.0.1."""
        return self._configuration.port

    @property
    def url(self) -> str:
        """The node's public address, without a slash at the end."""
        return self._configuration.url or f"http://127.0.0.1:{self.port}"

    @property
    def hosts(self) -> list[str]:
        """The host names, besides this machine's own, by which the web server may be asked."""
        host = urlsplit(self.url).hostname
        return [host] if host else []

    @property
    def database_url(self) -> str | None:
        """The owner's connection to a server kept by others; None means the private server."""
        return self._configuration.database_url

    @property
    def attachments(self) -> AttachmentRules:
        """What files of cases must be like, and how they are scanned."""
        return self._configuration.attachments or AttachmentRules()

    @property
    def alarms(self) -> AlarmRules:
        """By which mail server, and to which hosts, alarms are told."""
        return self._configuration.alarms or AlarmRules()

    @property
    def keys_dir(self) -> Path:
        return private_folder(self.path / "keys")

    @property
    def matcher_dir(self) -> Path:
        return private_folder(self.path / "matcher")

    @property
    def rejects_dir(self) -> Path:
        return private_folder(self.path / "rejects")

    @property
    def log_dir(self) -> Path:
        return private_folder(self.path / "logs")

    @property
    def law_dir(self) -> Path:
        """Acts that the authority has added to the packaged law book."""
        return private_folder(self.path / "law")

    @property
    def run_dir(self) -> Path:
        """Sockets, locks and status; short enough for any socket in it, wherever the home is."""
        near = self.path / "run"
        if len(os.fsencode(near / ".s.PGSQL.5432.lock")) <= LONGEST_SOCKET_PATH:
            return private_folder(near)
        return private_folder(Path(f"/tmp/comity-{os.geteuid()}-{self.id}"))

    @property
    def sample(self) -> bool:
        """Whether everything in the node is invented; every page says so then."""
        return (self.path / SAMPLE_FLAG).exists()

    def mark_sample(self) -> None:
        """Say that everything in the node is invented."""
        (self.path / SAMPLE_FLAG).touch()

    @property
    def moved_clock(self) -> Path | None:
        """The file that moves the clock of a node whose data is invented; None for any other node."""
        return self.path / CLOCK_FILE if self.sample else None

    @property
    def matcher_socket(self) -> Path:
        return self.run_dir / "matcher.sock"

    def secret(self, name: str) -> bytes:
        """The 32 random bytes of that name (`django`, `master`), made when first asked for."""
        file = private_folder(self.path / "secrets") / name
        if not file.exists():
            write_once(file, secrets.token_bytes(32))
        value = file.read_bytes()
        if len(value) != 32:
            raise InputError("is not a secret of 32 bytes", file=str(file))
        return value


def private_folder(path: Path) -> Path:
    """Make `path` a folder of this user alone, 0700; InputError when it is another's or no folder."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            raise InputError(f"{path} is not a folder of the user who runs the node")
        if stat.S_IMODE(found.st_mode) != 0o700:
            path.chmod(0o700)
    except OSError as error:
        raise InputError(f"{path} cannot be made a private folder: {error.strerror}") from None
    return path


def write_once(path: Path, content: bytes) -> bool:
    """Write a file of mode 0600 whole or not at all; False when it exists, and then it is left as it is."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True


def free_port(first: int = 8001) -> int:
    """The first port from `first` on that nobody listens on at 127.0.0.1; Unavailable when all are taken."""
    for port in range(first, 65536):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise Unavailable(f"no free port from {first} on")


def _validate(read: Callable[[Any], Configuration], value: Any, file: Path) -> Configuration:
    try:
        return read(value)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or None
        raise InputError(first["msg"], file=str(file), field=field) from None
