from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.urls import reverse

from comity.base.time import clock
from comity.node import authorities
from comity.node.cases import by_hand, casework, numbers
from comity.node.cases.models import Case, Number
from comity.node.exchange.models import Outbox

START = datetime(2026, 3, 5, 9, 20, tzinfo=UTC)
REQUEST = "dir-2023-977/request"
FACTS = {
    "urgent": True,
    "urgency_reason": ["U4"],
    "information_sought": "Calls of the vessel in Hamburg",
    "purpose_facts_offence": "Drug trafficking by sea",
    "reasons_available": "It called there on 1 March",
    "subjects": [],
    "language": "en",
}
MAIL = b"""From: desk@example.pt
Subject: NL-2026-00001
Date: Thu, 05 Mar 2026 10:00:00 +0000
Content-Type: text/plain; charset=utf-8

Unfortunately we cannot provide this information.
"""


@pytest.fixture
def at():
    class Hand:
        now = START

    with clock(lambda: Hand.now):
        yield Hand


@pytest.fixture
def de(at, node):
    """The German desk, with a customs unit and a court that are reached by hand."""
    for code, name, kind in (("de-zoll", "Customs Hamburg", "customs"), ("de-court", "Local court", "court")):
        authorities.add_partner(
            {"code": code, "name": name, "country": "DE", "kind": kind, "contact": "SIENA"}
        )
    return node.client("officer", "de-spoc")


@pytest.fixture
def asked(at, node, de):
    """A Dutch request as the German desk has it."""
    with node.act():
        sent = casework.open_case(REQUEST, node.de, "Calls of a vessel", FACTS)
        casework.take_step(sent.pk, "sent", {})
    node.carry()
    with node.act("officer", "de-spoc"):
        case = Case.objects.get(conversation=sent.conversation)
        casework.assess(case.pk, "direct", None)
    return case


def text(response):
    assert response.status_code == 200, response.content.decode()[:3000]
    return " ".join(response.content.decode().split())


def child_of(node, case):
    with node.act("officer", "de-spoc"):
        return Case.objects.filter(parent=case).latest("opened_at")


def forward(de, case, **changes):
    page = text(de.get(reverse("case-forward", args=[case.pk])))
    wanted = re.search(r'name="fact-answer_by" id="fact-answer_by" value="([^"]+)"', page)
    form = {
        "unit": "de-zoll",
        "fact-information_sought": "Calls of the vessel",
        "fact-answer_by": wanted[1],
        "send": "yes",
        **changes,
    }
    return de.post(reverse("case-forward", args=[case.pk]), form)


def send_by_hand(node, de, at, case, **given):
    with node.act("officer", "de-spoc"):
        message = Outbox.objects.filter(conversation=case.conversation).latest("made_at")
    at.now += timedelta(minutes=5)
    form = {"channel": "SIENA", "now": "yes", "back": "list", **given}
    return de.post(reverse("message-sent", args=[message.pk]), form)


def test_a_request_is_forwarded_chased_and_its_answer_put_into_the_reply(at, node, de, asked):
    assert forward(de, asked).status_code == 302
    child = child_of(node, asked)
    page = text(de.get(reverse("case", args=[asked.pk])))
    assert child.reference in page
    assert "Customs Hamburg" in page
    listed = text(de.get(reverse("by-hand")))
    assert child.reference in listed
    assert send_by_hand(node, de, at, child, number="55001-1").headers["location"] == reverse("by-hand")
    page = text(de.get(reverse("case", args=[asked.pk])))
    assert "Answer wanted by" in page
    assert "<rect" in page
    de.post(reverse("case-remind", args=[child.pk]))
    at.now += timedelta(hours=5)
    page = text(de.get(reverse("case", args=[asked.pk])))
    assert "Reminded once." in page
    assert "overdue" in page
    answer = {
        "received_at": "2026-03-05T14:00",
        "channel": "SIENA",
        "fact-information": "Three calls.",
        "codes": "H0",
    }
    done = de.post(reverse("case-key-in", args=[child.pk]) + "?step=answered", answer)
    assert done.status_code == 302, done.content.decode()
    page = text(de.get(reverse("case", args=[asked.pk])))
    assert "Put it into the reply" in page
    form = text(de.get(reverse("case-step", args=[asked.pk, "answered"]) + f"?from={child.pk}"))
    assert "Three calls." in form
    included = re.search(r'name="includes" value="([^"]+)" checked', form)
    version = re.search(r'name="version" value="(\d+)"', form)
    sent = de.post(
        reverse("case-step", args=[asked.pk, "answered"]),
        {
            "version": version[1],
            "includes": included[1],
            "codes": "H0",
            "fact-information": "Three calls.",
        },
    )
    assert sent.status_code == 302, sent.content.decode()
    with node.act("officer", "de-spoc"):
        assert casework.find(asked.pk).state == "answered"


