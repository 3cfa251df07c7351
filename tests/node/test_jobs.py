from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection

from comity.base.time import clock, now
from comity.node import jobs, ledger
from comity.node.cases import casework
from comity.node.exchange import receiving, sending
from comity.node.keeping import reviewing
from comity.node.registers.models import Match, Query

FACTS = {
    "urgent": False,
    "information_sought": "Registered owner of the vessel",
    "purpose_facts_offence": "Smuggling",
    "reasons_available": "It called at Hamburg",
    "subjects": [{"schema": "Vessel", "properties": {"name": ["MERIDIANQUE EN"], "imoNumber": ["9999008"]}}],
    "link_person_purpose": "It carried the goods",
    "language": "en",
}


def waiting_jobs():
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name FROM procrastinate_jobs WHERE status = 'todo'")
        return [row[0] for row in cursor.fetchall()]


def test_a_message_wakes_the_worker_when_its_transaction_commits(node):
    with node.act():
        sending.send(node.de, "test.note", {}, conversation=uuid4(), procedure="test/note", purpose="a test")
    assert "deliver" in waiting_jobs()


def test_nothing_wakes_the_worker_when_the_transaction_is_undone(node):
    with pytest.raises(ZeroDivisionError), node.act():  # noqa: PT012
        sending.send(node.de, "test.note", {}, conversation=uuid4(), procedure="test/note", purpose="a test")
        1 / 0  # noqa: B018
    assert waiting_jobs() == []


def test_a_lost_job_loses_no_message(node, monkeypatch):
    heard = []
    monkeypatch.setitem(
        receiving._handlers, "test.note", lambda received: heard.append(received.message.body)
    )
    with node.act():
        sending.send(
            node.de, "test.note", {"a": 1}, conversation=uuid4(), procedure="test/note", purpose="a test"
        )
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    jobs.sweep(0)
    assert heard == [{"a": 1}]


@pytest.fixture
def asked(node, matcher):
    from pathlib import Path

    from comity.match import sources
    from comity.node.registers import loading

    sample = Path(jobs.__file__).parents[1] / "sample"
    with node.act("analyst", "de-spoc"):
        register = loading.open_register("vessels", "Vessels", "national law", "police")
        loading.load(register, sample / "vessels.csv", "table", sources.Mapping.load(sample / "vessels.yaml"))
    with node.act():
        case = casework.open_case("dir-2023-977/request", node.de, "Owner of a vessel", FACTS)
        casework.take_step(case.pk, "sent", {})
    node.carry()
    return node


def test_a_request_is_cross_checked_on_arrival_and_once(asked):
    jobs.cross_check(asked.de.pk)
    jobs.cross_check(asked.de.pk)
    with asked.act("officer", "de-spoc"):
        assert Query.objects.count() == 1
        assert Match.objects.filter(record__schema="Vessel").count() >= 1
        assert [line.kind for line in ledger.lines(kind="case.cross-checked")] == ["case.cross-checked"]


def test_a_request_is_cross_checked_later_when_the_matcher_was_down(node, monkeypatch):
    with node.act():
        case = casework.open_case("dir-2023-977/request", node.de, "Owner of a vessel", FACTS)
        casework.take_step(case.pk, "sent", {})
    node.carry()
    jobs.cross_check(node.de.pk)
    with node.act("officer", "de-spoc"):
        from comity.node.cases import receiving as case_messages

        assert case_messages.not_cross_checked().count() == 1
    monkeypatch.setattr(
        "comity.node.registers.matching.candidates", lambda entities, **_: [[] for _ in entities]
    )
    jobs.sweep(0)
    with node.act("officer", "de-spoc"):
        assert case_messages.not_cross_checked().count() == 0


def test_the_models_and_the_migrations_agree(node):
    call_command("makemigrations", "--check", "--dry-run", "node", verbosity=0)


def test_the_nightly_round_asks_whether_what_is_due_is_still_needed(node):
    with node.act():
        case = casework.open_case("dir-2023-977/request", node.de, "An old matter", FACTS)
        casework.take_step(case.pk, "sent", {})
    node.carry()
    with node.act():
        casework.take_step(case.pk, "withdrawn", {"text": "No longer needed"})
        casework.take_step(case.pk, "closed", {"fields": {"outcome": "withdrawn"}})
    node.carry()
    jobs.keep(0)
    with node.act():
        assert not reviewing.open_reviews().exists()
    with clock(now() + timedelta(days=200)):
        jobs.keep(0)
        with node.act():
            assert [review.case_id for review in reviewing.open_reviews()] == [case.pk]
