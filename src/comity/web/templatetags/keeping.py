"""What the pages of registers and of keeping show: what is seen of an entry, and what is done with data."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import RequestContext
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from comity.node.cases.models import Case
from comity.node.keeping import reviewing

register = template.Library()

SIGHTS = {
    "full": ("good", _("in full")),
    "hit-no-hit": ("note", _("only whether there is one")),
    "none": ("bad", _("nothing")),
}
"""What is seen of an entry, with the kind of its mark."""


@register.simple_tag
def sight(sees: str) -> str:
    """What is seen of an entry, as a mark."""
    kind, text = SIGHTS[sees]
    return format_html('<span class="mark {}">{}</span>', kind, text)


@register.inclusion_tag("cases/hold.html", takes_context=True)
def case_keeping(context: RequestContext, case: Case) -> dict[str, Any]:
    """The reviews of a case that are due, and what keeps it from being deleted."""
    shared = {name: context.get(name) for name in ("csrf_token", "may", "request")}
    return {
        **shared,
        "case": case,
        "reviews": reviewing.waiting_for(case),
        "hold": reviewing.hold_of(case),
    }
