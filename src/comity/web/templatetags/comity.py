"""Tags and filters of Comity's pages: clocks, instants, articles of law, marks."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from difflib import SequenceMatcher
from typing import Any

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from comity.base.text import from_json, say, spelled
from comity.law import Decision
from comity.law.clocks import ClockRun
from comity.node.authorities import ROLES, Officer
from comity.node.cases import rules
from comity.node.cases.models import COPY, Case, Step
from comity.web import entities, seats, words
from comity.web.language import t

register = template.Library()

register.filter("t", t)
register.filter("day", words.day)
register.filter("duration", words.duration)
register.filter("entry", words.entry)
register.filter("is_quiet", words.is_quiet)
register.filter("detail", words.detail)
register.filter("numbered", words.numbered)
register.filter("is_code", words.is_code)
register.simple_tag(words.served_at, name="served_at")
register.simple_tag(words.clock_words, name="clock_words")

CITED = re.compile(r"(?P<act>[a-z][a-z0-9-]*) art\. (?P<number>.+)")
NUMBERED_ACT = re.compile(r"(?:dir|reg|fd|dec|rec|mcc|ccc|jss)-(\d+)-(\d+)")
AGREEMENT = re.compile(r"agreement-([a-z]{2})")


@register.filter
def inside(text: str) -> str:
    """Words for the middle of a sentence: without their capital, which German nouns keep."""
    return text if get_language() == "de" else text[:1].lower() + text[1:]


@register.filter
def titles(officer: Officer) -> str:
    """The roles of an officer in words."""
    return ", ".join(t(ROLES.get(role, role)) for role in officer.roles)


@register.filter
def at(mapping: Mapping[Any, Any], key: Any) -> Any:
    """The value of a mapping at a key; nothing when there is none."""
    return mapping.get(key, "")


@register.filter
def as_json(value: Any) -> str:
    """A value as JSON, for an attribute in double or single quotes."""
    return SafeString(escape(json.dumps(value)))


@register.filter
def from_id(name: str) -> str:
    """A name of the law files as words: `requester.own_spoc` is `requester, own spoc`."""
    return t(spelled(name))


@register.filter
def instant(value: datetime | None) -> str:
    """An instant as a person says it, with the exact one for machines and on pointing."""
    if value is None:
        return ""
    exact = timezone.localtime(value).isoformat(timespec="seconds")
    return format_html('<time datetime="{}" title="{}">{}</time>', exact, exact, words.when(value))


@register.simple_tag
def timezone_name() -> str:
    """The time zone in which instants are shown."""
    return timezone.get_current_timezone_name().replace("_", " ")


@register.simple_tag
def case_clock(case: Case, decision: Decision | None = None) -> words.Clock:
    """The clock of a case as it stands now."""
    start = decision.due.starts if decision and decision.due else case.received_at or case.opened_at
    return words.clock(case.due_at, case.late_after, start, case.paused)


@register.filter
def is_verb(clock: ClockRun) -> bool:
    """Whether the name of a clock says what is owed: `answer`, not `term`."""
    return clock.id in words.VERBS or not clock.text


@register.filter
def left(decision: Decision) -> str:
    """How much is left of the clock that is owed next."""
    due = decision.due
    return words.span(due.at - decision.at) if due and due.at else ""


@register.filter
def pause_article(decision: Decision) -> str:
    """The article under which the clock that is owed next can stand still."""
    pauses = decision.procedure.rules.pauses if decision.procedure and decision.due else []
    return next((pause.article for pause in pauses if pause.clock == decision.due.id), "")


@register.filter
def state_title(case: Case) -> str:
    """The state of a case in words."""
    if case.role == COPY:
        return _("Copy, for information")
    return t(rules.book().procedure(case.procedure).states.get(case.state, case.state))


@register.filter
def taker(step: Step) -> str:
    """The name of who took a step."""
    return rules.name_of(step.case, step)


@register.filter
def waited_for(case: Case, decision: Decision) -> str:
    """The names of those whose move it is."""
    return ", ".join(each.name for each in rules.waited_for(case, decision))


@register.filter
def role_title(role: str, procedure: str) -> str:
    """A role in words, as the act has it."""
    return seats.title(rules.book().procedure(procedure), role)


@register.filter
def step_done(step: str, procedure: str) -> str:
    """A step as something that was done, `Answered`; else its title in its procedure."""
    known = rules.book().procedure(procedure).steps.get(step)
    return t(words.STEPS.get(step) or (known.title if known else step))


@register.filter
def ground_text(ground: str, procedure: str) -> str:
    """What a ground of refusal says."""
    grounds = rules.book().procedure(procedure).rules.refusals
    return next((t(each.text) for each in grounds if each.id == ground), "")


@register.filter
def said(step: Step, procedure: str) -> list[tuple[str, Any]]:
    """What a step says, as (label, value); a single field goes without its label."""
    known = rules.book().procedure(procedure).steps.get(step.step)
    needs = {need.id: need for need in known.needs} if known else {}
    fields = step.content.get("fields", {})
    return [
        (
            t(needs[name].label) if name in needs and len(fields) > 1 else "",
            fact_words(value, needs[name]) if name in needs else value,
        )
        for name, value in fields.items()
    ]


@register.filter
def anchor(number: str) -> str:
    """The anchor of an article on the page of its procedure."""
    return "art-" + re.sub(r"[^0-9a-z]+", "-", number.lower()).strip("-")


@register.filter
def act(procedure: str) -> str:
    """The short name of the act of a procedure: `dir-2023-977/request` is of `2023/977`."""
    slug = procedure.partition("/")[0]
    numbered, agreement = NUMBERED_ACT.fullmatch(slug), AGREEMENT.fullmatch(slug)
    if agreement:
        return t(say("agreement {country}", country=agreement[1].upper()))
    return f"{numbered[1]}/{numbered[2]}" if numbered else t(spelled(slug))


@register.simple_tag
def procedure_url(procedure: str) -> str:
    """The address of a procedure in the law book."""
    return reverse("procedure", args=procedure.split("/", 1))


@register.simple_tag
def cite(cited: str) -> str:
    """An article as text, its act by its short name: `2023/977 art. 5(1)`."""
    found = CITED.fullmatch(cited)
    return _cited(found["act"], found["number"]) if found else cited


def _cited(named: str, number: str) -> str:
    text = words.numbered(number)
    return text if words.OTHER_ACT.match(number) else f"{act(named)} {text}"


@register.simple_tag
def article(number: str, procedure: str = "", text: str = "") -> str:
    """A link from an article to its rule in the law book; plain text where the book does not have its act.

    `number` is as in the law files (`5(1)(a)`, then of `procedure`), or names its act (`dir-2023-977 art. 5(1)`).
    """
    cited = CITED.fullmatch(number)
    if cited and cited["act"] in rules.book().instruments:
        own = procedure.partition("/")[0] == cited["act"]
        target = (
            procedure
            if own
            else f"{cited['act']}/{next(iter(rules.book().instruments[cited['act']].procedures))}"
        )
        return _law_link(target, cited["number"], text)
    if procedure and number and not re.match(r"[A-Za-z]{3}", number):
        return _law_link(procedure, number, text)
    return format_html('<span class="small muted">{}</span>', text or t(number)) if number else ""


def _law_link(procedure: str, number: str, text: str) -> str:
    label = text or _cited(procedure, number)
    return format_html(
        '<a class="article" href="{}#{}">{}</a>', procedure_url(procedure), anchor(number), label
    )


@register.simple_tag
def checked(rule: Any) -> str:
    """A mark that says whether a rule of law was read in the act itself or an official summary of it."""
    if getattr(rule, "checked", None):
        return format_html('<span class="mark good">{}</span>', _("verified"))
    return format_html('<span class="mark warn">{}</span>', _("not verified"))


@register.simple_tag
def handling(marking: dict[str, Any]) -> str:
    """The handling codes of a step as marks, with their sentences."""
    codes = words.handling_codes(marking)
    return format_html_join(" ", '<span class="mark note"><strong>{}</strong> {}</span>', codes)


@register.simple_tag
def differs(one: str, other: str) -> str:
    """The second of two texts, with what is not so in the first one marked."""
    if not other:
        return format_html('<span class="muted">{}</span>', _("not given"))
    matcher = SequenceMatcher(None, one.casefold(), other.casefold(), autojunk=False)
    if len(other.casefold()) != len(other) or matcher.ratio() < 0.5:
        return format_html("<mark>{}</mark>" if one != other else "{}", other)
    pieces = [
        (format_html("<mark>{}</mark>" if move != "equal" else "{}", other[begin:end]),)
        for move, _, _, begin, end in matcher.get_opcodes()
        if end > begin
    ]
    return format_html_join("", "{}", pieces)


@register.filter
def reason(kept: dict[str, Any]) -> str:
    """Why the machine found a match; one kept before its pattern was kept stays English."""
    return t(from_json(kept.get("said", kept["text"])))


@register.filter
def weight(value: float) -> str:
    """The weight of a reason with its sign: `+2.1` speaks for, `-0.8` against."""
    return f"{value:+.1f}".replace("-", "−")


@register.filter
def in_words(value: Any) -> str:
    """A fact as a person reads it: yes and no, lists, days, the properties of an entity."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime | date):
        return words.when(value) if isinstance(value, datetime) else words.day(value)
    if isinstance(value, list):
        return "; ".join(in_words(each) for each in value) or _("none")
    if isinstance(value, dict) and isinstance(value.get("properties"), dict):
        facts = ", ".join(f"{fact.label.lower()} {' / '.join(fact.values)}" for fact in entities.facts(value))
        return f"{entities.schema_label(value.get('schema', ''))}: {facts}"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)


@register.filter
def fact_words(value: Any, rule: Any) -> str:
    """A fact as a person reads it; a choice with its text."""
    texts = {choice.id: choice.text for choice in rule.of}
    if texts:
        chosen = value if isinstance(value, list) else [value]
        return "\n".join(words.choice(one, texts.get(one, one)) for one in chosen)
    return _moment(value, rule.type) or in_words(value)


def _moment(value: Any, kind: str) -> str:
    """A day or instant in words that stay true on paper; nothing where it is none."""
    if kind not in ("date", "instant") or not isinstance(value, str):
        return ""
    try:
        if kind == "date" and len(value) == 10:
            return words.day(date.fromisoformat(value))
        return f"{timezone.localtime(datetime.fromisoformat(value)):%Y-%m-%d %H:%M %Z}"
    except ValueError:
        return ""
