"""Every page in a real browser: wide, narrow and dark, looked at by axe; nothing scrolls sideways at 320 px."""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import get_resolver, reverse
from django.utils.translation import gettext, override
from django.utils.translation.trans_real import translation as catalogue_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
PICTURES = os.environ.get("COMITY_PICTURES", "")
"""A folder to leave a picture of every page in, to be looked at by a person."""

NL, DE = "nl-spoc", "de-spoc"

PAGES = {
    "signin": (None, NL, "signin", {}, ""),
    "worklist": ("officer", DE, "worklist", {}, "?filter=all"),
    "worklist-nl": ("officer", NL, "worklist", {}, ""),
    "worklist-none": ("officer", NL, "worklist", {}, "?filter=urgent"),
    "worklist-narrow": ("officer", NL, "worklist", {}, "?filter=all&text=vessel&team=none"),
    "work-chosen": ("officer", NL, "work-chosen", {}, "?case={draft-nl}&case={open-nl}"),
    "work-step": ("officer", NL, "work-step", {"name": "withdrawn"}, "?case={draft-nl}&case={open-nl}"),
    "hand-overs": ("supervisor", NL, "hand-overs", {}, ""),
    "hand-over": ("officer", NL, "hand-over", {"hand_over_id": "hand-over"}, ""),
    "teams": ("supervisor", NL, "teams", {}, ""),
    "team": ("supervisor", NL, "team", {"team_id": "team"}, ""),
    "team-seen": ("officer", NL, "team", {"team_id": "team"}, ""),
    "filters": ("officer", NL, "filters", {}, "?query=filter%3Dall%26text%3Dvessel"),
    "alarms": ("officer", DE, "alarms", {}, ""),
    "alarms-none": ("officer", NL, "alarms", {}, "?view=all"),
    "alarm-choices": ("officer", NL, "alarm-choices", {}, ""),
    "webhooks": ("administrator", NL, "webhooks", {}, ""),
    "rota": ("supervisor", DE, "rota", {}, ""),
    "rota-seen": ("officer", NL, "rota", {}, ""),
    "board": ("officer", DE, "board", {}, ""),
    "commands": ("officer", NL, "commands", {}, ""),
    "commands-of-case": ("officer", DE, "commands", {}, "?case={open-de}&q=a"),
    "cases": ("officer", NL, "cases", {}, ""),
    "cases-none": ("officer", NL, "cases", {}, "?q=nothing"),
    "case-new": ("officer", NL, "case-new", {}, ""),
    "case-new-proposals": ("officer", NL, "case-new", {}, "?partner=de-spoc&title=Owner&match={hit}"),
    "case-form": (
        "officer",
        NL,
        "case-form",
        {"code": "dir-2023-977", "name": "request"},
        "?partner=de-spoc&match={hit}",
    ),
    "case-edit": ("officer", NL, "case-edit", {"case_id": "draft-nl"}, ""),
    "case-draft": ("officer", NL, "case", {"case_id": "draft-nl"}, ""),
    "case-open": ("officer", DE, "case", {"case_id": "open-de"}, ""),
    "case-asked": ("officer", NL, "case", {"case_id": "open-nl"}, ""),
    "case-clarifying": ("officer", DE, "case", {"case_id": "clarifying-de"}, ""),
    "case-answered": ("officer", NL, "case", {"case_id": "answered-nl"}, ""),
    "case-refused": ("officer", NL, "case", {"case_id": "refused-nl"}, ""),
    "case-by-hand": ("officer", NL, "case", {"case_id": "by-hand-nl"}, ""),
    "case-copy": ("officer", DE, "case", {"case_id": "copy-de"}, ""),
    "case-supervised": ("data-protection-officer", NL, "case", {"case_id": "answered-nl"}, ""),
    "texts": ("supervisor", NL, "texts", {}, ""),
    "texts-officer": ("officer", NL, "texts", {}, ""),
    "text": ("supervisor", NL, "text", {"text_id": "text"}, ""),
    "languages": ("administrator", NL, "languages", {}, ""),
    "case-files": ("officer", NL, "case-files", {"case_id": "answered-nl"}, ""),
    "case-files-none": ("data-protection-officer", NL, "case-files", {"case_id": "draft-nl"}, ""),
    "case-notes": ("officer", NL, "case-notes", {"case_id": "answered-nl"}, ""),
    "case-offences": ("officer", NL, "case-offences", {"case_id": "answered-nl"}, ""),
    "case-links": ("officer", NL, "case-links", {"case_id": "answered-nl"}, ""),
    "case-links-none": ("officer", NL, "case-links", {"case_id": "draft-nl"}, ""),
    "case-readers": ("supervisor", NL, "case-readers", {"case_id": "refused-nl"}, ""),
    "step-closed": ("officer", NL, "case-step", {"case_id": "answered-nl", "name": "closed"}, ""),
    "step-sent": ("officer", NL, "case-step", {"case_id": "draft-nl", "name": "sent"}, ""),
    "step-answered": ("officer", DE, "case-step", {"case_id": "open-de", "name": "answered"}, ""),
    "step-refused": ("officer", DE, "case-step", {"case_id": "open-de", "name": "refused"}, ""),
    "step-clarify": (
        "officer",
        NL,
        "case-step",
        {"case_id": "clarifying-nl", "name": "clarification_given"},
        "",
    ),
    "case-forwarded": ("officer", DE, "case", {"case_id": "forwarded-de"}, ""),
    "case-child": ("officer", DE, "case", {"case_id": "child-de"}, ""),
    "forward": ("officer", DE, "case-forward", {"case_id": "open-de"}, ""),
    "authorisation": ("officer", DE, "case-authorisation", {"case_id": "open-de"}, ""),
    "by-hand": ("officer", DE, "by-hand", {}, ""),
    "received": ("officer", NL, "case-received", {}, "?partner=pt-spoc"),
    "received-form": (
        "officer",
        NL,
        "case-received-form",
        {"code": "dir-2023-977", "name": "request"},
        "?partner=pt-spoc",
    ),
    "key-in-paste": ("officer", DE, "case-key-in", {"case_id": "child-de"}, ""),
    "key-in": ("officer", NL, "case-key-in", {"case_id": "by-hand-nl"}, ""),
    "key-in-withdrawn": ("officer", NL, "case-key-in", {"case_id": "by-hand-nl"}, "?step=answered"),
    "message-sent": ("officer", NL, "message-sent", {"message_id": "message"}, ""),
    "screenings": ("officer", NL, "screenings", {}, ""),
    "screening": ("officer", NL, "screening", {"screening_id": "screening"}, ""),
    "match": ("officer", NL, "match", {"match_id": "match"}, ""),
    "hit": ("officer", NL, "match", {"match_id": "hit"}, ""),
    "registers": ("administrator", NL, "registers", {}, ""),
    "law-registers": ("officer", NL, "law-registers", {}, ""),
    "law-register": ("officer", NL, "law-register", {"law_code": "cis"}, ""),
    "case-parts": ("officer", NL, "case", {"case_id": "team-case"}, ""),
    "part-new": ("officer", NL, "case-part-new", {"case_id": "team-case", "name": "result"}, ""),
    "part": (
        "officer",
        NL,
        "case-part",
        {"case_id": "team-case", "name": "result", "key": "part-key"},
        "",
    ),
    "review": ("officer", NL, "review", {"review_id": "review"}, ""),
    "case-review": ("data-protection-officer", NL, "case", {"case_id": "refused-nl"}, ""),
    "targets": ("supervisor", NL, "targets", {}, ""),
    "reviews": ("data-protection-officer", NL, "reviews", {}, "?purpose=supervision"),
    "register": ("analyst", NL, "register", {"code": "vessels"}, ""),
    "register-search": ("officer", NL, "register", {"code": "vessels"}, "?q=meridianque&purpose=control"),
    "desk": ("officer", NL, "desk", {}, ""),
    "desk-book": ("officer", NL, "desk-book", {}, ""),
    "desk-new": ("officer", NL, "desk-new", {}, ""),
    "desk-statistics": ("officer", NL, "desk-statistics", {}, ""),
    "desk-seats": ("supervisor", NL, "desk-seats", {}, ""),
    "search": ("officer", NL, "search", {}, ""),
    "search-purpose": ("officer", NL, "search", {}, "?q=vessel"),
    "search-found": ("officer", NL, "search", {}, "?q=vessel+owner&purpose=control"),
    "search-all": ("officer", NL, "search", {}, "?q=meridianque&purpose=control"),
    "search-none": ("officer", NL, "search", {}, "?q=nothing+whatever&purpose=control&kind=step"),
    "record-purpose": ("officer", NL, "record", {"record_id": "record"}, ""),
    "record": ("officer", NL, "record", {"record_id": "record"}, "?purpose=control"),
    "partners": ("administrator", NL, "partners", {}, ""),
    "partner": ("administrator", NL, "partner", {"code": "de-spoc"}, ""),
    "partner-by-hand": ("officer", NL, "partner", {"code": "pt-spoc"}, ""),
    "ledger": ("data-protection-officer", NL, "ledger", {}, "?purpose=supervision"),
    "ledger-purpose": ("supervisor", NL, "ledger", {}, ""),
    "entry": ("data-protection-officer", NL, "entry", {"sequence": "entry"}, "?purpose=supervision"),
    "ledger-verify": ("supervisor", NL, "ledger-verify", {}, ""),
    "statistics": ("officer", DE, "statistics", {}, ""),
    "statistics-all": ("data-protection-officer", NL, "statistics", {}, "?period=this-month"),
    "statistics-none": ("supervisor", NL, "statistics", {}, "?first=2020-01-01&last=2020-12-31"),
    "statistics-cases": ("officer", DE, "statistics-cases", {}, "?figure=received"),
    "case-export": ("officer", NL, "case-export", {"case_id": "answered-nl"}, ""),
    "law": ("officer", NL, "law", {}, ""),
    "advise": ("officer", NL, "advise", {}, ""),
    "advise-found": (
        "officer",
        NL,
        "advise",
        {},
        "?want=information&about=person&partner=de-spoc&offences=drugs&urgent=yes&title=Owner",
    ),
    "advise-perhaps": (
        "officer",
        NL,
        "advise",
        {},
        "?want=pursuit&to-country=DE&kind=customs&offences=drugs",
    ),
    "advise-none": ("analyst", NL, "advise", {}, "?want=information&about=person&kind=data-subject"),
    "offences": ("officer", NL, "offences", {}, ""),
    "offence": ("officer", NL, "offence", {"id": "drugs"}, ""),
    "instrument": ("officer", NL, "instrument", {"code": "dir-2023-977"}, ""),
    "procedure": ("officer", NL, "procedure", {"code": "dir-2023-977", "name": "request"}, ""),
    "account": ("officer", NL, "account", {}, ""),
    "account-password": ("officer", NL, "account_change_password", {}, ""),
    "second-factor": ("officer", NL, "mfa_index", {}, ""),
    "denied": ("analyst", NL, "worklist", {}, ""),
    "not-found": ("officer", NL, "case", {"case_id": "open-de"}, ""),
}

