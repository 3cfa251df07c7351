"""Restricted cases: known to their named readers alone, the data protection officer and the node excepted.

For everyone else a restricted case answers as one that does not exist; row-level security sees to it
(migrations/0005_dossier.py), so that no list, count, link or alarm has to remember it.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from comity.base.errors import Denied, InputError
from comity.base.time import now
from comity.node import access, ledger
from comity.node.authorities import Officer
from comity.node.cases import finding
from comity.node.cases.models import Case, Reader

ARTICLE = "Directive (EU) 2016/680 art. 29"
READING_ROLES = {"officer", "supervisor"}


def restrict(case_id: UUID, officers: Iterable[int], reason: str) -> Case:
    """Let only these officers, and whoever does this, know of a case; called again, it replaces the list.

    The case, the copies of it and the cases that serve it go together. If its holder is no reader, whoever
    restricts it takes it over. Raises Denied unless the officer is a supervisor or holds the case, InputError
    without a reason.
    """
    case, me = _mine(case_id, reason)
    named = {me.pk, *_officers(officers)}
    for each in _together(case):
        known = set(Reader.objects.filter(case=each, ended_at=None).values_list("officer_id", flat=True))
        Reader.objects.bulk_create(
            Reader(case=each, conversation=each.conversation, officer_id=officer)
            for officer in sorted(named - known)
        )
        Reader.objects.filter(case=each, ended_at=None).exclude(officer__in=named).update(ended_at=now())
        if each.assigned_to_id and each.assigned_to_id not in named:
            each.assigned_to = me
        _save(each)
    _note(case, "case.restricted", reason, named)
    return finding.find(case_id)


def lift(case_id: UUID, reason: str) -> Case:
    """Let everyone who works on cases know of the case again. Raises Denied, InputError."""
    case, _ = _mine(case_id, reason)
    _note(case, "case.unrestricted", reason, ())
    for each in _together(case):
        Reader.objects.filter(case=each, ended_at=None).update(ended_at=now())
        _save(each)
    return finding.find(case_id)


def of(case: Case) -> list[Officer]:
    """The officers who may know of a restricted case, by name; none: it is not restricted."""
    return list(Officer.objects.filter(pk__in=_ids(case)).order_by("name"))


def read_readers(case_id: UUID) -> list[Officer]:
    """The same, by the id of a case. Raises NotFound."""
    access.require("case.read")
    return of(finding.find(case_id))


def may_know(case: Case, officer: Officer) -> bool:
    """Whether an officer may know of a case, so that it can be given to them."""
    named = set(_ids(case))
    return not named or officer.pk in named


def choices() -> list[Officer]:
    """Whom a case can be opened to: the officers and supervisors who are active."""
    active = Officer.objects.filter(active=True).exclude(user=None).order_by("name")
    return [each for each in active if READING_ROLES & set(each.roles)]


def inherit(case: Case) -> None:
    """Restrict a new case as the others of its conversation are, and as its parent is."""
    same = Q(conversation=case.conversation) | Q(case__children=case)
    officers = Reader.objects.filter(same, ended_at=None)
    Reader.objects.bulk_create(
        Reader(case=case, conversation=case.conversation, officer_id=officer)
        for officer in sorted(set(officers.values_list("officer_id", flat=True)))
    )


def _mine(case_id: UUID, reason: str) -> tuple[Case, Officer]:
    me = access.require("case.restrict")
    case = finding.find(case_id, lock=True)
    if "supervisor" not in me.roles and case.assigned_to_id != me.pk:
        rule = access.RULES["case.restrict"]
        raise Denied(rule.sentence, rule="case.restrict", grantor=rule.grantor, article=rule.article)
    if not reason.strip():
        raise InputError("say why", field="reason")
    return case, me


def _officers(given: Iterable[int]) -> set[int]:
    wanted = set(given)
    known = {each.pk for each in choices()}
    if not wanted <= known:
        raise InputError("no such officer here", field="officers")
    return wanted


def _together(case: Case) -> list[Case]:
    """The case with the copies of it, and all that serves it however far down."""
    cases = Case.objects.select_for_update(of=("self",))
    found = {each.pk: each for each in cases.filter(conversation=case.conversation)}
    below = list(found)
    while below:
        children = [each for each in cases.filter(parent__in=below) if each.pk not in found]
        found |= {each.pk: each for each in children}
        below = [each.pk for each in children]
    return list(found.values())


def _ids(case: Case) -> list[int]:
    return list(Reader.objects.filter(case=case, ended_at=None).values_list("officer_id", flat=True))


def _save(case: Case) -> None:
    case.version += 1
    case.save(update_fields=["assigned_to", "version"])


def _note(case: Case, kind: str, reason: str, officers: Iterable[int]) -> None:
    identities = Officer.objects.filter(pk__in=list(officers)).values_list("identity", flat=True)
    ledger.record(
        kind,
        article=ARTICLE,
        case=str(case.conversation),
        body={"reason": reason.strip()[:500], "officers": [str(each) for each in identities]},
    )
