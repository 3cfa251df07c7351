from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from comity.base.time import clock
from comity.node.cases.models import Case
from comity.node.exchange.models import Outbox
from comity.node.ledger import Entry

START = datetime(2026, 3, 5, 9, 20, tzinfo=UTC)
FORM = {
    "title": "Owner of the vessel MERIDIAN QUEEN",
    "fact-urgent": "yes",
    "fact-urgency_reason": ["U4"],
    "fact-information_sought": "Registered owner and last entry of the vessel",
    "fact-purpose_facts_offence": "Drug trafficking: a container was found on 1 March",
    "fact-reasons_available": "The vessel called at Hamburg on 12 February",
    "fact-subjects-kind": ["vessel"],
    "fact-subjects-name": ["MERIDIAN QUEEN"],
    "fact-subjects-birth_date": [""],
    "fact-subjects-country": ["PA"],
    "fact-subjects-identifier_type": ["imo"],
    "fact-subjects-identifier": ["9999993"],
    "fact-link_person_purpose": "The container was on board",
    "fact-language": "en",
}
REQUEST = "/cases/new/dir-2023-977/request/?partner="


@pytest.fixture
def at():
    """A clock that the test moves: `at.now = ...`."""

    class Hand:
        now = START

    with clock(lambda: Hand.now):
        yield Hand


@pytest.fixture
def nl(node):
    return node.client()


@pytest.fixture
def de(node):
    return node.client("officer", "de-spoc")


def newest(node, code="nl-spoc"):
    with node.act("officer", code):
        return Case.objects.select_related("partner", "authority").latest("reference")


def text(response):
    assert response.status_code == 200, response.content.decode()[:3000]
    return " ".join(response.content.decode().split())


def found(pattern, response):
    """What the group of a pattern finds in a page."""
    match = re.search(pattern, response.content.decode())
    assert match, response.content.decode()[:3000]
    return match[1]


def send(node, client, partner="de-spoc", **changes):
    answer = client.post(REQUEST + partner, {**FORM, **changes, "save": "draft"})
    assert answer.status_code == 302, answer.content.decode()
    case = newest(node)
    answer = take(client, case, "sent")
    assert answer.status_code == 302, answer.content.decode()
    node.carry()
    return case


def take(client, case, name, **content):
    address = reverse("case-step", args=[case.pk, name])
    page = client.get(address)
    version = found(r'name="version" value="(\d+)"', page)
    return client.post(address, {"version": version, "codes": ["H0"], **content})


def test_an_empty_worklist_says_what_to_do_first(at, nl):
    page = text(nl.get("/worklist/"))
    assert "Nothing is open" in page
    assert "Screen a manifest" in page


def test_it_proposes_the_directive_first_and_says_why_the_others_do_not_fit(at, nl):
    page = text(nl.get("/cases/new/?partner=de-spoc&title=Owner"))
    first, others = page.split("Other procedures", 1)
    assert "Directive (EU) 2023/977" in first
    assert "/cases/new/dir-2023-977/request/?partner=de-spoc" in first
    assert "until 2024-12-12" in others


def test_the_form_names_what_is_missing_with_its_article_and_shows_the_clock_beforehand(at, nl):
    page = text(nl.get(REQUEST + "de-spoc"))
    assert "Information sought" in page
    assert "art. 4(5)(a)" in page
    assert "Still missing" in page
    check = text(nl.post("/cases/new/dir-2023-977/request/check/?partner=de-spoc", FORM))
    assert "8 hours" in check
    assert "Nothing is missing" in check
    without = text(
        nl.post("/cases/new/dir-2023-977/request/check/?partner=de-spoc", {**FORM, "fact-language": ""})
    )
    assert "Language of the request" in without


def test_a_number_that_is_none_is_named_at_its_row(at, nl):
    answer = nl.post(REQUEST + "de-spoc", {**FORM, "fact-subjects-identifier": ["12"], "save": "draft"})
    assert answer.status_code == 422
    assert "row 1, identifier" in answer.content.decode()
    assert "Registered owner and last entry" in answer.content.decode()


def test_a_draft_can_be_saved_unfinished_but_not_sent(at, node, nl):
    assert nl.post(REQUEST + "de-spoc", {"title": "Owner", "save": "draft"}).status_code == 302
    case = newest(node)
    page = text(nl.get(reverse("case", args=[case.pk])))
    assert "Still missing" in page
    page = text(nl.get(reverse("case-step", args=[case.pk, "sent"])))
    assert "Not possible now" in page
    assert "Information sought" in page


def test_a_draft_is_changed_once_and_a_second_hand_meets_a_conflict(at, node, nl):
    nl.post(REQUEST + "de-spoc", {"title": "Owner", "save": "draft"})
    case = newest(node)
    address = reverse("case-edit", args=[case.pk])
    assert "Owner" in text(nl.get(address))
    assert nl.post(address, {**FORM, "version": case.version, "save": "draft"}).status_code == 302
    assert newest(node).facts["fact-urgent".removeprefix("fact-")] is True
    assert nl.post(address, {**FORM, "version": case.version, "save": "draft"}).status_code == 409