def test_a_time_after_the_legal_limit_is_refused_at_its_field(at, node, de, asked):
    answer = forward(de, asked, **{"fact-answer_by": "2026-03-05T20:00"})
    assert answer.status_code == 422
    assert "legal time limit ends" in answer.content.decode()
    with node.act("officer", "de-spoc"):
        assert not Case.objects.filter(parent=asked).exists()


def test_a_judges_refusal_leads_to_the_ground_of_refusal(at, node, de, asked):
    address = reverse("case-authorisation", args=[asked.pk])
    page = text(de.get(address))
    assert "Drug trafficking by sea" in page
    form = {
        "unit": "de-court",
        "fact-information_sought": "Calls",
        "fact-context": "Drug trafficking by sea",
        "send": "yes",
    }
    assert de.post(address, form).status_code == 302
    page = text(de.get(reverse("case", args=[asked.pk])))
    assert "must be told of the delay at once" in page
    child = child_of(node, asked)
    send_by_hand(node, de, at, child)
    at.now += timedelta(hours=1)
    refusal = {"received_at": "2026-03-05T10:40", "fact-refusal_reason": "Not necessary", "codes": "H0"}
    done = de.post(reverse("case-key-in", args=[child.pk]) + "?step=refused", refusal)
    assert done.status_code == 302, done.content.decode()
    page = text(de.get(reverse("case", args=[asked.pk])))
    assert "Refuse because of it" in page
    form = text(de.get(reverse("case-step", args=[asked.pk, "refused"]) + f"?from={child.pk}"))
    assert re.search(r'value="R-c" checked', form)
    assert "Not necessary" in form


def test_the_number_of_a_message_and_of_a_case_is_kept_found_and_printed(at, node, de, asked):
    forward(de, asked)
    child = child_of(node, asked)
    send_by_hand(node, de, at, child, number="SI 55001-1")
    with node.act("officer", "de-spoc"):
        (number,) = Number.objects.filter(case=child)
        assert (number.channel, number.number, number.step.step, number.ours) == (
            "siena",
            "SI 55001-1",
            "sent",
            True,
        )
    noted = {"channel": "siena", "number": " 55001 ", "ours": "no"}
    assert de.post(reverse("case-number", args=[child.pk]), noted).status_code == 302
    page = text(de.get(reverse("case", args=[child.pk])))
    assert "given by Customs Hamburg" in page
    assert child.reference in text(de.get("/cases/?q=55001-1"))
    assert child.reference not in text(de.get("/cases/?q=99999"))
    with node.act("officer", "de-spoc"):
        message = Outbox.objects.get(conversation=child.conversation)
    letter = de.get(reverse("message-text", args=[message.pk])).content.decode()
    assert "SIENA 55001" in letter
    assert re.search(r"Answer wanted by \(art\. 16\(1\)\(e\)\)\n2026-03-05 14:20 CET", letter)
    assert "Calls of the vessel" in letter
    assert de.get(reverse("message-pdf", args=[message.pk])).content.startswith(b"%PDF")


@pytest.mark.parametrize("number", ["", "abc", "1", "x" * 39 + "\n1é", "12\x00", "1" * 41])
def test_what_can_be_no_number_is_refused(at, node, de, asked, number):
    answer = de.post(reverse("case-number", args=[asked.pk]), {"channel": "siena", "number": number})
    assert answer.status_code in (400, 422)


