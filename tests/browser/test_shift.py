"""A shift, worked in a browser: forty requests, two officers and a supervisor, a hand-over in the middle."""

from __future__ import annotations

import heapq
import itertools
from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from comity.base import time
from comity.cli.demo.shift.requests import LIMITS, MINUTES, draw

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SEED = 1
REQUEST = "dir-2023-977/request"
BEGIN = datetime(2026, 12, 7, 6, tzinfo=ZoneInfo("Europe/Amsterdam"))
MIDDLE, END = BEGIN + timedelta(hours=8), BEGIN + timedelta(hours=16)
NOTE = "Two units still owe us an answer; the others are not urgent."
OUTCOMES = {"answer": "answered_in_full", "refuse": "refused", "withdraw": "withdrawn"}


class Shift:
    """The desk, the time on its wall, and what others will do later."""

    def __init__(self, node):
        self.node, self.at = node, BEGIN
        self.asked = {asked.title: asked for asked in draw(SEED)}
        self.left = {title: ["assess", *asked.course, "close"] for title, asked in self.asked.items()}
        self.waiting, self.ids, self.children, self.ends = set(), {}, {}, {}
        self.events, self.number = [], itertools.count()

    def aside(self, function, *args):
        """Do something outside of the thread in which the browser's loop runs, as somebody else would."""
        return self.node.aside(function, *args)

    def later(self, minutes, function, *args):
        moment = self.at + timedelta(minutes=minutes)
        heapq.heappush(self.events, (moment, next(self.number), function, args))

    def let_others_act(self):
        while self.events and self.events[0][0] <= self.at:
            _, _, function, args = heapq.heappop(self.events)
            self.aside(function, *args)

    def receive(self):
        for asked in self.asked.values():
            self.at = BEGIN - asked.age
            self.aside(self.take_in, asked)
        self.at = BEGIN

    def take_in(self, asked):
        from comity.node import authorities
        from comity.node.cases import casework, receiving
        from comity.node.cases.models import Case

        if asked.by_hand:
            with self.node.act("supervisor"):
                partner = authorities.partner(asked.partner)
                receiving.write_down(REQUEST, partner, asked.title, asked.facts, self.at, channel="SIENA")
        else:
            with self.node.act("officer", "de-spoc"):
                case = casework.open_case(REQUEST, self.node.nl, asked.title, asked.facts)
                casework.take_step(case.pk, "sent", {})
            self.node.carry()
        with self.node.act("supervisor"):
            self.ids[asked.title] = str(Case.objects.get(title=asked.title, parent=None).pk)

    def asker_does(self, title, step, text):
        """What the authority that asked does: by its own node, or by hand, written down here."""
        from comity.node.cases import casework, receiving
        from comity.node.cases.models import Case

        if self.asked[title].by_hand:
            with self.node.act():
                receiving.key_in(self.ids[title], step, {"text": text}, self.at, {}, "SIENA")
        else:
            self.node.carry()
            with self.node.act("officer", "de-spoc"):
                casework.take_step(Case.objects.get(title=title).pk, step, {"text": text})
            self.node.carry()
        self.waiting.discard(title)
        if step == "withdrawn":
            self.ends[title] = self.at

    def unit_answers(self, title):
        from comity.node.cases import receiving
        from comity.node.cases.models import Case

        with self.node.act():
            child = Case.objects.get(parent=self.ids[title])
            receiving.key_in(child.pk, "answered", {"text": "Seen twice this year."}, self.at, {}, "post")
            self.children[title] = str(child.pk)
        self.waiting.discard(title)


class Officer:
    """One officer at a browser without JavaScript."""

    def __init__(self, shift, page):
        self.shift, self.page = shift, page

    def press(self, name):
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def open(self, title):
        self.page.goto(f"/cases/{self.shift.ids[title]}/")

    def next_title(self):
        """The first line of one's own worklist in which there is something to do."""
        self.page.goto("/worklist/?filter=all&assignee=me")
        shown = self.page.locator("#live-rows tbody tr td:nth-child(3) > a").all_inner_texts()
        ready = [t for t in shown if self.shift.left.get(t) and t not in self.shift.waiting]
        return ready[0] if ready else None

    def work(self, until):
        shift = self.shift
        while shift.at < until:
            shift.let_others_act()
            title = self.next_title()
            if title:
                move = shift.left[title].pop(0)
                self.open(title)
                getattr(self, move)(title)
                shift.at += timedelta(minutes=MINUTES[move])
            elif shift.events:
                shift.at = max(shift.at, shift.events[0][0])
            else:
                break

    def assess(self, title):
        self.page.get_by_label("The information is").select_option(self.shift.asked[title].access)
        self.page.get_by_label("A judge must allow it").select_option("no")
        self.page.locator("form[action$='/assess/'] button").click()

    def clarify(self, title):
        self.step("clarification_requested", {"question": "Since when is this wanted?"})
        self.send_by_hand(title)
        self.shift.waiting.add(title)
        self.shift.later(40, self.shift.asker_does, title, "clarification_given", "Since this year.")

    def forward(self, title):
        self.page.get_by_role("link", name="Forward to a unit").click()
        self.press("Forward it")
        self.page.locator("#forwarding ~ article h3 a").last.click()
        self.page.get_by_role("link", name="Send it by hand").first.click()
        self.press("Note it")
        self.shift.waiting.add(title)
        self.shift.later(50, self.shift.unit_answers, title)

    def answer(self, title):
        if title in self.shift.children:
            self.page.get_by_role("link", name="Put it into the reply").click()
            assert "Seen twice this year." in self.page.locator("#fact-information").input_value()
            self.press("Answer")
        else:
            self.step("answered", {"information": "What our registers hold is given here."})
        self.ended(title)

    def refuse(self, title):
        ground = self.shift.asked[title].ground
        self.step("refused", {"refusal_reason": "For the reason the ground names."}, ground)
        self.ended(title)

    def ended(self, title):
        self.shift.ends[title] = self.shift.at
        self.send_by_hand(title)
        if not self.shift.asked[title].by_hand:
            self.shift.aside(self.shift.node.carry)

    def close(self, title):
        while self.page.get_by_role("button", name="Send none").count():
            self.page.get_by_label("Reason, if none is sent").first.fill("Not within its objectives")
            self.press("Send none")
        self.end("closed", OUTCOMES[self.shift.asked[title].course[-1]])
        if title in self.shift.children:
            self.page.goto(f"/cases/{self.shift.children[title]}/")
            self.end("closed", "answered_in_full")

    def end(self, step, outcome):
        self.page.locator(f"a[href$='/steps/{step}/']").first.click()
        self.page.locator("#fact-outcome").select_option(outcome)
        self.press("Close")

    def step(self, name, fields, ground=""):
        self.page.locator(f"a[href$='/steps/{name}/']").first.click()
        for field, text in fields.items():
            self.page.locator(f"#fact-{field}").fill(text)
        if ground:
            self.page.locator(f"input[name=grounds][value='{ground}']").check()
        self.page.locator("main form .actions button").last.click()

    def send_by_hand(self, title):
        if self.shift.asked[title].by_hand:
            self.open(title)
            self.page.get_by_role("link", name="Send it by hand").first.click()
            self.press("Note it")


