from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import psycopg
import pytest
from django.apps import apps
from django.db import DatabaseError, connection

from comity.base.errors import Conflict, Denied, InputError, NotFound
from comity.node import database, jobs, ledger, oversight, search, statistics
from comity.node.cases import casework, finding, likeness, reading, rules
from comity.node.cases.models import Case, CasePart, Step
from comity.node.exchange import sending
from comity.node.exchange.models import Outbox
from comity.node.keeping import deleting, periods, reviewing
from comity.node.keeping.models import Hold, Masked, Review
from comity.node.migrations import __path__ as migrations
from comity.node.registers import screening
from comity.node.registers.models import Query
from comity.node.statistics import Period

SECRET = "lusive"


def own(node):
    """All rows of the Dutch authority, table by table, as text, read past every policy."""
    tables = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE 'node\\_%'"
    with psycopg.connect(database.urls(node.home).owner) as owner:
        names = [name for (name,) in owner.execute(tables).fetchall()]
        found = {}
        for name in names:
            owner.execute(f"ALTER TABLE {name} NO FORCE ROW LEVEL SECURITY")
            rows = owner.execute(f"SELECT to_jsonb(t), t::text FROM {name} t").fetchall()
            found[name] = [text for row, text in rows if row.get("authority_id") == node.nl.pk]
        owner.rollback()
    return found


def test_a_case_under_2023_977_is_proposed_for_review_six_months_after_it_was_closed(node, hand, rounds):
    facts = {
        "urgent": False,
        "information_sought": "Owner of a vessel",
        "purpose_facts_offence": "Drug trafficking",
        "reasons_available": "It called at Hamburg",
        "subjects": [],
        "link_person_purpose": "None",
        "language": "en",
    }
    with node.act():
        case = casework.open_case("dir-2023-977/request", node.de, "A request", facts)
        casework.take_step(case.pk, "sent", {})
    node.carry()
    with node.act():
        casework.take_step(case.pk, "withdrawn", {"text": "No longer needed"})
        casework.take_step(case.pk, "closed", {"fields": {"outcome": "withdrawn"}})
        [end] = periods.of_case(finding.find(case.pk))
    node.carry()
    assert (end.do, end.at.date().isoformat(), end.article) == (
        "review",
        "2026-07-16",
        "dir-2023-977 art. 16(4)",
    )
    keeper = rounds
    assert keeper.later(days=180).proposed == 0
    assert keeper.later(days=3).proposed == 1
    assert keeper.round().proposed == 0
    with node.act():
        [review] = reviewing.open_reviews()
        assert review.case_id == case.pk
        reviewing.decide(review.pk, "keep", "The inquiry goes on")
        [end] = periods.of_case(finding.find(case.pk))
        assert end.at.date().isoformat() == "2027-01-18"
    assert keeper.later(days=100).proposed == 0
    assert keeper.later(days=90).proposed == 1
    year = Period(date(2026, 1, 1), date(2026, 12, 31))
    with node.act("data-protection-officer"):
        before = statistics.read(year, again=True)
    with node.act():
        [review] = reviewing.open_reviews()
        reviewing.decide(review.pk, "delete", "It has ended")
        assert not Case.objects.exists()
    with node.act("data-protection-officer"):
        after = statistics.read(year, again=True)
    assert before.counts.of("sent") == 1
    assert (after.counts, after.agrees) == (before.counts, True)


def test_what_is_not_yet_due_is_left_alone(keeper, node):
    done = keeper.later(days=20)
    assert (done.deleted, done.masked, done.proposed) == (0, 0, 0)


def test_a_part_is_deleted_when_its_own_term_has_ended(keeper, node):
    assert keeper.later(days=30).deleted == 1
    with node.act():
        assert not CasePart.objects.exists()
        [line] = ledger.lines(kind="part.deleted")
        assert line.article == "test-keeping art. 4"
        assert SECRET not in str(line.body)
        assert finding.find(keeper.case).facts["subject"] == "The Elusive"


def test_a_group_of_fields_is_masked_then_another_deleted(keeper, node):
    assert keeper.later(days=40).masked == 1
    with node.act():
        assert "address" not in finding.find(keeper.case).facts
        [masked] = Masked.objects.all()
        assert b"Quiet" not in bytes(masked.sealed)
    assert keeper.later(days=60).deleted == 1
    with node.act():
        assert finding.find(keeper.case).facts == {"subject": "The Elusive"}
        [line] = ledger.lines(kind="case.fields-deleted")
        assert (line.article, line.body["fields"]) == ("test-keeping art. 6", ["witness"])
    assert "Wanda" not in str(own(node))
    assert keeper.round().deleted == 0


