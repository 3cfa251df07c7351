from __future__ import annotations

import csv
import io
import re

import pytest

from comity.node.cases import casework
from comity.node.cases.models import Case

REQUEST = "dir-2023-977/request"
FACTS = {
    "urgent": True,
    "urgency_reason": ["U4"],
    "information_sought": "Registered owner of the vessel",
    "purpose_facts_offence": "Drug trafficking",
    "reasons_available": "The vessel called at Hamburg",
    "subjects": [],
    "language": "en",
}


@pytest.fixture
def refused(node):
    """A request of the Dutch desk that the German one has refused."""
    with node.act():
        case = casework.open_case(REQUEST, node.de, "=Owner of a vessel", FACTS)
        casework.take_step(case.pk, "sent", {})
    node.carry()
    with node.act("officer", "de-spoc"):
        case = Case.objects.get(conversation=case.conversation)
        casework.take_step(case.pk, "refused", {"text": "No", "grounds": ["R-a"]})
    return case


def get(node, address, role="officer"):
    return node.client(role, "de-spoc").get(address)


def rows_of(node, address):
    response = get(node, address)
    data = b"".join(response.streaming_content).decode("utf-8-sig")
    response.close()
    return list(csv.DictReader(io.StringIO(data)))


def test_the_page_shows_the_figures_and_that_the_ledger_agrees(node, refused):
    page = get(node, "/statistics/").content.decode()
    assert "recounted from the ledger: equal" in page
    assert "Not available to the single point of contact" in page
    assert page.count('role="img"') == 2


def test_every_number_leads_to_its_cases(node, refused):
    page = get(node, "/statistics/").content.decode()
    links = set(re.findall(r'href="(/statistics/cases/\?[^"]+)"', page))
    assert len(links) >= 6
    for link in links:
        shown = get(node, link.replace("&amp;", "&"))
        assert refused.reference in shown.content.decode(), link


@pytest.mark.parametrize(
    "query",
    ["period=never", "first=2026", "first=2026-03-02&last=2026-03-01", "first=1000-01-01&last=1000-01-02"],
)
def test_a_period_that_cannot_be_read_is_refused(node, query):
    assert get(node, f"/statistics/?{query}").status_code == 422


def test_the_figures_are_a_file(node, refused):
    rows = rows_of(node, "/statistics/export.csv")
    assert {tuple(row.values()) for row in rows} == {
        ("b", "received", "NL", "yes", "", "1"),
        ("c", "refused", "NL", "yes", "", "1"),
        ("c", "refused-on-ground", "NL", "yes", "R-a", "1"),
    }


def test_the_cases_of_a_number_are_a_file_without_formulas(node, refused):
    rows = rows_of(node, "/statistics/cases.csv?figure=received")
    assert [row["title"] for row in rows] == ["'=Owner of a vessel"]


def test_the_report_is_a_pdf(node, refused):
    response = get(node, "/statistics/report.pdf", "data-protection-officer")
    assert response.content.startswith(b"%PDF-")


def test_the_api_gives_the_same_numbers(node, refused):
    found = get(node, "/api/statistics").json()
    assert found["agrees"] is True
    assert {"figure": "received", "country": "NL", "urgent": True, "ground": "", "number": 1} in found[
        "cells"
    ]
    cases = get(node, "/api/statistics/cases?figure=refused-on-ground&ground=R-a").json()
    assert [case["reference"] for case in cases] == [refused.reference]


def test_an_administrator_reads_no_statistics(node):
    assert get(node, "/statistics/", "administrator").status_code == 403
