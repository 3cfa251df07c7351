"""Reviews: whether what is kept is still needed, asked when its time has come and decided by a person; and holds."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from comity.base.errors import Conflict, InputError, NotFound
from comity.base.text import say
from comity.base.time import now
from comity.node import access, ledger
from comity.node.cases import finding
from comity.node.cases.models import Case
from comity.node.keeping import deleting, periods
from comity.node.keeping.models import Hold, Review
from comity.node.keeping.periods import End
from comity.node.registers.models import Record

LONGEST_REASON = 500


def propose(end: End, *, case: Case | None = None, record: Record | None = None) -> int:
    """Ask whether a case, a part of it or a record is still needed; returns 0 where that is asked already."""
    if Review.objects.filter(case=case, record=record, rule=end.rule, decision="").exists():
        return 0
    review = Review.objects.create(
        case=case,
        record=record,
        part=end.part,
        rule=end.rule,
        do=end.do,
        article=end.article,
        due_at=end.at,
        proposed_at=now(),
    )
    _note("keeping.proposed", review, due=end.at.isoformat())
    return 1


def open_reviews() -> QuerySet[Review]:
    """The reviews that wait for a decision, the oldest first; the reading goes into the ledger by `note_list`."""
    access.require("keeping.review")
    related = ("case__partner", "case__authority", "record__register")
    return Review.objects.filter(decision="").select_related(*related)


def find(review_id: UUID) -> Review:
    """A review that waits for a decision. Raises NotFound."""
    review = open_reviews().filter(pk=review_id).first()
    if review is None:
        raise NotFound("There is no such review here.")
    return review


def note_list(shown: list[Review]) -> None:
    """Put into the ledger of which cases and records the reviews were listed."""
    ledger.record(
        "keeping.listed",
        article=access.RULES["keeping.review"].article,
        body={
            "cases": [each.case.reference for each in shown if each.case],
            "records": [each.record_id for each in shown if each.record_id],
        },
    )


def waiting_for(case: Case) -> list[Review]:
    """The open reviews of one case."""
    return list(Review.objects.filter(case=case, decision=""))


def decide(review_id: UUID, decision: str, reason: str) -> None:
    """Keep what is still needed, until its next review, or delete it now. Raises NotFound, InputError, Conflict."""
    officer = access.require("keeping.review")
    review = Review.objects.filter(pk=review_id).select_related("record__register__authority").first()
    if review is None:
        raise NotFound("There is no such review here.")
    case = finding.find(review.case_id, lock=True) if review.case_id else None
    review = (
        Review.objects.select_for_update(of=("self",)).select_related("record__register").get(pk=review_id)
    )
    if review.decision:
        raise Conflict("It has been decided already.")
    if decision not in (Review.KEEP, Review.DELETE):
        raise InputError("expected keep or delete", field="decision")
    if not reason.strip():
        raise InputError("say why", field="reason")
    review.decision, review.reason = decision, reason.strip()[:LONGEST_REASON]
    review.decided_by, review.decided_at = officer, now()
    review.save(update_fields=["decision", "reason", "decided_by", "decided_at"])
    if decision == Review.KEEP:
        _note("keeping.confirmed", review, reason=review.reason)
        _settle(review, case)
    else:
        _delete(review, case)


def _settle(review: Review, case: Case | None) -> None:
    record = review.record
    ends = periods.of_case(case) if case else periods.of_record(record) if record else []
    coming = next((end.at for end in ends), None)
    if case:
        Case.objects.filter(pk=case.pk).update(keep_at=coming)
    elif record:
        Record.objects.filter(pk=record.pk).update(keep_at=coming)


def _delete(review: Review, case: Case | None) -> None:
    if case is None and review.record:
        end = End(review.do, review.due_at, review.rule, review.article)
        deleting.delete_record(review.record, end, review.reason)
    elif case:
        deleting.delete(case, _end_of(review, case), review.reason)


def _end_of(review: Review, case: Case) -> End:
    """The end of the period that a review is about. Raises Conflict where it runs no more, as in a case reopened."""
    for end in periods.of_case(case):
        if end.rule == review.rule:
            return end
    raise Conflict("Its period runs no more: nothing of it is to be deleted now.")


def hold_of(case: Case) -> Hold | None:
    """The hold that keeps a case from being deleted, if any."""
    return Hold.objects.filter(case=case, ended_at=None).select_related("set_by").first()


def hold(case_id: UUID, reason: str) -> Hold:
    """Keep a case from being deleted or masked until the hold is ended. Raises InputError, Conflict."""
    officer = access.require("keeping.hold")
    case = finding.find(case_id, lock=True)
    if not reason.strip():
        raise InputError("say why it must be kept", field="reason")
    if hold_of(case):
        raise Conflict("It is held already.")
    made = Hold.objects.create(
        case=case, reason=reason.strip()[:LONGEST_REASON], set_by=officer, set_at=now()
    )
    _note_hold("keeping.held", case, made.reason)
    return made


def release(case_id: UUID, reason: str) -> None:
    """End the hold on a case: what is due is deleted with the next round. Raises InputError, Conflict."""
    officer = access.require("keeping.hold")
    case = finding.find(case_id, lock=True)
    found = hold_of(case)
    if found is None:
        raise Conflict("It is not held.")
    if not reason.strip():
        raise InputError("say why it need not be kept any longer", field="reason")
    found.ended_by, found.ended_at, found.end_reason = officer, now(), reason.strip()[:LONGEST_REASON]
    found.save(update_fields=["ended_by", "ended_at", "end_reason"])
    _note_hold("keeping.released", case, found.end_reason)


def _note(kind: str, review: Review, **told: object) -> None:
    ledger.record(
        kind,
        article=review.article,
        case=str(review.case.conversation) if review.case else None,
        subject=review.part or (f"record-{review.record_id}" if review.record_id else None),
        body={"rule": review.rule, **told},
    )


def _note_hold(kind: str, case: Case, reason: str) -> None:
    body = {"reference": case.reference, "reason": reason}
    ledger.record(
        kind, article=say("Directive (EU) 2016/680 art. 16"), case=str(case.conversation), body=body
    )
