"""A request is forwarded inside the state and answered with what the unit found: three authorities, by the API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from comity.base.time import clock
from comity.node import authorities, ledger
from comity.node.authorities import Authority, Identity
from comity.node.exchange import sending

START = datetime(2026, 3, 5, 9, 20, tzinfo=UTC)
FACTS = {
    "urgent": True,
    "urgency_reason": ["U4"],
    "information_sought": "Calls of the vessel in Hamburg",
    "purpose_facts_offence": "Drug trafficking by sea; the informant is in Rotterdam",
    "reasons_available": "It called there on 1 March",
    "subjects": [],
    "language": "en",
}
ANSWER = "Three calls, the last on 3 March; berth 7."


@pytest.fixture
def at():
    class Hand:
        now = START

    with clock(lambda: Hand.now):
        yield Hand


class Desk:
    """An authority's officer who works by the API alone."""

    def __init__(self, node, code):
        self.client, self.node = node.client("officer", code), node

    def ask(self, method, path, given=None, status=(200, 201)):
        call = getattr(self.client, method)
        send = {"data": given, "content_type": "application/json"} if given is not None else {}
        answer = call(f"/api{path}", headers={"X-Purpose": "work on a request"}, **send)
        assert answer.status_code in status, answer.content.decode()
        return answer.json()

    def newest(self):
        return self.ask("get", "/cases")[0]


@pytest.fixture
def desks(at, node):
    police = authorities.found("de-police", "Waterway Police Hamburg", "DE", "police", ["de"])
    node.officers["de-police", "officer"] = authorities.enrol(
        police, "de-police-officer", "Officer of the police", ["officer"], "correct horse battery staple"
    )
    return tuple(Desk(node, code) for code in ("nl-spoc", "de-spoc", "de-police"))


def carry(node):
    for _ in range(2):
        for me in Authority.objects.filter(local=True):
            for partner in Authority.objects.filter(channel="comity").exclude(pk=me.pk):
                while sending.deliver(Identity.of_node(me), partner):
                    pass


def test_three_authorities_answer_one_request_within_its_limit(at, node, desks):
    nl, de, police = desks
    draft = {
        "procedure": "dir-2023-977/request",
        "partner": "de-spoc",
        "title": "Calls of a vessel",
        "facts": FACTS,
    }
    asked = nl.ask("post", "/cases", draft)
    nl.ask("post", f"/cases/{asked['id']}/steps/sent", {})
    carry(node)

    parent = de.newest()
    de.ask("post", f"/cases/{parent['id']}/assessment", {"access": "direct"})
    begun = de.ask("get", f"/cases/{parent['id']}/forwardings/draft")
    assert datetime.fromisoformat(begun["answer_by"]) == START + timedelta(hours=4)
    late = {"unit": "de-police", "facts": {"answer_by": "2026-03-05T20:00:00+01:00"}}
    refused = de.ask("post", f"/cases/{parent['id']}/forwardings", late, status=(422,))
    assert refused["field"] == "answer_by"
    child = de.ask("post", f"/cases/{parent['id']}/forwardings", {"unit": "de-police"})
    assert child["parent"] == parent["id"]
    carry(node)

    got = police.newest()
    whole = police.ask("get", f"/cases/{got['id']}")
    assert "informant" not in str(whole)
    assert got["parent"] is None
    at.now = START + timedelta(hours=4, minutes=30)
    (shown,) = de.ask("get", f"/cases/{parent['id']}/forwardings")
    assert (shown["overdue"], shown["beyond"], shown["begins"], shown["ends"]) == (True, False, 0, 500)
    another = {"text": "The requester waits.", "answer_by": "2026-03-05T16:20:00+01:00"}
    de.ask("post", f"/cases/{child['id']}/reminders", another)
    carry(node)
    assert police.newest()["due_at"] == "2026-03-05T15:20:00Z"

    at.now = START + timedelta(hours=5, minutes=30)
    police.ask("post", f"/cases/{got['id']}/steps/answered", {"text": ANSWER, "handling": {"codes": ["H1"]}})
    carry(node)
    content = de.ask("get", f"/cases/{parent['id']}/forwardings/{child['id']}/reply")
    step = content.pop("step")
    de.ask("post", f"/cases/{parent['id']}/steps/{step}", content)
    carry(node)

    read = nl.ask("get", f"/cases/{asked['id']}")
    assert read["state"] == "answered"
    answer = read["steps"][-1]
    assert answer["content"]["fields"]["information"] == ANSWER
    assert answer["handling"]["codes"] == ["H1"]
    (run,) = [clock for clock in read["decision"]["clocks"] if clock["id"] == "answer"]
    assert datetime.fromisoformat(run["at"]) > at.now
    with node.act("supervisor", "de-spoc"):
        kinds = [line.kind for line in ledger.lines(case=read["conversation"])]
    assert {"case.forwarded", "forwarding.told", "step.answered"} <= set(kinds)
