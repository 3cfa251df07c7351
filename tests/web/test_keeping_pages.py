from __future__ import annotations

import json

import pytest

from comity.node import ledger
from comity.node.cases import casework
from comity.node.cases.models import Case
from comity.node.keeping import periods, reviewing
from comity.node.keeping.models import Hold

DPO = "data-protection-officer"
STATED = {"X-Purpose": "supervision"}
FACTS = {
    "urgent": False,
    "information_sought": "Owner of a vessel",
    "purpose_facts_offence": "Drug trafficking",
    "reasons_available": "It called at Hamburg",
    "subjects": [],
    "link_person_purpose": "None",
    "language": "en",
}


@pytest.fixture
def review(node):
    """A review that is asked for of a case of ours that was closed."""
    with node.act():
        case = casework.open_case("dir-2023-977/request", node.de, "An old matter", FACTS)
        casework.take_step(case.pk, "sent", {})
    node.carry()
    with node.act():
        casework.take_step(case.pk, "withdrawn", {"text": "No longer needed"})
        casework.take_step(case.pk, "closed", {"fields": {"outcome": "withdrawn"}})
    node.carry()
    with node.act():
        [end] = periods.of_case(Case.objects.get(pk=case.pk))
        reviewing.propose(end, case=case)
        return reviewing.waiting_for(case)[0]


def test_what_is_due_is_listed_with_its_article_and_the_way_to_decide(node, review):
    page = node.client(DPO).get("/reviews/", headers=STATED).content.decode()
    assert "An old matter" in page
    assert "2023/977 art. 16(4)" in page
    assert f'href="/reviews/{review.pk}/"' in page
    with node.act():
        [line] = ledger.lines(kind="keeping.listed")
        assert line.body["cases"] == ["NL-2026-00001"]


def test_the_page_of_the_case_says_that_its_review_is_due(node, review):
    page = node.client().get(f"/cases/{review.case_id}/").content.decode()
    assert "review due" in page
    assert f'href="/reviews/{review.pk}/"' in page


def test_it_is_kept_for_a_reason_or_deleted_for_one(node, review):
    client = node.client(DPO)
    address = f"/reviews/{review.pk}/"
    assert client.get(address, headers=STATED).status_code == 200
    answer = client.post(address, {"decision": "keep", "reason": ""}, headers=STATED)
    assert (answer.status_code, "say why" in answer.content.decode().lower()) == (422, True)
    assert client.post(address, {"decision": "delete", "reason": "Over"}, headers=STATED).status_code == 302
    with node.act():
        assert not Case.objects.exists()
    assert client.get(address, headers=STATED).status_code == 404


def test_a_program_lists_and_decides(node, review):
    client = node.client(DPO)
    [listed] = client.get("/api/reviews", headers=STATED).json()
    assert (listed["case"], listed["article"]) == (str(review.case_id), "dir-2023-977 art. 16(4)")
    body = {"data": json.dumps({"decision": "keep", "reason": "Goes on"}), "content_type": "application/json"}
    assert client.post(f"/api/reviews/{review.pk}", headers=STATED, **body).status_code == 204
    assert client.get("/api/reviews", headers=STATED).json() == []


def test_a_hold_is_set_and_ended_on_the_page_of_the_case(node, review):
    client, address = node.client(DPO), f"/cases/{review.case_id}/hold/"
    client.post(address, {"reason": "Court proceedings"}, headers=STATED)
    page = client.get(f"/cases/{review.case_id}/", headers=STATED).content.decode()
    assert "Court proceedings" in page
    assert "End the hold" in page
    answer = client.post(f"/reviews/{review.pk}/", {"decision": "delete", "reason": "Over"}, headers=STATED)
    assert "A hold keeps it from being deleted." in answer.content.decode()
    client.post(address, {"reason": "Judgment", "end": "yes"}, headers=STATED)
    with node.act():
        assert Hold.objects.get().end_reason == "Judgment"
        assert Case.objects.exists()
