"""Seeing to it that the owner role, the application role and the database are there."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import Connection, sql
from psycopg.rows import TupleRow

from comity.base.errors import Unavailable
from comity.node.database.connections import application_role, parse, urls
from comity.node.database.programs import OLDEST
from comity.node.database.server import PrivateServer
from comity.node.home import Home


def prepare(home: Home) -> None:
    """Make what migrations need: data folder, roles and database. May be called at every start.

    A private server is made, not started. With DATABASE_URL the application role is made and let in; where
    the owner may not do that, Unavailable carries the SQL that the server's administrator must run.
    """
    if home.database_url is None:
        PrivateServer(home).create()
        return
    places, role = urls(home), application_role(home)
    with _connect(places.owner) as owner:
        _check_server(owner)
        needed = _needed_by_role(owner, role, places.app) + _needed_by_owner(owner)
        try:
            for statement in needed:
                owner.execute(statement)
        except psycopg.errors.InsufficientPrivilege:
            owner.rollback()
            raise Unavailable(_for_the_administrator(owner, needed)) from None
        owner.commit()
        _check_role(owner, role)
    _connect(places.app).close()


def _connect(conninfo: str) -> Connection[TupleRow]:
    try:
        return psycopg.connect(conninfo, connect_timeout=10)
    except psycopg.OperationalError as error:
        user, reason = parse(conninfo).get("user", ""), str(error).strip().splitlines()[-1]
        raise Unavailable(f"the database cannot be reached as {user or 'its owner'}: {reason}") from None


def _check_server(owner: Connection[TupleRow]) -> None:
    if owner.info.server_version < OLDEST * 10000:
        raise Unavailable(f"the database server is older than PostgreSQL {OLDEST}")
    encoding = owner.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise Unavailable(f"the database is encoded in {encoding}; it must be made with ENCODING 'UTF8'")


def _needed_by_role(owner: Connection[TupleRow], role: str, conninfo: str) -> list[sql.Composed]:
    """The statements without which the application role could not sign in and look around."""
    name, database = sql.Identifier(role), sql.Identifier(owner.info.dbname)
    known = _one(owner, "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %s)", role)
    needed = []
    if not (known and _signs_in(conninfo)):
        verb, password = sql.SQL("ALTER" if known else "CREATE"), _verifier(owner, conninfo)
        rights = sql.SQL("LOGIN PASSWORD {}" if known else "LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD {}")
        needed.append(sql.SQL("{} ROLE {} {}").format(verb, name, rights.format(password)))
    if not (known and _one(owner, "SELECT has_database_privilege(%s, current_database(), 'CONNECT')", role)):
        needed.append(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, name))
    if not (known and _one(owner, "SELECT has_schema_privilege(%s, 'public', 'USAGE')", role)):
        needed.append(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(name))
    return needed


def _needed_by_owner(owner: Connection[TupleRow]) -> list[sql.Composed]:
    if _one(owner, "SELECT has_schema_privilege('public', 'CREATE, USAGE')"):
        return []
    return [sql.SQL("GRANT ALL ON SCHEMA public TO {}").format(sql.Identifier(owner.info.user))]


def _check_role(owner: Connection[TupleRow], role: str) -> None:
    """Row-level security binds neither superusers nor those who may bypass it."""
    if _one(owner, "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = %s", role):
        remedy = f"ALTER ROLE {role} NOSUPERUSER NOBYPASSRLS"
        raise Unavailable(f"the role {role} may bypass row-level security: {remedy}")


def _signs_in(conninfo: str) -> bool:
    try:
        psycopg.connect(conninfo, connect_timeout=10).close()
    except psycopg.OperationalError:
        return False
    return True


def _verifier(owner: Connection[TupleRow], conninfo: str) -> str:
    """The password as the server stores it (SCRAM, RFC 5803): the password itself stays in the home."""
    parameters = parse(conninfo)
    password, user = parameters["password"].encode(), parameters["user"].encode()
    return owner.pgconn.encrypt_password(password, user, b"scram-sha-256").decode()


def _for_the_administrator(owner: Connection[TupleRow], needed: list[sql.Composed]) -> str:
    statements = "\n".join(f"    {statement.as_string(owner)};" for statement in needed)
    return (
        f"{owner.info.user} may not set up the database {owner.info.dbname}. "
        f"Ask the server's administrator to run in that database, then start again:\n{statements}"
    )


def _one(connection: Connection[TupleRow], query: str, *parameters: Any) -> Any:
    row = connection.execute(query, parameters).fetchone()
    return row[0] if row else None
