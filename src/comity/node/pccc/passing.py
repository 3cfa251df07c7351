"""The rule that serious cases do not stay at the desk: passed up to the national SPOC, Europol considered.

The rules are data (`passing.yaml`), each with its reason and article. What they find is decided on by a person: the
case goes up as a copy, or stays for a stated reason; either is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from uuid import UUID

import yaml

from comity.base.errors import Conflict, InputError, NotFound
from comity.base.time import now
from comity.law.offences import taxonomy
from comity.node import access, authorities, ledger
from comity.node.authorities import Authority, Officer
from comity.node.cases import copies, rules
from comity.node.cases.copies import Due
from comity.node.cases.finding import find, note_read
from comity.node.cases.models import COPY, Case, Copy, Step

SPOC, EUROPOL = "spoc", "europol"
TITLES = {SPOC: "Pass it to the national single point of contact", EUROPOL: "Consider a copy for Europol"}
LISTS = {"any-of-eaw": "eaw", "any-of-europol": "europol"}
MARK = "desk-"
"""Copies decided on here are named by it and the destination: `desk-spoc`."""
BY_LAW = {
    SPOC: ("own_spoc", "request_to_own_spoc", "answer_to_own_spoc"),
    EUROPOL: ("europol", "europol_request"),
}
"""The copies that the acts themselves ask for: deciding on one of them settles the same question."""


@dataclass(frozen=True, slots=True)
class Rule:
    """When a case is for somebody else than the desk: it meets one of the offences, categories or facts."""

    id: str
    to: str
    reason: str
    article: str
    offences: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    facts: frozenset[str] = frozenset()

    def meets(self, case: Case) -> bool:
        """Whether the case is one that the rule is about."""
        if self.offences & set(case.offences) or case.category in self.categories:
            return True
        if any(case.facts.get(name) is True for name in self.facts):
            return True
        wanted = [in_list for name, in_list in LISTS.items() if name in self.offences]
        return any(taxonomy().listed(case.offences, in_list) for in_list in wanted)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Finding:
    """To whom a case is to go and which rules say so; `decided` once a person has."""

    to: str
    rules: tuple[Rule, ...]
    decided: Copy | None

    @property
    def title(self) -> str:
        """What is to be decided, in a few words."""
        return TITLES[self.to]

    @property
    def article(self) -> str:
        """The article of the first rule."""
        return self.rules[0].article


@lru_cache(maxsize=1)
def passing_rules() -> tuple[Rule, ...]:
    """The rules in their order."""
    given = yaml.safe_load(files("comity.node.pccc").joinpath("passing.yaml").read_bytes())
    sets = ("offences", "categories", "facts")
    return tuple(Rule(**{**each, **{name: frozenset(each.get(name, ())) for name in sets}}) for each in given)


def findings(case: Case) -> list[Finding]:
    """What the rules find in a case of ours; none in a copy, or when we are the single point of contact."""
    if case.role == COPY:
        return []
    decided = {
        copy.to.removeprefix(MARK): copy for copy in Copy.objects.filter(case=case, to__startswith=MARK)
    }
    decided |= _by_law(case)
    found: dict[str, list[Rule]] = {}
    for rule in passing_rules():
        if rule.meets(case) and not (rule.to == SPOC and case.authority.kind == "spoc"):
            found.setdefault(rule.to, []).append(rule)
    return [Finding(to, tuple(met), decided.get(to)) for to, met in found.items()]


def _by_law(case: Case) -> dict[str, Copy]:
    """What was decided on the copies that the act itself asks for."""
    found = Copy.objects.filter(case=case).exclude(to__startswith=MARK)
    return {to: copy for copy in found for to, names in BY_LAW.items() if copy.to in names}


def due_by_law(case: Case, to: str) -> Due | None:
    """The copy that the act itself asks to be decided on, when it goes to the same place."""
    owed = copies.due(case, list(case.steps.all()), rules.decision(case))
    return next((each for each in owed if each.to in BY_LAW[to]), None)


def of_case(case_id: UUID) -> list[Finding]:
    """What the rules find in a case, for a program; the reading of the case is an entry of the ledger."""
    access.require("case.read")
    case = find(case_id)
    note_read(case)
    return findings(case)


def recipients(case: Case, to: str) -> list[Authority]:
    """To whom a case can be passed: the single points of contact of the own state, or Europol."""
    others = authorities.partners_of(case.authority)
    if to == EUROPOL:
        return [each for each in others if each.kind == EUROPOL]
    return [each for each in others if each.kind == SPOC and each.country == case.authority.country]


def decide(case_id: UUID, to: str, send: bool, reason: str, partner: Authority | None = None) -> Copy:
    """Pass a case up to `partner`, or keep it at the desk for a stated reason; decided once and kept.

    Without a partner, the only one there is is taken. Raises NotFound when no rule asks for it, Conflict when it was
    decided or nothing has been said in the case yet, InputError, Denied by a handling code.
    """
    officer = access.require("case.step")
    case = find(case_id, lock=True)
    finding = _finding(case, to)
    step = case.steps.filter(step="sent").first() or case.steps.first()
    if step is None:
        raise Conflict("Nothing has been said in the case yet: send it first.")
    if not send and not reason.strip():
        raise InputError("say why the case stays at the desk", field="reason")
    partner = _recipient(case, to, partner) if send else None
    law = due_by_law(case, to)
    if law:
        copy = copies.decide(case.pk, law.step.pk, law.to, send, reason, partner)
    else:
        copy = _decide(case, step, finding, reason, partner, officer)
    _note(case, copy, finding)
    return copy


def _decide(
    case: Case, step: Step, finding: Finding, reason: str, partner: Authority | None, officer: Officer
) -> Copy:
    message = copies.send_copy(case, step, finding.article, partner) if partner else None
    return Copy.objects.create(
        case=case,
        step=step,
        to=f"{MARK}{finding.to}",
        partner=partner,
        article=finding.article[:60],
        decision=Copy.SENT if partner else Copy.WAIVED,
        reason=reason.strip()[:500],
        decided_by=officer,
        decided_at=now(),
        message=message,
    )


def _finding(case: Case, to: str) -> Finding:
    found = next((each for each in findings(case) if each.to == to), None)
    if found is None:
        raise NotFound("No rule asks for it.")
    if found.decided:
        raise Conflict("It has been decided already.")
    return found


def _recipient(case: Case, to: str, partner: Authority | None) -> Authority:
    known = recipients(case, to)
    if partner is None and len(known) == 1:
        return known[0]
    if partner is None or partner.pk not in {each.pk for each in known}:
        raise InputError("choose to whom the case is passed", field="partner")
    return partner


def _note(case: Case, copy: Copy, finding: Finding) -> None:
    ledger.record(
        "case.passed-up" if copy.decision == Copy.SENT else "case.kept-at-desk",
        article=finding.article,
        case=str(case.conversation),
        subject=str(copy.pk),
        body={
            "reference": case.reference,
            "to": finding.to,
            "partner": copy.partner.code if copy.partner else None,
            "rules": [rule.id for rule in finding.rules],
            "reason": copy.reason,
        },
    )
