from __future__ import annotations

import io
import json

import pytest
from django.urls import reverse

from comity.node.attachments.models import Attachment
from comity.node.cases import attaching, casework
from comity.node.cases.models import Case
from comity.node.exchange.models import Outbox
from comity.node.home import AttachmentRules, Home

PDF = b"%PDF-1.7\nThree calls in Hamburg.\n%%EOF\n"
FACTS = {
    "urgent": False,
    "information_sought": "Registered owner and last entry of the vessel",
    "purpose_facts_offence": "Drug trafficking: a container was found on 1 March",
    "reasons_available": "The vessel called at Hamburg on 12 February",
    "subjects": [],
    "language": "en",
}


def named(name="report.pdf", data=PDF):
    file = io.BytesIO(data)
    file.name = name
    return file


@pytest.fixture
def case(node):
    with node.act():
        return casework.open_case("dir-2023-977/request", node.de, "Owner of a vessel", FACTS)


@pytest.fixture
def kept(node, case):
    with node.act():
        return attaching.attach(case.pk, "Übersicht, May.pdf", PDF)


def page(case):
    return reverse("case", args=[case.pk])


def test_files_are_added_on_the_page_of_the_case_and_listed_there(node, case):
    nl = node.client()
    answer = nl.post(
        reverse("case-files", args=[case.pk]), {"files": [named(), named("note.txt", b"Known.")]}
    )
    assert answer.headers["location"] == f"{page(case)}#files"
    shown = nl.get(page(case)).content.decode()
    assert "report.pdf" in shown
    assert "note.txt" in shown
    assert "not scanned" in shown


def test_a_file_that_is_not_taken_is_named_and_none_is_kept(node, case):
    nl = node.client()
    answer = nl.post(
        reverse("case-files", args=[case.pk]), {"files": [named(), named("tool.exe", b"MZ\x90")]}
    )
    assert answer.status_code == 422
    assert "tool.exe" in answer.content.decode()
    with node.act():
        assert Attachment.objects.count() == 0


@pytest.mark.parametrize("given", [{}, {"files": [named("empty.pdf", b"")]}, {"files": "no file"}])
def test_a_form_without_a_file_says_what_is_missing(node, case, given):
    answer = node.client().post(reverse("case-files", args=[case.pk]), given)
    assert answer.status_code == 422
    assert b"choose a file" in answer.content.lower() or b"empty" in answer.content


def test_a_file_is_saved_and_never_shown(node, kept):
    answer = node.client().get(reverse("attachment", args=[kept.pk]))
    assert answer.content == PDF
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == "attachment; filename*=utf-8''%C3%9Cbersicht%2C%20May.pdf"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"


def test_a_file_in_quarantine_has_no_link_and_is_not_given_out(node, case, monkeypatch):
    monkeypatch.setattr(Home, "attachments", AttachmentRules(scan=["/nowhere"]))
    with node.act():
        file = attaching.attach(case.pk, "report.pdf", PDF)
    nl = node.client()
    address = reverse("attachment", args=[file.pk])
    shown = nl.get(page(case)).content.decode()
    assert "in quarantine: waits for the scan" in shown
    assert f'href="{address}"' not in shown
    assert nl.get(address).status_code == 409
    monkeypatch.setattr(Home, "attachments", AttachmentRules(scan=["/bin/true"]))
    assert nl.post(reverse("attachment-scan", args=[file.pk])).status_code == 302
    assert nl.get(address).content == PDF


def test_the_data_protection_officer_sees_the_list_without_links(node, case, kept):
    shown = node.client("data-protection-officer").get(page(case)).content.decode()
    assert kept.name in shown
    assert reverse("attachment", args=[kept.pk]) not in shown


def test_a_step_takes_chosen_and_new_files_along(node, case, kept):
    nl = node.client()
    form = reverse("case-step", args=[case.pk, "sent"])
    assert kept.name in nl.get(form).content.decode()
    given = {
        "version": case.version,
        "codes": "H0",
        "attachments": [str(kept.pk)],
        "files": [named("note.txt", b"Known.")],
    }
    assert nl.post(form, given).status_code == 302
    node.carry()
    shown = nl.get(page(case)).content.decode()
    assert "The receipt of SPOC Germany" in shown
    with node.act("officer", "de-spoc"):
        theirs = Case.objects.latest("reference")
    there = node.client("officer", "de-spoc").get(page(theirs)).content.decode()
    assert kept.name in there
    assert "note.txt" in there
    assert "Came with" in there