def test_a_request_lands_in_the_worklist_of_the_partner_with_its_clock(at, node, nl, de):
    send(node, nl)
    at.now = START + timedelta(hours=1)
    page = text(de.get("/worklist/"))
    assert "Owner of the vessel MERIDIAN QUEEN" in page
    assert "1 open" in page
    assert "7 h 00 min" in page
    assert "2023/977 art. 5(1)(a)" in page
    assert "8 hours" in page
    at.now = START + timedelta(hours=9)
    assert "late 20 min" in text(de.get("/worklist/?filter=late"))
    assert "MERIDIAN" not in text(de.get("/worklist/?filter=soon"))


def test_the_rows_are_not_read_again_while_nothing_changes(at, node, nl, de):
    send(node, nl)
    first = de.get("/worklist/rows/?filter=mine")
    with node.act("officer", "de-spoc"):
        before = Entry.objects.count()
    again = de.get("/worklist/rows/?filter=mine", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    with node.act("officer", "de-spoc"):
        assert Entry.objects.count() == before
    send(node, nl)
    changed = de.get("/worklist/rows/?filter=mine", headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200


def test_the_case_page_says_by_when_and_from_when_on_it_is_late(at, node, nl, de):
    send(node, nl)
    case = newest(node, "de-spoc")
    page = text(de.get(reverse("case", args=[case.pk])))
    assert "8 h 00 min" in page
    assert "for us to answer" in page
    assert "today 18:20" in page
    assert "Late only after" in page
    assert "today 19:00" in page
    assert "What they ask and why" in page
    assert "imo number 9999993" in page.lower()


def test_a_question_pauses_the_clock_and_the_answer_ends_it(at, node, nl, de):
    asked = send(node, nl)
    case = newest(node, "de-spoc")
    question = {"fact-question": "Which of the two vessels?"}
    assert take(de, case, "clarification_requested", **question).status_code == 302
    node.carry()
    assert "The clock stands still" in text(de.get(reverse("case", args=[case.pk])))
    at.now += timedelta(hours=1)
    assert (
        take(nl, asked, "clarification_given", **{"fact-clarification": "The one flying PA"}).status_code
        == 302
    )
    node.carry()
    at.now += timedelta(minutes=1)
    answer = take(de, case, "answered", codes=["H2"], **{"fact-information": "Owner: Blue Line"})
    assert answer.status_code == 302, answer.content.decode()
    node.carry()
    page = text(nl.get(reverse("case", args=[asked.pk])))
    assert "Owner: Blue Line" in page
    assert "Not to be passed on" in page
    assert "no clock runs" in page


def test_a_refusal_needs_a_ground_that_the_law_knows(at, node, nl, de):
    asked = send(node, nl)
    case = newest(node, "de-spoc")
    answer = take(de, case, "refused", **{"fact-refusal_reason": "It is not here"})
    assert answer.status_code == 422
    assert "name at least one ground" in answer.content.decode()[:9000].lower()
    assert "It is not here" in answer.content.decode()
    assert (
        take(de, case, "refused", **{"fact-refusal_reason": "It is not here"}, grounds=["R-a"]).status_code
        == 302
    )
    node.carry()
    page = text(nl.get(reverse("case", args=[asked.pk])))
    assert "R-a" in page
    assert "6(1)(a)" in page


def test_a_step_that_is_not_available_says_why(at, node, nl, de):
    send(node, nl)
    case = newest(node, "de-spoc")
    page = text(de.get(reverse("case-step", args=[case.pk, "closed"])))
    assert "Not possible now" in page
    assert "not from the state" in page.lower()


def test_an_answer_under_h2_is_not_passed_on(at, node, nl, de):
    asked = send(node, nl)
    case = newest(node, "de-spoc")
    take(de, case, "answered", codes=["H2"], **{"fact-information": "Owner: Blue Line"})
    node.carry()
    with node.act():
        said = Case.objects.get(pk=asked.pk).steps.get(step="answered")
    other = send(node, nl, partner="pt-spoc")
    page = nl.get(reverse("case-step", args=[other.pk, "withdrawn"]))
    assert f'value="{said.pk}"' in text(page)
    answer = take(nl, other, "withdrawn", text="For your information", includes=[str(said.pk)])
    assert answer.status_code == 403
    assert "H2" in answer.content.decode()
    assert "SPOC Germany" in answer.content.decode()


def test_the_desk_says_how_it_gets_at_the_information(at, node, nl, de):
    send(node, nl)
    case = newest(node, "de-spoc")
    address = reverse("case-assess", args=[case.pk])
    answer = de.post(address, {"access": "indirect", "judicial": "no", "version": case.version})
    assert answer.status_code == 302, answer.content.decode()
    assert "3 calendar days" in text(de.get(reverse("case", args=[case.pk])))
    assert de.post(address, {"access": "direct", "judicial": "", "version": case.version}).status_code == 409


def test_work_is_handed_over(at, node, nl, de):
    send(node, nl)
    case = newest(node, "de-spoc")
    colleague = node.officer("supervisor", "de-spoc")
    de.post(reverse("case-assign", args=[case.pk]), {"to": f"officer-{colleague.pk}"})
    assert newest(node, "de-spoc").assigned_to_id == colleague.pk
    assert "Owner of the vessel" not in text(de.get("/worklist/?filter=mine"))
    other = node.officer("officer", "nl-spoc")
    assert de.post(reverse("case-assign", args=[case.pk]), {"to": f"officer-{other.pk}"}).status_code == 422


def test_the_copy_to_europol_is_decided_and_stays_decided(at, node, nl):
    case = send(node, nl)
    page = nl.get(reverse("case", args=[case.pk]))
    step, to = found(r'name="step" value="([^"]+)"', page), found(r'name="to" value="([^"]+)"', page)
    given = {"step": step, "to": to, "send": "no", "reason": "No link to Europol's objectives"}
    assert nl.post(reverse("case-copy", args=[case.pk]), {**given, "reason": ""}).status_code == 422
    assert nl.post(reverse("case-copy", args=[case.pk]), given).status_code == 302
    assert "No link to Europol" in text(nl.get(reverse("case", args=[case.pk])))
    assert nl.post(reverse("case-copy", args=[case.pk]), given).status_code == 409


def test_a_partner_without_comity_gets_a_letter_and_its_answer_is_written_down(at, node, nl):
    case = send(node, nl, partner="pt-spoc")
    with node.act():
        message = Outbox.objects.get(conversation=case.conversation)
    pdf = nl.get(reverse("message-pdf", args=[message.pk]))
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF-")
    assert nl.get(reverse("message-json", args=[message.pk])).json()["body"]["reference"] == case.reference
    at.now += timedelta(minutes=30)
    nl.post(
        reverse("message-sent", args=[message.pk]),
        {"channel": "SIENA", "at": "2026-03-05T10:40", "note": "1"},
    )
    address = reverse("case-key-in", args=[case.pk])
    assert "?step=answered" in text(nl.get(address))
    address += "?step=answered"
    given = {"fact-information": "No such vessel", "received_at": "2026-03-05T10:45", "codes": ["H1"]}
    assert nl.post(address, {**given, "received_at": "2027-01-01T00:00"}).status_code == 422
    assert nl.post(address, {**given, "channel": "SIENA 7"}).status_code == 302
    page = text(nl.get(reverse("case", args=[case.pk])))
    assert "No such vessel" in page
    assert "by SIENA 7" in page


def test_the_list_is_searched_and_exported_without_formulas(at, node, nl):
    nl.post(REQUEST + "de-spoc", {"title": "=HYPERLINK(1)", "save": "draft"})
    case = newest(node)
    assert case.reference in text(nl.get("/cases/?q=hyperlink"))
    assert "No case fits" in text(nl.get("/cases/?q=nothing+like+it"))
    assert nl.get("/cases/?state=nonsense").status_code == 422
    assert case.reference in text(nl.get("/cases/?order=time+left"))
    assert nl.get("/cases/?order=nonsense").status_code == 422
    export = nl.get("/cases/export.csv?state=open").getvalue().decode()
    assert "'=HYPERLINK(1)" in export
    assert case.reference in export


def test_the_clock_alone_says_when_the_case_has_changed(at, node, nl, de):
    send(node, nl)
    case = newest(node, "de-spoc")
    page = de.get(reverse("case", args=[case.pk]))
    address = reverse("case-clock", args=[case.pk]) + f"?seen={found(r'seen=([0-9-]+)', page)}"
    unchanged = de.get(address)
    assert "The case has changed" not in text(unchanged)
    assert de.get(address, headers={"If-None-Match": unchanged["ETag"]}).status_code == 304
    officer = node.officer(code="de-spoc")
    de.post(reverse("case-assign", args=[case.pk]), {"to": f"officer-{officer.pk}"})
    assert "The case has changed" in text(de.get(address))


def test_another_authoritys_case_is_not_known_here(at, node, nl, de):
    case = send(node, nl)
    assert de.get(reverse("case", args=[case.pk])).status_code == 404
    assert de.get(reverse("case-clock", args=[case.pk])).status_code == 404
    assert take_status(de, case) == 404


def take_status(client, case):
    return client.post(reverse("case-step", args=[case.pk, "withdrawn"]), {"version": 1}).status_code


@pytest.mark.parametrize("role", ["analyst", "administrator"])
def test_who_does_not_work_on_cases_is_told_who_does(at, node, role):
    answer = node.client(role).get("/worklist/")
    assert answer.status_code == 403
    assert "Officers and supervisors work on cases" in answer.content.decode()


def test_the_law_book_shows_every_rule_with_its_article_and_whether_it_was_checked(nl):
    assert "Directive (EU) 2023/977" in text(nl.get("/law/"))
    assert "Where and when it applies" in text(nl.get("/law/dir-2023-977/"))
    page = text(nl.get("/law/dir-2023-977/request/"))
    assert 'id="art-5-1-a"' in page
    assert "R-f(ii)" in page
    assert "not verified" in page
    assert nl.get("/law/no-such-act/").status_code == 404
    assert nl.get("/law/dir-2023-977/nothing/").status_code == 404
