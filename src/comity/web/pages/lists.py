"""Every list of the pages as a CSV file: the same rows, under the same filters, within the same access."""

from __future__ import annotations

from uuid import UUID

from django.db.models import F
from django.http import FileResponse, HttpRequest
from django.urls import path
from django.views.decorators.http import require_GET

from comity.base.errors import InputError
from comity.node import access, authorities, oversight
from comity.node.cases import filters, reading
from comity.node.cases import worklist as open_cases
from comity.node.exchange import partners as exchange
from comity.node.registers import reading as registers
from comity.node.registers import screening
from comity.web.middleware import purpose
from comity.web.pages.cases import filters_of
from comity.web.tables import AT_MOST, Columns, csv_file

CASES: Columns = {
    "reference": lambda case: case.reference,
    "partner_reference": lambda case: case.partner_reference,
    "title": lambda case: case.title,
    "procedure": lambda case: case.procedure,
    "partner": lambda case: case.partner.name,
    "country": lambda case: case.partner.country,
    "role": lambda case: case.role,
    "state": lambda case: case.state,
    "urgent": lambda case: case.facts.get("urgent") is True,
    "opened_at": lambda case: case.opened_at,
    "due_at": lambda case: case.due_at,
    "late_after": lambda case: case.late_after,
    "closed_at": lambda case: case.closed_at,
    "assigned_to": lambda case: case.assigned_to,
    "offences": lambda case: case.offences,
}
SCREENINGS: Columns = {
    "at": lambda each: each.at,
    "source": lambda each: each.source,
    "purpose": lambda each: each.purpose,
    "officer": lambda each: each.officer,
    "rows": lambda each: each.rows,
    "matches": lambda each: each.found,
    "undecided": lambda each: each.open,
}
MATCHES: Columns = {
    "line": lambda match: match.query.line,
    "looked_for": lambda match: match.query.caption,
    "found": lambda match: match.record.caption,
    "register": lambda match: match.record.register.code,
    "score": lambda match: round(match.score, 3),
    "decision": lambda match: match.decision,
    "decided_by": lambda match: match.decided_by,
    "decided_at": lambda match: match.decided_at,
    "note": lambda match: match.note,
}
RECORDS: Columns = {
    "number": lambda found: found[0].pk,
    "caption": lambda found: found[0].caption,
    "kind": lambda found: found[0].schema,
    "register": lambda found: found[0].register.code,
    "score": lambda found: round(found[1]["score"], 3),
}
REGISTERS: Columns = {
    "code": lambda each: each.register.code,
    "name": lambda each: each.register.name,
    "basis": lambda each: each.register.basis,
    "purpose": lambda each: each.register.purpose,
    "records": lambda each: each.records,
    "last_import": lambda each: each.last.at if each.last else None,
}
PARTNERS: Columns = {
    "code": lambda each: each.authority.code,
    "name": lambda each: each.authority.name,
    "country": lambda each: each.authority.country,
    "kind": lambda each: each.authority.kind,
    "channel": lambda each: each.authority.channel,
    "keys_to_confirm": lambda each: each.unconfirmed,
    "messages_out": lambda each: each.link.out_sequence if each.link else 0,
    "messages_in": lambda each: each.link.in_sequence if each.link else 0,
    "waiting": lambda each: each.states.get("pending", 0),
    "by_hand": lambda each: each.states.get("by-hand", 0),
    "given_up": lambda each: each.states.get("dead", 0),
}


@require_GET
def worklist(request: HttpRequest) -> FileResponse:
    """The open cases of a filter."""
    officer = access.require("worklist.read")
    chosen = filters.Filter.read(request.GET)
    found = open_cases.open_cases().filter(chosen.condition(officer)).select_related("partner", "assigned_to")
    rows = list(found.order_by(F("due_at").asc(nulls_last=True), "opened_at", "pk")[: AT_MOST + 1])
    return csv_file("worklist", CASES, rows, filter=chosen.query, cases=[case.reference for case in rows])


@require_GET
def cases(request: HttpRequest) -> FileResponse:
    """The list of cases, as it was searched, narrowed and ordered."""
    rows = list(reading.cases(*filters_of(request))[: AT_MOST + 1])
    return csv_file(
        "cases", CASES, rows, filter=request.GET.urlencode(), cases=[case.reference for case in rows]
    )


@require_GET
def screenings(request: HttpRequest) -> FileResponse:
    """The screenings so far."""
    return csv_file("screenings", SCREENINGS, registers.screening_list().iterator(1000))


@require_GET
def matches(request: HttpRequest, screening_id: UUID) -> FileResponse:
    """The matches of a screening, and what was decided about each."""
    found = screening.read_screening(screening_id)
    rows = screening.Match.objects.filter(query__screening=found).order_by("query__line", "-score")
    full = rows.select_related("query", "record__register", "decided_by")
    return csv_file("matches", MATCHES, full.iterator(1000), screening=str(found.pk))


@require_GET
def holdings(request: HttpRequest) -> FileResponse:
    """The registers and how much they hold."""
    return csv_file("registers", REGISTERS, registers.registers())


@require_GET
def records(request: HttpRequest, code: str) -> FileResponse:
    """What a search of a register has found, for a stated purpose."""
    access.require("record.search")
    holding = registers.read_register(code)
    found = screening.search(request.GET.get("q", ""), holding.register.code)
    return csv_file("records", RECORDS, found, register=code, records=[record.pk for record, _ in found])


@require_GET
def partners(request: HttpRequest) -> FileResponse:
    """The partners, and what lies on the way to them."""
    return csv_file("partners", PARTNERS, exchange.partners())


@require_GET
def entries(request: HttpRequest) -> FileResponse:
    """Lines of the ledger, for a stated purpose: what bodies say stays in the ledger."""
    kind, case = request.GET.get("kind", "").strip(), request.GET.get("case", "").strip()
    if len(kind) > 60 or len(case) > 60:
        raise InputError("at most 60 characters", field="kind")
    lines = oversight.read_ledger(kind=kind, case=case, limit=AT_MOST + 1)
    names = authorities.actor_names()
    columns: Columns = {
        "number": lambda line: line.sequence,
        "place": lambda line: line.place,
        "at": lambda line: line.at,
        "kind": lambda line: line.kind,
        "article": lambda line: line.article,
        "actor": lambda line: names.get(line.actor, line.actor),
        "case": lambda line: line.case,
        "subject": lambda line: line.subject,
    }
    return csv_file("ledger", columns, lines, kind=kind, case=case, purpose=purpose(request))


urlpatterns = [
    path("worklist/export.csv", worklist, name="worklist-export"),
    path("cases/export.csv", cases, name="cases-export"),
    path("screen/export.csv", screenings, name="screenings-export"),
    path("screen/<uuid:screening_id>/export.csv", matches, name="screening-export"),
    path("registers/export.csv", holdings, name="registers-export"),
    path("registers/<slug:code>/found.csv", records, name="records-export"),
    path("partners/export.csv", partners, name="partners-export"),
    path("ledger/export.csv", entries, name="entries-export"),
]
