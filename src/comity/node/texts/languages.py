"""The languages in which states take requests (Directive (EU) 2023/977 art. 11), as somebody read them.

What nobody has recorded is unknown, never none: English alone is certain then.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from comity.base.errors import InputError
from comity.base.text import say
from comity.base.time import now
from comity.node import access, ledger
from comity.node.authorities import Authority
from comity.node.texts.models import StateLanguages

ARTICLE = "Directive (EU) 2023/977 art. 11"
CERTAIN = "en"
_COUNTRY, _CODE = re.compile(r"[A-Z]{2}"), re.compile(r"[a-z]{2}")


def record(country: str, languages: Iterable[str], source: str, read_on: date) -> StateLanguages:
    """Record which languages a state accepts, as read in a source on a day. English need not be named.

    Raises InputError naming the field.
    """
    officer = access.require("language.record")
    code = country.strip().upper()
    if not _COUNTRY.fullmatch(code):
        raise InputError("expected the code of a country, two letters such as NL", field="country")
    if not source.strip():
        raise InputError("say where it was read", field="source")
    if read_on > now().date():
        raise InputError("expected a day that is not in the future", field="read_on")
    made = StateLanguages.objects.create(
        country=code,
        languages=_codes(languages),
        source=source.strip()[:300],
        read_on=read_on,
        recorded_at=now(),
        officer=officer,
    )
    ledger.record(
        "languages.recorded",
        article=ARTICLE,
        body={"country": code, "languages": made.languages, "source": made.source, "read_on": str(read_on)},
    )
    return made


def _codes(given: Iterable[str]) -> list[str]:
    codes = list(dict.fromkeys([CERTAIN, *(each.strip().lower() for each in given if each.strip())]))
    for code in codes:
        if not _CODE.fullmatch(code):
            raise InputError(
                say("{code!r} is no code of a language; expected two letters such as fr", code=code[:20]),
                field="languages",
            )
    return codes


def recorded() -> list[StateLanguages]:
    """What is recorded now, one line a state, by country."""
    access.require("partner.read")
    return list(StateLanguages.objects.order_by("country", "-id").distinct("country"))


def history(country: str) -> list[StateLanguages]:
    """All that was ever recorded of a state, newest first."""
    access.require("partner.read")
    return list(StateLanguages.objects.select_related("officer").filter(country=country).order_by("-id"))


def accepted(authority: Authority) -> list[str] | None:
    """The languages in which an authority takes requests: those recorded of its state, else those of its own.

    None while neither is known.
    """
    row = StateLanguages.objects.filter(country=authority.country).order_by("-id").first()
    if row:
        return list(row.languages)
    return None if authority.languages in ([], [CERTAIN]) else list(authority.languages)


def offered(authority: Authority) -> list[str]:
    """The languages to choose from for a message to an authority: English first, then what is known."""
    return list(dict.fromkeys([CERTAIN, *(accepted(authority) or ())]))
