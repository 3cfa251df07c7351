"""The form of "Which instrument?": its choices, what was chosen, and links that answer more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from comity.base.text import say, spelled
from comity.law.advise import Candidate, Question, words
from comity.law.clocks import ClockRun
from comity.law.facts import KINDS
from comity.node.authorities import Authority
from comity.node.cases import rules
from comity.web.language import t
from comity.web.words import duration

YES_NO: dict[str, bool] = {"yes": True, "no": False}
FACT = "fact-"
"""Before the name of a fact in an address: `fact-urgent=yes`."""

AT = {"me.kind": "kind", "me.country": "country", "partner.kind": "to-kind", "partner.country": "to-country"}
"""Where the form asks for a fact that it calls otherwise."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the form offers, each (value, text)."""

    wants: list[tuple[str, str]]
    about: list[tuple[str, str]]
    kinds: list[tuple[str, str]]
    states: list[tuple[str, str]]


def choices() -> Choices:
    """The choices in the language of the page; kinds and states by their names."""
    states = ((state.country, t(state.name)) for state in rules.book().states.values())
    return Choices(
        wants=[(name, t(word.text)) for name, word in words().wants.items()],
        about=[(name, t(word.text)) for name, word in words().about.items()],
        kinds=sorted(((kind, t(spelled(kind))) for kind in KINDS), key=lambda pair: pair[1].casefold()),
        states=sorted(states, key=lambda pair: pair[1].casefold()),
    )


def asked(given: QueryDict, me: Authority, partner: Authority | None) -> dict[str, Any]:
    """What was chosen, as `comity.law.advise` reads it; what was left open is not among it."""
    own = {"kind": given.get("kind") or me.kind, "country": given.get("country") or me.country}
    other = partner.party if partner else {"kind": given.get("to-kind"), "country": given.get("to-country")}
    facts = {
        name.removeprefix(FACT): YES_NO[given[name]]
        for name in given
        if name.startswith(FACT) and given[name] in YES_NO
    }
    return {
        "me": own,
        "partner": {name: value for name, value in other.items() if value} or None,
        "want": given.get("want"),
        "about": given.get("about") or None,
        "offences": [each for each in given.getlist("offences") if each],
        "urgent": YES_NO.get(given.get("urgent", "")),
        "facts": facts,
    }


def answers(question: Question, given: QueryDict) -> list[tuple[str, str]]:
    """Links that answer a question with yes or no and ask again; none where it is no such question."""
    if not is_yes_or_no(question.fact):
        return []
    links = []
    for value, text in (("yes", _("Yes")), ("no", _("No"))):
        query = given.copy()
        query["urgent" if question.fact == "urgent" else FACT + question.fact] = value
        links.append((text, f"{reverse('advise')}?{query.urlencode()}"))
    return links


def is_yes_or_no(fact: str) -> bool:
    """Whether the procedures of the book that ask for a fact take yes or no for it."""
    types = {
        procedure.fields[fact].type
        for procedure in rules.book().procedures.values()
        if fact in procedure.fields
    }
    return types == {"boolean"}


def begin(each: Candidate, partner: Authority | None, title: str) -> str:
    """Where a case under it begins: its form towards the partner; without one, the page that asks for it."""
    query = {"title": title} if title else {}
    if partner is None:
        return f"{reverse('case-new')}?{urlencode(query)}" if query else reverse("case-new")
    code, _slash, name = each.procedure.id.partition("/")
    return f"{reverse('case-form', args=[code, name])}?{urlencode({'partner': partner.code, **query})}"


def length(clock: ClockRun) -> str:
    """How long a clock runs, in words; nothing where its end is a day or a moment of the case."""
    if clock.counting == "at-once":
        return _("at once")
    if clock.within and clock.within.startswith("P"):
        return duration(clock.within, clock.counting)
    return t(say("each year on {day}", day=clock.within)) if clock.within else ""


def spelled_kinds(kinds: Iterable[str]) -> str:
    """Kinds of authority in words."""
    return ", ".join(t(spelled(kind)) for kind in kinds)
