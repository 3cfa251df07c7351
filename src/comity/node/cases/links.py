"""Links between cases of one authority: which belong together, how, and why."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from comity.base.errors import Conflict, InputError, NotFound
from comity.base.time import now
from comity.node import access, ledger
from comity.node.authorities import Officer
from comity.node.cases import finding
from comity.node.cases.models import Case, CaseLink

DUPLICATE = "duplicate"
KINDS: dict[str, tuple[str, str]] = {
    "same-matter": ("Same matter as", "Same matter as"),
    "follow-up": ("Follows up", "Is followed up by"),
    DUPLICATE: ("Duplicate of", "Has as duplicate"),
    "parent": ("Parent of", "Part of"),
}
"""Each kind in words, read from the case that was linked and from the other one."""
LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Linked:
    """A link as it reads from one of its cases: the words, and the case at the other end."""

    link: CaseLink
    words: str
    case: Case

    @property
    def ended(self) -> bool:
        """Whether it no longer holds."""
        return self.link.ended_at is not None


def link(case_id: UUID, reference: str, kind: str, reason: str) -> CaseLink:
    """Link a case to another one of the authority, named by its reference.

    Raises InputError on an unknown kind or reference or an empty reason, Conflict when they are linked so already.
    """
    officer = access.require("case.step")
    case = finding.find(case_id, lock=True)
    if kind not in KINDS:
        raise InputError("expected same-matter, follow-up, duplicate or parent", field="kind")
    return join(case, finding.by_reference(reference, "reference"), kind, reason, officer)


def join(
    case: Case, other: Case, kind: str, reason: str, officer: Officer, field: str = "reference"
) -> CaseLink:
    """Make the link; InputError at `field` when it is the case itself."""
    if other.pk == case.pk:
        raise InputError("a case is not linked to itself", field=field)
    if not reason.strip():
        raise InputError("say why they belong together", field="reason")
    if CaseLink.objects.filter(case=case, other=other, kind=kind, ended_at=None).exists():
        raise Conflict("The two cases are linked so already.")
    made = CaseLink.objects.create(
        case=case,
        other=other,
        kind=kind,
        reason=reason.strip()[:LONGEST_REASON],
        made_by=officer,
        made_at=now(),
    )
    _note(made, "case.linked", made.reason)
    return made


def end(case_id: UUID, link_id: UUID, reason: str) -> CaseLink:
    """End a link of a case, with the reason; it stays to be seen. Raises NotFound, InputError, Conflict."""
    officer = access.require("case.step")
    case = finding.find(case_id, lock=True)
    found = CaseLink.objects.filter(Q(case=case) | Q(other=case), pk=link_id)
    made = found.select_related("case", "other").first()
    if made is None:
        raise NotFound("There is no such link here.")
    if not reason.strip():
        raise InputError("say why they do not belong together", field="reason")
    if made.ended_at:
        raise Conflict("The link has been ended already.")
    made.ended_by, made.ended_at, made.end_reason = officer, now(), reason.strip()[:LONGEST_REASON]
    made.save(update_fields=["ended_by", "ended_at", "end_reason"])
    _note(made, "case.unlinked", made.end_reason)
    return made


def of(case: Case) -> list[Linked]:
    """The links of a case in both directions, those that hold first."""
    rows = CaseLink.objects.filter(Q(case=case) | Q(other=case))
    rows = rows.select_related("case__partner", "other__partner", "made_by", "ended_by").order_by("made_at")
    found = [seen_from(case, each) for each in rows]
    return sorted(found, key=lambda each: each.ended)


def read_links(case_id: UUID) -> list[Linked]:
    """The links of a case for a program; the reading goes into the ledger."""
    access.require("case.read")
    case = finding.find(case_id)
    found = of(case)
    finding.note_read(case, part="links", shown=[str(each.case.pk) for each in found])
    return found


def seen_from(case: Case, made: CaseLink) -> Linked:
    """The link as it reads from one of its two cases."""
    here, there = KINDS[made.kind]
    return Linked(made, here, made.other) if made.case_id == case.pk else Linked(made, there, made.case)


def _note(made: CaseLink, kind: str, reason: str) -> None:
    """Tell of the link in both cases, each time without a word on the other: that one may be restricted one day."""
    for case in (made.case, made.other):
        ledger.record(
            kind,
            article="Directive (EU) 2023/977 art. 16(1)",
            case=str(case.conversation),
            subject=str(made.pk),
            body={"kind": made.kind, "reason": reason},
        )
