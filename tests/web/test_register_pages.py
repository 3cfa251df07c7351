"""Registers, records and imports, in pages and by programs."""

from __future__ import annotations

import re
from importlib.resources import files
from io import BytesIO

import pytest

from comity.node import ledger
from comity.node.registers import loading

SAMPLE = files("comity.sample")


@pytest.fixture
def register(node):
    with node.act("administrator"):
        return loading.open_register("vessels", "Vessel register", "own register", "identification")


def upload(name, content=None):
    file = BytesIO(content if content is not None else SAMPLE.joinpath(name).read_bytes())
    file.name = name
    return file


def load(client, **given):
    form = {
        "file": upload("vessels.csv"),
        "mapping": upload("vessels.yaml"),
        "kind": "table",
        "complete": "yes",
    }
    return client.post("/registers/vessels/", {**form, **given})


def test_a_register_is_set_up_with_basis_and_purpose(node):
    client = node.client("administrator")
    form = {"code": "un", "name": "UN list", "basis": "UNSCR 1267", "use": "sanctions"}
    assert client.post("/registers/", form).headers["location"] == "/registers/un/"
    page = client.get("/registers/").content.decode()
    assert "UN list" in page
    assert "UNSCR 1267" in page


def test_a_register_without_a_basis_is_not_set_up(node):
    client = node.client("administrator")
    answer = client.post("/registers/", {"code": "un", "name": "UN list", "basis": "", "use": "x"})
    assert answer.status_code == 422
    assert "expected 1 to 200 characters" in answer.content.decode()


def test_an_empty_list_says_what_to_do_first(node):
    assert "Set one up" in node.client("administrator").get("/registers/").content.decode()
    assert "An administrator or analyst" in node.client().get("/registers/").content.decode()


def test_a_file_is_loaded_and_the_counts_are_shown(node, register):
    client = node.client("administrator")
    answer = load(client)
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    page = client.get(answer.headers["location"]).content.decode()
    assert "vessels.csv" in page
    assert re.search(r"<dt>New</dt><dd>[1-9]\d*</dd>", page)
    again = client.get(load(client).headers["location"]).content.decode()
    assert "<dt>New</dt><dd>0</dd>" in again


def test_several_files_make_one_list(node):
    with node.act("administrator"):
        loading.open_register("ofac", "OFAC", "x", "x")
    parts = [upload(f"ofac/{name}.csv") for name in ("sdn", "alt", "add")]
    for part in parts:
        part.name = part.name.removeprefix("ofac/")
    client = node.client("analyst")
    answer = client.post("/registers/ofac/", {"file": parts, "kind": "ofac", "complete": "yes"})
    assert answer.status_code == 302, re.findall('role="alert">(.*?)<', answer.content.decode())


def test_rejected_rows_can_be_downloaded_with_what_was_expected(node, register):
    content = SAMPLE.joinpath("vessels.csv").read_bytes() + b",,NO NUMBER,NL,Tug\n"
    client = node.client("administrator")
    page = client.get(load(client, file=upload("vessels.csv", content)).headers["location"]).content.decode()
    path = re.search(r"/imports/\d+/rejects\.jsonl", page)[0]
    answer = client.get(path)
    assert b"NO NUMBER" in b"".join(answer.streaming_content)
    assert node.client().get(path).status_code == 403


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"kind": "nonsense"}, "expected one of"),
        ({"kind": "manifest"}, "expected one of"),
        ({"kind": "un"}, "vessels.csv"),
        ({"mapping": ""}, "a table needs a mapping"),
        ({"file": ""}, "choose a file"),
    ],
)
def test_what_cannot_be_loaded_is_told_and_changes_nothing(node, register, given, said):
    client = node.client("administrator")
    answer = load(client, **given)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert said in page
    assert "/tmp/" not in page
    assert "0 records in force" in client.get("/registers/vessels/").content.decode()


