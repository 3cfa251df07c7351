"""Values of facts, each read by the type of its field; FactError names the field and what was expected."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from comity.base.errors import FactError, InputError
from comity.base.text import say
from comity.base.time import parse_instant
from comity.law.schema import Field

_COUNTRY, _LANGUAGE = re.compile(r"[A-Z]{2}"), re.compile(r"[a-z]{2,3}")


def read_value(known: Field, value: Any, key: str) -> Any:
    """One value by its field's type; None when blank. FactError names the field and what was expected."""
    if blank(value):
        return None
    if known.type == "choice":
        return _choice(known, value, key)
    return READERS[known.type](value, key)


def wrong(where: str, what: str, field: str = "") -> FactError:
    """What is wrong with the fact at `where`; `field` when it belongs to another."""
    return FactError(say("{where}: {what}", where=where, what=what), field=field or where)


def instant(value: Any, key: str) -> datetime:
    """An instant with its offset, in UTC."""
    try:
        return parse_instant(value, key).astimezone(UTC)
    except InputError as error:
        raise FactError(say("{key}: {message}", key=key, message=error.message), field=key) from None


def _date(value: Any, key: str) -> datetime:
    if isinstance(value, str) and len(value) > 10:
        return instant(value, key)
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError):
        raise wrong(key, say("{value!r} is not a date such as 2026-11-22", value=value)) from None
    return instant(f"{day.isoformat()}T12:00:00+00:00", key)


def boolean(value: Any, key: str) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise wrong(key, say("expected true or false, got {value!r}", value=value))
    return value


def text(value: Any, key: str) -> str:
    """Text."""
    if not isinstance(value, str):
        raise wrong(key, say("expected text, got {value!r}", value=value))
    return value


def _number(value: Any, key: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise wrong(key, say("expected a number, got {value!r}", value=value))
    return float(value)


def _list(value: Any, key: str) -> list[Any]:
    if not isinstance(value, list):
        raise wrong(key, say("expected a list, got {value!r}", value=value))
    return value


def _entity(value: Any, key: str) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise wrong(key, say("expected an object describing a person or thing, got {value!r}", value=value))
    return dict(value)


def country(value: Any, key: str) -> str:
    """A country by its two letters (ISO 3166-1)."""
    if not isinstance(value, str) or not _COUNTRY.fullmatch(value):
        raise wrong(
            key, say("expected a country code of two capitals such as NL, got {value!r}", value=value)
        )
    return value


def language(value: Any, key: str) -> str:
    if not isinstance(value, str) or not _LANGUAGE.fullmatch(value):
        raise wrong(key, say("expected a language code such as en, got {value!r}", value=value))
    return value


def _texts(value: Any, key: str) -> list[str]:
    return [text(each, key) for each in _list(value, key)]


def _countries(value: Any, key: str) -> list[str]:
    return [country(each, key) for each in _list(value, key)]


READERS: dict[str, Callable[[Any, str], Any]] = {
    "boolean": boolean,
    "text": text,
    "longtext": text,
    "number": _number,
    "date": _date,
    "instant": instant,
    "entity": _entity,
    "list": _list,
    "country": country,
    "language": language,
    "texts": _texts,
    "countries": _countries,
}


def _choice(known: Field, value: Any, key: str) -> str | list[str]:
    ids = [choice.id for choice in known.of]
    chosen = value if known.multiple and isinstance(value, list) else [value]
    for one in chosen:
        if one not in ids:
            raise wrong(key, say("{one!r} is none of {ids}", one=one, ids=", ".join(ids)))
    return list(chosen) if known.multiple else str(chosen[0])


def blank(value: Any) -> bool:
    """Whether it is no value: nothing, no text but spaces, an empty list or object."""
    return value is None or value == [] or value == {} or (isinstance(value, str) and not value.strip())