WITHOUT_A_PAGE = {
    "account-token", "account-token-revoke", "account_login", "account_logout", "account_reauthenticate",
    "alarm-acknowledge", "alarm-bell", "alarm-rows", "alarms-acknowledge", "attachment",
    "attachment-scan", "board-rows", "case-assess", "case-assign", "case-category", "case-check",
    "case-clock", "case-copy", "case-hold", "case-link-end", "case-number", "case-passing", "case-remind",
    "cases-export", "commands-list", "desk-presence", "desk-statistics-csv", "entries-export",
    "entry-erase", "filter-change", "filter-end", "hand-over-read", "home", "home-health", "inbox",
    "language", "ledger-export", "message-again", "message-json", "message-pdf", "message-text",
    "mfa_activate_totp", "mfa_authenticate", "mfa_deactivate_totp", "mfa_download_recovery_codes",
    "mfa_generate_recovery_codes", "mfa_reauthenticate", "mfa_view_recovery_codes", "partner-confirm",
    "partner-descriptor", "partner-revoke", "partners-export", "records-export", "register-import",
    "register-rejects", "registers-export", "rota-end", "rota-plan", "rota-rules", "screening-export",
    "screenings-export", "signout", "statistics-cases-export", "statistics-export", "statistics-report",
    "target-end", "team-end", "text-retire", "texts-starter", "webhook-end", "worklist-export", "worklist-rows",
}  # fmt: skip
"""What answers with no page, with a part of one, or only after a second factor was set up."""


