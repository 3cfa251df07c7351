"""The form of a request, made from the fields that its instrument asks for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from comity.base.errors import FactError, InputError
from comity.base.text import say, spelled
from comity.base.time import now
from comity.law import Decision, schema
from comity.law.procedures import BoundProcedure
from comity.node.authorities import Authority
from comity.node.cases import rules
from comity.node.cases.models import Party
from comity.node.texts import languages
from comity.web import subjects, words
from comity.web.conditions import in_words
from comity.web.language import t

PREFIX = "fact-"
"""Begins the names of the form's fields, which could otherwise be those of the page itself, such as `purpose`."""

ANSWERS = (("", "not said"), ("yes", "yes"), ("no", "no"))
LISTED = ("texts", "countries")
"""Types of fields that hold several short values, one a line."""
NOBODY = "-nobody"
"""Ends the name of a box that says: it is about nobody, on purpose."""


@dataclass(frozen=True, slots=True)
class Control:
    """One field as the form shows it. `options` are (value, text, whether chosen); `rows` are its subjects.

    `when` says when it is required, empty where that cannot be put into a few words.
    """

    rule: schema.Field
    value: Any = ""
    options: list[tuple[str, str, bool]] = field(default_factory=list)
    rows: list[subjects.Row] = field(default_factory=list)
    nobody: bool = False
    error: str = ""
    missing: bool = False
    when: str = ""

    @property
    def name(self) -> str:
        """Its name in the form."""
        return PREFIX + self.rule.id


def asked(procedure: BoundProcedure) -> list[schema.Field]:
    """The fields that the one who asks can fill in."""
    return [rule for rule in procedure.rules.fields if rule.by is None and rule.id not in rules.ASSESSED]


def controls(
    fields: Iterable[schema.Field],
    facts: Mapping[str, Any],
    partner: Authority,
    *,
    missing: set[str] | frozenset[str] = frozenset(),
    errors: Mapping[str, str] | None = None,
    given: QueryDict | None = None,
) -> list[Control]:
    """The controls of a form: filled from `given`, what was just typed, or else from the facts."""
    fields = list(fields)
    return [
        replace(
            _control(
                rule, facts.get(rule.id), partner, given, (errors or {}).get(rule.id, ""), rule.id in missing
            ),
            when=in_words(rule.required_when or "", fields),
        )
        for rule in fields
    ]


def _control(
    rule: schema.Field, value: Any, partner: Authority, given: QueryDict | None, error: str, missing: bool
) -> Control:
    name = PREFIX + rule.id
    if rule.type in ("list", "entity"):
        rows = subjects.rows(given, name) if given else [subjects.row_of(each) for each in _listed(value)]
        nobody = (name + NOBODY) in given if given else value == []
        return Control(rule, rows=[*rows, {}], nobody=nobody, error=error, missing=missing)
    typed = given.getlist(name) if given else _typed(rule, value)
    options = [(key, t(text), key in typed) for key, text in _options(rule, partner, typed)]
    return Control(rule, typed[0] if typed else "", options, error=error, missing=missing)


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _lines(text: str, countries: bool) -> list[str]:
    """One entry a line; of countries, also between commas and blanks."""
    found = re.split(r"[\s,;]+" if countries else r"\n", text)
    entries = [each.strip() for each in found if each.strip()]
    return [each.upper() for each in entries] if countries else entries


def _listed(value: Any) -> list[dict[str, Any]]:
    return value if isinstance(value, list) else [value] if isinstance(value, dict) else []


def _typed(rule: schema.Field, value: Any) -> list[str]:
    if value is None:
        return ["en"] if rule.type == "language" else []
    if rule.type == "boolean":
        return ["yes" if value else "no"]
    if rule.type == "instant":
        return [words.local_minute(datetime.fromisoformat(value))]
    if rule.type in LISTED:
        return ["\n".join(str(each) for each in _as_list(value))]
    return [str(each) for each in (value if isinstance(value, list) else [value])]


