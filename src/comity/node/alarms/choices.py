"""What an officer has chosen: how to be told of alarms, and whether keys stand for steps (WCAG 2.1.4)."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from comity.base.errors import InputError
from comity.base.text import say
from comity.node import access, ledger
from comity.node.alarms.models import Preferences
from comity.node.authorities import Officer


def of(officer: Officer) -> Preferences:
    """The choices of an officer, or what holds while none were made."""
    return Preferences.objects.filter(officer=officer).first() or Preferences(officer=officer)


def choose(mail: str, by_mail: bool, shortcuts: bool, language: str = "en") -> Preferences:
    """Keep the choices of the acting officer; mails come in `language`.

    Raises InputError when mails are wanted without a good address, or in a language that the node does not speak.
    """
    officer = access.acting_officer()
    mail = mail.strip()
    if mail or by_mail:
        _check(mail)
    if language not in dict(settings.LANGUAGES):
        known = ", ".join(code for code, _ in settings.LANGUAGES)
        raise InputError(say("expected one of {known}", known=known), field="language")
    values = {"mail": mail, "by_mail": by_mail, "shortcuts": shortcuts, "language": language}
    kept, _ = Preferences.objects.update_or_create(officer=officer, defaults=values)
    ledger.record("alarm.choices", body={"by_mail": by_mail, "shortcuts": shortcuts})
    return kept


def _check(mail: str) -> None:
    try:
        validate_email(mail)
    except ValidationError:
        raise InputError("expected a mail address such as desk@example.org", field="mail") from None
    if len(mail) > 200 or not mail.isascii():
        raise InputError("expected a mail address such as desk@example.org", field="mail")
