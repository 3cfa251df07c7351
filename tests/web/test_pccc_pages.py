from __future__ import annotations

import csv
from io import StringIO

import pytest

from comity.node.cases import casework, tags
from comity.node.cases.models import Case
from comity.node.pccc import desks
from comity.node.pccc.models import DayEntry

DE = "de-spoc"
REQUEST = "dir-2023-977/request"
LINE = {"category": "identity", "what": "Is he known?", "outcome": "done", "minutes": "3"}


@pytest.fixture
def desk(node):
    with node.act("administrator"):
        desks.open_desk("border", "Border desk")
        desks.invite("border", DE)
    with node.act("administrator", DE):
        desks.join("border")
    return node


def test_a_desk_is_set_up_joined_and_left_on_its_page(node):
    nl, de = node.client("administrator"), node.client("administrator", DE)
    assert (
        nl.post("/desk/seats/", {"move": "open", "code": "border", "name": "Border desk"}).status_code == 302
    )
    assert nl.post("/desk/seats/", {"move": "invite", "desk": "border", "authority": DE}).status_code == 302
    assert b"Invitation to Border desk" in de.get("/desk/seats/").content
    assert b"Border desk" not in node.client(code=DE).get("/desk/").content
    assert de.post("/desk/seats/", {"move": "join", "desk": "border"}).status_code == 302
    assert b"Border desk" in node.client(code=DE).get("/desk/").content
    assert de.post("/desk/seats/", {"move": "leave", "desk": "border"}).status_code == 302
    assert b"sits at no desk" in node.client(code=DE).get("/desk/").content


def test_what_is_wrong_with_a_seat_is_said_on_its_page(node):
    page = node.client("administrator").post("/desk/seats/", {"move": "open", "code": "A B", "name": "x"})
    assert page.status_code == 422
    assert b"small letters, digits and dashes" in page.content


def test_the_board_shows_who_is_there_and_todays_numbers(desk):
    desk.client(code=DE).post("/desk/presence/", {"desk": "border", "here": "yes"})
    desk.client().post("/desk/new/", {**LINE, "shared": "yes"})
    page = desk.client(code=DE).get("/desk/").content.decode()
    assert "officer DE, SPOC Germany" in page
    assert "I leave the desk" in page
    assert "Identification of a person" in page
    assert "I am at the desk" in desk.client().get("/desk/").content.decode()


def test_a_line_takes_one_form_and_shows_in_the_day_book(desk):
    answer = desk.client().post("/desk/new/", {**LINE, "name": "Jan Jansen"})
    assert answer.headers["location"] == "/desk/book/"
    mine = desk.client().get("/desk/book/").content.decode()
    assert "Is he known?" in mine
    assert "Jan Jansen" in mine
    assert "officer NL" in mine
    assert "Is he known?" not in desk.client(code=DE).get("/desk/book/").content.decode()


def test_what_was_typed_stays_when_a_line_is_refused(desk):
    page = desk.client().post("/desk/new/", {**LINE, "name": "Jan Jansen", "shared": "yes"})
    assert page.status_code == 422
    assert b'value="Jan Jansen"' in page.content
    with desk.act():
        assert DayEntry.objects.count() == 0


def test_a_line_can_ask_a_partner_and_leads_to_the_case(desk):
    answer = desk.client().post(
        "/desk/new/", {**LINE, "outcome": "asked", "partner": DE, "name": "Jan Jansen"}
    )
    with desk.act():
        case = Case.objects.get()
    assert answer.headers["location"] == f"/cases/{case.pk}/"
    assert case.reference in desk.client().get("/desk/book/").content.decode()


def test_a_line_belongs_to_a_case_by_its_reference(desk):
    with desk.act():
        case = casework.open_case(REQUEST, desk.de, "Ours", {})
    desk.client().post("/desk/new/", {**LINE, "case": case.reference})
    with desk.act():
        assert DayEntry.objects.get().case_id == case.pk
    assert desk.client().post("/desk/new/", {**LINE, "case": "NL-1999-00001"}).status_code == 422