def _options(rule: schema.Field, partner: Authority, typed: list[str]) -> Iterator[tuple[str, str]]:
    if rule.type == "boolean":
        yield from ANSWERS
    elif rule.type == "language":
        yield from ((code, code) for code in dict.fromkeys([*languages.offered(partner), *typed]))
    elif rule.type == "choice":
        yield from ([] if rule.multiple else [("", _("not said"))])
        yield from ((choice.id, words.choice(choice.id, choice.text)) for choice in rule.of)


def read(fields: Iterable[schema.Field], given: QueryDict) -> dict[str, Any]:
    """The facts that a form gives. InputError names the field and what was expected."""
    return {rule.id: value for rule in fields if (value := _read(rule, given)) not in (None, "")}


def _read(rule: schema.Field, given: QueryDict) -> Any:
    name = PREFIX + rule.id
    if rule.type in ("list", "entity"):
        return _subjects(rule, given)
    values = [text.replace("\r\n", "\n").strip() for text in given.getlist(name) if text.strip()]
    if not values:
        return None
    if rule.type == "boolean":
        return values[0] == "yes"
    if rule.type == "choice" and rule.multiple:
        return values
    if rule.type in LISTED:
        return _lines(values[0], rule.type == "countries")
    if rule.type == "number":
        return _number(rule, values[0])
    return local_instant(values[0], rule.id).isoformat() if rule.type == "instant" else values[0]


def _subjects(rule: schema.Field, given: QueryDict) -> Any:
    try:
        found = subjects.read(given, PREFIX + rule.id)
    except InputError as error:
        raise InputError(error.message, field=rule.id) from None
    if rule.type == "entity":
        return found[0] if found else None
    return found if found or (PREFIX + rule.id + NOBODY) in given else None


def _number(rule: schema.Field, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise InputError("expected a number", field=rule.id) from None


def local_instant(text: str, name: str) -> datetime:
    """An instant typed on the time of the page's zone. InputError says what was expected."""
    try:
        return timezone.make_aware(datetime.fromisoformat(text))
    except ValueError:
        raise InputError("expected a day and a time such as 2026-11-22T14:30", field=name) from None


@dataclass(frozen=True, slots=True)
class Check:
    """What the law says of a draft before anything is sent: what is missing, and the clock that will run."""

    decision: Decision | None
    missing: list[tuple[str, str, str]]
    problem: str = ""


def check(
    procedure: BoundProcedure, facts: Mapping[str, Any], me: Authority, seats: Sequence[Party]
) -> Check:
    """Look ahead: as if the draft were received now. `missing` are (field, label, article)."""
    try:
        decision = rules.preview(procedure.id, facts, seats, me, now())
    except (FactError, InputError) as error:
        return Check(None, [], error.sentence)
    return Check(decision, blocking(procedure, decision), _against(decision))


def blocking(procedure: BoundProcedure, decision: Decision) -> list[tuple[str, str, str]]:
    """What must be given before the draft may be sent: (field, label, article); no field: it is not of the form."""
    labels = {rule.id: rule.label for rule in procedure.rules.fields}
    return [
        (one.field, labels[one.field], one.article)
        if one.field in labels
        else ("", spelled(one.field), one.article)
        for one in decision.missing
        if one.blocks
    ]


def _against(decision: Decision) -> str:
    if decision.applies.value is False:
        return decision.applies.reason
    return "" if decision.may.value or any(one.blocks for one in decision.missing) else decision.may.reason


def version_of(given: QueryDict) -> int:
    """The version of the case that a page showed. InputError when the page did not say."""
    try:
        return int(given.get("version", ""))
    except ValueError:
        raise InputError("the page was not complete; open it again", field="version") from None


def uuid_of(text: str, name: str) -> UUID:
    """An id in a form. InputError names the field."""
    try:
        return UUID(text)
    except ValueError:
        raise InputError(say("{text!r} is no id", text=text[:40]), field=name) from None
