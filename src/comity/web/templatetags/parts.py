"""The section of a case page that shows its parts."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import RequestContext

from comity.node.cases import parts
from comity.node.cases.parts import Kind, Shown
from comity.node.cases.reading import CaseView
from comity.web import words
from comity.web.templatetags.comity import fact_words

register = template.Library()


@register.inclusion_tag("cases/parts.html", takes_context=True)
def case_parts(context: RequestContext, view: CaseView) -> dict[str, Any]:
    """The parts of a case by kind, each with its clocks and until when it is kept."""
    return {
        "case": view.case,
        "may": context.get("may"),
        "kinds": parts.kinds(view.case, view.decision),
        "against": parts.against(view.case),
    }


@register.filter
def part_fields(shown: Shown, kind: Kind) -> list[tuple[str, str, str]]:
    """What is said of a part: (label, value in words, article) of each field that is filled in."""
    values = shown.part.values
    return [
        (each.label, fact_words(values[each.id], each), each.article)
        for each in kind.rule.fields
        if each.id in values
    ]


@register.filter
def part_title(shown: Shown, kind: Kind) -> str:
    """What to call a part: the first of its texts, else the first of its fields that says something."""
    values = shown.part.values
    said = [each for each in kind.rule.fields if each.id in values]
    said.sort(key=lambda each: each.type not in ("text", "longtext"))
    return next((fact_words(values[each.id], each) for each in said), "")


@register.filter
def part_clock(clock: Any) -> words.Clock:
    """A clock of a part as it stands now; none once it has ended."""
    return words.clock(None if clock.ended else clock.at, clock.latest, clock.starts, clock.paused)