def test_a_step_that_fails_keeps_the_files_that_came_with_its_form(node, case):
    nl = node.client()
    form = reverse("case-step", args=[case.pk, "sent"])
    answer = nl.post(form, {"version": case.version, "codes": "H9", "files": [named()]})
    assert answer.status_code == 422
    with node.act():
        file = Attachment.objects.get()
    assert f'value="{file.pk}" checked' in answer.content.decode()


def test_a_bad_file_in_the_form_of_a_step_stops_the_step(node, case):
    form = reverse("case-step", args=[case.pk, "sent"])
    answer = node.client().post(form, {"version": case.version, "files": [named("tool.exe", b"MZ")]})
    assert answer.status_code == 422
    with node.act():
        assert Case.objects.get().state == "draft"


def test_the_letter_of_a_message_names_the_files_with_their_hashes(node, kept):
    with node.act():
        by_hand = casework.open_case("dir-2023-977/request", node.pt, "Calls", FACTS)
        casework.take_step(by_hand.pk, "sent", {"attachments": [kept.pk]})
        row = Outbox.objects.get()
    nl = node.client()
    letter = nl.get(reverse("message-pdf", args=[row.pk]))
    assert letter.content.startswith(b"%PDF")
    told = json.loads(nl.get(reverse("message-json", args=[row.pk])).content)
    assert told["parts"] == [kept.sha256]
    from comity.node.exchange import sending
    from comity.web import letters

    with node.act():
        said = letters._letter(sending.read(row))
    assert said["attachments"] == [f"{kept.name}, {kept.size} bytes, SHA-256 {kept.sha256}"]


def test_what_is_too_large_is_refused_before_it_is_read(node, case, settings_limit):
    nl = node.client()
    for address in (reverse("case-files", args=[case.pk]), f"/api/cases/{case.pk}/attachments"):
        answer = nl.post(address, {"files": named(data=PDF + b" " * 2000)})
        assert answer.status_code == 413
    assert answer.json()["error"] == "At most 0 MB can be sent at once."


@pytest.fixture
def settings_limit(monkeypatch):
    from django.conf import settings

    monkeypatch.setattr(settings, "FILE_UPLOAD_MAX_MEMORY_SIZE", 1000)


def test_one_file_that_is_too_large_is_refused_with_the_limit(node, case, monkeypatch):
    monkeypatch.setattr(Home, "attachments", AttachmentRules(largest_mb=1))
    answer = node.client().post(
        reverse("case-files", args=[case.pk]), {"files": named(data=PDF + b" " * 2**20)}
    )
    assert answer.status_code == 422
    assert b"at most 1 MB" in answer.content


def test_the_api_adds_lists_and_opens_files(node, case):
    nl = node.client()
    added = nl.post(f"/api/cases/{case.pk}/attachments", {"files": [named(), named("note.txt", b"Known.")]})
    assert added.status_code == 201
    [first, second] = added.json()
    assert (first["media_type"], second["name"]) == ("application/pdf", "note.txt")
    sent = nl.post(
        f"/api/cases/{case.pk}/steps/sent", {"attachments": [first["id"]]}, content_type="application/json"
    )
    assert sent.json()["content"]["attachments"][0]["sha256"] == first["sha256"]
    node.carry()
    listed = nl.get(f"/api/cases/{case.pk}/attachments").json()
    assert [each["attachment"]["name"] for each in listed] == ["report.pdf", "note.txt"]
    assert [passage["receipt"] for passage in listed[0]["passages"]] == [True]
    assert nl.get(f"/api/attachments/{first['id']}").content == PDF
    assert nl.post(f"/api/attachments/{first['id']}/scan").json()["verdict"] == "not-scanned"


def test_a_partial_reload_gets_the_section_with_its_error(node, case):
    answer = node.client().post(
        reverse("case-files", args=[case.pk]),
        {"files": [named("tool.exe", b"MZ")]},
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 200
    assert b'id="files"' in answer.content
    assert b"tool.exe" in answer.content
