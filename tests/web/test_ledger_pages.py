"""Reading, verifying, exporting and erasing the ledger, in pages and by programs."""

from __future__ import annotations

import pytest

from comity.node import jobs, ledger
from comity.wire.export import verify_export


@pytest.fixture
def written(node):
    with node.act():
        ledger.record("test.entry", article="art. 1", case="c-1", body={"name": "Jansen", "number": 7})
    jobs.seal_once()
    return node


def number(node):
    with node.act("supervisor"):
        return ledger.lines(kind="test.entry")[0].sequence


def test_the_purpose_is_asked_for_before_anything_is_shown(written):
    page = written.client("supervisor").get("/ledger/").content.decode()
    assert "What do you need to read it for?" in page
    assert "test.entry" not in page


def test_entries_are_shown_newest_first_and_the_reading_is_an_entry(written):
    client = written.client("supervisor")
    page = client.get("/ledger/?purpose=audit").content.decode()
    assert "test.entry" in page
    with written.act("supervisor"):
        assert ledger.lines(kind="ledger.read")[0].body["purpose"] == "audit"


def test_entries_are_filtered_by_kind_and_conversation(written):
    client = written.client("supervisor")
    assert "test.entry" in client.get("/ledger/?purpose=audit&kind=test&case=c-1").content.decode()
    assert "No entry of this kind" in client.get("/ledger/?purpose=audit&kind=nothing").content.decode()
    assert client.get("/ledger/?purpose=audit&page=x").status_code == 422


def test_an_entry_shows_header_body_and_proof(written):
    page = written.client("supervisor").get(f"/ledger/{number(written)}/?purpose=audit").content.decode()
    for text in ("Jansen", "art. 1", "sealed</span>", "RFC 6962"):
        assert text in page


def test_an_officer_reads_no_ledger(written):
    answer = written.client().get("/ledger/?purpose=curiosity")
    assert answer.status_code == 403
    assert written.client().get(f"/ledger/{number(written)}/?purpose=x").status_code == 403


def test_an_administrator_verifies_but_does_not_read(written):
    client = written.client("administrator")
    page = client.get("/ledger/?purpose=x").content.decode()
    assert "Your roles let you verify the ledger" in page
    assert "test.entry" not in page
    assert "It verifies." in client.post("/ledger/verify/").content.decode()


def test_another_authority_does_not_find_the_entry(written):
    path = f"/ledger/{number(written)}/?purpose=x"
    assert written.client("supervisor", "de-spoc").get(path).status_code == 404


def test_the_data_protection_officer_erases_a_body_and_the_ledger_still_verifies(written):
    client = written.client("data-protection-officer")
    sequence = number(written)
    form = {"reason": "retention ended", "purpose": "retention"}
    assert client.post(f"/ledger/{sequence}/erase/", form).status_code == 302
    page = client.get(f"/ledger/{sequence}/?purpose=retention").content.decode()
    assert "Jansen" not in page
    assert "erased" in page
    assert client.post(f"/ledger/{sequence}/erase/", form).status_code == 409
    jobs.seal_once()
    assert "It verifies." in client.post("/ledger/verify/").content.decode()


@pytest.mark.parametrize(
    ("form", "said"),
    [({"reason": "", "purpose": "x"}, "say why"), ({"reason": "x", "purpose": ""}, "say what for")],
)
def test_a_body_is_not_erased_without_reason_and_purpose(written, form, said):
    sequence = number(written)
    answer = written.client("data-protection-officer").post(f"/ledger/{sequence}/erase/", form)
    assert answer.status_code in (403, 422)
    with written.act("supervisor"):
        assert ledger.line(sequence).body == {"name": "Jansen", "number": 7}


def test_a_supervisor_erases_and_exports_nothing(written):
    client = written.client("supervisor")
    form = {"reason": "x", "purpose": "x"}
    assert client.post(f"/ledger/{number(written)}/erase/", form).status_code == 403
    assert client.post("/ledger/export/", {"purpose": "x"}).status_code == 403


def test_the_export_verifies_offline(written, tmp_path):
    answer = written.client("data-protection-officer").post("/ledger/export/", {"purpose": "court"})
    file = tmp_path / "ledger.jsonl"
    file.write_bytes(b"".join(answer.streaming_content))
    assert verify_export(file).ok
    assert b"Jansen" not in file.read_bytes()


def test_a_program_reads_verifies_and_erases(written):
    client = written.client("data-protection-officer")
    sequence = number(written)
    assert client.get("/api/ledger").json()["rule"] == "ledger.read"
    assert client.get("/api/ledger?purpose=audit&kind=test").json()[0]["body"]["number"] == 7
    entry = client.get(f"/api/ledger/{sequence}?purpose=audit").json()
    assert entry["proof"]["root"]
    assert client.post("/api/ledger/verify").json()["ok"]
    body = {"reason": "its term has ended"}
    path = f"/api/ledger/{sequence}/erase?purpose=retention"
    assert client.post(path, body, content_type="application/json").status_code == 204
    assert client.get(f"/api/ledger/{sequence}?purpose=audit").json()["line"]["body"] is None
    assert b"nl-spoc" in b"".join(client.post("/api/ledger/export?purpose=court").streaming_content)
