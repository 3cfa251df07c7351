"""What can be done from here by name: pages, the steps of the case at hand, cases by their reference."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from comity.node import access
from comity.node.authorities import Officer
from comity.node.cases import finding, rules
from comity.node.cases.models import COPY, Case
from comity.web.context import COMMANDS, PLACES, Place, may
from comity.web.language import t

CASES_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Command:
    """One thing to do: what it is called, what kind of thing it is, where it leads, its keys."""

    title: str
    kind: str
    url: str
    keys: str = ""


def commands(officer: Officer, text: str = "", case_id: UUID | None = None) -> list[Command]:
    """The commands whose title holds all words of `text`: steps of the case first, then pages, then cases.

    Cases are found by their references alone and shown without their titles. Raises NotFound for an unknown case.
    """
    words = text.casefold().split()
    found = [*_steps(officer, case_id), *_pages(officer)]
    chosen = [each for each in found if all(word in each.title.casefold() for word in words)]
    return chosen + _cases(officer, text.strip())


def _steps(officer: Officer, case_id: UUID | None) -> list[Command]:
    if case_id is None or not may(officer, "case.step"):
        return []
    case = finding.find(case_id)
    if case.role == COPY:
        return []
    return [
        Command(t(option.title), _("Step of this case"), reverse("case-step", args=[case.pk, option.step]))
        for option in rules.options(case)
        if option.allowed
    ]


def _pages(officer: Officer) -> list[Command]:
    places: tuple[Place, ...] = (*PLACES, *COMMANDS)
    return [
        Command(t(place.title), _("Page"), reverse(place.name), place.keys)
        for place in places
        if not place.verb or may(officer, place.verb)
    ]


def _cases(officer: Officer, text: str) -> list[Command]:
    if len(text) < 2 or not access.may(officer, "worklist.read"):
        return []
    wanted = Q(reference__icontains=text) | Q(partner_reference__icontains=text)
    cases = Case.objects.filter(wanted).select_related("partner").order_by("-opened_at")[:CASES_SHOWN]
    return [
        Command(f"{case.reference} · {case.partner.name}", _("Case"), reverse("case", args=[case.pk]))
        for case in cases
    ]
