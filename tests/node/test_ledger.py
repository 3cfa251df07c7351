from __future__ import annotations

import psycopg
import pytest
from django.db import connection

from comity.base.errors import Conflict, Denied
from comity.node import authorities, database, jobs, ledger, oversight
from comity.wire.export import verify_export

FIRST = "(SELECT min(id) FROM node_entry WHERE \"case\" = 'c')"
LAST = "(SELECT max(id) FROM node_entry WHERE \"case\" = 'c')"


@pytest.fixture
def written(node):
    with node.act():
        for number in range(5):
            ledger.record("test.entry", article="art. 1", case="c", body={"number": number, "name": "Jansen"})
    jobs.seal_once()
    return node


def verify(node, role="supervisor"):
    with node.act(role):
        return oversight.verify_ledger()


def as_owner(node, statement):
    """What somebody with the owner's rights could do behind the application's back."""
    with psycopg.connect(database.urls(node.home).owner, autocommit=True) as owner:
        for table in ("node_entry", "node_body", "node_leaf", "node_checkpoint"):
            owner.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        owner.execute(statement)
        for table in ("node_entry", "node_body", "node_leaf", "node_checkpoint"):
            owner.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def test_an_untouched_ledger_verifies(written):
    report = verify(written)
    assert report.ok, report.problems
    assert report.entries >= 5


def test_an_entry_says_who_what_when_and_under_which_article(written):
    with written.act("supervisor"):
        line = ledger.lines(case="c")[0]
    assert (line.kind, line.article, line.body) == ("test.entry", "art. 1", {"number": 4, "name": "Jansen"})
    assert line.actor == f"officer-{written.officer().pk}"
    assert line.place is not None


def test_nothing_personal_stands_in_clear_in_the_database(written):
    with written.act("supervisor"), connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(e::text || b::text, '') FROM node_entry e JOIN node_body b ON b.entry_id = e.id"
        )
        assert "Jansen" not in cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        (f"UPDATE node_entry SET kind = 'test.other' WHERE id = {LAST}", "changed-header"),
        (f"UPDATE node_entry SET actor = 'officer-0' WHERE id = {FIRST}", "changed-header"),
        (f"UPDATE node_body SET ciphertext = ciphertext || '\\x00' WHERE entry_id = {LAST}", "changed-body"),
        (f"UPDATE node_body SET ciphertext = NULL, wrapped_key = NULL WHERE entry_id = {LAST}", "changed-body"),
        (f"DELETE FROM node_leaf WHERE entry_id = {FIRST}", "missing"),
        (f"DELETE FROM node_leaf WHERE entry_id >= {FIRST}; DELETE FROM node_checkpoint", "unsealed"),
        (f"UPDATE node_leaf SET hash = repeat('0', 64) WHERE entry_id = {FIRST}", "changed-header"),
        ("UPDATE node_checkpoint SET signed = replace(signed, '.', 'x.')", "signature"),
    ],
)  # fmt: skip
def test_a_change_behind_the_ledgers_back_is_found(written, statement, kind):
    as_owner(written, statement)
    report = verify(written)
    assert not report.ok
    found = {problem.kind for problem in report.problems}
    assert kind in found or (kind == "signature" and found & {"unreadable", "checkpoint", "signature"}), (
        report.problems
    )


def test_a_found_change_is_itself_an_entry(written):
    as_owner(written, "UPDATE node_entry SET kind = 'test.other' WHERE \"case\" = 'c'")
    verify(written)
    with written.act("supervisor"):
        wanting = ledger.lines(kind="ledger.found-wanting")[0]
    assert "changed" in wanting.body["problems"][0]


def test_a_lawfully_erased_body_is_gone_and_the_ledger_still_verifies(written):
    with written.act("data-protection-officer"):
        sequence = ledger.lines(case="c")[0].sequence
        oversight.erase_body(sequence, "the term of art. 16(4) has ended")
        assert ledger.line(sequence).body is None
    jobs.seal_once()
    report = verify(written)
    assert report.ok, report.problems
    assert report.erased == 1


def test_a_body_is_erased_once(written):
    with written.act("data-protection-officer"):
        sequence = ledger.lines(case="c")[0].sequence
        oversight.erase_body(sequence, "term ended")
    with pytest.raises(Conflict, match="already"), written.act("data-protection-officer"):
        oversight.erase_body(sequence, "term ended")


def test_only_the_data_protection_officer_erases(written):
    with pytest.raises(Denied, match="data protection officer"), written.act("supervisor"):
        oversight.erase_body(1, "because")


def test_a_denial_is_kept_in_the_ledger(written):
    with pytest.raises(Denied), written.act("officer"):
        oversight.verify_ledger()
    with written.act("supervisor"):
        assert ledger.lines(kind="access.denied")[0].body["rule"] == "ledger.verify"


def test_an_export_verifies_offline_and_without_bodies_says_nothing_personal(written, tmp_path):
    path = tmp_path / "ledger.jsonl"
    with written.act("data-protection-officer", purpose="supervision"):
        oversight.export_ledger(path)
    report = verify_export(path, authorities.trust_list())
    assert report.ok
    assert report.withheld == report.entries
    assert "Jansen" not in path.read_text()


def test_every_sealed_entry_has_a_proof_that_holds(written):
    from comity.wire import tree

    with written.act("supervisor"):
        for line in ledger.lines(case="c"):
            proof = ledger.proof(line.sequence)
            path = [bytes.fromhex(step) for step in proof.path]
            assert tree.verify_inclusion(
                bytes.fromhex(proof.root), proof.size, proof.place, bytes.fromhex(proof.leaf), path
            )


def test_sealing_goes_on_where_it_stopped(written):
    with written.act():
        ledger.record("test.later")
    assert jobs.seal_once() >= 1
    assert jobs.seal_once() == 0
    assert verify(written).ok


def test_each_authority_has_a_ledger_of_its_own(written):
    with written.act("supervisor", "de-spoc"):
        assert not ledger.lines(case="c")
        assert oversight.verify_ledger().ok