@pytest.fixture
def shift(node):
    from comity.node import authorities

    late = authorities.enrol(
        node.nl, "nl-late", "late officer NL", ["officer"], "correct horse battery staple"
    )
    node.officers["nl-spoc", "late"] = late
    for code, name, country, kind in (
        ("fr-spoc", "SPOC France", "FR", "spoc"),
        ("es-spoc", "SPOC Spain", "ES", "spoc"),
        ("nl-police", "National Police", "NL", "police"),
    ):
        authorities.add_partner(
            {"code": code, "name": name, "country": country, "kind": kind, "contact": "SIENA"}
        )
    shift = Shift(node)
    with time.clock(lambda: shift.at):
        shift.receive()
        yield shift


@pytest.fixture
def seated(shift, chromium, address):
    from django.conf import settings

    def seat(role):
        context = chromium.new_context(base_url=address, java_script_enabled=False)
        session = shift.node.client(role).cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address}])
        return Officer(shift, context.new_page())

    return seat


def give(supervisor, titles, to):
    page = supervisor.page
    page.goto("/worklist/?filter=all")
    for title in titles:
        page.locator(f"input[name=case][value='{supervisor.shift.ids[title]}']").check()
    supervisor.press("Do something with the chosen cases")
    page.get_by_label("Officer or team").select_option(label=to)
    supervisor.press("Assign")


def hand_over(early, late):
    early.page.goto("/worklist/")
    early.page.get_by_role("link", name="Hand over", exact=True).click()
    early.page.get_by_label("To", exact=True).select_option(label="late officer NL")
    early.page.get_by_label("What the next one has to know").fill(NOTE)
    early.press("Hand over")
    late.page.goto("/worklist/")
    assert NOTE in late.page.locator("main").inner_text()
    late.press("I have read it")
    assert NOTE not in late.page.locator("main").inner_text()


def look_at_the_statistics(page, received):
    """The page says that the ledger agrees, and its numbers of requests received add up."""
    page.goto(f"/statistics/?first={BEGIN - timedelta(days=9):%Y-%m-%d}&last={END:%Y-%m-%d}&recount=yes")
    assert "recounted from the ledger: equal" in page.locator("main").inner_text()
    numbers = page.locator(
        "td.number a[href*='figure=received'][href*='country='][href*='urgent=']"
    ).all_inner_texts()
    assert sum(map(int, numbers)) == received


def counted(node):
    from comity.node.statistics import Period, read

    period = Period((BEGIN - timedelta(days=9)).date(), END.date())
    with node.act("supervisor"):
        found = read(period, again=True)
    wanted = ("received", "answered", "refused", "withdrawn")
    cells = {cell: number for cell, number in found.counts.cells.items() if cell.figure in wanted and number}
    return found.agrees, Counter({(c.figure, c.country, c.urgent): n for c, n in cells.items()})


def recounted(shift):
    found = Counter()
    for asked in shift.asked.values():
        country = asked.partner[:2].upper()
        found["received", country, asked.urgent] += 1
        found[asked.outcome, country, asked.urgent] += 1
    return found


def test_a_shift_is_worked_to_the_end_and_nothing_is_late_that_could_have_been_met(shift, seated):
    early, late, supervisor = seated("officer"), seated("late"), seated("supervisor")
    pressing = sorted(shift.asked, key=lambda title: shift.asked[title].limit - shift.asked[title].age)
    first = round(len(pressing) * 0.7)
    give(supervisor, pressing[:first], "officer NL")
    give(supervisor, pressing[first:], "late officer NL")
    for title in shift.asked:
        if "withdraw" in shift.left[title]:
            shift.left[title].remove("withdraw")
            shift.waiting.add(title)
            shift.later(75, shift.asker_does, title, "withdrawn", "It is no longer needed.")
    early.work(MIDDLE)
    hand_over(early, late)
    late.work(END)

    assert not {title: left for title, left in shift.left.items() if left}
    for title, asked in shift.asked.items():
        limit = BEGIN - asked.age + LIMITS[asked.access if asked.urgent else ""]
        assert limit < BEGIN or shift.ends[title] <= limit, title
    agrees, cells = shift.aside(counted, shift.node)
    assert agrees is True
    assert cells == recounted(shift)
    look_at_the_statistics(supervisor.page, len(shift.asked))
