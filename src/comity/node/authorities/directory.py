"""The directory of authorities: those of this node, and its partners with what they told of themselves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from comity.base.errors import InputError, NotFound
from comity.base.text import say
from comity.node import scope
from comity.node.authorities.keys import read_key, renew_keys, store_key
from comity.node.authorities.models import NODE_ROLE, Authority, Officer


def local_authorities() -> list[Authority]:
    """The authorities this node acts for."""
    return list(Authority.objects.filter(local=True, active=True).order_by("pk"))


def found(code: str, name: str, country: str, kind: str, languages: Iterable[str] = ()) -> Authority:
    """Set up an authority of this node: its row, its keys, and the officer that the node itself is."""
    with transaction.atomic():
        authority, made = Authority.objects.get_or_create(
            code=code,
            defaults={
                "name": name,
                "country": country,
                "kind": kind,
                "local": True,
                "endpoint": f"{settings.HOME.url}/inbox/{code}",
                "languages": list(languages) or ["en"],
            },
        )
        if made:
            with scope.acting(authority.pk, 0):
                Officer.objects.create(name=f"Node of {name}", roles=[NODE_ROLE])
            renew_keys(authority)
    return authority


def descriptor(authority: Authority) -> dict[str, Any]:
    """What a partner needs in order to reach and to trust the authority; holds no secret."""
    return {
        "comity": 1,
        "code": authority.code,
        "name": authority.name,
        "country": authority.country,
        "kind": authority.kind,
        "endpoint": authority.endpoint,
        "languages": authority.languages,
        "keys": [row.key for row in authority.keys.all()],
    }


REQUIRED = ("code", "name", "country", "kind")


def add_partner(given: dict[str, Any], *, confirmed: bool = False) -> Authority:
    """Add or renew a partner from its descriptor. Keys count once `confirmed` (fingerprints compared).

    A partner with no endpoint is reached by the manual channel. Raises InputError on a bad descriptor.
    """
    for name in REQUIRED:
        if not isinstance(given.get(name), str) or not given[name]:
            raise InputError("missing or not text", field=name)
    with transaction.atomic():
        existing = Authority.objects.filter(code=given["code"]).first()
        if existing and existing.local:
            raise InputError(
                say("{code} is an authority of this node itself", code=given["code"]), field="code"
            )
        values = {
            **{name: given[name] for name in REQUIRED[1:]},
            "endpoint": given.get("endpoint") or "",
            "channel": "comity" if given.get("endpoint") else "manual",
            "contact": given.get("contact") or "",
            "languages": [str(language) for language in _listed(given, "languages")] or ["en"],
        }
        _check(Authority(code=given["code"], **values))
        partner, _ = Authority.objects.update_or_create(code=given["code"], defaults=values)
        for key in _listed(given, "keys"):
            store_key(partner, read_key(key, partner), confirmed=confirmed)
    return partner


def stand_in(kind: str, country: str, name: str) -> Authority:
    """The one entry that stands for a kind of party in a state, reached by the manual channel; made when needed.

    It bears no name of a person or firm: those stand in the case alone.
    """
    code = f"{kind}-{country.lower()}"[:40]
    found = Authority.objects.filter(code=code).first()
    return found or add_partner({"code": code, "name": name, "country": country, "kind": kind})


def _check(authority: Authority) -> None:
    try:
        authority.clean_fields()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise InputError(messages[0], field=field) from None


def _listed(given: dict[str, Any], field: str) -> list[Any]:
    value = given.get(field) or []
    if not isinstance(value, list):
        raise InputError("expected a list", field=field)
    return value


def partner(code: str) -> Authority:
    """An active authority that can be turned to, by its code; NotFound when there is none."""
    found = Authority.objects.filter(code=code, active=True).first()
    if found is None:
        raise NotFound("There is no such partner.")
    return found


def partners_of(authority: Authority) -> list[Authority]:
    """Every active authority that this one can turn to: partners, and others of the same node."""
    return list(Authority.objects.filter(active=True).exclude(pk=authority.pk))
