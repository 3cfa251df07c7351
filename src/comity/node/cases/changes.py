"""Which cases have changed, in an order that loses none: for systems that follow the node.

Each change bears the number of its transaction (migration 0010). Numbers are given when transactions begin to
write, which is not the order in which they end: so only those below the oldest transaction that is still under way
are told of. What is held back is told of by the next reading, and nothing can turn up below a cursor any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q

from comity.base.errors import InputError
from comity.node import access, ledger
from comity.node.cases.models import Case

MOST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Changes:
    """Cases in the order of their changes, the cursor that follows them, and whether there are more already."""

    cases: list[Case]
    next: str
    more: bool


def read(since: datetime | None = None, after: str = "", limit: int = 100) -> Changes:
    """The cases that have changed since an instant, on the database's clock, or after a cursor.

    With neither, from the first change on. Raises InputError when the cursor cannot be read or was not given by
    this database.
    """
    access.require("worklist.read")
    settled = _settled()
    number, last = _cursor(after, settled)
    found = Case.objects.filter(changed__lt=settled).select_related("partner", "assigned_to")
    if after:
        found = found.filter(Q(changed=number, pk__gt=last) | Q(changed__gt=number))
    elif since is not None:
        found = found.filter(changed_at__gte=since)
    rows = list(found.order_by("changed", "pk")[: limit + 1])
    cases, more = rows[:limit], len(rows) > limit
    ledger.record(
        "cases.changed",
        article=access.RULES["case.read"].article,
        body={"cases": [case.reference for case in cases]},
    )
    following = (
        f"{cases[-1].changed}.{cases[-1].pk}" if cases else after or f"{settled - 1}.{UUID(int=2**128 - 1)}"
    )
    return Changes(cases, following, more)


def _settled() -> int:
    """The number below which every transaction has ended."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return int(cursor.fetchone()[0])


def _cursor(text: str, settled: int) -> tuple[int, UUID]:
    if not text:
        return 0, UUID(int=0)
    number, _dot, last = text.partition(".")
    try:
        cursor = int(number), UUID(last)
    except ValueError:
        raise InputError("this is no cursor that was given before", field="after") from None
    if not 0 <= cursor[0] <= MOST or cursor[0] >= settled:
        raise InputError("this cursor is of another database: begin again", field="after")
    return cursor
