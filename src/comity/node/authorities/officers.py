"""The officers of an authority: enrolled, given roles, let go; and their tokens for the API."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth import get_user_model
from django.db import transaction

from comity.base.errors import InputError, NotFound
from comity.base.text import say
from comity.base.time import now
from comity.node import ledger, scope
from comity.node.authorities.models import ROLES, Authority, Identity, Officer, Token

WORKERS = ["officer", "supervisor"]
"""Roles that work on cases."""


def enrol(authority: Authority, username: str, name: str, roles: Iterable[str], password: str) -> Officer:
    """Give a person of the authority a sign-in. Raises InputError on an unknown role or a taken name."""
    roles = list(roles)
    _check_roles(roles)
    users = get_user_model()
    with transaction.atomic():
        if users.objects.filter(username=username).exists():
            raise InputError(say("the sign-in {username!r} is taken", username=username), field="username")
        user = users.objects.create_user(username=username, password=password)
        node = Identity.of_node(authority)
        with scope.acting(node.authority, node.officer, "enrol an officer"):
            officer = Officer.objects.create(user=user, name=name, roles=roles)
            ledger.record(
                "officer.enrolled", article="", body={"officer": str(officer.identity), "roles": roles}
            )
    return officer


def make_token(officer: Officer, label: str, expires_at: datetime) -> str:
    """A new bearer token for the API; shown once, kept only as its digest. InputError without a label."""
    if not label.strip():
        raise InputError("say what the token is for", field="label")
    token = secrets.token_urlsafe(32)
    Token.objects.create(
        officer=officer,
        digest=hashlib.sha256(token.encode()).hexdigest(),
        label=label.strip()[:80],
        made_at=now(),
        expires_at=expires_at,
    )
    ledger.record("token.made", article="", body={"officer": str(officer.identity), "label": label})
    return token


def assign_roles(officer: Officer, roles: Iterable[str]) -> None:
    """Give an officer other roles, from the next request on. Raises InputError on an unknown role."""
    roles = list(roles)
    _check_roles(roles)
    officer.roles = roles
    officer.save(update_fields=["roles"])
    ledger.record("officer.roles", body={"officer": str(officer.identity), "roles": roles})


def end_sign_in(officer: Officer) -> None:
    """Let an officer who has left sign in no more; the officer's name stays with what was done."""
    officer.active = False
    officer.save(update_fields=["active"])
    ledger.record("officer.ended", body={"officer": str(officer.identity)})


def _check_roles(roles: list[str]) -> None:
    for role in roles or [""]:
        if role not in ROLES:
            raise InputError(
                say("{role!r} is no role; expected one of {roles}", role=role, roles=", ".join(ROLES)),
                field="roles",
            )


def tokens(officer: Officer) -> list[Token]:
    """The officer's own tokens that still open the API, newest first."""
    return list(Token.objects.filter(officer=officer, expires_at__gt=now()).order_by("-made_at"))


def revoke_token(officer: Officer, token: int) -> None:
    """End a token of the officer's own now. Raises NotFound when it is another's."""
    if not Token.objects.filter(pk=token, officer=officer, expires_at__gt=now()).update(expires_at=now()):
        raise NotFound("You have no such token.")
    ledger.record("token.revoked", article="", body={"officer": str(officer.identity), "token": token})


def colleagues() -> list[Officer]:
    """The persons of the acting authority who can be given work."""
    return list(Officer.objects.filter(active=True, roles__overlap=WORKERS).exclude(user=None))


def actor_names() -> dict[str, str]:
    """The officers of the acting authority by the name that the ledger gives them, such as `officer-7`."""
    return {f"officer-{pk}": name for pk, name in Officer.objects.values_list("pk", "name")}
