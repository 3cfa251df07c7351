"""The parts of a case that have clocks of their own: items of evidence, recommendations, seconded members.

All parties know a part under one key. Whoever adds or changes one tells the others in the same transaction; a
change carries only the fields that it gives, so that two changes at once do not undo each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from comity.base.errors import Conflict, InputError, NotFound
from comity.base.identifiers import uuid7
from comity.base.text import say
from comity.base.time import now
from comity.law import Decision
from comity.law.answers import Keeping
from comity.law.clocks import ClockRun
from comity.law.schema import Field, Part
from comity.node import access, ledger
from comity.node.authorities import Authority
from comity.node.cases import finding, rules, telling
from comity.node.cases.models import COPY, Case, CasePart

MESSAGE = "case.part"
LONGEST_TEXT = 20_000
MOST = 1000
"""Parts of one case."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A part with its clocks and with what happens to its data when."""

    part: CasePart
    clocks: list[ClockRun]
    retention: list[Keeping]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of part that the procedure knows, and the parts of it that the case has."""

    name: str
    rule: Part
    parts: list[Shown]


def kinds(case: Case, given: Decision | None = None) -> list[Kind]:
    """The kinds of parts of a case, each with its parts in the order in which they were added."""
    answer = given or rules.decision(case)
    known = list(case.parts.select_related("officer")) if _rules(case) else []
    return [
        Kind(name, rule, [_shown(each, answer) for each in known if each.name == name])
        for name, rule in _rules(case).items()
    ]


def against(case: Case) -> str:
    """Why no part can be added to or changed in the case now; nothing where it can."""
    bound = rules.procedure(case.procedure, case.received_at or case.opened_at)
    if case.role == COPY:
        return say("this is a copy: the case is another authority's")
    if case.state == bound.lifecycle.start:
        return say("open the case first: its parts are told to the other parties")
    return say("the case is closed") if case.closed_at else ""


def rule_of(case: Case, name: str) -> Part:
    """What the law says of one kind of part. Raises NotFound."""
    rule = _rules(case).get(name)
    if rule is None:
        raise NotFound(say("{procedure} knows no part {name!r}.", procedure=case.procedure, name=name))
    return rule


def find(case: Case, name: str, key: UUID) -> CasePart:
    """A part of a case by its key. Raises NotFound."""
    part = CasePart.objects.filter(case=case, name=name, key=key).first()
    if part is None:
        raise NotFound("There is no such part of the case here.")
    return part


def read_parts(case_id: UUID) -> tuple[Case, list[Kind]]:
    """A case and its parts for a program; the reading goes into the ledger. Raises NotFound."""
    access.require("case.read")
    case = finding.find(case_id)
    finding.note_read(case, part="parts")
    return case, kinds(case)


def read_part(case_id: UUID, name: str, key: UUID | None) -> tuple[Case, Part, CasePart | None]:
    """What a form of a part begins with: nothing of a new one; of one that is there the reading is an entry.

    Raises NotFound.
    """
    access.require("case.step")
    case = finding.find(case_id)
    rule = rule_of(case, name)
    if key is None:
        return case, rule, None
    part = find(case, name, key)
    finding.note_read(case, part=name, key=str(key))
    return case, rule, part


def add(case_id: UUID, name: str, values: Mapping[str, Any]) -> CasePart:
    """Add a part to a case and tell the other parties. Raises NotFound, Conflict, InputError naming the field."""
    officer = access.require("case.step")
    case, rule = _changeable(case_id, name)
    part = CasePart(
        case=case,
        name=name,
        key=uuid7(),
        party=case.authority.code,
        officer=officer,
        added_at=now(),
        values=_checked(rule, _cleaned(rule, values)),
    )
    _put(part)
    _tell(part, rule, part.values)
    _note("part.added", part, rule, part.values)
    return part


def change(case_id: UUID, name: str, key: UUID, values: Mapping[str, Any]) -> CasePart:
    """Change the fields that are given; None empties one. Raises as `add` does."""
    access.require("case.step")
    case, rule = _changeable(case_id, name)
    part = find(case, name, key)
    given = _cleaned(rule, values)
    news = {field: value for field, value in given.items() if part.values.get(field) != value}
    if news:
        part.values, part.changed_at = _checked(rule, part.values | news), now()
        _put(part)
        _tell(part, rule, news)
        _note("part.changed", part, rule, news)
    return part


def take_in(case: Case, sender: Authority, body: Mapping[str, Any]) -> CasePart:
    """A partner has added or changed a part. Raises Conflict when the case is closed here, InputError."""
    name, values = body.get("part"), body.get("values")
    if not isinstance(name, str) or not isinstance(values, dict):
        raise InputError("expected a part and its values", field="part")
    _check(case)
    rule, key = rule_of(case, name), _uuid(body.get("key"))
    news = _cleaned(rule, values)
    part = CasePart.objects.filter(case=case, key=key).first()
    kind = "part.changed" if part else "part.added"
    if part is None:
        part = CasePart(case=case, name=name, key=key, party=sender.code, added_at=now())
    elif part.name != name:
        raise InputError("expected the part under the name that it was added with", field="part")
    else:
        part.changed_at = now()
    part.values = _checked(rule, part.values | news)
    _put(part)
    _note(kind, part, rule, news, by=sender.code)
    return part


def _rules(case: Case) -> Mapping[str, Part]:
    return rules.procedure(case.procedure, case.received_at or case.opened_at).rules.parts


def _shown(part: CasePart, answer: Decision) -> Shown:
    key = str(part.key)
    return Shown(
        part,
        [clock for clock in answer.clocks if clock.part == key],
        [keeping for keeping in answer.retention if keeping.part == key],
    )


def _changeable(case_id: UUID, name: str) -> tuple[Case, Part]:
    case = finding.find(case_id, lock=True)
    rule = rule_of(case, name)
    _check(case)
    return case, rule


def _check(case: Case) -> None:
    reason = against(case)
    if reason:
        raise Conflict(say("Not possible now: {reason}.", reason=reason))


def _cleaned(rule: Part, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values given, each read by its field; None for what is to be emptied. InputError names the field."""
    known = {field.id: field for field in rule.fields}
    for name, value in values.items():
        if name not in known:
            raise InputError(say("{title!r} has no such field", title=rule.title), field=name)
        if isinstance(value, str) and len(value) > LONGEST_TEXT:
            raise InputError(say("at most {most} characters", most=LONGEST_TEXT), field=name)
        if value not in (None, "", [], {}):
            rules.read_field(known[name], value)
    return {name: None if value in ("", [], {}) else value for name, value in values.items()}


