"""Tags and filters of Comity's pages: clocks, instants, articles of law, marks."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from typing import Any

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from comity.web import words

register = template.Library()

register.filter("span", words.span)
register.filter("day", words.day)
register.filter("duration", words.duration)
register.filter("entry", words.entry)
register.filter("is_quiet", words.is_quiet)
register.filter("detail", words.detail)
register.filter("handling_codes", words.handling_codes)
register.simple_tag(words.served_at, name="served_at")
register.simple_tag(words.clock, name="clock_of")


@register.filter
def instant(value: datetime | None) -> str:
    """An instant as a person says it, with the exact one for machines and on pointing."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    exact = local.isoformat(timespec="seconds")
    return format_html('<time datetime="{}" title="{}">{}</time>', exact, exact, words.when(value))


@register.simple_tag
def timezone_name() -> str:
    """The time zone in which instants are shown."""
    return timezone.get_current_timezone_name().replace("_", " ")


def anchor(article: str) -> str:
    """The anchor of an article on the page of its procedure."""
    return "art-" + re.sub(r"[^0-9a-z]+", "-", article.lower()).strip("-")


def act(procedure: str) -> str:
    """The short name of the act of a procedure: `dir-2023-977/request` is of `2023/977`."""
    slug = procedure.partition("/")[0]
    numbered = re.fullmatch(r"(?:dir|reg|fd|dec)-(\d+)-(\d+)", slug)
    return f"{numbered[1]}/{numbered[2]}" if numbered else slug.replace("-", " ").upper()


@register.simple_tag
def article(number: str, procedure: str = "", text: str = "") -> str:
    """A link from an article to where the law pages show its rule; plain text where the act is another one."""
    if not number:
        return ""
    own = bool(procedure) and bool(re.match(r"\d|[IVX]+\b", number))
    label = text or (f"{act(procedure)} art. {number}" if own else number)
    if not own:
        return format_html('<span class="small muted">{}</span>', label)
    url = reverse("procedure", args=procedure.split("/", 1))
    return format_html('<a class="article" href="{}#{}">{}</a>', url, anchor(number), label)


@register.filter(name="anchor")
def anchor_filter(number: str) -> str:
    """See `anchor`."""
    return anchor(number)


@register.simple_tag
def checked(rule: Any) -> str:
    """A mark that says whether a rule of law was read in the act itself. Takes a rule or a bool."""
    if rule is True or getattr(rule, "checked", None):
        return format_html('<span class="mark good">verified</span>')
    return format_html('<span class="mark warn">not verified</span>')


@register.simple_tag
def handling(marking: dict[str, Any]) -> str:
    """The handling codes of a step as marks, with their sentences."""
    codes = words.handling_codes(marking)
    return format_html_join(" ", '<span class="mark note"><strong>{}</strong> {}</span>', codes)


@register.filter
def in_words(value: Any) -> str | SafeString:
    """A fact as a person reads it: yes and no, lists, days, the properties of an entity."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime | date):
        return words.when(value) if isinstance(value, datetime) else words.day(value)
    if isinstance(value, list):
        return ", ".join(str(in_words(each)) for each in value)
    if isinstance(value, dict):
        return _entity(value)
    return str(value)


def _entity(value: dict[str, Any]) -> str:
    properties = value.get("properties")
    if not isinstance(properties, dict):
        return json.dumps(value, ensure_ascii=False)
    said = "; ".join(", ".join(map(str, texts)) for texts in properties.values())
    return f"{value.get('schema', '')}: {said}"
