"""Opening a node for one command: its settings, its database, and on whose behalf the command acts."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from comity.base.errors import InputError, NotFound

if TYPE_CHECKING:
    from comity.node.authorities import Authority, Identity
    from comity.node.home import Home
    from comity.node.scope import Scope

AuthorityOption = Annotated[
    str | None, typer.Option("--authority", help="Code of the authority; needed where the node has several.")
]
AsOption = Annotated[
    str | None,
    typer.Option("--as", metavar="USERNAME", help="Act as this officer, not as the node itself."),
]


@contextmanager
def opened(home: Path | None) -> Iterator[Home]:
    """The node of a home folder, ready for use.

    When a private database does not run, the node is not up: then the database runs meanwhile, and what the
    command has entered into the ledger is sealed here.
    """
    from comity.node.home import ENVIRONMENT, Home

    node = Home.open(home)
    os.environ |= {ENVIRONMENT: str(node.path), "DJANGO_SETTINGS_MODULE": "comity.node.settings"}
    with database_running(node) as alone:
        import django

        django.setup()
        from django.db import connections

        try:
            yield node
            if alone:
                from comity.node import jobs

                jobs.seal_once()
        finally:
            connections.close_all()


@contextmanager
def database_running(home: Home) -> Iterator[bool]:
    """The node's private database runs within the block; yields whether it did not before."""
    from comity.node.database import PrivateServer

    if home.database_url:
        yield False
        return
    server = PrivateServer(home)
    alone = server.pid() is None
    with server.running():
        yield alone


def find_authority(code: str | None) -> Authority:
    """The authority of this node with that code, or its only one. Raises NotFound, InputError."""
    from comity.node.authorities import local_authorities

    known = {authority.code: authority for authority in local_authorities()}
    codes = ", ".join(known) or "none"
    if code is None and len(known) == 1:
        return next(iter(known.values()))
    if code is None:
        raise InputError(f"say for which authority: --authority with one of {codes}")
    if code not in known:
        raise NotFound(f"{code} is not an authority of this node; it has {codes}")
    return known[code]


def acting(
    purpose: str, authority: str | None = None, username: str | None = None
) -> AbstractContextManager[Scope]:
    """One transaction as the node itself acting for an authority, or as the officer of that sign-in."""
    from comity.node import access
    from comity.node.authorities import Identity

    if username is None:
        return access.acting_as(Identity.of_node(find_authority(authority)), purpose)
    return access.acting_as(find_identity(username), purpose)


def find_identity(username: str) -> Identity:
    """Whom a sign-in acts for. Raises NotFound when no active officer has it."""
    from django.contrib.auth import get_user_model

    from comity.node.authorities import Identity

    user = get_user_model().objects.filter(username=username).first()
    identity = Identity.of_user(user.pk) if user else None
    if identity is None:
        raise NotFound(f"No active officer signs in as {username!r}.")
    return identity
