"""A furnished node behind a web server, and a browser that knows its officers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

SAMPLE = Path(str(files("comity"))) / "sample"
REQUEST = "dir-2023-977/request"
FACTS = {
    "urgent": True,
    "urgency_reason": ["U4"],
    "information_sought": "Registered owner since 2024; last declared entry and cargo of the vessel",
    "purpose_facts_offence": "Drug trafficking: a container was found on 19 November; who had it loaded?",
    "reasons_available": "The vessel called at Hamburg on 12 November",
    "link_person_purpose": "The container was on board",
    "use_limits": "Not as evidence without our consent",
    "language": "en",
}


class _Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    block_on_close = False


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    """The node's pages, served on a free port."""
    from comity.web.wsgi import application

    with make_server("127.0.0.1", 0, application, _Threads, _Quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@dataclass
class Stage:
    """What the furnished node holds, by name: the ids that addresses need."""

    node: Any
    ids: dict[str, Any] = field(default_factory=dict)


@pytest.fixture
def stage(node: Any, matcher: Any) -> Stage:
    """The story's data at both authorities: registers, a screening, and cases in every state."""
    stage = Stage(node)
    _load(node)
    _screen(stage)
    subject = _subject(stage)
    for name, step in _PLOT.items():
        _play(stage, name, step, subject)
    _draft(stage)
    _dossier(stage)
    _by_hand(stage, subject)
    _desk(stage)
    _forwarded(stage)
    from comity.node import jobs
    from comity.node.texts import blocks, languages

    with node.act("supervisor"):
        blocks.load_starter()
        stage.ids["text"] = blocks.all_blocks()[0].pk
    with node.act("administrator"):
        languages.record("DE", ["de"], "List of the Commission", date(2026, 11, 1))
    jobs.seal_once()
    _share_work(stage)
    _team(stage)
    _keeping(stage)
    with node.act("supervisor"):
        from comity.node import ledger

        stage.ids["entry"] = ledger.lines(limit=1)[0].sequence
    return stage


def _team(stage: Stage) -> None:
    """A joint operation that was proposed to the German desk, with a result."""
    from comity.base.time import now
    from comity.node.cases import casework, parts, rules, seating

    node, procedure = stage.node, "rec-2022-915/joint-operation"
    given = [{"role": "member", "partner": "de-spoc"}, {"role": "leader", "partner": "nl-spoc"}]
    with node.act():
        seats = seating.read(rules.procedure(procedure, now()), node.nl, given)
        case = casework.open_case(procedure, None, "Checks along the border", {}, seats=seats)
        casework.take_step(case.pk, "proposed", {})
        result = {"country": "NL", "kind": "seizure", "day": "2026-11-20", "text": "A lorry with cigarettes"}
        stage.ids["part-key"] = parts.add(case.pk, "result", result).key
    stage.ids["team-case"] = case.pk


def _keeping(stage: Stage) -> None:
    """A review that is due and a service target."""
    from comity.base.time import now
    from comity.node.cases import finding, targets
    from comity.node.keeping import periods, reviewing

    with stage.node.act("supervisor"):
        case = finding.find(stage.ids["refused-nl"])
        end = periods.End("review", now(), "review P6M closed", "dir-2023-977 art. 16(4)")
        reviewing.propose(end, case=case)
        stage.ids["review"] = reviewing.waiting_for(case)[0].pk
        targets.set_target("naples2/information", "answered", "P30D", "working-days")


def _share_work(stage: Stage) -> None:
    """A team, a filter shared by the supervisor, and work handed over to the officer with a note."""
    from comity.node.cases import casework, filters, teams, work

    node = stage.node
    with node.act("supervisor"):
        stage.ids["team"] = teams.make("Night shift", [node.officer().pk], takes_in=True).pk
        filters.save(filters.Filter(view="all", text="vessel"), "Vessels", "authority")
        draft = casework.open_case(REQUEST, node.de, "Keeper of a lorry", {"urgent": False})
        note = "The keeper may call back before nine; the number is in the case."
        given = work.hand_over(node.officer().pk, None, note, [draft.pk])
    stage.ids["hand-over"] = given.hand_over.pk


_PLOT = {
    "open": None,
    "clarifying": ("clarification_requested", {"text": "Of which months are the calls wanted?"}),
    "answered": ("answered", {"text": "Three calls in Hamburg, the last on 3 November.", "partial": False}),
    "forwarded": None,
    "refused": ("refused", {"text": "It would endanger an investigation.", "grounds": ["R-f(ii)"]}),
}


def _load(node: Any) -> None:
    from comity.match.sources import Mapping
    from comity.node.registers import loading

    with node.act("analyst"):
        vessels = loading.open_register("vessels", "Vessels of the world", "National law", "customs control")
        loading.load(vessels, SAMPLE / "vessels.csv", "table", Mapping.load(SAMPLE / "vessels.yaml"))
        listed = loading.open_register(
            "un", "United Nations sanctions", "Regulation (EC) 881/2002", "sanctions"
        )
        loading.load(listed, SAMPLE / "sanctions_un.xml", "un")
    with node.act("analyst", "de-spoc"):
        known = loading.open_register(
            "spoc", "Known to the desk", "Directive (EU) 2023/977 art. 16", "requests"
        )
        loading.load(known, SAMPLE / "german_register.jsonl", "ftm")


def _screen(stage: Stage) -> None:
    from comity.node.registers import screening
    from comity.node.registers.models import Match

    with stage.node.act(purpose="control of cargo at Rotterdam"):
        done = screening.screen(SAMPLE / "manifest.csv", "control of cargo at Rotterdam")
        screening.screen(SAMPLE / "manifest_bad.csv", "control of cargo at Rotterdam")
        matches = list(Match.objects.filter(query__screening=done).select_related("record"))
        hit = next(match for match in matches if match.record.schema == "Vessel")
        screening.decide(hit.pk, "confirmed", "The IMO number is the same")
        other = next(match for match in matches if match.pk != hit.pk)
    stage.ids |= {"screening": done.pk, "hit": hit.pk, "match": other.pk, "record": hit.record_id}


def _subject(stage: Stage) -> dict[str, Any]:
    from comity.node.registers.models import Match

    with stage.node.act():
        return dict(Match.objects.select_related("query").get(pk=stage.ids["hit"]).query.entity)


def _play(stage: Stage, name: str, step: tuple[str, dict[str, Any]] | None, subject: dict[str, Any]) -> None:
    from comity.node.authorities import Identity
    from comity.node.cases import attaching, casework, receiving
    from comity.node.cases.models import Case

    node = stage.node
    facts = {**FACTS, "urgent": name != "refused", "subjects": [subject]}
    with node.act():
        asked = casework.open_case(REQUEST, node.de, f"Owner and last entry of the vessel ({name})", facts)
        casework.take_step(asked.pk, "sent", {})
    node.carry()
    receiving.cross_check_new(Identity.of_node(node.de))
    with node.act("officer", "de-spoc"):
        case = Case.objects.latest("reference")
        if step:
            file = attaching.attach(case.pk, "Calls in Hamburg.txt", b"Three calls, the last on 3 November.")
            content = {**step[1], "attachments": [file.pk]}
            casework.take_step(case.pk, step[0], content, marking={"codes": ["H1"]})
    node.carry()
    stage.ids |= {f"{name}-nl": asked.pk, f"{name}-de": case.pk}


def _draft(stage: Stage) -> None:
    from comity.node.cases import casework

    with stage.node.act():
        case = casework.open_case(REQUEST, stage.node.de, "Bank account of a company", {"urgent": True})
    stage.ids["draft-nl"] = case.pk


def _dossier(stage: Stage) -> None:
    from comity.node.cases import links, notes, readers, tags
    from comity.node.cases.models import Case

    answered, refused = stage.ids["answered-nl"], stage.ids["refused-nl"]
    with stage.node.act():
        note = notes.write(
            answered, "The harbour master in Hamburg knows the vessel; he can be called again."
        )
        tags.tag(answered, ["drugs", "organised-crime"])
        for other in ("clarifying-nl", "draft-nl"):
            reference = Case.objects.get(pk=stage.ids[other]).reference
            made = links.link(answered, reference, "same-matter", "The same vessel, asked about twice")
        links.end(answered, made.pk, "It was another company")
    with stage.node.act("supervisor"):
        notes.write(answered, "Not before nine in the morning.", about=note.pk)
        readers.restrict(refused, [stage.node.officer().pk], "It concerns a source")


def _by_hand(stage: Stage, subject: dict[str, Any]) -> None:
    from comity.node.cases import casework, copies
    from comity.node.cases.models import Case
    from comity.node.exchange.models import Outbox

    with stage.node.act():
        case = casework.open_case(
            REQUEST,
            stage.node.pt,
            "Calls of the vessel in Portuguese ports",
            {**FACTS, "subjects": [subject]},
        )
        sent = casework.take_step(case.pk, "sent", {})
        stage.ids |= {"by-hand-nl": case.pk, "message": Outbox.objects.get(conversation=case.conversation).pk}
        copies.decide(case.pk, sent.pk, "europol_request", True, "", stage.node.de)
    stage.node.carry()
    with stage.node.act("officer", "de-spoc"):
        stage.ids["copy-de"] = Case.objects.get(role="copy").pk


def _forwarded(stage: Stage) -> None:
    from comity.node import authorities
    from comity.node.cases import forwarding, numbers
    from comity.node.exchange import sending
    from comity.node.exchange.models import Outbox

    unit = {"country": "DE", "contact": "SIENA"}
    police = authorities.add_partner({**unit, "code": "de-wsp", "name": "Waterway Police", "kind": "police"})
    court = authorities.add_partner({**unit, "code": "de-court", "name": "Local Court", "kind": "court"})
    case = stage.ids["forwarded-de"]
    with stage.node.act("officer", "de-spoc"):
        child = forwarding.forward(case, police, {})
        row = Outbox.objects.get(conversation=child.conversation)
        sending.sent_by_hand(row.pk, "SIENA", row.made_at)
        forwarding.remind(child.pk)
        forwarding.seek_authorisation(case, court, {})
        numbers.note(child.pk, "siena", "4711001")
    stage.ids["child-de"] = child.pk


def _desk(stage: Stage) -> None:
    from comity.node.cases import tags
    from comity.node.pccc import categories, daybook, desks

    node = stage.node
    with node.act("administrator"):
        desks.open_desk("venlo", "Cooperation centre Venlo")
        desks.invite("venlo", "de-spoc")
    with node.act("administrator", "de-spoc"):
        desks.join("venlo")
    with node.act("officer", "de-spoc"):
        desks.arrive()
        daybook.write(daybook.Line("document-check", "A travel document was checked", minutes=4, shared=True))
    with node.act():
        line = daybook.Line("vehicle-keeper", "Keeper of a grey van", "de-spoc", number="12-AB-34", minutes=6)
        daybook.write(line)
        categories.categorise(stage.ids["open-nl"], "observation")
        tags.tag(stage.ids["open-nl"], ["drugs"])


@pytest.fixture
def chromium(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The machine's own browser."""
    from playwright.sync_api import sync_playwright

    # The browser's driver runs an event loop in this thread, in which Django would refuse its database.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "yes")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


@pytest.fixture
def sit_down(stage: Stage, chromium: Any, address: str) -> Iterator[Any]:
    """Open a browser as an officer: `sit_down(role, code, **options)` gives a Playwright page."""
    from django.conf import settings

    contexts = []

    def open_browser(role: str | None = "officer", code: str = "nl-spoc", **options: Any) -> Any:
        context = chromium.new_context(base_url=address, **options)
        contexts.append(context)
        if role:
            session = stage.node.client(role, code).cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address}])
        return context.new_page()

    yield open_browser
    for context in contexts:
        context.close()
