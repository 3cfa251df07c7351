"""Text blocks filled in for one case, or for a request that is not yet a case."""

from __future__ import annotations

from datetime import datetime, tzinfo
from uuid import UUID

from comity.base.time import now
from comity.node import access, scope
from comity.node.authorities import Authority
from comity.node.cases import finding, rules
from comity.node.cases.models import Case
from comity.node.texts import blocks


def for_case(case_id: UUID, block_id: int) -> str:
    """A text block filled in with what is known of a case. Raises NotFound."""
    access.require("case.step")
    case = finding.find(case_id)
    finding.note_read(case, part="text")
    return blocks.fill(blocks.find(block_id).text, values(case))


def for_request(procedure: str, partner: Authority, title: str, block_id: int) -> str:
    """A text block filled in for a request that is being drafted. Raises NotFound, UnknownProcedure."""
    access.require("case.open")
    me = Authority.objects.get(pk=scope.current_authority())
    known = _common(me, partner, procedure) | {"title": title}
    return blocks.fill(blocks.find(block_id).text, known)


def values(case: Case) -> dict[str, str]:
    """What a case puts in the place of each placeholder; what it does not have is left out."""
    zone = rules.zone(case.authority)
    known = {
        "reference": case.reference,
        "partner_reference": case.partner_reference,
        "title": case.title,
        "received": _day(case.received_at, zone),
        "due": f"{case.due_at.astimezone(zone):%Y-%m-%d %H:%M}" if case.due_at else "",
    }
    return _common(case.authority, case.partner, case.procedure) | known


def _common(me: Authority, partner: Authority, procedure: str) -> dict[str, str]:
    at = now()
    return {
        "partner": partner.name,
        "authority": me.name,
        "officer": access.acting_officer().name,
        "article": rules.article(procedure, at),
        "today": _day(at, rules.zone(me)),
    }


def _day(instant: datetime | None, zone: tzinfo) -> str:
    return instant.astimezone(zone).date().isoformat() if instant else ""
