"""The one source of the present instant, so that tests and replays control the clock.

Nothing else in Comity asks the operating system or the database what time it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from comity.base.errors import InputError
from comity.base.text import say

YEARS = range(1900, 3000)
"""The years of which an instant can be spoken: those beyond cannot be counted on from."""

_source: Callable[[], datetime] | None = None


def now() -> datetime:
    """The present instant, aware, in UTC, to the microsecond."""
    return _source() if _source else system()


def system() -> datetime:
    """What the operating system says, whatever `now()` is; for a source that moves it."""
    return datetime.now(UTC)


def install(source: Callable[[], datetime]) -> None:
    """From now on `now()` is `source()`, in every thread of this process."""
    global _source
    _source = source


@contextmanager
def clock(source: Callable[[], datetime] | datetime) -> Iterator[None]:
    """Within the block, `now()` is `source()`, or the fixed instant `source`, in every thread."""
    global _source
    before = _source
    _source = source if callable(source) else lambda: source
    try:
        yield
    finally:
        _source = before


def parse_instant(text: str, field: str | None = None) -> datetime:
    """Read an ISO 8601 instant; InputError when it is no date-time, names no offset or no year of YEARS."""
    try:
        value = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        raise InputError(
            say(
                "{text!r} is not a date and time; expected ISO 8601 such as 2026-11-22T10:20:00+01:00",
                text=text,
            ),
            field=field,
        ) from None
    if value.tzinfo is None:
        raise InputError(
            say("{text!r} names no offset from UTC; expected for example {text}+01:00", text=text),
            field=field,
        )
    if value.year not in YEARS:
        raise InputError(
            say("expected a year from {first} to {last}", first=YEARS.start, last=YEARS.stop - 1), field=field
        )
    return value