def test_statistics_are_a_page_and_a_table(desk):
    desk.client().post("/desk/new/", {**LINE, "partner": DE})
    assert b"Identification of a person" in desk.client().get("/desk/statistics/").content
    table = b"".join(desk.client().get("/desk/statistics.csv")).decode()
    assert ["partner", "SPOC Germany", "0", "0", "0", "1", "3"] in list(csv.reader(StringIO(table)))
    assert desk.client().get("/desk/statistics/?since=2026-02-01&until=2026-01-01").status_code == 422
    assert desk.client().get("/desk/statistics.csv?since=never").status_code == 422


def test_the_case_page_says_that_a_serious_case_is_not_for_the_desk(desk):
    from comity.node import authorities

    pccc = authorities.found("nl-pccc", "Centre Venlo", "NL", "pccc", ["nl", "en"])
    partner = {"code": "de-police", "name": "Police", "country": "DE", "kind": "police"}
    authorities.add_partner(partner)
    desk.officers["nl-pccc", "officer"] = authorities.enrol(
        pccc, "venlo", "V", ["officer"], "correct horse battery"
    )
    with desk.act("officer", "nl-pccc"):
        facts = {"information_sought": "Keeper", "purpose_facts_offence": "Terrorism"}
        case = casework.open_case(
            "dir-2023-977/lea-request", authorities.partner("de-police"), "Keeper", facts
        )
        casework.take_step(case.pk, "sent", {})
        tags.tag(case.pk, ["terrorism"])
    client = desk.client(code="nl-pccc")
    page = client.get(f"/cases/{case.pk}/").content.decode()
    assert "Pass it to the national single point of contact" in page
    assert '<a href="#copies">Decide under Copies</a>' in page
    assert "Send to Europol" in page
    found = client.get(f"/api/cases/{case.pk}/passing").json()
    assert [each["to"] for each in found] == ["spoc", "europol"]
    assert client.post(f"/cases/{case.pk}/passing/", {"to": "spoc", "send": "no"}).status_code == 422
    assert client.post(f"/cases/{case.pk}/passing/", {"to": "spoc", "send": "yes"}).status_code == 302
    assert client.post(f"/cases/{case.pk}/passing/", {"to": "europol", "send": "yes"}).status_code == 302
    assert "Sent to SPOC Netherlands" in client.get(f"/cases/{case.pk}/").content.decode()


def test_the_kind_of_a_request_is_said_on_the_case_page(desk):
    with desk.act():
        case = casework.open_case(REQUEST, desk.de, "Ours", {})
    client = desk.client()
    assert client.post(f"/cases/{case.pk}/category/", {"category": "residence"}).status_code == 302
    assert b'<option value="residence" selected>' in client.get(f"/cases/{case.pk}/").content
    assert client.post(f"/cases/{case.pk}/category/", {"category": "x"}).status_code == 422


def test_programs_do_all_of_it_too(desk):
    client = desk.client("supervisor")
    kind = {"content_type": "application/json"}
    line = {"category": "identity", "what": "Known?", "shared": True, "partner": DE}
    made = client.post("/api/desk/entries", line, **kind)
    assert made.status_code == 201
    assert made.json()["concerned"] == DE
    assert [each["what"] for each in desk.client(code=DE).get("/api/desk/entries").json()] == ["Known?"]
    assert client.post("/api/desk/presence", {"here": True}, **kind).status_code == 204
    board = desk.client(code=DE).get("/api/desk").json()
    assert [each["name"] for each in board["present"]] == ["supervisor NL"]
    assert board["today"]["shown"][0]["lines"] == {"SPOC Netherlands": 1}
    assert len(client.get("/api/desk/categories").json()) > 10
    counted = client.get("/api/desk/statistics?since=2000-01-01&until=2009-01-01").json()
    assert counted["by_category"] == []
    assert client.post("/api/desks", {"code": "second", "name": "Second"}, **kind).status_code == 201
    assert client.post("/api/desks/second/seats", {"authority": DE}, **kind).status_code == 201
    other = desk.client("supervisor", DE)
    assert other.post("/api/desks/second/join").json()["joined_at"]
    assert other.post("/api/desks/second/leave").status_code == 200