def _checked(rule: Part, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values without those that are empty; InputError when one that is needed is."""
    kept = {name: value for name, value in values.items() if value is not None}
    for field in rule.fields:
        if field.required and field.id not in kept:
            raise InputError(_needed(field), field=field.id)
    return kept


def _needed(field: Field) -> str:
    return say("{label}: needed, article {article}", label=field.label, article=field.article)


def _put(part: CasePart) -> None:
    """Save a part, and bring its case in step: its clocks may be the next that run out."""
    case = part.case
    if part._state.adding and case.parts.count() >= MOST:
        raise Conflict(say("A case has at most {most} parts.", most=MOST))
    part.save()
    rules.refresh(case)
    case.version += 1
    case.save()


def _tell(part: CasePart, rule: Part, values: Mapping[str, Any]) -> None:
    """Tell every other party of a case what was added or changed."""
    case = part.case
    body = {
        "part": part.name,
        "key": str(part.key),
        "values": dict(values),
        "reference": case.reference,
    }
    telling.tell(case, MESSAGE, body, articles=[rules.cite(case.procedure, rule.article)])


def _note(kind: str, part: CasePart, rule: Part, values: Mapping[str, Any], by: str = "") -> None:
    ledger.record(
        kind,
        article=rules.cite(part.case.procedure, rule.article),
        case=str(part.case.conversation),
        subject=str(part.key),
        body={
            "reference": part.case.reference,
            "by": by or part.case.authority.code,
            "part": part.name,
            "values": dict(values),
        },
    )


def _uuid(text: object) -> UUID:
    try:
        return UUID(str(text))
    except ValueError:
        raise InputError("expected an id", field="key") from None
