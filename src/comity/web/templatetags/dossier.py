"""The sections of a case page that show its dossier."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import RequestContext
from django.utils.html import format_html
from django.utils.translation import gettext as _

from comity.law.offences import taxonomy
from comity.node.cases import closing, likeness, links, readers
from comity.node.cases import notes as casenotes
from comity.node.cases.models import Case
from comity.node.cases.rules import Option
from comity.web.language import t

register = template.Library()


@register.filter
def offence(id: str) -> str:
    """The title of an offence; the id itself when the taxonomy has it no more."""
    known = taxonomy().offences.get(id)
    return known.title if known else id


@register.simple_tag
def listed_in(id: str) -> str:
    """The lists that an offence stands in, each with its place: `arrest warrant 5, Europol 3`."""
    known = taxonomy()
    return ", ".join(f"{t(known.lists[name].short)} {place}" for name, place in known.places(id).items())


@register.simple_tag
def restricted(case: Case) -> str:
    """A mark when only named officers may know of the case."""
    if not readers.of(case):
        return ""
    return format_html('<a class="mark warn" href="#dossier">{}</a>', _("restricted"))


@register.filter
def threads(notes: list[Any]) -> list[tuple[Any, list[Any]]]:
    """Notes, the newest first, each with what was added to it, the oldest first, however deep."""
    top = {note.pk: note.pk for note in notes if note.about_id is None}
    added: dict[Any, list[Any]] = {pk: [] for pk in top}
    for note in notes:
        if note.about_id is not None:
            top[note.pk] = top[note.about_id]
            added[top[note.pk]].append(note)
    return [(note, added[note.pk]) for note in reversed(notes) if note.about_id is None]


@register.inclusion_tag("cases/notes.html", takes_context=True)
def case_notes(context: RequestContext, case: Case) -> dict[str, Any]:
    """What the own authority noted about the case, and the form for one more note."""
    return {**_shared(context), "case": case, "notes": casenotes.of(case)}


@register.inclusion_tag("cases/dossier.html", takes_context=True)
def case_dossier(context: RequestContext, case: Case) -> dict[str, Any]:
    """Offences, links and readers of the case."""
    return {**_shared(context), "case": case, "links": links.of(case), "readers": readers.of(case)}


@register.inclusion_tag("cases/seen.html", takes_context=True)
def case_seen(context: RequestContext, case: Case) -> dict[str, Any]:
    """Other cases that concern the same; showing them is an entry of the ledger."""
    return {**_shared(context), "case": case, "seen": likeness.seen_before(case)}


@register.inclusion_tag("steps/open_ends.html")
def open_ends(case: Case, option: Option) -> dict[str, Any]:
    """What closing the case would leave undone; nothing for another step."""
    return {"case": case, "open_ends": closing.open_ends(case) if closing.closes(case, option.step) else []}


def _shared(context: RequestContext) -> dict[str, Any]:
    return {name: context.get(name) for name in ("csrf_token", "may", "officer", "request")}
