"""The service target of a case, on its page."""

from __future__ import annotations

from typing import Any

from django import template

from comity.node.cases import targets
from comity.node.cases.reading import CaseView

register = template.Library()


@register.inclusion_tag("cases/target.html")
def service_target(view: CaseView) -> dict[str, Any]:
    """By when the authority means to take its next step, where no legal clock runs."""
    return {"aim": targets.of(view.case, view.decision)}
