"""How django-allauth behaves here: administrators enrol, nobody signs up, nothing is sent by mail."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.signals import password_changed
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.http import HttpRequest

from comity.node import ledger, scope
from comity.node.authorities import Identity

ARTICLE = "Directive (EU) 2016/680 art. 29"


class Adapter(DefaultAccountAdapter):
    """Sign-in and password change only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up: officers are enrolled by an administrator of their authority."""
        return False

    def send_mail(self, *args: Any, **kwargs: Any) -> None:
        """The node sends no mail."""

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """The page that follows a sign-in shows who is signed in; no message repeats it."""


def _note(kind: str) -> Any:
    def note(sender: Any, user: Any = None, **_: Any) -> None:
        identity = Identity.of_user(user.pk) if user and user.pk else None
        if identity:
            with scope.acting(identity.authority, identity.officer, "sign-in"):
                ledger.record(kind, article=ARTICLE)

    return note


_noted = {
    "officer.signed-in": user_logged_in,
    "officer.signed-out": user_logged_out,
    "officer.password-changed": password_changed,
    "officer.second-factor-added": authenticator_added,
    "officer.second-factor-removed": authenticator_removed,
}
for _kind, _signal in _noted.items():
    _signal.connect(_note(_kind), dispatch_uid=_kind, weak=False)
