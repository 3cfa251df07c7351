"""A case as a file: PDF to be read, JSON for another system, and for a court both with the ledger's proofs."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from comity.base.text import say
from comity.law.procedures import BoundProcedure
from comity.node.cases import parties, rules
from comity.node.cases.exporting import Dossier
from comity.node.cases.models import CasePart, Step
from comity.node.ledger import Line
from comity.web import reports, seats, words
from comity.web.api.export_schemas import CaseExport, laid_out
from comity.web.language import t
from comity.web.templatetags.comity import (
    cite,
    fact_words,
    ground_text,
    in_words,
    said,
    state_title,
    step_done,
)
from comity.web.templatetags.dossier import offence

PDF, JSON, COURT = "pdf", "json", "court"
FORMS = {
    PDF: "PDF, to be read and printed",
    JSON: "JSON, for another system",
    COURT: "For a court: PDF and JSON with the proofs of the ledger (ZIP)",
}
PROOFS = "ledger-proofs.jsonl"
READ_ME = (
    "{reference}: {file} proves with a signed root that the entries of this case are in the ledger of {authority} "
    "and unchanged. Check it offline with:\n\n    comity ledger verify {file} --keys DESCRIPTOR.json\n\n"
    "DESCRIPTOR.json holds the public keys of {authority}; get it, or their fingerprints, over another way than this "
    "file. Bodies that a court may not get are withheld; their headers and proofs are there.\n"
)
"""What stands beside the proofs."""


def file_name(dossier: Dossier) -> str:
    """A name for the file, without its ending: our reference."""
    return dossier.case.reference.replace("/", "-") + ("-court" if dossier.for_court else "")


def as_json(dossier: Dossier) -> bytes:
    """The case in its documented form (`CaseExport`)."""
    return CaseExport.from_orm(laid_out(dossier)).model_dump_json(indent=2).encode()


def as_zip(dossier: Dossier) -> bytes:
    """PDF, JSON and the proofs of the ledger, with how to check them."""
    name, authority = file_name(dossier), dossier.case.authority.name
    read_me = t(say(READ_ME, reference=dossier.case.reference, file=PROOFS, authority=authority))
    proofs = "".join(dossier.evidence.lines) if dossier.evidence else ""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bundle:
        for inside, data in (
            (f"{name}.pdf", as_pdf(dossier)),
            (f"{name}.json", as_json(dossier)),
            (PROOFS, proofs.encode()),
            ("README.txt", read_me.encode()),
        ):
            bundle.writestr(inside, data)
    return file.getvalue()


def as_pdf(dossier: Dossier) -> bytes:
    """The case as a document: tagged, in reading order, its reference on every page."""
    case, decision = dossier.case, dossier.view.decision
    assert decision.procedure is not None
    return reports.compiled(
        "case.typ",
        {
            "reference": case.reference,
            "title": case.title or _("Title withheld"),
            "authority": case.authority.name,
            "subtitle": _("For a court, with the proofs of the ledger")
            if dossier.for_court
            else _("Case file"),
            "facts": list(_head(dossier, decision.procedure)),
            "sections": [section for section in _sections(dossier, decision.procedure) if section["rows"]],
            "page": _("Page"),
        },
    )


def _head(dossier: Dossier, procedure: BoundProcedure) -> Iterator[list[str]]:
    case, due = dossier.case, dossier.view.decision.due
    yield from _who(dossier, procedure)
    if case.partner_reference:
        yield [_("Their reference"), case.partner_reference]
    yield [
        _("Procedure"),
        f"{t(procedure.instrument.title)}: {t(procedure.title)} (art. {procedure.article})",
    ]
    yield [_("State"), state_title(case)]
    yield [_("Received") if case.received_at else _("Opened"), _instant(case.received_at or case.opened_at)]
    if due and due.at:
        yield [_("Time limit"), f"{t(due.text)}: {_instant(due.at)} (art. {due.article})"]
    elif case.limit_at:
        yield [_("Time limit"), f"{_instant(case.limit_at)} (art. {case.limit_article})"]
    if case.offences:
        yield [_("Offences"), "; ".join(t(offence(each)) for each in case.offences)]
    yield [_("Taken out"), f"{_instant(dossier.at)}, {dossier.officer.name}"]
    yield [_("Purpose"), dossier.purpose]


def _who(dossier: Dossier, procedure: BoundProcedure) -> Iterator[list[str]]:
    """The partner of a case of two, or everyone in one of many, each with the role."""
    case = dossier.case
    titles = {"copy": _("Copy from"), "requested": _("Asked by"), "requester": _("Asked of")}
    if parties.plain(procedure) or case.role == "copy":
        other = titles.get(case.role) or seats.title(procedure, case.other_role).capitalize()
        yield [other, f"{case.partner.name} ({case.partner.country})"]
        return
    for each in parties.of(case, procedure):
        yield [seats.title(procedure, each.role).capitalize(), f"{each.name} ({each.country})"]


def _sections(dossier: Dossier, procedure: BoundProcedure) -> Iterator[dict[str, Any]]:
    view, case = dossier.view, dossier.case
    yield _section(_("Left out"), [_item(_of(each.step, case.procedure), [f"{t(each.reason)} ({cite(each.article)})"])
                                   for each in dossier.withheld])  # fmt: skip
    yield _section(_("What is asked"), [
        _item(f"{t(rule.label)} (art. {rule.article})", [str(fact_words(case.facts[rule.id], rule))])
        for rule in procedure.rules.fields if rule.id in case.facts
    ])  # fmt: skip
    yield _section(_("What was said"), [_step(dossier, step) for step in view.steps])
    yield _section(_("Parts of the case"), [_part(part, procedure) for part in dossier.parts])
    yield _section(_("Known here"), [
        _item(f"{match.query.caption} – {match.record.caption}",
              [f"{match.record.register.name}, {match.score:.2f}: {t(match.decision)} {match.note}".strip()])
        for match in view.matches
    ])  # fmt: skip
    yield _section(_("Copies"), [
        _item(f"{copy.partner.name if copy.partner else copy.to}: {t(copy.decision)}",
              [f"{copy.reason} ({cite(copy.article)}), {_instant(copy.decided_at)}"])
        for copy in view.copies
    ])  # fmt: skip
    yield _section(_("Files"), [
        _item(each.name, [f"{each.media_type}, {each.size} B, SHA-256 {each.sha256}"]) for each in dossier.attachments
    ])  # fmt: skip
    yield _section(_("Numbers of other channels"), [
        _item(f"{each.channel} {each.number}", [_instant(each.noted_at)]) for each in dossier.numbers
    ])  # fmt: skip
    yield _section(_("Linked cases"), [
        *(_item(f"{t(each.words)} {each.case.reference}", []) for each in dossier.links),
        *(_item(f"{each.reference}: {each.partner.name}", []) for each in dossier.children),
    ])  # fmt: skip
    yield _section(_("Notes"), [
        _item(f"{note.author.name}, {_instant(note.written_at)}", [note.text]) for note in dossier.notes
    ])  # fmt: skip
    yield _section(_("Timeline"), [_entry(dossier, line) for line in reversed(view.timeline)])
    if dossier.evidence:
        yield _proofs(dossier)


def _section(title: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"title": title, "rows": rows}


def _item(heading: str, lines: list[str]) -> dict[str, Any]:
    return {"heading": heading, "lines": lines, "mono": ""}


def _of(step: Step | None, procedure: str) -> str:
    return (
        f"{step.number}. {step_done(step.step, procedure)}, {_instant(step.sent_at)}" if step else _("Files")
    )


def _step(dossier: Dossier, step: Step) -> dict[str, Any]:
    case = dossier.case
    who = rules.name_of(case, step)
    received = _instant(step.received_at) if step.received_at else _("not yet")
    times = t(say("sent {sent}, received {received}", sent=_instant(step.sent_at), received=received))
    lines = [times + "".join(f", {cite(article)}" for article in step.articles)]
    lines += [
        f"{each['id']}: {ground_text(each['id'], case.procedure)}" for each in step.content.get("grounds", ())
    ]
    spoken = ((label, str(in_words(value))) for label, value in said(step, case.procedure))
    lines += [f"{label}: {text}" if label else text for label, text in spoken]
    for part in step.content.get("included", ()):
        lines += [f"{part.get('from', '')}: {in_words(value)}" for value in part.get("fields", {}).values()]
    lines += [f"{code}: {text}" for code, text in words.handling_codes(step.handling)]
    if any(each.step == step for each in dossier.withheld):
        lines.append(_("What it says is left out."))
    return _item(f"{step.number}. {who}: {step_done(step.step, case.procedure)}", lines)


def _part(part: CasePart, procedure: BoundProcedure) -> dict[str, Any]:
    """A part with its fields; it is known by its kind and by who added it when."""
    rule = procedure.rules.parts[part.name]
    lines = [
        f"{t(each.label)}: {fact_words(part.values[each.id], each)}"
        for each in rule.fields
        if each.id in part.values
    ]
    return _item(f"{t(rule.title)}, {part.party}, {_instant(part.added_at)}", lines)


def _entry(dossier: Dossier, line: Line) -> dict[str, Any]:
    who = dossier.view.officers.get(line.actor, line.actor)
    detail = "" if dossier.for_court else words.detail(line)
    text = ", ".join(filter(None, (_instant(line.at), who, cite(line.article), detail)))
    return _item(words.entry(line), [text])


def _proofs(dossier: Dossier) -> dict[str, Any]:
    """The entries with their places and leaf hashes, and the signed root that the proofs lead to."""
    evidence = dossier.evidence
    assert evidence is not None
    rows = [_item(_("Signed root"), [
        t(say("The root of the first {size} entries, signed {at}; the proofs are in {file}.",
              size=evidence.size, at=_instant(evidence.at) if evidence.at else "", file=PROOFS)),
    ]) | {"mono": evidence.root}]  # fmt: skip
    for each in evidence.entries:
        place = t(say("no. {place}", place=each.place)) if each.place else _("not yet sealed")
        body = _("disclosed") if each.disclosed else _("withheld")
        entry = each.entry
        line = f"{_instant(entry.at)}, {entry.actor}, {body}"
        rows.append(_item(f"{place} {entry.kind}", [line]) | {"mono": each.leaf})
    return _section(_("Entries of the ledger"), rows)


def _instant(instant: datetime) -> str:
    return timezone.localtime(instant).strftime("%Y-%m-%d %H:%M:%S %z")


def answer(dossier: Dossier, form: str) -> HttpResponse:
    """The case as a file to keep, in one of FORMS."""
    kind, ending, make = MADE[form]
    response = HttpResponse(make(dossier), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{file_name(dossier)}.{ending}"'
    return response


MADE = {
    PDF: ("application/pdf", "pdf", as_pdf),
    JSON: ("application/json", "json", as_json),
    COURT: ("application/zip", "zip", as_zip),
}
