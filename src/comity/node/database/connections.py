"""How the two roles of a node connect, as libpq connection strings and as Django's settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from comity.base.errors import InputError
from comity.node.database.server import DATABASE, PrivateServer
from comity.node.home import Home

_DJANGO = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}


@dataclass(frozen=True)
class Urls:
    """Connection strings that psycopg and libpq take: of the role that migrates, of the role that runs."""

    owner: str = field(repr=False)
    app: str = field(repr=False)


def urls(home: Home) -> Urls:
    """The node's two connections; InputError when the home's database_url cannot be read."""
    if home.database_url is None:
        server = PrivateServer(home)
        return Urls(server.conninfo("owner"), server.conninfo("app"))
    owner = parse(home.database_url)
    app = {**owner, "user": application_role(home), "password": home.secret("database").hex()}
    return Urls(make_conninfo("", **owner), make_conninfo("", **app))


def application_role(home: Home) -> str:
    """The name of the role that web and workers run as: grants and policies are written for it."""
    return f"{DATABASE if home.database_url is None else parse(home.database_url)['dbname']}_app"


def parse(url: str) -> dict[str, Any]:
    """The parameters of a connection string that names its database; InputError when it does not."""
    try:
        parameters = conninfo_to_dict(url)
    except ProgrammingError as error:
        raise InputError(f"cannot be read: {error}".strip(), field="database_url") from None
    if not parameters.get("dbname"):
        raise InputError("names no database; expected postgresql://user@host/name", field="database_url")
    return parameters


def django_settings(url: str) -> dict[str, Any]:
    """One entry of Django's DATABASES for a connection string."""
    parameters = parse(url)
    settings: dict[str, Any] = {"ENGINE": "django.db.backends.postgresql"}
    settings |= {name: parameters.pop(key, "") for key, name in _DJANGO.items()}
    return settings | {"OPTIONS": parameters}
