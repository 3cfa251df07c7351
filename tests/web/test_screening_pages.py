"""Screening a manifest and deciding on its matches, in pages and by programs."""

from __future__ import annotations

from importlib.resources import files
from io import BytesIO

import pytest

from comity.match.sources import Mapping
from comity.node import ledger
from comity.node.registers import loading

SAMPLE = files("comity.sample")
MANIFEST = SAMPLE.joinpath("manifest.csv").read_bytes()


@pytest.fixture
def lists(node, matcher):
    """The sample's UN list and vessel register, loaded at the Dutch desk."""
    with node.act("administrator"):
        un = loading.open_register("un", "UN list", "UNSCR", "sanctions")
        loading.load(un, SAMPLE.joinpath("sanctions_un.xml"), "un")
        vessels = loading.open_register("vessels", "Vessel register", "own", "identification")
        mapping = Mapping.load(SAMPLE.joinpath("vessels.yaml"))
        loading.load(vessels, SAMPLE.joinpath("vessels.csv"), "table", mapping)
    return node


def upload(client, content=MANIFEST, name="manifest.csv", purpose="entry of a vessel"):
    file = BytesIO(content)
    file.name = name
    return client.post("/screen/", {"file": file, "purpose": purpose})


def first_match(client, screening):
    page = client.get(screening).content.decode()
    return "/matches/" + page.split('href="/matches/')[1].split('"')[0]


def test_a_manifest_is_screened_and_its_rows_shown_those_to_decide_first(lists):
    client = lists.client()
    address = upload(client).headers["location"]
    page = client.get(address).content.decode()
    assert "to decide" in page
    assert "MERIDIANQE EN" in page
    assert page.index("to decide</strong>") < page.index("no match</span>")
    with lists.act("supervisor"):
        assert ledger.lines(kind="screening.read")


def test_the_list_counts_rows_matches_and_what_is_to_decide(lists):
    client = lists.client()
    upload(client)
    page = client.get("/screen/").content.decode()
    assert "entry of a vessel" in page
    assert "to decide</span>" in page


def test_rows_that_cannot_be_read_are_shown_with_what_was_expected(lists):
    client = lists.client()
    answer = upload(client, SAMPLE.joinpath("manifest_bad.csv").read_bytes(), "bad.csv")
    page = client.get(answer.headers["location"]).content.decode()
    assert "Rows that could not be read" in page


@pytest.mark.parametrize(
    ("content", "purpose", "said"),
    [
        (MANIFEST, " ", "say what the screening is for"),
        (b"", "x", "choose a file"),
        (b"\xff\xfe\x00nonsense", "x", 'role="alert"'),
        (b"a,b\n1,2\n", "x", "manifest.csv"),
    ],
)
def test_what_cannot_be_screened_is_told_at_the_form(lists, content, purpose, said):
    answer = upload(lists.client(), content, purpose=purpose)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert said in page
    assert "/tmp/" not in page


def test_a_match_shows_both_sides_the_reasons_and_a_form_to_decide(lists):
    client = lists.client()
    page = client.get(first_match(client, upload(client).headers["location"])).content.decode()
    for text in ("Looked for", "On record", "Why the machine found it", "Confirm the hit", "Not the same"):
        assert text in page


def test_a_confirmed_match_is_a_hit_and_offers_to_ask_a_partner(lists):
    client = lists.client()
    match = first_match(client, upload(client).headers["location"])
    client.post(match, {"decision": "confirmed", "note": "IMO number and flag are the same"})
    page = client.get(match).content.decode()
    assert "hit, confirmed" in page
    assert "IMO number and flag are the same" in page
    assert f"/cases/new/?match={match.split('/')[2]}" in page
    with lists.act("supervisor"):
        assert ledger.lines(kind="match.confirmed")


def test_a_match_is_decided_once(lists):
    client = lists.client()
    match = first_match(client, upload(client).headers["location"])
    client.post(match, {"decision": "discarded", "note": "another vessel"})
    answer = client.post(match, {"decision": "confirmed", "note": "or is it"})
    assert answer.status_code == 409
    assert "Read it again" in answer.content.decode()


def test_a_decision_without_a_note_is_asked_again_and_keeps_nothing(lists):
    client = lists.client()
    match = first_match(client, upload(client).headers["location"])
    answer = client.post(match, {"decision": "confirmed", "note": "  "})
    assert answer.status_code == 422
    assert "say in a few words" in answer.content.decode()
    assert "Confirm the hit" in client.get(match).content.decode()


def test_the_data_protection_officer_sees_a_match_but_does_not_decide(lists):
    match = first_match(lists.client(), upload(lists.client()).headers["location"])
    dpo = lists.client("data-protection-officer")
    page = dpo.get(match).content.decode()
    assert "Confirm the hit" not in page
    answer = dpo.post(match, {"decision": "confirmed", "note": "x"})
    assert answer.status_code == 403
    assert "Who may grant it" in answer.content.decode()


def test_another_authority_sees_neither_screening_nor_match(lists):
    client = lists.client()
    screening = upload(client).headers["location"]
    match = first_match(client, screening)
    other = lists.client(code="de-spoc")
    assert other.get(screening).status_code == 404
    assert other.get(match).status_code == 404


def test_a_program_screens_and_decides(lists):
    client = lists.client()
    file = BytesIO(MANIFEST)
    file.name = "manifest.csv"
    answer = client.post("/api/screenings?purpose=entry", {"file": file})
    assert answer.status_code == 201, answer.content
    made = answer.json()
    matches = [match for row in made["rows"] for match in row["matches"]]
    assert matches
    assert matches[0]["decision"] == "open"
    assert client.get(f"/api/screenings/{made['id']}").json()["rows"] == made["rows"]
    assert client.get("/api/screenings").json()[0]["id"] == made["id"]
    path = f"/api/matches/{matches[0]['id']}"
    both = client.get(path).json()
    assert both["query"]["properties"]
    assert both["found"]["properties"]
    body = {"decision": "confirmed", "note": "the same number"}
    assert (
        client.post(f"{path}/decision", body, content_type="application/json").json()["decision"]
        == "confirmed"
    )
    again = client.post(f"{path}/decision", body, content_type="application/json")
    assert again.status_code == 409
    assert "already" in again.json()["error"]


def test_a_program_that_states_no_purpose_is_told_the_field(node):
    answer = node.client().post("/api/screenings", {"file": BytesIO(MANIFEST)})
    assert answer.status_code == 422
    assert answer.json()["field"] == "purpose"


def test_without_the_matcher_the_page_says_to_try_again(node):
    answer = upload(node.client())
    assert answer.status_code == 503
    assert "Try again" in answer.content.decode()
