"""Tags of the pages of work: who can be given a case, what was handed over, the choices of a filter."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import RequestContext

from comity.law.offences import taxonomy
from comity.node import access, authorities
from comity.node.authorities import Officer, Team
from comity.node.cases import filters, readers, rules, teams, work
from comity.node.cases.models import Case
from comity.node.pccc.categories import categories
from comity.web.language import t

register = template.Library()


@register.inclusion_tag("work/handed_to_me.html", takes_context=True)
def handed_to_me(context: RequestContext) -> dict[str, Any]:
    """What was handed over to the officer and not yet read."""
    return {"hand_overs": work.unread(), "csrf_token": context.get("csrf_token")}


@register.simple_tag
def case_receivers(case: Case) -> dict[str, list[Any]]:
    """Who can be given a case: of a restricted one only those who may know of it."""
    named = readers.of(case)
    if named:
        return {"officers": named, "teams": []}
    return {"officers": work_colleagues(), "teams": work_teams()}


@register.simple_tag
def work_colleagues() -> list[Officer]:
    """The officers who can be given work."""
    return authorities.colleagues()


@register.simple_tag
def work_teams() -> list[Team]:
    """The teams of the authority."""
    return list(teams.teams())


@register.simple_tag
def filter_roles() -> dict[str, str]:
    """The parts we can have in a case, with their titles."""
    return filters.ROLES


@register.simple_tag
def offence_choices() -> list[tuple[str, str]]:
    """The offences of the taxonomy, with their titles."""
    return [(name, offence.title) for name, offence in taxonomy().offences.items()]


@register.simple_tag
def category_choices() -> list[tuple[str, str]]:
    """The categories of requests at a desk of several authorities, with their titles."""
    return [(name, category.title) for name, category in categories().items()]


@register.filter
def procedure_title(procedure: str) -> str:
    """A procedure by its title and act."""
    bound = rules.book().procedure(procedure)
    return f"{t(bound.title)} ({t(bound.instrument.title)})"


@register.simple_tag(takes_context=True)
def may_give(context: RequestContext, case: Case) -> bool:
    """Whether the officer may give the case on: what is free or their own, supervisors any."""
    officer: Officer = context["officer"]
    if case.holder in (None, officer):
        return bool(access.may(officer, "case.assign"))
    return bool(access.may(officer, "case.assign-any"))
