"""Seen before: other cases of the authority that concern the same person, thing, number or reference.

Each case leaves keyed digests of what it concerns in an index (`Subject`); two cases with one digest concern the
same. Identifiers meet exactly, in the compact form of `comity.match`; names when all their words are the same and
the birth agrees, or when the name is rare enough to say something by itself.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings

from comity.base.text import Text, say
from comity.match.identifiers import KINDS
from comity.match.records import Name, Record, analyse
from comity.node import access, ledger
from comity.node.cases import finding, rules
from comity.node.cases.models import Case, Subject
from comity.node.registers.models import Match

SHOWN = 20
MET = 2000
"""Rows of the index that one case is compared with, the newest cases first."""
LOOKED_AT = 3 * SHOWN
"""Cases that are read to see whether a shared name is the same person's: those with most in common."""
RARE = 1.5
"""How much the words of a name must say together, 1 being a word that is met once in 100,000 names."""
RARE_NAME = "rare name"
LEAST_DIGITS = 6
REFERENCE = re.compile(r"\b[A-Z]{2}-\d{4}-\d{5,9}\b")


@dataclass(frozen=True, slots=True)
class Key:
    """One thing by which a case is found again: its kind in words, the normalised value, and as it was written.

    A key of a name holds its words and, where it is known, the year of birth.
    """

    what: str
    value: str
    written: str
    words: str = ""
    year: str = ""

    @property
    def reason(self) -> Text:
        """Why two cases with this key concern the same, for an officer."""
        if not self.what:
            return say("Hit on the same record: {record}", record=self.written)
        return say("Same {what}: {value}", what=self.what, value=self.written)


@dataclass(frozen=True, slots=True)
class Seen:
    """Another case that concerns the same, and why."""

    case: Case
    reasons: list[Text]


def keys(case: Case) -> list[Key]:
    """The keys of a case, each once."""
    found = {key.value: key for entity in rules.subjects(case) for key in _of_entity(entity)}
    for text in _references(case):
        found.setdefault(f"reference:{text}", Key("reference", f"reference:{text}", text))
    return list(found.values())


def index(cases: Sequence[Case]) -> None:
    """Bring the index in step with the facts of these cases; to fill it anew, call it for a batch at a time."""
    wanted = {(case.pk, _digest(case, key)) for case in cases for key in keys(case)}
    rows = Subject.objects.filter(case__in=[case.pk for case in cases]).values_list("pk", "case_id", "digest")
    kept = {(case, digest): pk for pk, case, digest in rows}
    Subject.objects.filter(pk__in=[pk for row, pk in kept.items() if row not in wanted]).delete()
    Subject.objects.bulk_create(
        Subject(case_id=case, digest=digest) for case, digest in sorted(wanted - set(kept))
    )


def seen_before(case: Case) -> list[Seen]:
    """Other cases that concern the same as this one, those with most in common first; what is shown is an entry.

    A case that the officer may not know of is not among them, and does not count.
    """
    access.require("case.read")
    mine = keys(case)
    shared = _shared(case, mine)
    for other, record in _hits(case):
        shared[other].append(Key("", "", record))
    likeliest = sorted(shared, key=lambda pk: len(shared[pk]), reverse=True)[:LOOKED_AT]
    others = Case.objects.select_related("partner", "authority").in_bulk(likeliest)
    found = [
        Seen(others[pk], [key.reason for key in known])
        for pk in likeliest
        if pk in others
        and not _of_one_family(case, others[pk])
        and (known := _agreeing(shared[pk], mine, others[pk]))
    ]
    found.sort(key=lambda each: (len(each.reasons), each.case.opened_at), reverse=True)
    if found:
        _note(case, found[:SHOWN])
    return found[:SHOWN]


def _of_one_family(one: Case, other: Case) -> bool:
    """Whether one of them serves the other, or both serve a third: that they concern the same says nothing new."""
    return one.pk == other.parent_id or one.parent_id in (other.pk, other.parent_id or other.pk)


