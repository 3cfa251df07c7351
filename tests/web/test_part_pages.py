from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from comity.base.time import now
from comity.law import book as law_book
from comity.node import ledger
from comity.node.cases import casework, exporting, rules
from comity.node.cases.models import CasePart
from comity.web import dossiers

ACT = Path(__file__).parents[1] / "node" / "cases" / "act_with_parts.yaml"
SOON = f"{(now() + timedelta(days=5)).date()}"


@pytest.fixture(scope="module")
def act():
    return law_book.Book.load(law_book.HOME, ACT)


@pytest.fixture
def case(node, act, monkeypatch):
    monkeypatch.setattr(rules, "book", lambda: act)
    with node.act():
        case = casework.open_case("test-act/inquiry", node.de, "Two things", {"purpose": "test"})
        casework.take_step(case.pk, "sent", {})
    node.carry()
    return case.pk


def add(node, case, **given):
    fields = {f"fact-{name}": value for name, value in ({"title": "A dusty file"} | given).items()}
    return node.client().post(f"/cases/{case}/parts/item/", fields)


def test_the_page_of_a_case_offers_to_add_a_part_and_shows_it(node, case):
    page = node.client().get(f"/cases/{case}/").content.decode()
    assert f'href="/cases/{case}/parts/item/"' in page
    answer = add(node, case, due=SOON)
    with node.act():
        part = CasePart.objects.get()
    assert answer.headers["location"] == f"/cases/{case}/#part-{part.key}"
    page = node.client().get(f"/cases/{case}/").content.decode()
    assert "A dusty file" in page
    assert "Do it" in page
    assert f'href="/cases/{case}/parts/item/{part.key}/"' in page


def test_a_form_that_is_not_complete_says_so_at_the_field(node, case):
    answer = add(node, case, title="")
    assert answer.status_code == 422
    assert "Title: needed, article 3" in answer.content.decode()


def test_a_part_is_changed_and_its_form_shows_what_it_was(node, case):
    add(node, case, due=SOON)
    with node.act():
        part = CasePart.objects.get()
    address = f"/cases/{case}/parts/item/{part.key}/"
    assert SOON in node.client().get(address).content.decode()
    with node.act():
        assert {"part": "item", "key": str(part.key)}.items() <= ledger.lines(kind="case.read")[
            0
        ].body.items()
    node.client().post(address, {"fact-title": "A clean file"})
    with node.act():
        assert CasePart.objects.get().values == {"title": "A clean file"}


def test_a_program_adds_changes_and_reads_parts(node, case):
    client, stated = node.client(), {"X-Purpose": "test"}

    def put(method, path, **values):
        body = {"data": json.dumps({"values": values}), "content_type": "application/json"}
        return getattr(client, method)(f"/api/cases/{case}/parts/{path}", headers=stated, **body)

    added = put("post", "item", title="A dusty file", due=SOON)
    assert added.status_code == 201
    assert put("put", f"item/{added.json()['key']}", due=None).json()["values"] == {"title": "A dusty file"}
    assert put("post", "item", colour="red").json()["field"] == "colour"
    assert put("post", "elephant").status_code == 404
    [kind] = client.get(f"/api/cases/{case}/parts", headers=stated).json()["kinds"]
    assert [each["values"]["title"] for each in kind["parts"]] == ["A dusty file"]
    assert kind["parts"][0]["clocks"][0]["id"] == f"do_it:{added.json()['key']}"


def test_parts_are_in_the_files_of_a_case(node, case):
    add(node, case)
    with node.act():
        dossier = exporting.export_case(case)
        kept = json.loads(dossiers.as_json(dossier))["parts"]
        assert [(each["name"], each["values"]) for each in kept] == [("item", {"title": "A dusty file"})]
        assert dossiers.as_pdf(dossier).startswith(b"%PDF")


def test_a_court_gets_our_own_parts_and_learns_that_others_were_left_out(node, case):
    add(node, case)
    with node.act():
        theirs = {"name": "item", "party": "de-spoc", "values": {"title": "Theirs"}}
        CasePart.objects.create(case_id=case, added_at=now(), **theirs)
        dossier = exporting.export_case(case, for_court=True)
        assert [part.values["title"] for part in dossier.parts] == ["A dusty file"]
        assert "Parts of the case left out, which others added: 1" in [
            each.reason for each in dossier.withheld
        ]


def test_what_a_part_says_is_found_by_the_search(node, case):
    add(node, case)
    page = node.client().get("/search/", {"q": "dusty", "purpose": "test"}).content.decode()
    assert "Part of the case" in page
    assert "Two things" in page
