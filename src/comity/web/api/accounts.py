"""Who the program acts as. Tokens are made and ended by a person, on the account page only."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router, Schema

from comity.node import access
from comity.node.authorities import Officer
from comity.web.api.schemas import PROBLEMS, Problem
from comity.web.context import may

router = Router()


class AccountOut(Schema):
    """The officer, by the number that work is given to, its authority and roles, and what the roles allow."""

    id: int
    name: str
    authority: str
    roles: list[str]
    may: list[str]


@router.get("/account", response={200: AccountOut, PROBLEMS: Problem})
def account(request: HttpRequest) -> AccountOut:
    """The officer on whose behalf the request is made."""
    officer: Officer = request.officer  # type: ignore[attr-defined]
    verbs = [verb for verb in access.RULES if may(officer, verb)]
    return AccountOut(
        id=officer.pk,
        name=officer.name,
        authority=officer.authority.code,
        roles=officer.roles,
        may=verbs,
    )
