from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from uuid import uuid4

import pytest

from comity.base.errors import Conflict, Denied, InputError, NotFound, Unavailable
from comity.match import sources
from comity.node import ledger
from comity.node.registers import loading, screening
from comity.node.registers.models import Match, Record

SAMPLE = Path(str(files("comity"))) / "sample"
PURPOSE = "control of cargo at Rotterdam"


@pytest.fixture
def stocked(node, matcher):
    """The Dutch node with the sample lists and the vessel register in it."""
    mapping = sources.Mapping.load(SAMPLE / "vessels.yaml")
    with node.act("analyst"):
        for code, name, kind, given in (
            ("vessels", "vessels.csv", "table", mapping),
            ("un", "sanctions_un.xml", "un", None),
            ("ofac", "ofac", "ofac", None),
        ):
            register = loading.open_register(code, code, "a legal basis", "customs control")
            loading.load(register, SAMPLE / name, kind, given)
    return node


def run(node, name="manifest.csv", role="officer", purpose=PURPOSE):
    with node.act(role, purpose=purpose):
        done = screening.screen(SAMPLE / name, purpose)
        return done, list(Match.objects.filter(query__screening=done).select_related("query", "record"))


def test_a_manifest_gives_explained_matches(stocked):
    _, matches = run(stocked)
    vessel = next(match for match in matches if match.record.schema == "Vessel")
    assert {reason["feature"] for reason in vessel.reasons} >= {"name", "imo"}
    assert all(reason["text"] for reason in vessel.reasons)
    assert vessel.decision == Match.OPEN


def test_clean_rows_give_no_match(stocked):
    done, matches = run(stocked)
    with stocked.act():
        rows = done.queries.count()
    assert 0 < len({match.query_id for match in matches}) < rows / 2


def test_a_bad_row_is_shown_with_its_line_and_the_good_ones_are_screened(stocked):
    done, _ = run(stocked, "manifest_bad.csv")
    assert done.rejected
    assert all(row["line"] and row["error"] for row in done.rejected)


def test_a_screening_needs_a_purpose(stocked):
    with pytest.raises(Denied, match="State the purpose"):
        run(stocked, purpose=" ")


def test_a_file_without_a_good_row_is_refused(stocked, tmp_path):
    path = tmp_path / "empty.csv"
    path.write_text((SAMPLE / "manifest.csv").read_text().splitlines()[0] + "\n")
    with pytest.raises(InputError, match="no row"), stocked.act(purpose=PURPOSE):
        screening.screen(path, PURPOSE)


def test_a_person_confirms_a_match_once_with_a_note(stocked):
    match = run(stocked)[1][0]
    with stocked.act(purpose=PURPOSE):
        hit = screening.decide(match.pk, "confirmed", "same IMO number")
        assert (hit.decision, hit.decided_by_id) == ("confirmed", stocked.officer().pk)
    with pytest.raises(Conflict, match="already"), stocked.act(purpose=PURPOSE):
        screening.decide(match.pk, "discarded", "on second thought")
    with stocked.act("supervisor"):
        assert ledger.lines(kind="match.confirmed")[0].subject == str(match.pk)


def test_a_decision_needs_a_note_and_a_known_word(stocked):
    match = run(stocked)[1][0]
    with pytest.raises(InputError, match="rests on"), stocked.act(purpose=PURPOSE):
        screening.decide(match.pk, "confirmed", " ")
    with pytest.raises(InputError, match="confirmed or discarded"), stocked.act(purpose=PURPOSE):
        screening.decide(match.pk, "maybe", "x")


def test_the_machine_never_decides(stocked):
    match = run(stocked)[1][0]
    with pytest.raises(Denied, match="qualified person"), stocked.act("node", purpose=PURPOSE):
        screening.decide(match.pk, "confirmed", "x")


def test_a_withdrawn_record_is_not_shown_even_before_the_index_knows(stocked):
    _, matches = run(stocked)
    record = matches[0].record
    with stocked.act("analyst"):
        Record.objects.filter(pk=record.pk).update(withdrawn_at=record.since)
    assert record.pk not in {match.record_id for match in run(stocked)[1]}


def test_another_authoritys_records_are_never_matched(stocked):
    with stocked.act("officer", "de-spoc", PURPOSE):
        done = screening.screen(SAMPLE / "manifest.csv", PURPOSE)
        assert Match.objects.filter(query__screening=done).count() == 0


def test_another_authoritys_screening_and_match_are_not_found(stocked):
    done, matches = run(stocked)
    with pytest.raises(NotFound), stocked.act("officer", "de-spoc"):
        screening.read_screening(done.pk)
    with pytest.raises(NotFound), stocked.act("officer", "de-spoc"):
        screening.read_match(matches[0].pk)


def test_reading_a_record_is_an_entry_with_its_purpose(stocked):
    record = run(stocked)[1][0].record
    with stocked.act(purpose="answer to DE-2026-00001"):
        screening.read_record(record.pk)
    with stocked.act("supervisor"):
        line = ledger.lines(kind="record.read")[0]
    assert line.body["purpose"] == "answer to DE-2026-00001"
    assert line.subject == f"record-{record.pk}"


def test_a_search_finds_by_name_and_notes_what_was_shown(stocked):
    name = run(stocked)[1][0].record.caption
    with stocked.act(purpose=PURPOSE):
        found = screening.search(name)
    assert found[0][0].caption == name
    with stocked.act("supervisor"):
        assert found[0][0].pk in ledger.lines(kind="register.searched")[0].body["records"]


def test_without_the_matcher_a_search_says_so(node):
    with pytest.raises(Unavailable, match="matcher"), node.act(purpose=PURPOSE):
        screening.search("anything")


def test_an_unknown_record_is_not_found(stocked):
    with pytest.raises(NotFound), stocked.act():
        screening.read_record(10**9)
    with pytest.raises(NotFound), stocked.act():
        screening.read_match(uuid4())
