"""Tags of alarms and of the keyboard: the bell, the keys of steps, the help and the palette of every page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.template import RequestContext
from django.utils.html import format_html
from django.utils.safestring import SafeString

from comity.node import scope
from comity.node.alarms import choices, reading, sources
from comity.node.alarms.models import Alarm
from comity.node.cases.rules import Option
from comity.web.context import COMMANDS, PLACES, may
from comity.web.language import t

register = template.Library()


@register.inclusion_tag("alarms/bell.html", takes_context=True)
def bell(context: RequestContext) -> dict[str, Any]:
    """The bell with the number of alarms that wait for the officer; nothing for whom alarms are not."""
    officer = context.get("officer")
    shown = may(officer, "alarm.read")
    known = shown and scope.is_set()
    return {
        "shown": shown,
        "count": reading.unseen(officer) if officer and known else 0,
        "tag": f'"{reading.version()}"' if known else "",
    }


@register.inclusion_tag("partials/keyboard.html", takes_context=True)
def keyboard(context: RequestContext) -> dict[str, Any]:
    """The help about keys and the palette of commands, both closed; nothing where keys are switched off."""
    officer = context.get("officer")
    on = bool(officer) and scope.is_set() and choices.of(officer).shortcuts
    case = context.get("case")
    places = [each for each in (*PLACES, *COMMANDS) if each.keys and may(officer, each.verb)]
    return {"on": on, "case": case, "places": places}


@register.simple_tag
def step_keys(options: Iterable[Option]) -> dict[str, str]:
    """The keys of each step: `a` and the first letter of its title that no step before it has."""
    keys: dict[str, str] = {}
    taken: set[str] = set()
    for option in options:
        letters = (each for each in t(option.title).casefold() if each.isascii() and each.isalpha())
        letter = next((each for each in letters if each not in taken), "")
        if letter:
            taken.add(letter)
            keys[option.step] = f"a {letter}"
    return keys


@register.simple_tag
def key_hint(keys: str) -> SafeString | str:
    """Keys as a hint beside what they do; the help names them to those who cannot see it."""
    return format_html(' <kbd class="keys" aria-hidden="true">{}</kbd>', keys) if keys else ""


@register.filter
def level_words(alarm: Alarm) -> str:
    """The level of an alarm in words."""
    return t(sources.LEVELS[alarm.level])


@register.filter
def level_mark(alarm: Alarm) -> str:
    """How the mark of a level is tinted."""
    if alarm.level in (sources.MISSED, sources.UNDELIVERABLE):
        return "bad"
    return "note" if alarm.level == sources.PARTNER_MISSED else "warn"
