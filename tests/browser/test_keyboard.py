"""Every frequent step in two keystrokes, a palette of commands, and a focus that is never lost.

Few tests with many steps: each needs a furnished node of its own.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from comity.base.time import now
from comity.node.alarms import choices
from comity.node.alarms.models import Alarm

DE = "de-spoc"
CASE = re.compile("/cases/[0-9a-f-]{36}/$")
FOCUSED = "document.activeElement.getAttribute('href') || document.activeElement.id"


@pytest.fixture
def desk(stage, sit_down):
    """The German officer's browser at the worklist, with a case that can be answered."""
    page = sit_down("officer", DE)
    page.goto("/worklist/?filter=all")
    return page


def press(page, keys):
    for key in keys:
        page.keyboard.press(key)


def refresh(page, part):
    """Have a live part asked for again at once, as it is when something has changed."""
    page.evaluate(
        """([part]) => new Promise((done) => {
            const live = document.getElementById(part);
            document.addEventListener("htmx:afterSettle", () => setTimeout(done, 50), { once: true });
            htmx.ajax("GET", live.getAttribute("hx-get"), { target: live, swap: "outerHTML" });
        })""",
        [part],
    )


def test_pages_and_rows_are_one_or_two_keys_away_and_help_lists_them(desk):
    for keys, path in (("gc", "/cases/"), ("ga", "/alarms/"), ("go", "/rota/"), ("gn", "/cases/new/")):
        press(desk, keys)
        desk.wait_for_url(f"**{path}")
    press(desk, "gw")
    desk.wait_for_url("**/worklist/")
    desk.goto("/worklist/?filter=all")
    press(desk, "j")
    first = desk.evaluate(FOCUSED)
    press(desk, "j")
    second = desk.evaluate(FOCUSED)
    press(desk, "k")
    assert desk.evaluate(FOCUSED) == first != second
    press(desk, "?")
    help_ = desk.get_by_role("dialog", name="Keys")
    expect(help_).to_be_visible()
    expect(help_).to_contain_text("Wall board")
    press(desk, ["Escape"])
    expect(help_).not_to_be_visible()
    assert desk.evaluate(FOCUSED) == first
    press(desk, "o")
    desk.wait_for_url(f"**{first}")


def test_on_a_case_steps_note_and_palette_are_worked_by_keyboard_alone(stage, desk):
    case = f"/cases/{stage.ids['open-de']}/"
    desk.goto(case)
    press(desk, "nn")
    desk.keyboard.type("gc a?")
    expect(desk.locator("#note-text")).to_have_value("gc a?")
    desk.goto(case)
    answer = desk.locator("ul.steps a[href$='/answered/']")
    keys = answer.get_attribute("data-keys")
    expect(answer.locator("kbd")).to_have_text(keys)
    press(desk, keys.split())
    desk.wait_for_url("**/steps/answered/")
    desk.goto(case)
    press(desk, ["Control+k"])
    box = desk.get_by_role("combobox", name="Command, page or reference of a case")
    expect(box).to_be_focused()
    found = desk.get_by_role("dialog", name="All commands").get_by_role("option")
    expect(found.first).to_contain_text("Step of this case")
    press(desk, ["ArrowDown"])
    expect(box).to_have_attribute("aria-activedescendant", "command-1")
    desk.keyboard.type("rota")
    expect(found).to_have_count(1)
    expect(found.first).to_contain_text("Rota")
    expect(found.first).to_have_attribute("aria-selected", "true")
    press(desk, ["Enter"])
    desk.wait_for_url("**/rota/")
    press(desk, ["Control+k"])
    desk.keyboard.type("DE-20")
    expect(found.first.locator("small")).to_have_text("Case")
    press(desk, ["Enter"])
    desk.wait_for_url(CASE)


def test_the_focus_is_kept_when_a_part_is_asked_for_again_and_new_alarms_are_spoken(stage, desk):
    press(desk, "jj")
    before = desk.evaluate(FOCUSED)
    refresh(desk, "live-rows")
    assert desk.evaluate(FOCUSED) == before
    desk.evaluate(
        """() => {
            const link = document.createElement("a");
            link.href = "/gone/";
            document.getElementById("live-rows").append(link);
            link.focus();
        }"""
    )
    refresh(desk, "live-rows")
    assert desk.evaluate(FOCUSED) == "live-rows"
    desk.locator("#bell").focus()

    def ring():
        with stage.node.act("officer", DE):
            case = stage.ids["open-de"]
            Alarm.objects.create(case_id=case, level="missed", occasion="x", raised_at=now())

    stage.node.aside(ring)
    refresh(desk, "bell")
    assert desk.evaluate("document.activeElement.id") == "bell"
    expect(desk.locator("#alarm-news")).to_have_text("1 alarm waits for you")
    assert desk.title().startswith("(1) ")


def test_keys_that_are_switched_off_do_nothing(stage, desk):
    def off():
        with stage.node.act("officer", DE):
            choices.choose("", False, False)

    stage.node.aside(off)
    desk.goto("/worklist/")
    press(desk, ["g", "c", "?", "Control+k"])
    expect(desk.locator("dialog")).to_have_count(0)
    assert desk.url.endswith("/worklist/")
