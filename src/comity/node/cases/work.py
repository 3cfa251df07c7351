"""Who works on which case: given, taken, handed over. Every case keeps an entry of its own of each change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from comity.base.errors import Conflict, InputError, NotFound
from comity.base.time import now
from comity.node import access, ledger
from comity.node.authorities import Officer, Team
from comity.node.authorities.officers import WORKERS
from comity.node.cases import bulk, finding, readers, teams
from comity.node.cases.bulk import Outcome
from comity.node.cases.models import Case, HandedCase, HandOver, HandOverRead


@dataclass(frozen=True, slots=True)
class Holder:
    """To whom work is given: an officer, a team whose members take it, or nobody."""

    officer: Officer | None = None
    team: Team | None = None

    @classmethod
    def of(cls, officer_id: int | None, team_id: int | None) -> Holder:
        """The officer and team of these numbers. Raises InputError when there is none such here."""
        officer = team = None
        if officer_id is not None:
            officer = Officer.objects.filter(pk=officer_id, active=True, roles__overlap=WORKERS).first()
            if officer is None or officer.user_id is None:
                raise InputError("no such officer here", field="officer")
        if team_id is not None:
            team = Team.objects.filter(pk=team_id, active=True).first()
            if team is None:
                raise InputError("no such team here", field="team")
        return cls(officer, team)


@dataclass(frozen=True, slots=True)
class Handed:
    """A hand-over, None when no case could go, and what became of each case."""

    hand_over: HandOver | None
    outcomes: list[Outcome]


def assign(case_id: UUID, officer_id: int | None, team_id: int | None = None) -> Case:
    """Give a case to an officer, to a team, or to nobody: officers what is free or theirs, supervisors any.

    A team stays until another is named. Raises InputError for an unknown or unfit officer, Denied when a colleague
    holds the case, Conflict when it is closed.
    """
    access.require("case.assign")
    return _give(case_id, Holder.of(officer_id, team_id))


def assign_many(
    case_ids: Iterable[UUID], officer_id: int | None, team_id: int | None = None
) -> list[Outcome]:
    """Give each of several cases, and say of each whether it was done. Raises as `assign` for the holder."""
    access.require("case.assign")
    to, wanted = Holder.of(officer_id, team_id), set(case_ids)
    bulk.chosen(wanted)
    return bulk.each(wanted, lambda case_id: _give(case_id, to))


def _give(case_id: UUID, to: Holder, hand_over: HandOver | None = None) -> Case:
    case = finding.find(case_id, lock=True)
    me = access.acting_officer()
    if case.closed_at:
        raise Conflict("The case is closed: nobody works on it any more.")
    if case.holder and case.holder != me:
        access.require("case.assign-any")
    _check_may_know(case, to)
    before = (case.assigned_to_id, case.team_id)
    case.assigned_to = to.officer
    case.team = to.team or case.team
    if (case.assigned_to_id, case.team_id) != before:
        case.version += 1
        case.save(update_fields=["assigned_to", "team", "version"])
        _note(case, to, hand_over)
    if hand_over:
        HandedCase.objects.create(hand_over=hand_over, case=case)
    return case


def _check_may_know(case: Case, to: Holder) -> None:
    officers = ([to.officer] if to.officer else []) + (teams.members(to.team) if to.team else [])
    if not all(readers.may_know(case, officer) for officer in officers):
        raise InputError("it is restricted: only those who may know of it can be given it", field="officer")


def _note(case: Case, to: Holder, hand_over: HandOver | None) -> None:
    body = {
        "reference": case.reference,
        "officer": str(to.officer.identity) if to.officer else None,
        "team": to.team.name if to.team else None,
    }
    if hand_over:
        body["hand_over"] = str(hand_over.pk)
    ledger.record("case.assigned", case=str(case.conversation), body=body)


def held(officer: Officer) -> QuerySet[Case]:
    """The open cases an officer holds, least time left first."""
    return Case.objects.filter(assigned_to=officer, closed_at=None)


def hand_over(
    officer_id: int | None,
    team_id: int | None,
    note: str,
    case_ids: Iterable[UUID] | None = None,
    whose: int | None = None,
) -> Handed:
    """Hand cases over to an officer or a team with a note that the receiver is shown until it is read.

    Without `case_ids`, everything that `whose` (else the acting officer) holds goes: a whole shift. A case that
    the receiver may not have stays, and its outcome says why. Raises InputError without a note or a receiver,
    Conflict when nothing is held, Denied when a colleague's shift is given by who is no supervisor.
    """
    me = access.require("case.assign")
    to = Holder.of(officer_id, team_id)
    if to.officer is None and to.team is None:
        raise InputError("choose to whom", field="officer")
    if not note.strip():
        raise InputError("say what the next one has to know", field="note")
    wanted = _whole_shift(me, whose) if case_ids is None else [case.pk for case in bulk.chosen(case_ids)]
    with transaction.atomic():
        given = HandOver.objects.create(
            given_by=me, officer=to.officer, team=to.team, note=note.strip()[:2000], at=now()
        )
        outcomes = bulk.each(wanted, lambda case_id: _give(case_id, to, given))
        if not any(each.done for each in outcomes):
            transaction.set_rollback(True)
            return Handed(None, outcomes)
    ledger.record("handover.made", subject=str(given.pk), body=_told(given))
    return Handed(given, outcomes)


def _whole_shift(me: Officer, whose: int | None) -> list[UUID]:
    officer = me
    if whose is not None and whose != me.pk:
        access.require("case.assign-any")
        other = Officer.objects.filter(pk=whose).first()
        if other is None:
            raise InputError("no such officer here", field="whose")
        officer = other
    wanted = list(held(officer).values_list("pk", flat=True))
    if not wanted:
        raise Conflict("There is nothing to hand over.")
    return wanted


def _told(given: HandOver) -> dict[str, object]:
    return {
        "officer": str(given.officer.identity) if given.officer else None,
        "team": given.team.name if given.team else None,
        "note": given.note,
    }


def hand_overs(limit: int = 50) -> list[HandOver]:
    """The newest hand-overs from or to the acting officer; to supervisors, all. Each with its `count` of cases."""
    me = access.require("worklist.read")
    found = _shown(me)
    return list(found if access.may(me, "case.assign-any") else found.filter(_concerns(me)))[:limit]


def unread() -> list[HandOver]:
    """What was handed to the acting officer or a team of theirs, and not yet confirmed as read; newest first."""
    me = access.acting_officer()
    return list(_shown(me).filter(_received(me), read_by_me=False).exclude(given_by=me)[:20])


def read_hand_over(hand_over_id: UUID) -> tuple[HandOver, list[Case]]:
    """A hand-over and those of its cases that may be known of. Raises NotFound when it is between others."""
    me = access.require("worklist.read")
    given = _find(me, hand_over_id)
    wanted = HandedCase.objects.filter(hand_over=given).values("case")
    cases = list(Case.objects.filter(pk__in=wanted).select_related("partner", "assigned_to"))
    bulk.note_chosen(cases)
    return given, cases


def confirm_read(hand_over_id: UUID) -> HandOver:
    """Say that the acting officer, a receiver, has read the note; once. Raises NotFound, Conflict for others."""
    me = access.require("worklist.read")
    given = _find(me, hand_over_id)
    if not is_receiver(given, me):
        raise Conflict("It was handed to others.")
    _, new = HandOverRead.objects.get_or_create(hand_over=given, officer=me, defaults={"at": now()})
    if new:
        ledger.record("handover.read", subject=str(given.pk), body={"given_by": str(given.given_by.identity)})
    return _find(me, given.pk)


def is_receiver(given: HandOver, officer: Officer) -> bool:
    """Whether it was handed to the officer, alone or as one of a team."""
    if given.officer_id:
        return given.officer_id == officer.pk
    return given.team_id in teams.team_ids(officer)


def _find(me: Officer, hand_over_id: UUID) -> HandOver:
    mine = Q() if access.may(me, "case.assign-any") else _concerns(me)
    found = _shown(me).filter(mine, pk=hand_over_id).first()
    if found is None:
        raise NotFound("There is no such hand-over here.")
    return found


def _shown(me: Officer) -> QuerySet[HandOver]:
    read = HandOverRead.objects.filter(hand_over=OuterRef("pk"), officer=me)
    found = HandOver.objects.select_related("given_by", "officer", "team").prefetch_related(
        "readings__officer"
    )
    return found.annotate(count=Count("cases"), read_by_me=Exists(read))


def _received(me: Officer) -> Q:
    return Q(officer=me) | Q(officer=None, team__in=teams.team_ids(me))


def _concerns(me: Officer) -> Q:
    return Q(given_by=me) | _received(me)
