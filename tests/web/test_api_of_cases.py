from __future__ import annotations

import json

import pytest

from comity.node.cases.models import Case

FACTS = {
    "urgent": True,
    "urgency_reason": ["U4"],
    "information_sought": "Registered owner and last entry of the vessel",
    "purpose_facts_offence": "Drug trafficking: a container was found on 1 March",
    "reasons_available": "The vessel called at Hamburg on 12 February",
    "subjects": [{"schema": "Vessel", "properties": {"name": ["MERIDIAN QUEEN"], "imoNumber": ["9999993"]}}],
    "link_person_purpose": "The container was on board",
    "language": "en",
}
DRAFT = {
    "procedure": "dir-2023-977/request",
    "partner": "de-spoc",
    "title": "Owner of a vessel",
    "facts": FACTS,
}


class Api:
    """A program that speaks for an officer."""

    def __init__(self, node, role="officer", code="nl-spoc"):
        self.client = node.client(role, code)

    def get(self, path, status=200, **query):
        return self._read(self.client.get(f"/api{path}", query), status)

    def post(self, path, body=None, status=201):
        answer = self.client.post(f"/api{path}", json.dumps(body or {}), content_type="application/json")
        return self._read(answer, status)

    def put(self, path, body, status=200):
        return self._read(
            self.client.put(f"/api{path}", json.dumps(body), content_type="application/json"), status
        )

    @staticmethod
    def _read(answer, status):
        assert answer.status_code == status, answer.content.decode()
        return answer.json()


@pytest.fixture
def nl(node):
    return Api(node)


@pytest.fixture
def de(node):
    return Api(node, code="de-spoc")


def send(node, api, **changes):
    case = api.post("/cases", {**DRAFT, **changes})
    api.post(f"/cases/{case['id']}/steps/sent")
    node.carry()
    return case["id"]


def received(node):
    with node.act("officer", "de-spoc"):
        return str(Case.objects.latest("reference").pk)


def test_it_proposes_the_directive_first(node, nl):
    best = nl.get("/cases/proposals", partner="de-spoc")[0]
    assert (best["procedure"], best["fits"]) == ("dir-2023-977/request", True)


def test_a_draft_shows_its_clock_and_what_is_missing_before_it_is_sent(node, nl):
    case = nl.post("/cases", {**DRAFT, "facts": {"urgent": True}})
    assert case["preview"]["within"] == "PT8H"
    assert {"information_sought", "purpose_facts_offence"} <= {
        each["field"] for each in case["decision"]["missing"]
    }
    whole = nl.put(f"/cases/{case['id']}", {"title": "Owner", "facts": FACTS, "version": case["version"]})
    assert whole["decision"]["may"]["value"] is True
    nl.put(f"/cases/{case['id']}", {"title": "Owner", "facts": FACTS, "version": case["version"]}, status=409)
    ahead = nl.post("/cases/preview", {**DRAFT, "facts": FACTS}, status=200)
    assert ahead["due"]["clock"] == "answer"


def test_a_request_is_asked_clarified_and_answered(node, nl, de):
    asked = send(node, nl)
    case = received(node)
    assert de.get("/worklist")["rows"][0]["due"]["within"] == "PT8H"
    de.post(f"/cases/{case}/steps/clarification_requested", {"text": "Which of the two?"})
    node.carry()
    assert nl.get(f"/cases/{asked}")["paused"] is True
    nl.post(f"/cases/{asked}/steps/clarification_given", {"text": "The one flying PA"})
    node.carry()
    handling = {"codes": ["H2"]}
    de.post(f"/cases/{case}/steps/answered", {"fields": {"information": "Blue Line"}, "handling": handling})
    node.carry()
    whole = nl.get(f"/cases/{asked}")
    assert whole["state"] == "answered"
    assert whole["steps"][-1]["content"]["fields"]["information"] == "Blue Line"
    assert whole["steps"][-1]["handling"]["codes"] == ["H2"]
    due = de.get(f"/cases/{case}")["copies_due"]
    assert [(each["of"], each["recipient"]) for each in due] == [("answered", "europol")]
    decided = {"step": due[0]["step"], "to": due[0]["to"], "send": True, "partner": "europol"}
    assert de.post(f"/cases/{case}/copies", decided)["decision"] == "sent"


def test_a_refusal_without_a_ground_is_refused_with_its_field(node, nl, de):
    send(node, nl)
    case = received(node)
    problem = de.post(f"/cases/{case}/steps/refused", {"text": "No"}, status=422)
    assert problem["field"] == "grounds"
    de.post(f"/cases/{case}/steps/refused", {"text": "No", "grounds": ["R-g(i)"]})


def test_the_desk_assesses_and_hands_over(node, nl, de):
    send(node, nl)
    case = received(node)
    assessed = de.post(f"/cases/{case}/assessment", {"access": "indirect"}, status=200)
    assert assessed["decision"]["due"]["clock"] == "answer"
    assert assessed["access"] == "indirect"
    de.post(f"/cases/{case}/assessment", {"access": "sideways"}, status=422)
    officer = node.officer("supervisor", "de-spoc")
    assert (
        de.post(f"/cases/{case}/assignment", {"officer": officer.pk}, status=200)["assigned_to"]
        == officer.name
    )
    de.post(f"/cases/{case}/assignment", {"officer": 10**18}, status=422)


def test_a_partner_without_comity_is_served_by_hand(node, nl):
    case = send(node, nl, partner="pt-spoc")
    message = nl.get(f"/cases/{case}")["messages"][0]
    assert message["state"] == "by-hand"
    signed = nl.get(f"/messages/{message['id']}")
    assert signed["body"]["title"] == "Owner of a vessel"
    at = signed["issued_at"]
    nl.post(f"/messages/{message['id']}/sent", {"channel": "SIENA", "at": "yesterday"}, status=422)
    assert (
        nl.post(f"/messages/{message['id']}/sent", {"channel": "SIENA", "at": at}, status=200)["state"]
        == "sent"
    )
    answer = {"step": "answered", "text": "No such vessel", "channel": "SIENA", "received_at": at}
    nl.post(f"/cases/{case}/answers", answer)
    assert nl.get(f"/cases/{case}")["state"] == "answered"


def test_what_is_not_there_is_not_found(node, nl, de):
    case = send(node, nl)
    assert de.get(f"/cases/{case}", status=404)["error"]
    assert nl.get("/cases/proposals", status=404, partner="nobody")["error"]
    assert nl.get("/law/no-such-act", status=404)["error"]
    assert nl.get("/law/dir-2023-977/request")["article"] == "4"
    assert "dir-2023-977" in {act["id"] for act in nl.get("/law")}
    assert nl.get("/cases", q="Owner")[0]["reference"].startswith("NL-")


def test_an_officer_of_no_cases_is_denied_with_the_rule(node):
    problem = Api(node, "analyst").get("/worklist", status=403)
    assert problem["rule"] == "worklist.read"
    assert problem["grantor"]