def read_seen_before(case_id: UUID) -> list[Seen]:
    """The same, by the id of a case. Raises NotFound."""
    access.require("case.read")
    return seen_before(finding.find(case_id))


def _shared(case: Case, mine: Sequence[Key]) -> dict[UUID, list[Key]]:
    """Other cases by their ids, with the keys that they share with this one."""
    known = {_digest(case, key): key for key in mine}
    met = Subject.objects.filter(digest__in=list(known)).exclude(case=case).order_by("-case_id")
    shared: dict[UUID, list[Key]] = defaultdict(list)
    for other, digest in met.values_list("case_id", "digest")[:MET]:
        shared[other].append(known[digest])
    return shared


def _agreeing(met: Sequence[Key], mine: Sequence[Key], other: Case) -> list[Key]:
    """The shared keys, of one name the strongest alone; no mere name whose bearers were born in different years."""
    theirs = keys(other) if any(key.what == RARE_NAME for key in met) else []
    agreeing: list[Key] = []
    for key in sorted(met, key=lambda each: mine.index(each) if each in mine else len(mine)):
        said = key.words and key.words in {each.words for each in agreeing}
        if not said and not (key.what == RARE_NAME and _born_apart(key.words, mine, theirs)):
            agreeing.append(key)
    return agreeing


def _born_apart(words: str, mine: Sequence[Key], theirs: Sequence[Key]) -> bool:
    ours, others = ({key.year for key in side if key.words == words and key.year} for side in (mine, theirs))
    return bool(ours and others and not ours & others)


def _hits(case: Case) -> Iterator[tuple[UUID, str]]:
    """Other cases with a hit on a record that is a hit in this one."""
    hits = Match.objects.filter(decision=Match.CONFIRMED)
    records = list(hits.filter(query__case=case).values_list("record_id", flat=True))
    if records:
        others = hits.filter(record__in=records, query__case__isnull=False).exclude(query__case=case)
        yield from others.values_list("query__case_id", "record__caption").distinct()[:MET]


def _of_entity(entity: dict[str, Any]) -> Iterator[Key]:
    record = analyse(entity)
    for number in record.identifiers:
        yield Key(KINDS[number.kind].label, f"{number.kind}:{number.value}", number.value)
    for phone in _texts(entity, "phone"):
        digits = re.sub(r"\D", "", phone).lstrip("0")
        if len(digits) >= LEAST_DIGITS:
            yield Key("telephone number", f"phone:{digits}", phone)
    for address in _texts(entity, "email"):
        yield Key("e-mail address", f"email:{address.casefold()}", address)
    for name in record.names:
        yield from _of_name(name, record)


def _of_name(name: Name, record: Record) -> Iterator[Key]:
    words = " ".join(sorted(token.text for token in name.tokens))
    for born in record.births:
        year = born[:4]
        if len(born) == len("2000-01-01"):
            yield Key("name and birth date", f"born:{born}:{words}", f"{name.text}, {born}", words, year)
        yield Key("name and birth year", f"year:{year}:{words}", f"{name.text}, {year}", words, year)
    if not name.weak and sum(token.weight for token in name.tokens) >= RARE:
        yield Key(RARE_NAME, f"name:{record.family}:{words}", name.text, words)


def _texts(entity: dict[str, Any], name: str) -> list[str]:
    values = entity["properties"].get(name)
    return [text.strip() for text in values if isinstance(text, str)] if isinstance(values, list) else []


def _references(case: Case) -> Iterator[str]:
    yield from filter(None, (case.reference, case.partner_reference))
    for text in (case.title, *case.facts.values()):
        if isinstance(text, str):
            yield from REFERENCE.findall(text)


def _digest(case: Case, key: Key) -> str:
    secret = settings.HOME.secret("master")
    said = f"subject\x1f{case.authority_id}\x1f{key.value}"
    return hmac.new(secret, said.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:32]


def _note(case: Case, found: list[Seen]) -> None:
    ledger.record(
        "cases.compared",
        article=access.RULES["case.read"].article,
        case=str(case.conversation),
        body={"shown": [str(each.case.pk) for each in found]},
    )
