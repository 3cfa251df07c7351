from __future__ import annotations

import json

NAPLES = {"step": "naples2/information answered", "length": "6", "unit": "months"}


def test_a_supervisor_sets_a_target_and_gives_it_up(node):
    client = node.client("supervisor")
    assert client.post("/targets/", NAPLES).status_code == 302
    page = client.get("/targets/").content.decode()
    assert "6 months" in page
    assert "It is no law" in page
    [target] = client.get("/api/targets").json()
    assert (target["within"], target["counting"]) == ("P6M", "calendar-days")
    client.post(f"/targets/{target['id']}/end/")
    assert client.get("/api/targets").json() == []


def test_what_cannot_be_a_target_is_said_at_its_field(node):
    client = node.client("supervisor")
    assert client.post("/targets/", NAPLES | {"length": "many"}).status_code == 422
    assert client.post("/targets/", NAPLES | {"step": "x y"}).status_code == 422


def test_a_program_sets_a_target(node):
    given = {
        "procedure": "naples2/information",
        "step": "answered",
        "within": "P30D",
        "counting": "working-days",
    }
    client = node.client("supervisor")
    made = client.post("/api/targets", json.dumps(given), content_type="application/json")
    assert made.status_code == 201
    assert client.delete(f"/api/targets/{made.json()['id']}").status_code == 204


def test_officers_see_targets_and_set_none(node):
    client = node.client()
    assert "Set a target" not in client.get("/targets/").content.decode()
    assert client.post("/targets/", NAPLES).status_code == 403
    assert 'href="/targets/"' in client.get("/worklist/").content.decode()