def waiting_for_pt(node, at):
    """A Dutch request to Portugal, sent by hand."""
    with node.act():
        case = casework.open_case(
            REQUEST, node.pt, "Calls in Lisbon", {**FACTS, "urgent": False, "urgency_reason": []}
        )
        casework.take_step(case.pk, "sent", {})
        (row,) = by_hand.waiting()
        by_hand.sent(row.message.pk, "SIENA", at.now)
    return case


def test_a_mail_is_read_and_the_step_proposed_by_its_words(at, node):
    case = waiting_for_pt(node, at)
    at.now += timedelta(hours=2)
    nl = node.client()
    address = reverse("case-key-in", args=[case.pk])
    assert "Paste what they wrote" in text(nl.get(address))
    file = BytesIO(MAIL)
    file.name = "answer.eml"
    page = text(nl.post(address, {"read": "yes", "files": file}))
    assert "most likely this: Refuse" in page
    assert "Unfortunately we cannot provide this information." in page
    assert 'value="2026-03-05T11:00"' in page
    again = text(nl.post(address + "?step=answered", {"read": "answered", "pasted": "We cannot provide it"}))
    assert 'action="?step=answered&amp;party=pt-spoc"' in again
    assert "We cannot provide it" in again
    with node.act():
        assert casework.find(case.pk).state == "received"


def test_pasted_words_are_written_down_as_the_officer_decides(at, node):
    case = waiting_for_pt(node, at)
    at.now += timedelta(hours=2)
    nl = node.client()
    address = reverse("case-key-in", args=[case.pk])
    page = text(nl.post(address, {"read": "yes", "pasted": "She called twice in Lisbon."}))
    assert "most likely this: Answer" in page
    form = {
        "received_at": "2026-03-05T11:30",
        "channel": "SIENA",
        "number": "778-3",
        "fact-information": "She called twice in Lisbon.",
        "codes": "H1",
    }
    assert nl.post(address + "?step=answered", form).status_code == 302
    with node.act():
        found = casework.find(case.pk)
        assert found.state == "answered"
        assert [each.number for each in numbers.of_case(found)] == ["778-3"]
        assert not numbers.of_case(found)[0].ours


def test_a_request_that_came_by_mail_is_written_down_and_its_clock_runs_from_then(at, node):
    nl = node.client()
    assert "SPOC Portugal" in text(nl.get(reverse("case-received")))
    choice = text(nl.get(reverse("case-received") + "?partner=pt-spoc"))
    assert "/cases/received/dir-2023-977/request/?partner=pt-spoc" in choice
    address = "/cases/received/dir-2023-977/request/?partner=pt-spoc"
    text(nl.get(address))
    form = {
        "received_at": "2026-03-05T09:00",
        "channel": "SIENA",
        "number": "4711-1",
        "partner_reference": "PT-77",
        "title": "Owner of a car",
        "fact-urgent": "no",
        "fact-information_sought": "Owner",
        "fact-language": "en",
        "save": "yes",
    }
    assert "future" in nl.post(address, {**form, "received_at": "2027-01-01T00:00"}).content.decode()
    assert nl.post(address, form).status_code == 302
    with node.act():
        case = Case.objects.get()
        assert (case.role, case.state, case.owed_by) == ("requested", "received", "requested")
        assert case.received_at == datetime(2026, 3, 5, 8, 0, tzinfo=UTC)
        assert case.due_at == datetime(2026, 3, 12, 23, 0, tzinfo=UTC)
        assert case.partner_reference == "PT-77"
        casework.take_step(case.pk, "answered", {"text": "It is registered to a company."})
    assert case.reference in text(nl.get(reverse("by-hand")))


def test_a_partner_with_comity_writes_nothing_by_hand(at, node):
    nl = node.client()
    form = {"received_at": "2026-03-05T09:00", "title": "x", "save": "yes"}
    answer = nl.post("/cases/received/dir-2023-977/request/?partner=de-spoc", form)
    assert answer.status_code == 409
    assert "asks through Comity itself" in answer.content.decode()
