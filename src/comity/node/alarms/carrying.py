"""Carrying mails and calls of webhooks: at least once, tried again with growing waits, without personal data.

One that fails puts off the others on the same way, so that a program that hangs is waited for once, not once a call.

A call is signed: `X-Comity-Signature: t=<unix seconds>,v1=<hex>` is the HMAC-SHA256 of `<t>.<body>` under the secret
of the webhook. `Idempotency-Key` is the same for every attempt.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from datetime import timedelta
from smtplib import SMTPException
from typing import Any

import httpx
from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext, override

from comity.base.errors import ComityError, Unavailable
from comity.base.text import say, translated
from comity.base.time import now
from comity.node import ledger, scope
from comity.node.alarms import sources, webhooks
from comity.node.alarms.models import Alarm, Preferences, Telling
from comity.node.authorities import Identity
from comity.node.cases import readers

log = logging.getLogger("comity.alarms")

TIMEOUT_SECONDS = 10
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(minutes=15)
GIVE_UP_AFTER = timedelta(hours=12)


def carry(identity: Identity) -> bool:
    """Carry the next telling of an authority that is due; True when there may be another.

    The row stays locked on the way: whoever is killed leaves it pending, and it is carried again.
    """
    with scope.acting(identity.authority, identity.officer, "tell of alarms"):
        due = Telling.objects.filter(state=Telling.PENDING, due_at__lte=now())
        telling = (
            due.select_for_update(skip_locked=True, of=("self",))
            .select_related("alarm__case", "officer", "webhook")
            .order_by("attempts", "made_at", "pk")
            .first()
        )
        if telling is None:
            return False
        if _wanted(telling):
            _try(telling)
        else:
            _give_up(telling)
        return True


def content(telling: Telling) -> dict[str, Any]:
    """What is told: reference, level, act and article, end of the limit, address. No title, no name, no fact."""
    alarm = telling.alarm
    act, _, article = alarm.article.partition(" art. ")
    return {
        "id": str(telling.pk),
        "event": "alarm.passed-up" if telling.escalation else "alarm.raised",
        "reference": alarm.case.reference,
        "level": alarm.level,
        "act": act,
        "article": article,
        "due_at": alarm.due_at.isoformat() if alarm.due_at else None,
        "raised_at": alarm.raised_at.isoformat(),
        "link": f"{settings.HOME.url}/cases/{alarm.case_id}/",
    }


def signature(secret: str, moment: int, body: bytes) -> str:
    """The value of `X-Comity-Signature` for a body sent at a moment in Unix seconds."""
    digest = hmac.new(secret.encode(), b"%d." % moment + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"


def _wanted(telling: Telling) -> bool:
    """Whether whom it was made for is still to be told: not ended, not off, and to know of the case."""
    if telling.webhook:
        return telling.webhook.active and not readers.of(telling.alarm.case)
    assert telling.officer is not None
    mails = Preferences.objects.filter(officer=telling.officer, by_mail=True, officer__active=True)
    return mails.exists() and readers.may_know(telling.alarm.case, telling.officer)


def _try(telling: Telling) -> None:
    telling.attempts += 1
    try:
        _send(telling)
    except (ComityError, httpx.HTTPError, httpx.InvalidURL, SMTPException, OSError) as error:
        telling.error = f"{type(error).__name__}: {error}"[:300]
        log.warning("alarm not told by %s: %s", telling.channel, type(error).__name__)
        if now() - telling.made_at > GIVE_UP_AFTER:
            _give_up(telling)
        else:
            _put_off(telling)
    else:
        _sent(telling)


def _send(telling: Telling) -> None:
    if telling.channel == Telling.MAIL:
        _mail(telling)
    else:
        _call(telling)


def _mail(telling: Telling) -> None:
    if settings.HOME.alarms.mail is None:
        raise Unavailable("No mail server is set up at this node.")
    chosen = Preferences.objects.get(officer=telling.officer)
    with override(chosen.language):
        subject, text = _letter(telling)
    EmailMessage(
        subject,
        text,
        settings.DEFAULT_FROM_EMAIL,
        [chosen.mail],
        headers={
            "Message-ID": f"<{telling.pk}@{settings.HOME.name}.comity>",
            "Auto-Submitted": "auto-generated",
        },
    ).send()


def _letter(telling: Telling) -> tuple[str, str]:
    """Subject and text of a mail, in the language that is active."""
    told = content(telling)
    level = translated(sources.LEVELS[telling.alarm.level], gettext)
    act = (
        say("{act} art. {number}", act=told["act"], number=told["article"])
        if told["article"]
        else told["act"]
    )
    due = say("due {instant}", instant=told["due_at"]) if told["due_at"] else ""
    lines = [
        f"{told['reference']}: {level}",
        translated(act, gettext),
        translated(due, gettext),
        told["link"],
    ]
    return f"Comity {told['reference']}: {level}", "\n".join(line for line in lines if line) + "\n"


def _call(telling: Telling) -> None:
    hook = telling.webhook
    assert hook is not None
    webhooks.check(hook.url)
    body = json.dumps(content(telling)).encode()
    headers = {
        "content-type": "application/json",
        "idempotency-key": str(telling.pk),
        "x-comity-signature": signature(webhooks.secret(hook), int(now().timestamp()), body),
    }
    with (
        httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False, trust_env=False) as client,
        client.stream("POST", hook.url, content=body, headers=headers) as answer,
    ):
        if not answer.is_success:  # what it says besides is not read
            raise httpx.HTTPError(f"answered {answer.status_code}")


def _sent(telling: Telling) -> None:
    telling.state, telling.sent_at, telling.due_at, telling.error = Telling.SENT, now(), None, ""
    telling.save(update_fields=["state", "attempts", "sent_at", "due_at", "error"])
    _note("alarm.told", telling)


def _give_up(telling: Telling) -> None:
    telling.state, telling.due_at = Telling.FAILED, None
    telling.save(update_fields=["state", "attempts", "due_at", "error"])
    _note("alarm.not-told", telling)


def _put_off(telling: Telling) -> None:
    wait = FIRST_WAIT * 2 ** min(telling.attempts - 1, 10)
    telling.due_at = now() + min(wait, LONGEST_WAIT)
    telling.save(update_fields=["attempts", "due_at", "error"])
    same_way = Telling.objects.filter(channel=telling.channel, webhook=telling.webhook, state=Telling.PENDING)
    waiting = same_way.filter(due_at__lt=telling.due_at).select_for_update(skip_locked=True)
    others = list(waiting.values_list("pk", flat=True))
    Telling.objects.filter(pk__in=others).update(due_at=telling.due_at)


def _note(kind: str, telling: Telling) -> None:
    alarm: Alarm = telling.alarm
    ledger.record(
        kind,
        article=alarm.article,
        case=str(alarm.case.conversation),
        subject=str(alarm.pk),
        body={"channel": telling.channel, "attempts": telling.attempts, "level": alarm.level},
    )
