"""Which periods of a case or a record have an end, and when, with the reviews that have moved it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from comity.base.time import now
from comity.law.answers import Keeping
from comity.law.calendars import UTC_ONLY
from comity.law.registers import Kept, next_review
from comity.node.cases import rules
from comity.node.cases.models import Case
from comity.node.keeping.models import Masked, Review
from comity.node.registers import sight
from comity.node.registers.models import Record

REVIEW, WARN, MASK, DELETE = "review", "warn", "mask", "delete"
ASKED = (REVIEW, WARN)
"""Ends at which a person decides."""


@dataclass(frozen=True, slots=True)
class End:
    """The end of a period: what is to be done then, under which article. `rule` names the period.

    `part` is the key of a part of a case, `fields` a group of its fields; neither: the whole.
    """

    do: str
    at: datetime
    rule: str
    article: str
    part: str = ""
    fields: str = ""


def of_case(case: Case) -> list[End]:
    """The ends of the periods of a case that are still to come or to be acted on, the next first."""
    reviews, masked = (
        _confirmed(case=case),
        set(Masked.objects.filter(case=case).values_list("rule", flat=True)),
    )
    ends = [end for each in rules.decision(case).retention if (end := _end(case, each, reviews))]
    present = [end for end in ends if not end.fields or fields_of(case, end)]
    return sorted((end for end in present if end.rule not in masked), key=lambda end: end.at)


def of_record(record: Record) -> list[End]:
    """The ends of the periods of a record under law, the next first."""
    reviews = _confirmed(record=record)
    masked = set(Masked.objects.filter(record=record).values_list("rule", flat=True))
    latest = max(reviews.values(), default=None)
    ends = [
        End(each.do, each.at, _rule_of_kept(each), sight.cite(record.register, each.article))
        for each in sight.kept(record, at=now(), confirmed=latest)
        if each.at
    ]
    return sorted((end for end in ends if end.rule not in masked), key=lambda end: end.at)


def fields_of(case: Case, end: End) -> list[str]:
    """The facts of a case that a period is about: those of its group that are there."""
    bound = rules.procedure(case.procedure, case.received_at or case.opened_at)
    return [each.id for each in bound.rules.fields if each.group == end.fields and each.id in case.facts]


def _confirmed(**owner: object) -> dict[str, datetime]:
    """When a person last found that something is still needed, by the period."""
    kept = Review.objects.filter(decision=Review.KEEP, **owner).order_by("decided_at")
    return {each.rule: each.decided_at for each in kept if each.decided_at}


def _end(case: Case, keep: Keeping, reviews: Mapping[str, datetime]) -> End | None:
    if keep.at is None:
        return None
    rule = " ".join(filter(None, (keep.do, keep.after, keep.from_, keep.fields, keep.part)))[:160]
    at, confirmed = keep.at, reviews.get(rule)
    if confirmed and keep.do == WARN:
        return None
    if confirmed and keep.do == REVIEW:
        calendar = rules.book().calendar(case.authority.country) or UTC_ONLY
        at = next_review(keep.at, confirmed, keep.then_every or keep.after, calendar)
    article = rules.cite(case.procedure, keep.article)
    return End(keep.do, at, rule, article, keep.part or "", keep.fields or "")


def _rule_of_kept(keep: Kept) -> str:
    return f"{keep.do} {keep.after} {keep.from_}"[:160]