def test_a_search_needs_a_purpose_and_names_each_record_shown_in_the_ledger(node, matcher, register):
    load(node.client("administrator"))
    client = node.client()
    answer = client.get("/registers/vessels/?q=meridianque")
    assert answer.status_code == 422
    assert "say what the search is for" in answer.content.decode()
    page = client.get("/registers/vessels/?q=meridianque&purpose=entry").content.decode()
    assert "/records/" in page
    with node.act("supervisor"):
        assert ledger.lines(kind="register.searched")[0].body["records"]


def test_a_record_is_shown_only_for_a_stated_purpose(node, matcher, register):
    load(node.client("administrator"))
    client = node.client()
    page = client.get("/registers/vessels/?q=meridianque&purpose=entry").content.decode()
    path = re.search(r'"(/records/\d+/)\?purpose=entry"', page)[1]
    asked = client.get(path).content.decode()
    assert "What do you need the record for?" in asked
    assert "MERIDIANQUE" not in asked.upper()
    shown = client.get(f"{path}?purpose=entry of a vessel").content.decode()
    assert "MERIDIANQUE" in shown.upper()
    assert "IMO" in shown
    assert "shown for: entry of a vessel" in shown
    with node.act("supervisor"):
        assert ledger.lines(kind="record.read")[0].body["purpose"] == "entry of a vessel"
    assert node.client(code="de-spoc").get(f"{path}?purpose=x").status_code == 404


def test_an_administrator_reads_no_record(node, register):
    load(node.client("administrator"))
    answer = node.client("administrator").get("/records/1/?purpose=x")
    assert answer.status_code == 403
    assert "A record is read by officers" in answer.content.decode()


def test_a_program_sets_up_loads_searches_and_reads(node, matcher):
    client = node.client("administrator")
    given = {"code": "vessels", "name": "Vessels", "basis": "own", "use": "identification"}
    assert client.post("/api/registers", given, content_type="application/json").status_code == 201
    form = {"files": upload("vessels.csv"), "mapping": upload("vessels.yaml"), "kind": "table"}
    done = client.post("/api/registers/vessels/imports", form)
    assert done.status_code == 201, done.content
    assert done.json()["added"] > 0
    assert client.get("/api/registers/vessels").json()["records"] == done.json()["added"]
    assert client.get("/api/registers/vessels/imports").json() == [done.json()]
    officer = node.client()
    found = officer.get("/api/records?q=meridianque&purpose=x").json()
    assert found[0]["register_code"] == "vessels"
    assert officer.get("/api/records?q=meridianque").json()["field"] == "purpose"
    path = f"/api/records/{found[0]['id']}"
    assert officer.get(f"{path}?purpose=x").json()["entity"]["schema"] == "Vessel"
    assert officer.get(path, headers={"X-Purpose": "x"}).status_code == 200
    refused = officer.get(path)
    assert refused.status_code == 403
    assert refused.json()["rule"] == "record.read"


def test_the_law_of_registers_is_a_table_with_articles(node):
    client = node.client()
    assert 'href="/law/registers/cis/"' in client.get("/law/registers/").content.decode()
    page = client.get("/law/registers/cis/").content.decode()
    assert "What no row grants is denied." in page
    assert "in full" in page
    assert "art. " in page
    assert client.get("/law/registers/elephants/").status_code == 404
    [cis] = [each for each in client.get("/api/law/registers").json() if each["id"] == "cis"]
    assert {"full"} <= {row["sees"] for row in cis["access"]}
    assert client.get("/api/law/registers/cis").json()["holdings"]


def test_a_register_is_set_up_under_a_law_and_links_to_it(node):
    client = node.client("administrator")
    form = {"code": "cis", "name": "Our CIS", "basis": "law", "use": "control", "law": "cis"}
    client.post("/registers/", form)
    assert 'href="/law/registers/cis/"' in client.get("/registers/cis/").content.decode()
    assert 'href="/registers/cis/"' in client.get("/law/registers/cis/").content.decode()
    assert "expected one of" in client.post("/registers/", form | {"code": "x", "law": "y"}).content.decode()
