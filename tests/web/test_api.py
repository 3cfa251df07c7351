"""The API as a whole: whatever any role sends to any route, the answer is one that the schema names."""

from __future__ import annotations

from datetime import timedelta

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from comity.base.time import now
from comity.node import authorities

ROLES = ("officer", "analyst", "supervisor", "data-protection-officer", "administrator")
CHECKS = [not_a_server_error, response_schema_conformance, status_code_conformance]


def headers(node, role):
    with node.act(role):
        token = authorities.make_token(node.officer(role), "test", now() + timedelta(days=1))
    return {"Authorization": f"Bearer {token}", "X-Purpose": "test"}


@pytest.fixture
def one_connection():
    """A request leaves the connection open, so that what it has changed can be undone."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


# schemathesis leaves it to the garbage collector to close the files it was answered with.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.usefixtures("one_connection")
@pytest.mark.parametrize("role", ROLES)
def test_no_input_breaks_a_route(world, role):
    from comity.web.wsgi import application

    node, things = world
    known = {name: str(value) for name, value in things.items()}
    said = headers(node, role)
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", application)
    tried = 0
    for found in schema.get_all_operations():
        operation = found.ok()

        @given(case=operation.as_strategy())
        @settings(
            max_examples=4,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def attempt(case):
            nonlocal tried
            case.path_parameters = {
                name: known.get(name, value) for name, value in (case.path_parameters or {}).items()
            }
            with transaction.atomic():
                case.call_and_validate(headers=said, checks=CHECKS)
                transaction.set_rollback(True)
            tried += 1

        attempt()
    assert tried > 100


def test_the_documentation_is_open_and_needs_nothing_from_elsewhere(node):
    page = node.client(None).get("/api/docs")
    assert page.status_code == 200
    assert b"http://" not in page.content
    assert b"https://" not in page.content
    assert node.client(None).get("/api/openapi.json").json()["openapi"].startswith("3.")


@pytest.mark.parametrize("body", [b"{", b"[NaN]", b'{"a": "\\u0000"}', b'{"a": "\\ud800"}', b"\xff"])
def test_a_body_that_cannot_be_kept_is_not_read(node, body):
    answer = node.client("administrator").post("/api/partners", body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_text_that_cannot_be_kept_is_refused(node):
    assert node.client().get("/api/records?q=%00&purpose=x").status_code == 422
    assert node.client().get("/worklist/?filter=%00").status_code == 422


def test_a_session_without_the_token_of_its_page_changes_nothing(node):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.cookies = node.client("administrator").cookies
    given = {"code": "x", "name": "x", "basis": "x", "use": "x"}
    answer = client.post("/api/registers", given, content_type="application/json")
    assert answer.status_code == 403
    page = client.post("/registers/", given)
    assert page.status_code == 403
    assert b"too old to be sent" in page.content


def test_the_account_says_what_the_roles_allow(node):
    told = node.client("data-protection-officer").get("/api/account").json()
    assert told["authority"] == "nl-spoc"
    assert "ledger.erase" in told["may"]
    assert "case.open" not in told["may"]
