"""The day book: one line for each thing done at the desk, in half a minute; a case where a time limit has to run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from comity.base.errors import InputError, NotFound
from comity.base.text import say
from comity.base.time import now
from comity.node import access, authorities, ledger
from comity.node.authorities import Authority, Officer
from comity.node.cases import casework, finding, proposing
from comity.node.cases.models import Case, Reader
from comity.node.pccc import categories, desks
from comity.node.pccc.models import LONGEST, DayEntry

OUTCOMES = {
    "done": "Answered at once",
    "passed-on": "Passed on",
    "not-possible": "Could not be done",
    "asked": "Ask the partner: opens a case with its clock",
}
ASKED = "asked"
SCHEMATA = {
    "": "Nobody in particular",
    "Person": "A person",
    "Vehicle": "A vehicle",
    "Company": "A company",
    "Vessel": "A vessel",
}
NUMBERS = {"Person": "passportNumber", "Vehicle": "registrationNumber", "Company": "registrationNumber"}
LONGEST_SUBJECT = 90
MOST_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Line:
    """What the form of the day register holds: ten fields, of which only two are needed."""

    category: str
    what: str
    partner: str = ""
    schema: str = ""
    name: str = ""
    number: str = ""
    reason: str = ""
    outcome: str = "done"
    minutes: int = 0
    shared: bool = False
    case: UUID | None = None
    desk: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


def write(line: Line) -> DayEntry:
    """Write a line of the day book; with the outcome `asked`, open a case towards the partner as well.

    The case is a draft of the first procedure that fits the two authorities. A line that is shown to the desk may
    name nobody: the name and number then go into the case alone. Raises InputError, NotFound, Denied.
    """
    officer = access.require("desk.write")
    desk = desks.find(line.desk)
    partner = authorities.partner(line.partner) if line.partner else None
    _check(line)
    case = _open(officer, line, partner) if line.outcome == ASKED else _found(line)
    subject = "" if line.shared else " ".join(filter(None, (line.name.strip(), line.number.strip())))
    if line.shared:
        _check_shown(line, case)
    entry = DayEntry.objects.create(
        desk=desk,
        at=now(),
        officer=officer,
        category=line.category,
        concerned=partner,
        what=line.what.strip(),
        subject=subject,
        outcome=line.outcome,
        minutes=line.minutes,
        case=case,
        shared=line.shared,
    )
    _note(entry)
    return entry


def _check(line: Line) -> None:
    categories.check(line.category)
    if not 0 < len(line.what.strip()) <= LONGEST:
        raise InputError(say("say in 1 to {limit} characters what was asked", limit=LONGEST), field="what")
    if line.schema not in SCHEMATA:
        raise InputError("choose what it is about", field="schema")
    if line.outcome not in OUTCOMES:
        raise InputError("choose what came of it", field="outcome")
    if not 0 <= line.minutes <= MOST_MINUTES:
        raise InputError(say("expected 0 to {most} minutes", most=MOST_MINUTES), field="minutes")
    for name, text in (("name", line.name), ("number", line.number)):
        if len(text.strip()) > LONGEST_SUBJECT:
            raise InputError(say("at most {limit} characters", limit=LONGEST_SUBJECT), field=name)


def _check_shown(line: Line, case: Case | None) -> None:
    """No personal data goes to the other authorities of the desk, nor that a restricted case exists."""
    said = line.what.casefold()
    for field_name, text in (("name", line.name), ("number", line.number)):
        if text.strip() and text.strip().casefold() in said:
            raise InputError("what is shown to the desk must not name the person or number", field="what")
        if text.strip() and case is None:
            raise InputError("leave it out, or do not show the line to the desk", field=field_name)
    if case is not None and Reader.objects.filter(case=case, ended_at=None).exists():
        raise InputError("the case is restricted: its line is not shown to the desk", field="shared")


def _found(line: Line) -> Case | None:
    if line.case is None:
        return None
    try:
        return finding.find(line.case)
    except NotFound as missing:
        raise InputError(str(missing), field="case") from None


def _open(officer: Officer, line: Line, partner: Authority | None) -> Case:
    if partner is None:
        raise InputError("choose whom to ask", field="partner")
    fitting = [each for each in proposing.proposals(officer.authority, partner) if each.fits]
    if not fitting or fitting[0].procedure.rules.lifecycle != "question":
        raise InputError("no act lets you ask that authority", field="partner")
    bound = fitting[0].procedure
    wanted = {**_facts(line), **line.facts}
    facts = {name: value for name, value in wanted.items() if name in bound.fields}
    heading = f"{categories.title(line.category)}: {line.name.strip() or line.number.strip() or line.what}"
    case = casework.open_case(bound.id, partner, heading[:200], facts)
    return categories.categorise(case.pk, line.category)


def _facts(line: Line) -> dict[str, Any]:
    """The line as facts of a request, by the names that the procedures give them."""
    properties = {"name": [line.name.strip()] if line.name.strip() else []}
    if line.number.strip():
        properties[NUMBERS.get(line.schema, "idNumber")] = [line.number.strip()]
    known = {name: values for name, values in properties.items() if values}
    subjects = [{"schema": line.schema, "properties": known}] if line.schema and known else []
    return {
        "information_sought": line.what.strip(),
        "purpose_facts_offence": line.reason.strip(),
        "urgent": False,
        "subjects": subjects,
        "language": "en",
    }


def _note(entry: DayEntry) -> None:
    ledger.record(
        "desk.written",
        article=desks.ARTICLE,
        case=str(entry.case.conversation) if entry.case else None,
        subject=str(entry.pk),
        body={
            "desk": entry.desk.code,
            "category": entry.category,
            "outcome": entry.outcome,
            "what": entry.what,
            "subject": entry.subject,
            "shared": entry.shared,
            "case": entry.case.reference if entry.case else None,
        },
    )


def entries(desk: str = "", category: str = "", only: str = "") -> QuerySet[DayEntry]:
    """The lines that may be seen, newest first; `only` is ours or shown. The reading is an entry of the ledger."""
    officer = access.require("desk.read")
    if category:
        categories.check(category)
    if only not in ("", "ours", "shown"):
        raise InputError("expected ours or shown", field="only")
    found = DayEntry.objects.filter(desk=desks.find(desk))
    if category:
        found = found.filter(category=category)
    if only:
        found = found.filter(authority=officer.authority) if only == "ours" else found.filter(shared=True)
    ledger.record(
        "desk.read",
        article=access.RULES["desk.read"].article,
        body={"desk": desk, "category": category, "only": only},
    )
    return found.select_related("authority", "concerned", "case").order_by("-at", "-pk")
