from __future__ import annotations

import json
from html import unescape

import pytest
from django.urls import reverse

from comity.node.cases import casework, notes, readers
from comity.node.cases.models import Case, CaseLink

REQUEST = "dir-2023-977/request"
FACTS = {
    "urgent": False,
    "information_sought": "Registered owner of the vessel",
    "purpose_facts_offence": "Drug trafficking",
    "reasons_available": "The vessel called at Hamburg",
    "subjects": [{"schema": "Vessel", "properties": {"name": ["MERIDIAN QUEEN"], "imoNumber": ["9999993"]}}],
    "link_person_purpose": "The container was on board",
    "language": "en",
}


@pytest.fixture
def case(node):
    with node.act():
        return casework.open_case(REQUEST, node.de, "Owner of a vessel", FACTS)


@pytest.fixture
def nl(node):
    return node.client()


def text(answer):
    return unescape(answer.content.decode())


def at(page, case, **parts):
    return reverse(page, kwargs={"case_id": case.pk, **parts})


def test_a_note_stands_on_the_page_and_what_was_added_under_it(nl, case):
    assert nl.post(at("case-notes", case), {"text": "Called the harbour"}).status_code == 302
    page = text(nl.get(at("case-notes", case)))
    assert "Called the harbour" in page
    about = page.split("?about=")[1].split('"')[0]
    assert "What you add to this note" in text(nl.get(at("case-notes", case) + f"?about={about}"))
    nl.post(at("case-notes", case), {"text": "They call back", "about": about})
    page = text(nl.get(at("case", case)))
    assert page.index("Called the harbour") < page.index("officer NL added") < page.index("They call back")


def test_a_note_that_cannot_be_taken_stays_typed(nl, case):
    answer = nl.post(at("case-notes", case), {"text": "x" * 10_001})
    assert answer.status_code == 422
    assert "At most 10000 characters" in text(answer)
    assert "x" * 10_001 in text(answer)
    assert nl.post(at("case-notes", case), {"text": "x", "about": "no-id"}).status_code == 422


def test_the_data_protection_officer_reads_notes_without_a_form(node, nl, case):
    nl.post(at("case-notes", case), {"text": "Called the harbour"})
    page = text(node.client("data-protection-officer").get(at("case-notes", case) + "?purpose=x"))
    assert "Called the harbour" in page
    assert "<textarea" not in page


def test_offences_are_chosen_from_the_list(nl, case):
    assert nl.post(at("case-offences", case), {"offences": ["drugs", "corruption"]}).status_code == 302
    page = text(nl.get(at("case", case)))
    assert "Drug trafficking" in page
    assert 'value="drugs" checked' in text(nl.get(at("case-offences", case)))
    assert nl.post(at("case-offences", case), {"offences": ["burglary"]}).status_code == 422


def test_cases_are_linked_and_unlinked(node, nl, case):
    with node.act():
        other = casework.open_case(REQUEST, node.de, "The next question", {})
    wrong = nl.post(
        at("case-links", other), {"reference": "NL-1999-00001", "kind": "follow-up", "reason": "x"}
    )
    assert wrong.status_code == 422
    assert "There is no case of that reference here" in text(wrong)
    nl.post(at("case-links", other), {"reference": case.reference, "kind": "follow-up", "reason": "It grew"})
    assert "Is followed up by" in text(nl.get(at("case", case)))
    with node.act():
        made = CaseLink.objects.get()
    assert nl.post(at("case-link-end", case, link_id=made.pk), {"reason": ""}).status_code == 422
    nl.post(at("case-link-end", case, link_id=made.pk), {"reason": "Another vessel"})
    assert "Another vessel" in text(nl.get(at("case-links", other)))


def test_a_case_is_restricted_and_opened_again(node, nl, case):
    supervisor = node.client("supervisor")
    page = text(nl.get(at("case-readers", case)))
    assert "whoever restricts it is always among them" in page
    assert nl.post(at("case-readers", case), {"reason": ""}).status_code == 422
    assert nl.post(at("case-readers", case), {"reason": "x", "officers": ["9" * 30]}).status_code == 422
    assert nl.post(at("case-readers", case), {"reason": "Source protection"}).status_code == 302
    assert "restricted" in text(nl.get(at("case", case)))
    assert supervisor.get(at("case", case)).status_code == 404
    nl.post(at("case-readers", case), {"reason": "It is over", "lift": "yes"})
    assert supervisor.get(at("case", case)).status_code == 200


