from __future__ import annotations

import csv
import io
import json
import zipfile

import pytest

from comity.node import jobs, ledger
from comity.node.cases import casework
from comity.wire.export import verify_proofs

REQUEST = "dir-2023-977/request"
FACTS = {
    "urgent": False,
    "information_sought": "Registered owner of the vessel",
    "purpose_facts_offence": "Drug trafficking",
    "reasons_available": "The vessel called at Hamburg",
    "subjects": [],
    "language": "en",
}


@pytest.fixture
def case(node):
    """A request that the Dutch desk has sent."""
    with node.act():
        case = casework.open_case(REQUEST, node.de, "Owner of a vessel", FACTS)
        casework.take_step(case.pk, "sent", {})
    jobs.seal_once()
    return case


def rows_of(response):
    assert response.status_code == 200
    data = b"".join(response.streaming_content).decode("utf-8-sig")
    response.close()
    return list(csv.DictReader(io.StringIO(data)))


def take_out(node, case, form, **given):
    address = f"/cases/{case.pk}/export/"
    return node.client().post(address, {"form": form, "purpose": "handed to the prosecutor", **given})


def test_the_page_asks_in_which_form_and_what_for(node, case):
    page = node.client().get(f"/cases/{case.pk}/export/").content.decode()
    assert 'name="purpose"' in page
    assert page.count('type="radio"') == 3
    assert f"/cases/{case.pk}/export/" in node.client().get(f"/cases/{case.pk}/").content.decode()


def test_a_case_is_a_pdf_under_its_reference(node, case):
    response = take_out(node, case, "pdf")
    assert response.content.startswith(b"%PDF-")
    assert f'filename="{case.reference}.pdf"' in response["Content-Disposition"]
    with node.act():
        assert ledger.lines(kind="case.exported")[0].body["purpose"] == "handed to the prosecutor"


def test_a_case_is_json_in_its_documented_form(node, case):
    found = json.loads(take_out(node, case, "json", notes="yes").content)
    assert (found["format"], found["case"]["reference"]) == ("comity-case/1", case.reference)
    assert [step["step"] for step in found["steps"]] == ["sent"]
    assert found["facts"]["information_sought"] == FACTS["information_sought"]
    assert (found["for_court"], found["evidence"]) == (False, None)


def test_a_court_gets_the_proofs_beside_the_case(node, case, tmp_path):
    bundle = zipfile.ZipFile(io.BytesIO(take_out(node, case, "court").content))
    names = set(bundle.namelist())
    assert names == {
        f"{case.reference}-court.pdf", f"{case.reference}-court.json", "ledger-proofs.jsonl", "README.txt",
    }  # fmt: skip
    bundle.extract("ledger-proofs.jsonl", tmp_path)
    report = verify_proofs(tmp_path / "ledger-proofs.jsonl")
    assert report.ok
    assert report.proven >= 3
    assert "comity ledger verify" in bundle.read("README.txt").decode()


def test_an_unknown_form_is_refused_on_the_page(node, case):
    assert take_out(node, case, "docx").status_code == 422


def test_the_api_gives_the_same_files(node, case):
    client, address = node.client(), f"/api/cases/{case.pk}/export"
    assert client.get(address).json()["case"]["reference"] == case.reference
    assert client.get(f"{address}/pdf").content.startswith(b"%PDF-")
    assert client.get(f"{address}/court").content.startswith(b"PK")
    assert client.get(f"{address}/docx").status_code == 422


def test_the_api_tells_which_cases_have_changed(node, case):
    client = node.client()
    found = client.get("/api/cases/changed").json()
    assert [each["reference"] for each in found["cases"]] == [case.reference]
    assert client.get("/api/cases/changed", {"after": found["next"]}).json()["cases"] == []
    assert client.get("/api/cases/changed", {"after": "nonsense"}).status_code == 422


def test_the_list_of_cases_is_a_file(node, case):
    (row,) = rows_of(node.client().get("/cases/export.csv"))
    assert (row["reference"], row["partner"], row["country"]) == (case.reference, "SPOC Germany", "DE")
    with node.act():
        assert ledger.lines(kind="list.exported")[0].body["cases"] == [case.reference]


def test_the_worklist_is_a_file(node, case):
    (row,) = rows_of(node.client().get("/worklist/export.csv?filter=all"))
    assert row["reference"] == case.reference


def test_partners_and_registers_are_files(node):
    assert {row["code"] for row in rows_of(node.client().get("/partners/export.csv"))} >= {
        "de-spoc",
        "pt-spoc",
    }
    assert rows_of(node.client().get("/registers/export.csv")) == []
    assert rows_of(node.client().get("/screen/export.csv")) == []


def test_the_ledger_is_a_file_only_for_a_purpose_and_without_bodies(node, case):
    client = node.client("supervisor")
    assert client.get("/ledger/export.csv").status_code == 403
    rows = rows_of(client.get("/ledger/export.csv?purpose=audit&kind=step."))
    assert [row["kind"] for row in rows] == ["step.sent"]
    assert "body" not in rows[0]


def test_an_analyst_exports_no_cases(node, case):
    assert node.client("analyst").get("/cases/export.csv").status_code == 403
    assert node.client("analyst").get(f"/cases/{case.pk}/export/").status_code == 403


@pytest.mark.parametrize(
    "address",
    [
        "/api/cases/changed?after=99999999999999999999999999.00000000-0000-0000-0000-000000000000",
        "/api/cases/changed?after=%F0%9F%98%80",
        "/api/cases/changed?changed_since=yesterday",
        "/api/cases/changed?changed_since=2026-11-01T00:00:00",
        "/api/cases/changed?limit=0",
        "/api/statistics?period=%00",
        "/api/statistics?first=0000-00-00&last=9999-12-31",
        "/api/statistics?first=2199-01-01&last=2201-01-01",
        "/api/statistics/cases?figure=received&offset=99999999999999999999",
        "/api/statistics/cases?figure=nothing",
        "/statistics/cases/?figure=received&urgent=perhaps",
        "/ledger/export.csv?purpose=x&kind=" + "x" * 61,
        "/cases/export.csv?order=sideways",
        "/worklist/export.csv?filter=nothing",
    ],
)
def test_what_cannot_be_read_is_refused_and_breaks_nothing(node, address):
    assert 400 <= node.client("supervisor").get(address).status_code < 500


@pytest.mark.parametrize(
    "address",
    [
        "/api/cases/changed?changed_since=0001-01-01T00:00:00Z",
        "/api/cases/changed?changed_since=9999-12-31T23:59:59-12:00",
        "/api/cases/changed?changed_since=1",
        "/api/statistics?first=2000-01-01&last=2200-01-01",
        "/api/statistics/cases?figure=refused-on-ground&ground=%27%22&country=%C3%9F",
    ],
)
def test_the_ends_of_what_can_be_read_break_nothing(node, address):
    assert node.client("supervisor").get(address).status_code in (200, 422)
