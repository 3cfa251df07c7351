"""Reports as PDF, set by typst: the statistics of a period, and a case whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typst
from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from comity.base.time import now
from comity.node.authorities import Authority
from comity.node.statistics import Statistics
from comity.web import figures, words

TEMPLATES = Path(__file__).parent / "templates" / "letters"


def answer(pdf: bytes, name: str) -> HttpResponse:
    """The PDF as a file to keep."""
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return response


def compiled(template: str, content: dict[str, Any]) -> bytes:
    """A template of this folder, set with its content: tagged for screen readers, to be kept for long (PDF/A-2a)."""
    given = {**content, "language": get_language() or "en", "made": f"{now():%Y-%m-%d %H:%M} UTC"}
    inputs = {"content": json.dumps(given, ensure_ascii=False)}
    return bytes(typst.compile(str(TEMPLATES / template), sys_inputs=inputs, pdf_standards=["a-2a"]))


def statistics_pdf(found: Statistics, authority: Authority) -> bytes:
    """The figures of article 18 with what they rest on."""
    period = found.period
    return compiled(
        "statistics.typ",
        {
            "title": _("Statistics under Directive (EU) 2023/977, article 18"),
            "authority": authority.name,
            "period": f"{words.day(period.first)} – {words.day(period.last)}",
            "notes": [_covers(found), _agrees(found)],
            "tables": [_table(each) for each in figures.Layout(found.counts, period).tables()],
            "none": _("None in this period."),
            "page": _("Page"),
        },
    )


def _table(table: figures.Table) -> dict[str, Any]:
    return {
        "title": f"({table.letter}) {table.title}",
        "headings": [table.first, *table.headings],
        "lines": [
            {"label": line.label, "text": line.text, "numbers": [each.value for each in line.numbers]}
            for line in table.lines
        ],
    }


def _covers(found: Statistics) -> str:
    if found.complete:
        return _("These figures cover every case of the authority.")
    return _(
        "These figures cover the cases that their maker may know of; the data protection officer's cover all."
    )


def _agrees(found: Statistics) -> str:
    if found.agrees:
        return _("Recounted from the ledger: equal.")
    return _("Recounted from the ledger: NOT equal. Verify the ledger before these figures are used.")
