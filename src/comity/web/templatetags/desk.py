"""The section of the case page about the desk: of which kind the request is, and whether the case is for it."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import RequestContext

from comity.node.authorities import Authority
from comity.node.cases.models import COPY, Case
from comity.node.pccc import categories, desks, passing
from comity.web.context import may

register = template.Library()


@register.inclusion_tag("cases/desk.html", takes_context=True)
def desk_section(context: RequestContext, case: Case) -> dict[str, Any]:
    """The category of a case and what the rules of passing up find in it; nothing where no desk has to do with it."""
    shown = case.role != COPY and bool(case.category or case.authority.kind == "pccc" or desks.desks())
    found = passing.findings(case) if shown else []
    return {
        "case": case,
        "shown": shown,
        "categories": categories.categories(),
        "findings": [_asked(case, each) for each in found],
        "may_step": may(context.get("officer"), "case.step"),
        "csrf_token": context.get("csrf_token"),
    }


def _asked(case: Case, finding: passing.Finding) -> tuple[passing.Finding, list[Authority], bool]:
    """A finding, to whom the case can go, and whether the section of copies asks the same."""
    if finding.decided:
        return finding, [], False
    return finding, passing.recipients(case, finding.to), passing.due_by_law(case, finding.to) is not None


@register.filter
def category(name: str) -> str:
    """The title of a category of requests."""
    return categories.title(name)
