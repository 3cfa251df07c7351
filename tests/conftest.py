"""Fixtures for tests of the running node: one server and one schema a run, an empty database for each test.

By default the tests run on a private server; with COMITY_TEST_DATABASE_URL they run on the PostgreSQL it names.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")  # how fast a machine makes examples says nothing about what is tested

PASSWORD = "correct horse battery staple"
ROLES = ("officer", "analyst", "supervisor", "data-protection-officer", "administrator")

ROOTS = ("node_token", "node_officer", "node_publickey", "node_authority", "auth_user")
"""Tables to which nearly all others refer: emptied row by row, since truncating them would truncate every table."""

FILLED = """
SELECT quote_ident(relname) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
AND pg_relation_size(oid) > 0
AND relname NOT IN ('django_migrations', 'django_content_type', 'auth_permission')
"""

_folder = tempfile.mkdtemp(prefix="comity-test-")


def pytest_configure() -> None:
    """Make the home of the node under test and set Django up, so that tests import the node's modules."""
    import django

    from comity.node.home import Home

    home = Home.create(Path(_folder) / "nl", "nl", 8001, os.environ.get("COMITY_TEST_DATABASE_URL"))
    os.environ |= {"COMITY_HOME": str(home.path), "DJANGO_SETTINGS_MODULE": "comity.node.settings"}
    django.setup()
    from django.conf import settings

    from comity.node import jobs  # noqa: F401  (connects the signals, as in every process of the node)

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_unconfigure() -> None:
    shutil.rmtree(_folder, ignore_errors=True)


@pytest.fixture(scope="session")
def home() -> Iterator[Any]:
    """The home folder of the node under test, its database running, prepared and migrated."""
    from django.conf import settings
    from django.db import connections

    from comity.node import database

    home = settings.HOME
    server = None if home.database_url else database.PrivateServer(home)
    if server:
        server.create()
        with (server.data / "postgresql.auto.conf").open("a") as settings_file:
            settings_file.write("fsync = off\n")
        server.start()
    try:
        database.prepare(home)
        subprocess.run([sys.executable, "-m", "comity.node.migrate"], check=True)
        yield home
    finally:
        connections.close_all()
        if server:
            server.remove()


@pytest.fixture
def empty(home: Any) -> Iterator[Any]:
    """The node with no rows at all, emptied as the owner, who alone may delete."""
    import psycopg

    from comity.node import database

    with psycopg.connect(database.urls(home).owner) as owner:
        filled = {row[0] for row in owner.execute(FILLED).fetchall()} - set(ROOTS)
        if filled:
            owner.execute(f"TRUNCATE {', '.join(sorted(filled))} RESTART IDENTITY CASCADE")
        for table in ROOTS:
            owner.execute(f"DELETE FROM {table}")
            owner.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), 1, false)", [table])
    yield home
    from django.db import connections

    connections.close_all()


class Node:
    """Two authorities at one node, NL and DE, each with an officer of every role; and a partner by hand."""

    def __init__(self, home: Any) -> None:
        from comity.node import authorities

        self.home = home
        self.nl = authorities.found("nl-spoc", "SPOC Netherlands", "NL", "spoc", ["nl", "en"])
        self.de = authorities.found("de-spoc", "SPOC Germany", "DE", "spoc", ["de", "en"])
        self.pt = authorities.add_partner(
            {"code": "pt-spoc", "name": "SPOC Portugal", "country": "PT", "kind": "spoc", "contact": "SIENA"}
        )
        self.europol = authorities.add_partner(
            {"code": "europol", "name": "Europol", "country": "EU", "kind": "europol", "contact": "SIENA"}
        )
        self.officers = {
            (authority.code, role): authorities.enrol(
                authority,
                f"{authority.country.lower()}-{role}",
                f"{role} {authority.country}",
                [role],
                PASSWORD,
            )
            for authority in (self.nl, self.de)
            for role in ROLES
        }

    def officer(self, role: str = "officer", code: str = "nl-spoc") -> Any:
        return self.officers[code, role]

    def act(
        self, role: str = "officer", code: str = "nl-spoc", purpose: str = "test"
    ) -> AbstractContextManager[Any]:
        """One transaction as that officer; with the role `node`, as the node itself."""
        from comity.node import access
        from comity.node.authorities import Authority, Identity

        if role == "node":
            return access.acting_as(Identity.of_node(Authority.objects.get(code=code)), purpose)
        officer = self.officer(role, code)
        return access.acting_as(Identity(officer.authority_id, officer.pk), purpose)

    def client(self, role: str | None = "officer", code: str = "nl-spoc") -> Any:
        """A browser without JavaScript, signed in as that officer; with None, signed in as nobody."""
        from django.contrib.auth import get_user_model
        from django.test import Client

        client = Client(raise_request_exception=True)
        if role is not None:
            user = get_user_model().objects.get(pk=self.officer(role, code).user_id)
            client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    @staticmethod
    def aside(function: Any, *args: Any) -> Any:
        """Call a function in another thread: with a database connection and a transaction of its own."""
        return _aside(function, *args)

    def carry(self) -> int:
        """Carry every message that is due from one authority of this node to the other, without HTTP."""
        from comity.node.authorities import Authority, Identity
        from comity.node.exchange import sending

        carried = 0
        for authority in (self.nl, self.de):
            for partner in Authority.objects.filter(channel="comity"):
                while sending.deliver(Identity.of_node(authority), partner):
                    carried += 1
        return carried


@pytest.fixture
def node(empty: Any, monkeypatch: pytest.MonkeyPatch) -> Node:
    """The node with authorities, officers and partners; messages travel inside the process."""
    import httpx

    from comity.base.errors import Gap, WireError
    from comity.node.exchange import receiving

    def post(url: str, *, content: bytes, **_: Any) -> httpx.Response:
        try:
            return httpx.Response(200, content=_aside(receiving.receive, url.rsplit("/", 1)[1], content))
        except Gap as gap:
            return httpx.Response(409, json={"error": str(gap), "expected": gap.expected})
        except WireError as error:
            return httpx.Response(403, json={"error": str(error)})

    monkeypatch.setattr("comity.node.exchange.sending.httpx.post", post)
    return Node(empty)


def _aside(function: Any, *args: Any) -> Any:
    outcome: dict[str, Any] = {}

    def run() -> None:
        from django.db import connections

        try:
            outcome["value"] = function(*args)
        except Exception as error:
            outcome["error"] = error
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if "error" in outcome:
        raise outcome["error"]
    return outcome["value"]


@pytest.fixture
def matcher(node: Node) -> Iterator[Any]:
    """The matcher of the node, listening on its socket."""
    from comity.node.registers import matching

    shutil.rmtree(node.home.matcher_dir, ignore_errors=True)
    with matching.listening() as matcher:
        yield matcher
