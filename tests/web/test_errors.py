"""What is answered when something cannot be done."""

from __future__ import annotations

import logging

import pytest

from comity.base import errors as tree
from comity.web import errors


def kinds():
    return [
        kind for kind in vars(tree).values() if isinstance(kind, type) and issubclass(kind, tree.ComityError)
    ]


def test_every_error_of_the_tree_has_a_status():
    for kind in kinds():
        error = kind("x", expected=1, got=2) if kind is tree.Gap else kind("x")
        assert 400 <= errors.status_of(error) < 504


def test_of_a_file_only_its_name_is_told():
    error = tree.InputError("is no number", file="/tmp/secret/list.csv", line=3, field="imo")
    assert errors.sentence(error) == "list.csv, line 3, field 'imo': is no number"


def test_an_address_that_leads_nowhere_is_answered_as_a_page_and_as_json(node):
    page = node.client().get("/nowhere/")
    assert page.status_code == 404
    assert "There is no such page" in page.content.decode()
    told = node.client().get("/api/nowhere")
    assert told.status_code == 404
    assert told.json()["error"]


def test_a_fault_of_our_own_shows_an_incident_number_and_logs_no_personal_data(node, monkeypatch, caplog):
    def broken(*_):
        raise RuntimeError("Jansen, born 1971")

    monkeypatch.setattr("comity.node.registers.reading.registers", broken)
    client = node.client()
    client.raise_request_exception = False
    monkeypatch.setattr(logging.getLogger("comity"), "propagate", True)
    page = client.get("/registers/")
    assert page.status_code == 500
    text = page.content.decode()
    number = text.split("incident ")[1][:8]
    assert "Jansen" not in text
    assert "Traceback" not in text
    assert number in caplog.text
    assert "RuntimeError" in caplog.text
    assert "Jansen" not in caplog.text
    assert client.get("/api/registers").json()["error"].startswith("The fault is the node's")


def test_a_denial_names_the_rule_and_who_may_grant_it(node):
    page = node.client("analyst").get("/worklist/").content.decode()
    assert "Officers and supervisors work on cases." in page
    assert "an administrator of your authority" in page


def test_a_failed_change_is_undone(node, monkeypatch):
    from comity.node.exchange import partners

    def then_fail(*_, **__):
        raise tree.Conflict("too late")

    client = node.client("administrator")
    monkeypatch.setattr(partners.ledger, "record", then_fail)
    given = {"code": "be-spoc", "name": "Belgium", "country": "BE", "kind": "spoc"}
    assert client.post("/partners/", given).status_code == 409
    from comity.node.authorities import Authority

    assert not Authority.objects.filter(code="be-spoc").exists()


@pytest.mark.parametrize("path", ["/registers/", "/signin/", "/api/registers"])
def test_no_page_may_be_framed_cached_or_run_foreign_scripts(node, path):
    answer = node.client().get(path)
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    if "signin" not in path:
        assert answer.headers["Cache-Control"] == "no-store"


def test_the_supervisor_of_the_processes_learns_that_the_node_is_well(node):
    assert node.client(None).get("/healthz").json() == {"status": "ok"}
