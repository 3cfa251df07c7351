"""What the acting authority sees of the records of a register that is kept under a law of the book.

A register of which no law is named is open to the authority's own officers, as access says. Under a law, what is not
granted for the purpose that was stated is not shown; while none was stated, at most that there is something.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from comity.base.errors import Denied, InputError
from comity.base.text import as_json, say
from comity.base.time import now, parse_instant
from comity.law import registers as law
from comity.law.calendars import UTC_ONLY
from comity.law.registers import Seen
from comity.law.schema import Register as LawRegister
from comity.node.lawbook import book
from comity.node.registers.models import Record, Register

FULL = Seen("full", say("the register is the authority's own"))
YES_OR_NO = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
HIT = say("There is an entry. Say for which purpose of its law you ask, to see what you may see of it.")
ONLY_HIT = say("There is an entry. For this purpose your authority sees no more of it.")


@dataclass(frozen=True, slots=True)
class Asked:
    """A purpose of a law register for which something of an entry is seen, and what."""

    id: str
    text: str
    seen: Seen


def law_of(register: Register) -> LawRegister | None:
    """The law register that a register is kept under, if any and if the book still has it."""
    return book().registers.get(register.law) if register.law else None


def cite(register: Register, article: str) -> str:
    """An article of the act of a register's law, in the one form used everywhere; nothing where there is none."""
    found = law_of(register)
    return f"{found.instrument} art. {article}" if found and article else ""


def check(code: str, holding: str = "", compared_for: str = "") -> None:
    """Raise InputError when the book has no such register, holding or purpose."""
    known = book().registers
    if code not in known:
        raise InputError(say("expected one of {known}", known=", ".join(known) or "none"), field="law")
    holdings = [each.id for each in known[code].holdings]
    if holding and holding not in holdings:
        raise InputError(say("expected one of {known}", known=", ".join(holdings)), field="holding")
    purposes = [each.id for each in known[code].purposes]
    if compared_for and compared_for not in purposes:
        raise InputError(say("expected one of {known}", known=", ".join(purposes)), field="compared_for")


def purposes(record: Record) -> list[Asked]:
    """The purposes for which the acting authority sees anything of a record under law."""
    found = law_of(record.register)
    if found is None:
        return []
    granted = law.purposes_for(book(), found.id, _kind(record), record.holding, now())
    return [Asked(each.id, each.text, granted[each.id]) for each in found.purposes if each.id in granted]


def of(record: Record, use: str) -> Seen:
    """What is seen of a record for a purpose of its law; `use` empty: none was stated yet."""
    if not record.register.law:
        return FULL
    found = law_of(record.register)
    if found is None or not record.holding:
        return Seen("none", say("the law that the record is kept under says nothing of it"))
    if use:
        return law.sees(book(), found.id, _kind(record), use, record.holding, now())
    granted = purposes(record)
    if not granted:
        return Seen("none", say("no purpose of its law lets this authority see it"))
    first = granted[0].seen
    return Seen("hit-no-hit", HIT, first.article, first.checked)


def require(record: Record, use: str) -> Seen:
    """As `of`; Denied, with the article, where nothing is seen for the purpose."""
    seen = of(record, use)
    if seen.sees == "none":
        raise Denied(
            say("Not for this purpose: {reason}.", reason=seen.reason),
            rule="record.read",
            grantor=say("nobody: the law says so"),
            article=cite(record.register, seen.article),
        )
    return seen


def blanked(record: Record) -> Record:
    """The record in memory without what it says: that there is one, and in which register."""
    record.caption, record.key, record.digest = say("An entry"), "", ""
    record.entity = {"id": "", "schema": record.schema, "properties": {}}
    record.moments, record.facts = {}, {}
    return record


def only_hit(match: dict[str, Any], use: str) -> dict[str, Any]:
    """A match without what it tells of the record."""
    text = ONLY_HIT if use else HIT
    return {**match, "reasons": [{"text": str(text), "said": as_json(text), "weight": 0.0}]}


def compared(records: dict[int, Record]) -> dict[int, Record]:
    """Of records that something is like, those that cases and manifests may be compared with."""
    return {
        pk: record
        for pk, record in records.items()
        if not record.register.law
        or (record.register.compared_for and of(record, record.register.compared_for).sees == "full")
    }


def moments(law: LawRegister, given: Mapping[str, str]) -> dict[str, str]:
    """The instants of an entry as they were typed, by the names of its law; InputError names what is none."""
    found = {}
    for name, text in given.items():
        if name not in law.moments:
            raise InputError(say("expected one of {known}", known=", ".join(law.moments)), field=name)
        day = len(text) == 10
        found[name] = parse_instant(f"{text}T12:00:00+00:00" if day else text, name).isoformat()
    return found


def facts(law: LawRegister, given: Mapping[str, str]) -> dict[str, Any]:
    """The facts of an entry as they were typed, read by their types; InputError names what is none."""
    return {name: _fact(law, name, text) for name, text in given.items()}


def _fact(law: LawRegister, name: str, text: str) -> Any:
    if name not in law.facts:
        raise InputError(say("expected one of {known}", known=", ".join(law.facts)), field=name)
    kind = law.facts[name].type
    try:
        return {"boolean": YES_OR_NO.__getitem__, "number": float, "text": str}[kind](text.strip().lower())
    except (KeyError, ValueError):
        raise InputError(say("expected a value of type {type}", type=kind), field=name) from None


def next_end(record: Record, at: datetime) -> datetime | None:
    """When the next period of a record ends; None while none runs."""
    ends = [each.at for each in kept(record, at=at) if each.at]
    return min(ends, default=None)


def kept(record: Record, *, at: datetime, confirmed: datetime | None = None) -> tuple[law.Kept, ...]:
    """What its law wants done with a record and when; nothing without a law. Raises FactError."""
    found = law_of(record.register)
    if found is None or not record.holding or record.deleted_at:
        return ()
    moments = {name: datetime.fromisoformat(value) for name, value in record.moments.items()}
    calendar = book().calendar(record.register.authority.country) or UTC_ONLY
    return law.keeping(
        book(),
        found.id,
        record.holding,
        moments,
        record.facts,
        calendar=calendar,
        confirmed=confirmed,
        at=calendar.local(at),
    )


def _kind(record: Record) -> str:
    """The kind of the authority whose register it is, which is the acting one."""
    return record.register.authority.kind
