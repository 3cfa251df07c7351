"""Sections of the case page: the units and judges that a case was put to, its numbers in other channels."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import RequestContext

from comity.node.cases import by_hand, forwarding, numbers
from comity.node.cases.models import REQUESTED
from comity.node.cases.reading import CaseView
from comity.web.context import may

register = template.Library()


@register.inclusion_tag("cases/forwarding.html", takes_context=True)
def forwarding_of(context: RequestContext, view: CaseView) -> dict[str, Any]:
    """The cases that serve a case, with their clocks inside its own, and what can be forwarded."""
    case, decision = view.case, view.decision
    served = case.parent if case.parent_id else None
    open_ = case.closed_at is None and case.state not in ("answered", "refused", "withdrawn")
    own = (forwarding.FORWARD, forwarding.AUTHORISE)
    delay = any(clock.id == "inform_of_delay" and clock.ended is None for clock in decision.clocks)
    return {
        "case": case,
        "served": served,
        "children": forwarding.children(case, decision),
        "may_forward": may(context.get("officer"), "case.forward"),
        "can_forward": open_ and case.role == REQUESTED and case.procedure not in own,
        "tell_of_delay": delay and open_ and case.role == REQUESTED,
        "open": open_,
        "may": context.get("may"),
    }


@register.inclusion_tag("cases/numbers.html", takes_context=True)
def numbers_of(context: RequestContext, view: CaseView) -> dict[str, Any]:
    """The numbers under which other channels know a case and its messages, and a form for one more."""
    return {
        "case": view.case,
        "steps": view.steps,
        "numbers": numbers.of_case(view.case),
        "channels": numbers.CHANNELS,
        "may": context.get("may"),
    }


@register.simple_tag(takes_context=True)
def waiting_by_hand(context: RequestContext) -> int:
    """How many messages wait to be sent by hand; none for those who send none."""
    return by_hand.count_waiting() if may(context.get("officer"), "message.send-by-hand") else 0
