"""Which instrument: a form that is a link, cards with reasons and clocks, and what an offence decides."""

from __future__ import annotations

import pytest

ASK = "/law/advise/"


@pytest.fixture
def officer(node):
    return node.client("officer")


def shown(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def test_the_questions_stand_there_before_anything_is_asked(officer):
    page = shown(officer, ASK)
    assert "What do you want?" in page
    assert "Why not the others" not in page


def test_the_best_procedure_comes_first_with_its_clock_and_a_way_to_begin(officer):
    page = shown(officer, f"{ASK}?want=information&partner=de-spoc&urgent=yes&title=Owner")
    assert page.index("Request to a single point of contact") < page.index("Why not the others")
    assert "8 hours" in page
    assert "/cases/new/dir-2023-977/request/?partner=de-spoc&amp;title=Owner" in page


def test_the_others_stand_there_with_the_reason_against_them(officer):
    page = shown(officer, f"{ASK}?want=information&to-country=DE")
    assert "For something else" in page
    assert "Information on own initiative" in page


def test_who_asks_can_be_another_authority(officer):
    page = shown(officer, f"{ASK}?want=information&partner=de-spoc&kind=data-subject")
    assert "No procedure of the law book serves this" in page


def test_a_question_is_answered_by_a_link(officer):
    page = shown(officer, f"{ASK}?want=information&partner=de-spoc")
    assert "urgent=yes" in page


@pytest.mark.parametrize(
    "query", ["?want=gold", "?want=information&offences=parking", "?want=information&to-country=Germany"]
)
def test_what_is_no_choice_is_said_and_not_answered(officer, query):
    page = shown(officer, ASK + query, status=422)
    assert 'role="alert"' in page
    assert "Why not the others" not in page


def test_an_unknown_partner_is_not_found(officer):
    shown(officer, f"{ASK}?want=information&partner=nobody", status=404)


def test_an_analyst_may_read_the_advice_and_is_offered_no_case(node):
    assert "Use this" not in shown(node.client("analyst"), f"{ASK}?want=information&to-country=DE")


def test_the_offences_stand_with_their_place_in_every_list(officer):
    page = shown(officer, "/law/offences/")
    assert "arrest warrant 5, Europol 3, passenger data 4" in page
    assert "Hit and run" in page


def test_what_an_offence_decides_is_told_procedure_by_procedure(officer):
    page = shown(officer, "/law/offences/hit-and-run/")
    assert "It stands in none of the lists." in page
    assert "/law/advise/?offences=hit-and-run" in page


def test_an_unknown_offence_is_not_found(officer):
    shown(officer, "/law/offences/parking/", status=404)


def test_programs_ask_the_same(officer):
    asked = {"me": {"kind": "spoc", "country": "NL"}, "partner": {"country": "DE"}, "want": "information"}
    answer = officer.post("/api/law/advice", asked, content_type="application/json")
    assert answer.status_code == 200
    assert answer.json()["procedures"][0]["procedure"] == "dir-2023-977/request"
    wrong = officer.post("/api/law/advice", {**asked, "want": "gold"}, content_type="application/json")
    assert (wrong.status_code, wrong.json()["field"]) == (422, "want")


def test_programs_learn_the_words_and_what_an_offence_decides(officer):
    assert officer.get("/api/law/words").json()["wants"]["cash"]
    assert isinstance(officer.get("/api/law/offences/drugs").json(), list)
    assert officer.get("/api/law/offences/parking").status_code == 404
