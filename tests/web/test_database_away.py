from __future__ import annotations

import pytest
from django.db import OperationalError


@pytest.fixture
def away(monkeypatch):
    """The database goes away in the middle of what the officer asks for."""

    def fail(*_: object, **__: object) -> None:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr("comity.node.cases.worklist.read", fail)
    monkeypatch.setattr("comity.node.authorities.Identity.of_token", fail)


def test_a_page_says_that_the_database_is_being_started_again(node, away):
    answer = node.client().get("/worklist/")
    assert answer.status_code == 503
    assert "Look whether it was done" in answer.content.decode()


def test_a_program_is_told_to_try_again(node, away):
    answer = node.client(None).get("/api/partners", headers={"authorization": "Bearer x"})
    assert answer.status_code == 503
    assert "try again" in answer.json()["error"]