def test_who_does_not_hold_the_case_is_told_who_restricts_it(node, nl, case):
    with node.act("supervisor"):
        other = casework.open_case(REQUEST, node.de, "The supervisor's", {})
    page = text(nl.get(at("case-readers", other)))
    assert "restricted by supervisors and by the officer who holds it" in page
    assert nl.post(at("case-readers", other), {"reason": "x"}).status_code == 403


def test_seen_before_leads_to_the_other_case(node, nl, case):
    with node.act():
        other = casework.open_case(REQUEST, node.de, "The vessel again", FACTS)
    page = text(nl.get(at("case", other)))
    assert "Seen before" in page
    assert "Same IMO number: 9999993" in page
    assert at("case", case) in page


def test_closing_asks_for_the_outcome_and_says_what_is_open(node, nl, case):
    nl.post(at("case-step", case, name="sent"), {"version": "1"})
    node.carry()
    with node.act("officer", "de-spoc"):
        casework.take_step(Case.objects.get().pk, "answered", {"text": "Blue Line"})
    node.carry()
    page = text(nl.get(at("case-step", case, name="closed")))
    assert "Still open in this case" in page
    assert "Messages of the partner that nobody has read: 1" in page
    assert "Answered in full" in page
    version = page.split('name="version" value="')[1].split('"')[0]
    assert nl.post(at("case-step", case, name="closed"), {"version": version}).status_code == 422
    said = {"version": version, "fact-outcome": "answered_in_full", "fact-led_to": ["arrest"]}
    assert nl.post(at("case-step", case, name="closed"), said).status_code == 302
    page = text(nl.get(at("case", case)))
    assert "Closed the case: Answered in full" in page
    assert "An arrest" in page


def ask(client, method, path, body=None):
    send = {"GET": client.get, "POST": client.post, "PUT": client.put}[method]
    kind = {"content_type": "application/json"} if method != "GET" else {}
    return send(
        f"/api{path}", *([json.dumps(body)] if method != "GET" else []), headers={"X-Purpose": "x"}, **kind
    )


def test_the_api_does_what_the_pages_do(node, nl, case):
    with node.act():
        other = casework.open_case(REQUEST, node.de, "The vessel again", FACTS)
    path = f"/cases/{case.pk}"
    note = ask(nl, "POST", f"{path}/notes", {"text": "Called"}).json()
    assert ask(nl, "POST", f"{path}/notes", {"text": "More", "about": note["id"]}).status_code == 201
    assert [each["text"] for each in ask(nl, "GET", f"{path}/notes").json()] == ["Called", "More"]
    assert ask(nl, "PUT", f"{path}/offences", {"offences": ["drugs"]}).json()["offences"] == ["drugs"]
    assert "arson" in {each["id"] for each in ask(nl, "GET", "/offences").json()}
    wanted = {"reference": other.reference, "kind": "parent", "reason": "Serves it"}
    link = ask(nl, "POST", f"{path}/links", wanted).json()
    assert (link["words"], link["case"]["reference"]) == ("Parent of", other.reference)
    [back] = ask(nl, "GET", f"/cases/{other.pk}/links").json()
    assert back["words"] == "Part of"
    assert ask(nl, "GET", f"{path}/open-ends").json() == ["Cases that belong to this one and are open: 1"]
    assert ask(nl, "POST", f"{path}/links/{link['id']}/end", {"reason": "Not so"}).json()["ended_at"]
    [seen] = ask(nl, "GET", f"{path}/seen-before").json()
    assert seen["case"]["id"] == str(other.pk)
    assert seen["reasons"] == ["Same IMO number: 9999993", "Same rare name: MERIDIAN QUEEN"]


def test_the_api_restricts_and_lifts(node, nl, case):
    path = f"/cases/{case.pk}/readers"
    supervisor = node.officer("supervisor").pk
    named = ask(nl, "PUT", path, {"officers": [supervisor], "reason": "Source protection"}).json()
    assert [each["name"] for each in named] == ["officer NL", "supervisor NL"]
    assert ask(nl, "GET", path).json() == named
    assert ask(nl, "PUT", path, {"officers": [2**80], "reason": "x"}).status_code == 422
    assert ask(nl, "POST", f"{path}/lift", {"reason": "It is over"}).json() == []


def test_what_was_noted_is_not_in_what_the_partner_gets(node, nl, case):
    with node.act():
        notes.write(case.pk, "Do not trust the informant")
        readers.restrict(case.pk, [], "Source protection")
        casework.take_step(case.pk, "sent", {})
    node.carry()
    with node.act("officer", "de-spoc"):
        theirs = Case.objects.get()
    page = text(node.client("officer", "de-spoc").get(at("case", theirs)))
    assert "informant" not in page
    assert "Everyone here who works on cases" in page