def test_no_page_is_forgotten(home):
    names = {pattern.name for pattern in get_resolver().url_patterns if getattr(pattern, "name", None)}
    assert names - WITHOUT_A_PAGE == {name for _, _, name, _, _ in PAGES.values()}


def target(stage, name, parts, query):
    """The address of a page on the stage."""
    known = {key: stage.ids.get(value, value) for key, value in parts.items()}
    return reverse(name, kwargs=known) + query.format(**stage.ids)


def look_at_all(stage, sit_down, view, language, **options):
    """Open every page as its officer; returns what is wrong, a line each."""
    pages, wrong = {}, []
    for title, (role, code, name, parts, query) in PAGES.items():
        page = pages.get((role, code)) or sit_down(role, code, **options)
        pages[role, code] = page
        answer = page.goto(target(stage, name, parts, query), wait_until="load")
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{title}-{view}.png", full_page=True)
        expected = {"denied": 403, "not-found": 404}.get(title, 200)
        if answer.status != expected:
            wrong.append(f"{title}: status {answer.status}")
        wrong += [f"{title}: {fault}" for fault in (*faults(page), *out_of_order(page))]
        if view in SEEN_BY_AXE:
            wrong += [f"{title}: {violation}" for violation in violations(page)]
        wrong += [f"{title}: not in {language}: {text}" for text in left_in_english(page, language)]
    return wrong