def test_a_case_whose_act_says_delete_is_gone_everywhere(keeper, node):
    assert keeper.later(days=366).deleted >= 1
    with node.act():
        for read in (finding.find, reading.read_case):
            with pytest.raises(NotFound):
                read(keeper.case)
        assert [case.title for case in Case.objects.all()] == ["Another matter"]
        assert search.search(search.Asked("Elusive")).hits == []
    left = {
        name: [row for row in rows if SECRET in row or str(keeper.case) in row]
        for name, rows in own(node).items()
    }
    assert {name: rows for name, rows in left.items() if rows} == {}


def test_the_ledger_still_verifies_and_says_what_was_deleted_without_it(keeper, node):
    keeper.later(days=366)
    with node.act("data-protection-officer"):
        [line] = ledger.lines(kind="case.deleted")
        assert line.article == "test-keeping art. 7"
        assert line.body["deleted"]["steps"] == 3
        assert line.body["by"] == "expiry"
        assert SECRET not in str(line.body)
    jobs.seal_once()
    with node.act("data-protection-officer"):
        assert oversight.verify_ledger().ok


def test_what_was_read_and_by_whom_stays_known(keeper, node):
    with node.act(purpose="a stated purpose"):
        reading.read_case(keeper.case)
    keeper.later(days=366)
    with node.act("data-protection-officer"):
        assert [line.body["reference"] for line in ledger.lines(kind="case.read")] == ["NL-2026-00001"]
        assert [line.body for line in ledger.lines(kind="case.opened") if line.body is None] == [None]


def test_a_message_keeps_its_place_in_the_chain_and_its_receipt(keeper, node):
    keeper.later(days=366)
    with node.act():
        sent = Outbox.objects.order_by("sequence")
        assert all(bytes(row.signed) == b"" and row.receipt and row.digest for row in sent)
        with pytest.raises(NotFound, match="deleted when its time had come"):
            sending.read_message(sent[0].pk)


def test_the_partner_keeps_what_it_has_until_it_has_closed_it_itself(keeper, node):
    keeper.later(days=366)
    assert keeper.round("de-spoc").deleted == 1
    with node.act(code="de-spoc"):
        [case] = Case.objects.all()
        assert case.facts["subject"] == "The Elusive"
        assert not case.parts.exists()


def test_another_round_changes_nothing(keeper, node):
    keeper.later(days=366)
    with node.act("data-protection-officer"):
        before = len(ledger.lines(limit=1000))
    assert keeper.round().deleted == 0
    with node.act("data-protection-officer"):
        assert len(ledger.lines(limit=1000)) == before


def test_a_round_that_is_cut_off_leaves_the_case_whole(keeper, node, monkeypatch):
    def cut(*arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(deleting, "_call", cut)
        with pytest.raises(KeyboardInterrupt):
            keeper.later(days=366)
    with node.act():
        assert reading.read_case(keeper.case).case.facts["subject"] == "The Elusive"
        assert not ledger.lines(kind="case.deleted")
    assert keeper.round().deleted >= 1


def test_a_hold_keeps_a_case_until_it_is_ended(keeper, node):
    with pytest.raises(Denied), node.act():
        reviewing.hold(keeper.case, "Court proceedings")
    with node.act("data-protection-officer"):
        with pytest.raises(InputError, match="why"):
            reviewing.hold(keeper.case, " ")
        reviewing.hold(keeper.case, "Court proceedings")
        with pytest.raises(Conflict, match="already"):
            reviewing.hold(keeper.case, "Again")
    done = keeper.later(days=366)
    assert (done.deleted, done.waiting > 0) == (0, True)
    with node.act("data-protection-officer"):
        reviewing.release(keeper.case, "Judgment is final")
        assert Hold.objects.get().end_reason == "Judgment is final"
    assert keeper.round().deleted >= 1


def test_a_case_with_a_message_on_its_way_waits(keeper, node):
    with node.act():
        Outbox.objects.filter(kind="case.step").update(state=Outbox.PENDING)
    assert keeper.later(days=366).deleted == 0


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT comity_delete_case(%s, 1)",
        "DELETE FROM node_case WHERE id = %s",
        "SELECT comity_told(1, 'case.deleted', %s, NULL)",
    ],
)
def test_the_application_deletes_nothing_without_an_entry_that_says_so(keeper, node, statement):
    with pytest.raises(DatabaseError), node.act(), connection.cursor() as cursor:
        cursor.execute(statement, [str(keeper.case)])
    with node.act():
        assert Case.objects.filter(pk=keeper.case).exists()


