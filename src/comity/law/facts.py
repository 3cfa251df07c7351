"""Reading the facts of a case: every key known, every value of its type, every time with an offset.

    {"received": "2026-03-05T10:20:00+01:00", "requester": {"kind": "spoc", "country": "NL"},
     "requested": {"kind": "spoc", "country": "DE"}, "urgent": true, ...,
     "steps": [{"step": "clarification_requested", "at": "..."}],
     "parts": {"evidence_item": [{"id": "1", ...}]}}

`received` and `sent` are the two times of the step that opens the case. A step gives `at` for both of its
times, or `sent` and, once it has arrived, `received`; besides `by` (role), `party` (its country, where several hold the
role), `part` (id), `partial` (covers only a part), `grounds` (of refusal), `note`, `expected`, and the fields
that the step needs. A blank value is no value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, get_args

from comity.base.errors import FactError
from comity.base.text import say
from comity.law import typed
from comity.law.offences import taxonomy
from comity.law.procedures import OFFENCES, SPECIFIC_ACT, BoundProcedure
from comity.law.schema import Choice, Field, Kind, Party, Yielding
from comity.law.schema.basic import ListOfOffences

KINDS = frozenset(get_args(Kind))
STEP_KEYS = frozenset(
    {"step", "at", "sent", "received", "by", "party", "part", "partial", "grounds", "note", "expected"}
)
PARTY_KEYS = frozenset({"kind", "country", "name", "id", "languages"})


@dataclass(frozen=True, slots=True)
class Actor:
    """One authority in a role; what the facts do not say of it is None.

    `languages` are those in which it takes requests, where the facts know more than the national files.
    """

    kind: str | None
    country: str | None
    languages: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was taken: when it was sent and, once it has arrived, received."""

    step: str
    sent: datetime | None
    received: datetime | None
    by: str | None = None
    party: str | None = None
    part: str | None = None
    partial: bool = False
    grounds: tuple[str, ...] = ()
    given: Mapping[str, Any] = field(default_factory=dict)

    @property
    def moment(self) -> datetime:
        """When it was taken, as far as known."""
        moment = self.sent or self.received
        assert moment is not None
        return moment


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts that were read. `values`: what conditions see; `parts`: name of the part to id to values."""

    values: dict[str, Any]
    parties: dict[str, tuple[Actor, ...]]
    steps: tuple[Taken, ...]
    parts: dict[str, dict[str, dict[str, Any]]]
    sent: datetime | None
    received: datetime | None

    def actor(self, role: str) -> Actor | None:
        """The one authority in a role; None when there is none, or more than one."""
        actors = self.parties.get(role, ())
        return actors[0] if len(actors) == 1 else None

    def moment(self, name: str) -> datetime | None:
        """The value of a date or instant field."""
        value = self.values.get(name)
        return value if isinstance(value, datetime) else None


def read_facts(procedure: BoundProcedure, raw: Mapping[str, Any]) -> Facts:
    """Read the facts of a case under a procedure; FactError names what is unknown or of the wrong type."""
    if not isinstance(raw, Mapping):
        raise FactError("facts must be one JSON object")
    rules = procedure.rules
    values: dict[str, Any] = {}
    parties: dict[str, tuple[Actor, ...]] = {}
    for key, value in raw.items():
        if key in procedure.fields:
            _put(values, key, procedure.fields[key], value)
        elif key in rules.parties:
            parties[key] = _actors(key, rules.parties[key], value)
        elif key in ("sent", "received"):
            if value is not None:
                values[key] = typed.instant(value, key)
        elif key == SPECIFIC_ACT and procedure.instrument.yields_to:
            _put(values, key, _specific_act(procedure.instrument.yields_to), value)
        elif key == OFFENCES:
            values |= offence_values(value)
        elif key not in ("steps", "parts"):
            raise _unknown(procedure, key)
    for role, party in rules.parties.items():
        if role not in parties and party.country and len(party.kinds) == 1:
            parties[role] = (Actor(party.kinds[0], party.country),)
    _describe(procedure, parties, values)
    steps = tuple(
        _step(procedure, number, item) for number, item in enumerate(_items(raw.get("steps"), "steps"), 1)
    )
    steps, sent, received = _opened(procedure, steps, values.get("sent"), values.get("received"))
    if received:
        values["received"] = received
    if sent:
        values["sent"] = sent
    return Facts(values, parties, steps, _parts(procedure, raw.get("parts")), sent, received)


def _unknown(procedure: BoundProcedure, key: str) -> FactError:
    known = _known(procedure)
    text = say("unknown fact {key!r} for {id}; known: {known}", key=key, id=procedure.id, known=known)
    return FactError(text, field=key)


def _put(values: dict[str, Any], key: str, known: Field, value: Any) -> None:
    if isinstance(value, list) and not value and known.type == "list":
        values[key] = []
        return
    read = typed.read_value(known, value, key)
    if read is not None:
        values[key] = read


def _actors(role: str, party: Party, value: Any) -> tuple[Actor, ...]:
    if value is None:
        return ()
    items = value if isinstance(value, list) else [value]
    if party.max is not None and len(items) > party.max:
        raise typed.wrong(
            role, say("at most {max} may hold this role, got {count}", max=party.max, count=len(items))
        )
    return tuple(read_actor(role, item) for item in items)


def read_actor(role: str, item: Any) -> Actor:
    """One authority, `{"kind": ..., "country": ...}`; FactError names what is unknown."""
    if not isinstance(item, Mapping):
        raise typed.wrong(role, say('expected {{"kind": ..., "country": ...}}, got {item!r}', item=item))
    unknown = set(item) - PARTY_KEYS
    if unknown:
        raise typed.wrong(
            role,
            say(
                "unknown key {unknown!r}; known: {known}",
                unknown=min(unknown),
                known=", ".join(sorted(PARTY_KEYS)),
            ),
        )
    kind, country = item.get("kind"), item.get("country")
    if kind is not None and (not isinstance(kind, str) or kind not in KINDS):
        raise typed.wrong(
            f"{role}.kind", say("{kind!r} is none of {kinds}", kind=kind, kinds=", ".join(sorted(KINDS)))
        )
    languages = item.get("languages")
    if languages is not None:
        languages = tuple(typed.language(each, f"{role}.languages") for each in _items(languages, role))
    return Actor(kind, None if country is None else typed.country(country, f"{role}.country"), languages)


def _describe(
    procedure: BoundProcedure, parties: dict[str, tuple[Actor, ...]], values: dict[str, Any]
) -> None:
    """Let conditions see the parties: kind and country of a single role, lists and count of a plural one."""
    for role, party in procedure.rules.parties.items():
        actors = parties.get(role, ())
        if party.single:
            for actor in actors:
                seen = {f"{role}.kind": actor.kind, f"{role}.country": actor.country}
                values.update((name, value) for name, value in seen.items() if value)
        elif actors:
            values[f"{role}.kinds"] = [actor.kind for actor in actors if actor.kind]
            values[f"{role}.countries"] = [actor.country for actor in actors if actor.country]
            values[f"{role}.count"] = len(actors)


def _step(procedure: BoundProcedure, number: int, item: Any) -> Taken:
    where = f"steps[{number}]"
    if not isinstance(item, Mapping) or not isinstance(item.get("step"), str):
        raise typed.wrong(
            where, say('expected {{"step": ..., "at": ...}}, got {item!r}', item=item), field="steps"
        )
    name = item["step"]
    step = procedure.steps.get(name)
    if step is None:
        raise typed.wrong(
            where,
            say("unknown step {name!r}; known: {steps}", name=name, steps=", ".join(procedure.steps)),
            field="steps",
        )
    sent, received = _times(item, where)
    return Taken(
        step=name,
        sent=sent,
        received=received,
        by=None if item.get("by") is None else typed.text(item["by"], f"{where}.by"),
        party=None if item.get("party") is None else typed.text(item["party"], f"{where}.party"),
        part=None if item.get("part") is None else typed.text(item["part"], f"{where}.part"),
        partial=item.get("partial") is not None and typed.boolean(item["partial"], f"{where}.partial"),
        grounds=_grounds(procedure, item.get("grounds"), where),
        given=_given(name, step.needs, item, where),
    )


def _given(name: str, asked: Iterable[Field], item: Mapping[str, Any], where: str) -> dict[str, Any]:
    """What a step says of the fields that it needs."""
    needs = {need.id: need for need in asked}
    unknown = set(item) - STEP_KEYS - set(needs)
    if unknown:
        known = ", ".join(sorted(STEP_KEYS | set(needs)))
        raise typed.wrong(
            where,
            say(
                "unknown key {unknown!r} of step {name!r}; known: {known}",
                unknown=min(unknown),
                name=name,
                known=known,
            ),
            field="steps",
        )
    given = {
        key: typed.read_value(needs[key], value, f"{where}.{key}")
        for key, value in item.items()
        if key in needs
    }
    return {key: value for key, value in given.items() if value is not None}


def _times(item: Mapping[str, Any], where: str) -> tuple[datetime | None, datetime | None]:
    at = None if item.get("at") is None else typed.instant(item["at"], f"{where}.at")
    sent = at if item.get("sent") is None else typed.instant(item["sent"], f"{where}.sent")
    received = at if item.get("received") is None else typed.instant(item["received"], f"{where}.received")
    if sent is None and received is None:
        raise typed.wrong(where, say("says neither at, nor sent and received"), field="steps")
    if sent and received and received < sent:
        raise typed.wrong(where, say("received before it was sent"), field="steps")
    return sent, received


def _grounds(procedure: BoundProcedure, value: Any, where: str) -> tuple[str, ...]:
    known = [ground.id for ground in procedure.rules.refusals]
    chosen = tuple(_items(value, f"{where}.grounds"))
    for ground in chosen:
        if ground not in known:
            raise typed.wrong(
                f"{where}.grounds",
                say("{ground!r} is none of {known}", ground=ground, known=", ".join(known)),
                field="steps",
            )
    return chosen


def _opened(
    procedure: BoundProcedure, steps: tuple[Taken, ...], sent: datetime | None, received: datetime | None
) -> tuple[tuple[Taken, ...], datetime | None, datetime | None]:
    """Make the opening step agree with the facts `sent` and `received`, whichever of the two says it."""
    opening = procedure.lifecycle.opening
    first = next((taken for taken in steps if taken.step == opening), None)
    receipt = next((taken for taken in steps if procedure.steps[taken.step].move.receipt_of == opening), None)
    sent = sent or (first.sent if first else None)
    received = received or (receipt.moment if receipt else None) or (first.received if first else None)
    if not (sent or received):
        return steps, None, None
    if sent and received and received < sent:
        raise FactError("received before it was sent", field="received")
    opened = replace(first or Taken(opening, None, None), sent=sent, received=received)
    rest = (taken for taken in steps if taken is not first and taken is not receipt)
    return (opened, *rest), sent, received


def _parts(procedure: BoundProcedure, raw: Any) -> dict[str, dict[str, dict[str, Any]]]:
    parts: dict[str, dict[str, dict[str, Any]]] = {}
    if raw is not None and not isinstance(raw, Mapping):
        raise FactError("parts: expected an object of lists", field="parts")
    for name, items in (raw or {}).items():
        if name not in procedure.rules.parts:
            known = ", ".join(procedure.rules.parts) or "none"
            raise FactError(
                say("parts: unknown part {name!r}; known: {known}", name=name, known=known), field="parts"
            )
        fields = {known.id: known for known in procedure.rules.parts[name].fields}
        parts[name] = {}
        for number, item in enumerate(_items(items, f"parts.{name}"), 1):
            where = f"parts.{name}[{number}]"
            if not isinstance(item, Mapping) or not isinstance(item.get("id"), str):
                raise typed.wrong(where, say('expected an object with an "id"'), field="parts")
            values: dict[str, Any] = {}
            for key, value in item.items():
                if key != "id" and key not in fields:
                    raise typed.wrong(
                        where,
                        say("unknown fact {key!r}; known: {fields}", key=key, fields=", ".join(fields)),
                        field="parts",
                    )
                if key != "id":
                    _put(values, key, fields[key], value)
            parts[name][item["id"]] = values
    return parts


def _items(value: Any, where: str) -> Sequence[Any]:
    if value is None:
        return ()
    if not isinstance(value, list | tuple):
        raise typed.wrong(where, say("expected a list, got {value!r}", value=value))
    return value


def _specific_act(yields: Yielding) -> Field:
    choices = [Choice(id=act, text=act) for act in yields.acts]
    return Field(id=SPECIFIC_ACT, type="choice", label="Special act", of=choices, article=yields.article)


def offence_values(value: Any) -> dict[str, Any]:
    """The offences named, and for each list whether one of them stands in it; nothing where none is named."""
    named = taxonomy().read(typed.text(each, OFFENCES) for each in _items(value, OFFENCES))
    if not named:
        return {}
    listed = {f"offence.{name}": bool(taxonomy().listed(named, name)) for name in get_args(ListOfOffences)}
    return {OFFENCES: named, **listed}


def _known(procedure: BoundProcedure) -> str:
    names = ["received", "sent", "steps", OFFENCES, *procedure.rules.parties, *procedure.fields]
    return ", ".join(names + (["parts"] if procedure.rules.parts else []))