TEXTS = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent.trim().replace(/\\s+/g, " ");
    if (text && !parent.closest("code, kbd, script, textarea, [lang]:not(html)")) texts.push(text);
  }
  return [document.documentElement.lang, ...texts];
}"""


def left_in_english(page, language):
    """Whole texts of the page that have a translation and are shown in English all the same."""
    spoken, *texts = page.evaluate(TEXTS)
    if spoken != language:
        return [f"the page says it is in {spoken}"]
    said = {text for _, text in catalogue_of(language)._catalog.items()}
    with override(language):
        return [text for text in texts if text[:1].isalpha() and gettext(text) != text and text not in said]


def violations(page):
    """What axe finds."""
    found = Axe().run(page, options={"runOnly": TAGS, "resultTypes": ["violations"]}).response["violations"]
    for violation in found:
        for node in violation["nodes"]:
            yield f"{violation['id']} at {node['target']}: {node['html'][:160]} {node['failureSummary'][:300]}"


def faults(page):
    """Whether the page scrolls sideways."""
    width, inner = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    if width > inner:
        yield f"scrolls sideways: {width} in {inner}"


def out_of_order(page):
    """What a screen reader would read in an order that makes no sense: headings, and what jumps the queue."""
    levels = page.evaluate("[...document.querySelectorAll('h1, h2, h3, h4')].map(each => +each.tagName[1])")
    if levels.count(1) != 1:
        yield f"{levels.count(1)} main headings"
    if any(later > sooner + 1 for sooner, later in pairwise(levels)):
        yield f"the headings skip a level: {levels}"
    jumping = page.evaluate(
        """[...document.querySelectorAll('body *')].filter(each =>
            each.tabIndex > 0 || getComputedStyle(each).order !== '0').map(each => each.outerHTML.slice(0, 80))"""
    )
    if jumping:
        yield f"read in another order than shown: {jumping}"


VIEWS = [("wide", 1280, "light"), ("narrow", 320, "light"), ("dark", 1280, "dark")]
LANGUAGES = ("en", "fr", "de")
SEEN_BY_AXE = {"wide-en", "narrow-en", "dark-en", "narrow-fr", "narrow-de"}
"""All but two: what axe looks at in a wide page is the same in each language."""


@pytest.mark.parametrize(
    ("view", "width", "scheme", "language"),
    [
        (f"{view}-{language}", width, scheme, language)
        for view, width, scheme in VIEWS
        for language in (LANGUAGES if scheme == "light" else ("en",))
    ],
)
def test_every_page_is_fit_to_be_read(stage, sit_down, view, width, scheme, language):
    options = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme, "locale": language}
    wrong = look_at_all(stage, sit_down, view, language, **options)
    assert not wrong, "\n".join(wrong)
