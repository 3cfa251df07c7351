"""Where programs are told of alarms: addresses that the node's own configuration allows, and no others."""

from __future__ import annotations

import hashlib
import hmac
import re
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings

from comity.base.errors import InputError, NotFound
from comity.base.text import say
from comity.base.time import now
from comity.node import access, ledger
from comity.node.alarms.models import Telling, Webhook

OWN_MACHINE = ("localhost", "127.0.0.1", "::1")
LONGEST_URL = 300
_VISIBLE = re.compile(r"[!-~]+")


def listed() -> list[Webhook]:
    """The webhooks of the acting authority that are in use."""
    access.require("webhook.manage")
    return list(Webhook.objects.filter(active=True))


def add(url: str) -> Webhook:
    """Tell a program at `url` of alarms. Raises InputError when the address is not allowed, Denied."""
    access.require("webhook.manage")
    check(url)
    if Webhook.objects.filter(active=True, url=url).exists():
        raise InputError("this address is told already", field="url")
    hook = Webhook.objects.create(url=url, made_at=now())
    ledger.record("webhook.added", subject=str(hook.pk), body={"url": url})
    return hook


def end(hook_id: UUID) -> None:
    """Tell a program no more; what is under way to it is given up. Raises NotFound."""
    access.require("webhook.manage")
    hook = Webhook.objects.filter(pk=hook_id, active=True).first()
    if hook is None:
        raise NotFound("There is no such webhook here.")
    hook.active = False
    hook.save(update_fields=["active"])
    Telling.objects.filter(webhook=hook, state=Telling.PENDING).update(state=Telling.FAILED, due_at=None)
    ledger.record("webhook.ended", subject=str(hook.pk), body={"url": hook.url})


def check(url: str) -> None:
    """Raise InputError unless the host is on the list in node.json, and reached by https or on this machine.

    The list is kept by whoever runs the machine, so that nobody who signs in makes the node call into its network.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    if not (host and len(url) <= LONGEST_URL and _VISIBLE.fullmatch(url)) or parts.username or parts.password:
        raise InputError("expected an address such as https://alarms.example.org/comity", field="url")
    if parts.scheme != "https" and not (parts.scheme == "http" and host in OWN_MACHINE):
        raise InputError("expected https; http only to this machine itself", field="url")
    allowed = settings.HOME.alarms.webhook_hosts
    if host not in allowed and f"{host}:{port}" not in allowed:
        raise InputError(
            say("{host} is not among the webhook_hosts in node.json: the node calls no others", host=host),
            field="url",
        )


def secret(hook: Webhook) -> str:
    """The secret by which the calls of a webhook are signed: derived from the node's, kept nowhere else."""
    master: bytes = settings.HOME.secret("master")
    return hmac.new(master, f"webhook {hook.pk}".encode(), hashlib.sha256).hexdigest()


def hosts() -> list[str]:
    """The hosts that node.json lets the node call."""
    return list(settings.HOME.alarms.webhook_hosts)
