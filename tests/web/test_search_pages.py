from __future__ import annotations

import pytest

from comity.node import ledger
from comity.node.cases import casework

REQUEST = "dir-2023-977/request"


@pytest.fixture
def desk(node):
    with node.act():
        casework.open_case(REQUEST, node.de, "Theft of a <b>Škoda</b>", {})
    return node


def test_the_search_asks_for_a_purpose_before_it_looks(desk):
    page = desk.client().get("/search/?q=skoda")
    assert page.status_code == 200
    assert b"Theft" not in page.content
    with desk.act("supervisor"):
        assert ledger.lines(kind="search.run") == []
    assert desk.client().get("/search/?q=skoda&purpose=").status_code == 422


def test_the_page_marks_what_was_found_and_leads_to_the_case(desk):
    page = desk.client().get("/search/?q=skoda&purpose=car+theft").content.decode()
    assert "<mark>&lt;b&gt;Škoda&lt;/b&gt;</mark>" in page
    assert "/cases/" in page
    assert "1 place" in page


def test_filters_can_be_given_on_the_page(desk):
    client = desk.client()
    assert b"Theft" in client.get("/search/?q=skoda&purpose=x&partner=de-spoc&kind=case").content
    assert b"Theft" not in client.get("/search/?q=skoda&purpose=x&kind=step").content
    assert b"Theft" not in client.get("/search/?q=skoda&purpose=x&until=2020-01-01").content


@pytest.mark.parametrize(
    "query", ["q=%21&purpose=x", "q=x&purpose=x&since=never", "q=x&purpose=x&page=x", "q=x&purpose=x&kind=x",
              "q=x&purpose=x&until=9999-12-31", "q=x&purpose=x&page=99999999999999999999"],
)  # fmt: skip
def test_what_cannot_be_read_is_said_at_its_field(desk, query):
    page = desk.client().get(f"/search/?{query}")
    assert page.status_code == 422
    assert b'class="error"' in page.content


def test_the_api_finds_the_same(desk):
    told = desk.client().get("/api/search?q=skoda&purpose=x").json()
    assert told["total"] == 1
    assert told["hits"][0]["kind"] == "case"
    assert {"text": "<b>Škoda</b>", "found": True} in told["hits"][0]["snippet"]
    assert desk.client().get("/api/search?q=skoda").status_code == 403
    assert desk.client(code="de-spoc").get("/api/search?q=skoda&purpose=x").json()["total"] == 0


def test_the_box_is_on_every_page_of_those_who_may_search(desk):
    assert b'class="seek"' in desk.client().get("/cases/").content
    assert b'class="seek"' not in desk.client("administrator").get("/partners/").content


def test_records_are_shown_with_the_reason_in_the_readers_language(world):
    node, _ = world
    client = node.client()
    assert "is the same in both" in client.get("/search/?q=meridianque&purpose=x").content.decode()
    german = {"Accept-Language": "de"}
    page = client.get("/search/?q=meridianque&purpose=x", headers=german).content.decode()
    assert "MERIDIANQUE" in page
    assert "is the same in both" not in page
