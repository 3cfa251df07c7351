"""The story as its officers play it in a browser: without JavaScript, and what JavaScript adds."""

from __future__ import annotations

import re
from datetime import timedelta
from importlib.resources import files
from pathlib import Path

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MANIFEST = Path(str(files("comity"))) / "sample" / "manifest.csv"
FORM = {
    "Information sought": "Registered owner and last entry of the vessel",
    "Purpose, facts and underlying offence": "Drug trafficking: a container was found; who had it loaded?",
    "Why the information should be there": "The vessel called at Hamburg on 12 November",
    "Link between them and the purpose": "The container was on board",
}


def follow(page, name):
    page.get_by_role("link", name=name).first.click()


def press(page, name):
    page.get_by_role("button", name=name, exact=True).first.click()


def headline(page):
    return page.locator("h1").inner_text()


def carry(stage):
    """Let the messages travel, outside of the thread in which the browser's loop runs."""
    assert stage.node.aside(stage.node.carry)


def screen_and_confirm(page):
    page.goto("/screen/")
    page.get_by_label("Purpose").fill("control of cargo at Rotterdam")
    page.locator("input[type=file]").set_input_files(MANIFEST)
    page.locator("main form button").first.click()
    follow(page, "MERIDIANQUE EN")
    page.get_by_label("What the decision rests on").fill("The IMO number is the same")
    press(page, "Confirm the hit")
    follow(page, "Ask a partner about this")


def ask(page, title):
    page.get_by_label("Partner").select_option("de-spoc")
    page.get_by_label("What is wanted").fill(title)
    press(page, "Show under which law")
    follow(page, "Request to a single point of contact")
    assert "8 hours" in page.locator("#check").inner_text()
    page.get_by_role("group", name="Urgent").get_by_label("yes").check()
    page.get_by_label("U4").check()
    press(page, "Check what is missing")
    assert "Information sought" in page.locator("#check").inner_text()
    for label, text in FORM.items():
        page.get_by_label(label, exact=False).first.fill(text)
    press(page, "Save and go on to send")
    assert headline(page) == "Send"
    press(page, "Send")
    assert "on its way" in page.locator("#live-clock").inner_text()


def test_the_story_is_played_without_javascript(stage, sit_down):
    nl = sit_down("officer", "nl-spoc", java_script_enabled=False)
    de = sit_down("officer", "de-spoc", java_script_enabled=False)
    screen_and_confirm(nl)
    ask(nl, "Who loaded the container")
    carry(stage)
    de.goto("/worklist/")
    follow(de, "Who loaded the container")
    follow(de, "Ask for clarification")
    de.get_by_label("What must be clarified").fill("Of which months?")
    press(de, "Ask for clarification")
    carry(stage)
    de.reload()
    assert "paused" in de.locator("#live-clock").inner_text()
    nl.goto("/worklist/")
    follow(nl, "Who loaded the container")
    assert "Of which months?" in nl.locator("main").inner_text()
    follow(nl, "Give clarification")
    nl.get_by_label("Clarification").fill("Of the last six months")
    press(nl, "Give clarification")
    carry(stage)
    de.reload()
    follow(de, "Answer")
    de.get_by_label("Information", exact=False).first.fill("Three calls in Hamburg")
    de.get_by_label("H2").check()
    press(de, "Answer")
    carry(stage)
    nl.reload()
    assert "Three calls in Hamburg" in nl.locator("main").inner_text()
    assert "Not to be passed on" in nl.locator("main").inner_text()
    nl.get_by_label("Reason, if none is sent").fill("No link to another state")
    press(nl, "Send none")
    assert "No link to another state" in nl.locator("main").inner_text()
    follow(nl, "Close")
    nl.locator("#fact-outcome").select_option("answered_in_full")
    press(nl, "Close")
    assert "Closed" in nl.locator(".page-head").inner_text()


def test_clocks_tick_without_asking_the_node(stage, sit_down):
    page = sit_down("officer", "de-spoc")
    page.clock.install()
    page.goto("/worklist/?filter=all")
    first = page.locator(".time-left").first
    before = minutes(first.inner_text())
    page.clock.fast_forward(timedelta(minutes=30).total_seconds() * 1000)
    page.clock.run_for(2000)
    assert before - minutes(first.inner_text()) in (29, 30, 31)
    page.clock.fast_forward(timedelta(hours=9).total_seconds() * 1000)
    page.clock.run_for(2000)
    assert first.inner_text().startswith("late")
    assert "late" in page.locator("#clock-news").inner_text()


def minutes(words):
    hours, rest = re.fullmatch(r"(\d+) h (\d+) min", words).groups()
    return int(hours) * 60 + int(rest)


def test_new_requests_come_into_the_worklist_by_themselves(stage, sit_down):
    carry(stage)
    de = sit_down("officer", "de-spoc")
    de.clock.install()
    de.goto("/worklist/?filter=all")
    rows = de.locator("tbody tr").count()
    nl = sit_down("officer", "nl-spoc", java_script_enabled=False)
    screen_and_confirm(nl)
    ask(nl, "A second vessel")
    carry(stage)
    with de.expect_response(lambda answer: "/worklist/rows/" in answer.url and answer.status == 200):
        de.clock.run_for(16_000)
    de.get_by_role("link", name="A second vessel").wait_for()
    assert de.locator("tbody tr").count() == rows + 1
    with de.expect_response(lambda answer: "/worklist/rows/" in answer.url and answer.status == 304):
        de.clock.run_for(16_000)
    assert de.locator("tbody tr").count() == rows + 1


def test_the_form_says_what_is_missing_while_it_is_filled_in(stage, sit_down):
    page = sit_down("officer", "nl-spoc")
    page.goto("/cases/new/dir-2023-977/request/?partner=de-spoc")
    assert "Information sought" in page.locator("#check").inner_text()
    for label, text in FORM.items():
        page.get_by_label(label, exact=False).first.fill(text)
    page.get_by_role("group", name="Urgent").get_by_label("no", exact=True).check()
    page.locator("#check .mark.good").wait_for()
    assert "7 calendar days" in page.locator("#check").inner_text()


def test_nothing_is_loaded_from_elsewhere_and_no_rule_of_the_page_is_broken(stage, sit_down):
    page = sit_down("officer", "de-spoc")
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto("/worklist/?filter=all")
    follow(page, "Owner and last entry of the vessel (open)")
    page.goto("/law/dir-2023-977/request/")
    origin = page.evaluate("location.origin")
    assert all(url.startswith(origin) for url in asked)
    assert said == []