def test_an_entry_of_another_case_deletes_nothing(keeper, node):
    with node.act():
        entry = ledger.record("case.deleted", case="another", body={})
    with pytest.raises(DatabaseError, match="without an entry"), node.act():
        deleting._call("comity_delete_case", keeper.case, entry.pk)


def test_a_review_that_keeps_runs_anew_and_one_that_deletes_deletes(keeper, node, hand):
    with node.act():
        case = finding.find(keeper.case)
        [end] = [each for each in periods.of_case(case) if each.article == "test-keeping art. 8"]
        reviewing.propose(end, case=case)
        [review] = reviewing.open_reviews()
        with pytest.raises(InputError, match="why"):
            reviewing.decide(review.pk, "keep", "")
        with pytest.raises(InputError, match="keep or delete"):
            reviewing.decide(review.pk, "burn", "why not")
        reviewing.decide(review.pk, "keep", "The inquiry goes on")
        with pytest.raises(Conflict, match="already"):
            reviewing.decide(review.pk, "delete", "Changed my mind")
        assert not reviewing.open_reviews().exists()
        [line] = ledger.lines(kind="keeping.confirmed")
        assert (line.article, line.body["reason"]) == (end.article, "The inquiry goes on")
        reviewing.propose(end, case=case)
        [review] = reviewing.open_reviews()
        reviewing.decide(review.pk, "delete", "No longer needed")
        assert not Case.objects.filter(pk=keeper.case).exists()
        [line] = ledger.lines(kind="case.deleted")
        assert (line.body["by"], line.body["reason"]) == ("review", "No longer needed")
    assert not Review.objects.filter(case=keeper.case)


@pytest.fixture
def boats(keeper, node, matcher):
    """What two cases of the Dutch desk say of the same boat, looked for in the registers."""
    boat = {"schema": "Vessel", "properties": {"name": ["The Elusive"], "imoNumber": ["IMO9074729"]}}
    with node.act():
        case = finding.find(keeper.case)
        case.facts = {**case.facts, "boats": [boat]}
        case.save()
        other = Case.objects.get(title="Another matter")
        Case.objects.filter(pk=other.pk).update(facts={"boats": [boat]})
        likeness.index([case, Case.objects.get(pk=other.pk)])
        screening.cross_check(case.pk, case.conversation, rules.subjects(case))
        assert likeness.seen_before(case)
    return other


def test_a_review_of_some_facts_deletes_these_alone_and_what_finds_them_again(keeper, node, boats):
    assert keeper.later(days=61).proposed == 1
    with node.act():
        [review] = reviewing.open_reviews()
        reviewing.decide(review.pk, "delete", "The boats are sold")
        case = finding.find(keeper.case)
        assert case.facts["subject"] == "The Elusive"
        assert "boats" not in case.facts
        assert likeness.seen_before(case) == []
        assert not Query.objects.filter(case=case)


def test_a_review_decides_nothing_of_a_case_whose_period_runs_no_more(keeper, node):
    assert keeper.later(days=190).proposed == 1
    with node.act():
        [review] = reviewing.open_reviews()
        casework.take_step(keeper.case, "reopened", {"fields": {"reopening_reason": "New facts"}})
    node.carry()
    with node.act():
        with pytest.raises(Conflict, match="runs no more"):
            reviewing.decide(review.pk, "delete", "No longer needed")
        assert Case.objects.filter(pk=keeper.case).exists()


def test_the_body_of_an_entry_is_erased_when_its_term_has_ended(keeper, node, hand):
    with node.act():
        entry = ledger.record("walk.entry", body={"x": 1}, keep_until=hand.now + timedelta(days=2))
    assert keeper.later(days=1).entries == 0
    assert keeper.later(days=2).entries == 1
    with node.act("data-protection-officer"):
        assert ledger.line(entry.pk).body is None


def test_every_table_that_refers_to_a_case_or_a_step_is_emptied_with_it(home):

    said = (Path(migrations[0]) / "0015_keeping.py").read_text()
    for model in apps.get_app_config("node").get_models():
        for field in model._meta.fields:
            if field.related_model in (Case, Step) and model is not Case:
                table = model._meta.db_table.removeprefix("node_")
                assert re.search(rf'"{table}"|node_{table}\b', said), f"{table} is not deleted with its case"
