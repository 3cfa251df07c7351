"""The daily round: reviews are proposed, and what the law says to mask or delete is masked or deleted.

Each case and each record is one transaction of its own: whoever is killed on the way has done some of them whole, and
the next round finds the rest.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from comity.base.errors import ComityError
from comity.base.time import now
from comity.node import access, ledger, scope
from comity.node.authorities import Identity
from comity.node.cases import finding
from comity.node.cases.models import Case
from comity.node.keeping import deleting, periods, reviewing
from comity.node.keeping.periods import ASKED, DELETE, MASK, End
from comity.node.registers.models import Record

log = logging.getLogger("comity.keeping")

PURPOSE = "keep data no longer than the law allows"
TERM = "the term of what it says has ended"


@dataclass
class Round:
    """What one round has done: in numbers of reviews, cases, records and bodies of entries."""

    proposed: int = 0
    masked: int = 0
    deleted: int = 0
    records: int = 0
    entries: int = 0
    waiting: int = 0


def run(identity: Identity, *, every: bool = False) -> Round:
    """Do all that is due for an authority; with `every`, look at every case, as after a change of the law."""
    done = Round()
    with scope.acting(identity.authority, identity.officer, PURPOSE):
        access.require("keeping.run")
        due = {} if every else {"keep_at__lte": now()}
        cases = list(Case.objects.filter(**due).values_list("pk", flat=True).order_by("keep_at", "pk"))
        held = Record.objects.exclude(register__law="").filter(deleted_at=None, **due)
        records = list(held.values_list("pk", flat=True).order_by("keep_at", "pk"))
        entries = ledger.expired(now())
    work: list[tuple[Callable[[Any, Round], None], Any]] = [(_case, pk) for pk in cases]
    work += [(_record, pk) for pk in records] + [(_entry, pk) for pk in entries]
    for step, key in work:
        try:
            with scope.acting(identity.authority, identity.officer, PURPOSE):
                step(key, done)
        except ComityError as error:
            log.error("what is due for %s is left for the next round: %s", key, error)
    return done


def settle(case: Case) -> None:
    """Note when the next period of a case ends, so that a round looks at it then."""
    coming = next((end.at for end in periods.of_case(case)), None)
    if coming != case.keep_at:
        Case.objects.filter(pk=case.pk).update(keep_at=coming)


def _case(case_id: Any, done: Round) -> None:
    case = Case.objects.filter(pk=case_id).exists() and finding.find(case_id, lock=True)
    if not case:
        return
    for end in _ended(periods.of_case(case)):
        if _act_on_case(case, end, done):
            return
    settle(case)


def _ended(ends: list[End]) -> list[End]:
    """The periods that have ended; a deletion of the whole goes first, since it leaves nothing else to do."""
    at: datetime = now()
    whole = [end for end in ends if end.at <= at and end.do == DELETE and not (end.part or end.fields)]
    return [*whole, *(end for end in ends if end.at <= at and end not in whole)]


def _act_on_case(case: Case, end: End, done: Round) -> bool:
    """Do what the end of one period asks for; True when the case is gone."""
    if end.do in ASKED:
        done.proposed += reviewing.propose(end, case=case)
        return False
    if deleting.held(case) or deleting.waits(case):
        done.waiting += 1
        return False
    if end.do == MASK:
        deleting.mask(case, end)
        done.masked += 1
        return False
    deleting.delete(case, end)
    done.deleted += 1
    return not (end.part or end.fields)


def _record(record_id: Any, done: Round) -> None:
    rows = Record.objects.select_for_update(of=("self",)).select_related("register__authority")
    record = rows.filter(pk=record_id, deleted_at=None).first()
    if record is None:
        return
    for end in _ended(periods.of_record(record)):
        if end.do == DELETE:
            deleting.delete_record(record, end)
            done.records += 1
            return
        if end.do == MASK:
            deleting.mask_record(record, end)
            done.masked += 1
        else:
            done.proposed += reviewing.propose(end, record=record)
    coming = next((end.at for end in periods.of_record(record)), None)
    Record.objects.filter(pk=record.pk).update(keep_at=coming)


def _entry(sequence: Any, done: Round) -> None:
    ledger.erase(sequence, TERM)
    done.entries += 1
