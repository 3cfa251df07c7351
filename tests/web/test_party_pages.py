"""Cases of many parties and of outside parties, on the pages and in the API."""

from __future__ import annotations

import json
import re
from zoneinfo import ZoneInfo

import pytest

from comity.base.time import now
from comity.node import authorities
from comity.node.authorities import Authority
from comity.node.cases.models import Case, Party

JIT = "/cases/new/jit/agreement/?partner=de-spoc"
TEAM = {
    "title": "Port team",
    "save": "draft",
    "fact-reason": "concerted",
    "fact-purpose": "Trafficking in the port",
    "fact-start": "2026-12-01",
    "fact-end": "2027-12-01",
    "fact-composition": "Two officers of each",
    "fact-platform": "no",
    "fact-states_of_operation": "NL, DE",
    "role-member": ["de-spoc", "pt-spoc"],
    "role-leader": ["nl-spoc"],
}
FACTS = {
    "reason": "concerted",
    "purpose": "Trafficking in the port",
    "start": "2026-12-01",
    "end": "2027-12-01",
    "composition": "Two officers of each",
    "platform": False,
    "states_of_operation": ["NL", "DE"],
}


@pytest.fixture
def police(node):
    """All are police, who may set up a team."""
    Authority.objects.exclude(code="europol").update(kind="police")
    return node


def drafted(node):
    answer = node.client().post(JIT, TEAM)
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def test_the_form_asks_who_holds_each_role(police):
    page = police.client().get(JIT).content.decode()
    assert re.search(r'<input type="checkbox" name="role-member" value="de-spoc" checked>', page)
    assert re.search(r'<input type="checkbox" name="role-leader" value="nl-spoc" checked> us:', page)
    assert 'name="role-participant" value="europol"' in page


def test_a_case_of_two_is_not_asked_for_roles(node):
    assert (
        "role-" not in node.client().get("/cases/new/dir-2023-977/request/?partner=de-spoc").content.decode()
    )


def test_the_case_page_lists_every_party_and_how_it_is_told(police):
    page = police.client().get(drafted(police)).content.decode()
    section = page.partition('<h2 id="parties">')[2].partition("</section>")[0]
    assert section.count("<dd>") == 4
    assert "SPOC Germany (DE)" in section
    assert re.search(r"SPOC Portugal \(PT\) .*told by other means", section)


def test_a_role_that_nobody_holds_is_named_in_the_form(police):
    answer = police.client().post(JIT, TEAM | {"role-leader": []})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "leader needs 1, has 0" in page
    assert 'href="#role-leader"' in page


def test_the_check_names_all_who_are_addressed(police):
    page = police.client().post("/cases/new/jit/agreement/check/?partner=de-spoc", TEAM).content.decode()
    assert "complete" in page, page


def test_what_a_party_without_comity_did_is_written_down_on_the_page(police):
    client, case = police.client(), drafted(police)
    with police.act():
        version = Case.objects.get().version
    sent = client.post(f"{case}steps/proposed/", {"codes": "H0", "version": version})
    assert sent.status_code == 302, sent.content.decode()
    police.carry()
    page = client.get(case).content.decode()
    assert "Write down what SPOC Portugal did" in page
    assert f"{case}answers/?party=pt-spoc" in page
    assert client.get(f"{case}answers/?party=pt-spoc&step=signed").status_code == 200
    came = now().astimezone(ZoneInfo("Europe/Amsterdam")).replace(tzinfo=None)
    given = {"received_at": came.isoformat(), "channel": "SIENA", "codes": "H0"}
    answer = client.post(f"{case}answers/?step=signed&party=pt-spoc", given)
    assert answer.status_code == 302, answer.content.decode()
    assert "SPOC Portugal" in client.get(case).content.decode().partition('<h2 id="said">')[2]
    assert client.get(f"{case}answers/?party=de-spoc").status_code == 404
    assert client.get(f"{case}answers/?party=nobody").status_code == 404


def test_proposals_stand_by_what_they_do(police):
    page = police.client().get("/cases/new/?partner=de-spoc").content.decode()
    assert re.findall(r"<h3>([^<]+?) *<span", page)[0] == "Question and answer"
    assert "Joint action" in page


def test_a_program_opens_a_case_with_several_parties(police):
    parties = [
        {"role": "member", "partner": "de-spoc"},
        {"role": "member", "partner": "pt-spoc"},
        {"role": "leader", "partner": "nl-spoc"},
    ]
    draft = {"procedure": "jit/agreement", "title": "Port team", "facts": FACTS, "parties": parties}
    client = police.client()
    answer = client.post("/api/cases", json.dumps(draft), content_type="application/json")
    assert answer.status_code == 201, answer.content.decode()
    told = answer.json()
    assert [(each["role"], each["partner"], each["connected"]) for each in told["parties"]] == [
        ("member", "nl-spoc", True),
        ("member", "de-spoc", True),
        ("member", "pt-spoc", False),
        ("leader", "nl-spoc", True),
    ]
    preview = client.post("/api/cases/preview", json.dumps(draft), content_type="application/json")
    assert preview.status_code == 200, preview.content.decode()


@pytest.mark.parametrize("partner", ["", "nobody"])
def test_a_program_without_a_known_partner_is_told_so(node, partner):
    draft = {"procedure": "dir-2023-977/request", "partner": partner, "title": "X", "facts": {}}
    answer = node.client().post("/api/cases", json.dumps(draft), content_type="application/json")
    assert answer.status_code == 404


def test_a_person_who_asks_about_own_data_needs_no_entry_of_the_directory(node):
    client = node.client()
    page = client.get("/cases/received/?partner=~data-subject").content.decode()
    assert "/cases/received/led/access-request/?partner=~data-subject" in page
    address = "/cases/received/led/access-request/?partner=~data-subject"
    form = client.get(address).content.decode()
    came = re.search(r'name="received_at"[^>]*value="([^"]+)"', form)[1]
    given = {
        "title": "Own data",
        "received_at": came,
        "channel": "letter",
        "fact-request": "All",
        "save": "yes",
        "codes": "H0",
    }
    answer = client.post(address, given)
    assert answer.status_code == 302, answer.content.decode()
    with node.act():
        case = Case.objects.get()
        assert (case.role, case.other_role, case.partner.code) == (
            "requested",
            "requester",
            "data-subject-nl",
        )
        assert case.partner.name == "Data subject"
    assert client.get(answer["Location"]).status_code == 200


def test_what_a_carrier_files_on_paper_is_written_down(node):
    Authority.objects.filter(code="nl-spoc").update(kind="customs")
    client = node.client()
    page = client.get("/cases/received/?partner=~carrier").content.decode()
    assert "/cases/received/customs-risk/entry-summary/?partner=~carrier" in page


def test_a_party_that_the_directory_does_not_know_is_marked(police):
    drafted(police)
    with police.act():
        case = Case.objects.get()
        Party.objects.create(
            case=case, number=9, role="member", code="xx", name="A stranger", kind="police", country="FR"
        )
        address = f"/cases/{case.pk}/"
    assert "not in our directory" in police.client().get(address).content.decode()


def test_the_same_stand_in_serves_every_case(node):
    first = authorities.stand_in("carrier", "NL", "Carrier")
    assert authorities.stand_in("carrier", "NL", "Carrier") == first
    assert first.channel == "manual"
