from __future__ import annotations

import re

import pytest
from django.urls import reverse

from comity.node.cases import casework
from comity.node.cases.models import Case
from comity.node.texts import blocks
from comity.node.texts.models import StateLanguages, TextBlock

REQUEST = "dir-2023-977/request"
TEXT = {"title": "Nothing found", "language": "en", "text": "Nothing on {title} is known to {authority}."}
LANGUAGES = {
    "country": "pt",
    "languages": "pt, es",
    "source": "List of the Commission",
    "read_on": "2026-11-01",
}
FACTS = {
    "urgent": False,
    "information_sought": "Registered owner and last entry of the vessel",
    "purpose_facts_offence": "Drug trafficking: a container was found on 1 March",
    "reasons_available": "The vessel called at Hamburg on 12 February",
    "subjects": [],
    "language": "de",
}


@pytest.fixture
def block(node):
    with node.act("supervisor"):
        return blocks.write(**TEXT)


@pytest.fixture
def asked(node):
    """A request in German that has reached Germany."""
    with node.act():
        case = casework.open_case(REQUEST, node.de, "Owner of a vessel", FACTS)
        casework.take_step(case.pk, "sent", {})
    node.carry()
    with node.act("officer", "de-spoc"):
        blocks_of_de(node)
        return Case.objects.latest("reference")


def blocks_of_de(node):
    with node.act("supervisor", "de-spoc"):
        blocks.write(**TEXT)


def test_a_supervisor_writes_and_changes_texts_on_their_page(node):
    supervisor = node.client("supervisor")
    assert supervisor.post("/texts/", TEXT).status_code == 302
    with node.act():
        made = TextBlock.objects.get()
    changed = TEXT | {"title": "Nothing at all", "version": "1"}
    assert supervisor.post(f"/texts/{made.pk}/", changed).status_code == 302
    assert "Nothing at all" in node.client().get("/texts/").content.decode()
    again = supervisor.post(f"/texts/{made.pk}/", changed)
    assert again.status_code == 409
    supervisor.post(f"/texts/{made.pk}/retire/")
    assert "out of use" in supervisor.get("/texts/").content.decode()


def test_a_bad_placeholder_is_named_at_the_text_and_nothing_typed_is_lost(node):
    answer = node.client("supervisor").post("/texts/", TEXT | {"text": "About {secret}."})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "there is no placeholder" in page
    assert "About {secret}." in page


def test_an_empty_page_offers_the_set_that_comity_brings_along(node):
    supervisor = node.client("supervisor")
    assert "There is no text block yet" in supervisor.get("/texts/").content.decode()
    supervisor.post("/texts/starter/")
    page = supervisor.get("/texts/").content.decode()
    assert "Welche Person" in page
    assert "Quelle personne" in page


def test_an_officer_sees_texts_without_a_form(node, block):
    page = node.client().get(f"/texts/{block.pk}/").content.decode()
    assert TEXT["text"] in page
    assert "<textarea" not in page


def test_a_text_is_inserted_into_a_step_and_what_was_typed_stays(node, asked):
    de = node.client("officer", "de-spoc")
    form = reverse("case-step", args=[asked.pk, "answered"])
    assert "Nothing found" in de.get(form).content.decode()
    with node.act("officer", "de-spoc"):
        number = TextBlock.objects.get().pk
    given = {
        "version": asked.version, "fact-information": "As of today:", "fact-reliability": "certain",
        "insert": "yes", "block": number, "into": "fact-information", "codes": "H1",
    }  # fmt: skip
    page = de.post(form, given).content.decode()
    assert "As of today:\n\nNothing on Owner of a vessel is known to SPOC Germany." in page
    assert 'value="certain"' in page
    with node.act("officer", "de-spoc"):
        assert Case.objects.get(pk=asked.pk).state == "received"


@pytest.mark.parametrize("chosen", ["", "x", "9" * 30, "0"])
def test_without_a_text_chosen_it_says_so_and_takes_no_step(node, asked, chosen):
    de = node.client("officer", "de-spoc")
    form = reverse("case-step", args=[asked.pk, "answered"])
    given = {"version": asked.version, "fact-information": "Typed", "insert": "yes", "block": chosen}
    assert de.post(form, given).status_code in (404, 422)
    with node.act("officer", "de-spoc"):
        assert Case.objects.get(pk=asked.pk).state == "received"


def test_the_enter_key_does_not_press_the_button_that_inserts(node, asked):
    page = node.client("officer", "de-spoc").get(reverse("case-step", args=[asked.pk, "answered"]))
    form = page.content.decode().partition('enctype="multipart/form-data"')[2]
    first = re.search(r"<button[^>]*>", form)
    assert first
    assert "name=" not in first[0]


def test_a_text_is_inserted_into_a_new_request(node, block):
    given = {
        "title": "Calls of a vessel", "fact-information_sought": "Please:", "insert": "yes",
        "block": block.pk, "into": "fact-information_sought",
    }  # fmt: skip
    answer = node.client().post(f"/cases/new/{REQUEST}/?partner=de-spoc", given)
    assert "Please:\n\nNothing on Calls of a vessel is known to SPOC Netherlands." in answer.content.decode()
    with node.act():
        assert Case.objects.count() == 0


def test_the_answer_offers_the_language_of_the_request(node, asked):
    page = node.client("officer", "de-spoc").get(reverse("case-step", args=[asked.pk, "answered"]))
    assert re.search(r'<option value="de" selected', page.content.decode())


def test_an_answer_in_another_language_is_refused_on_the_page(node, asked):
    form = reverse("case-step", args=[asked.pk, "answered"])
    given = {"version": asked.version, "fact-information": "Known", "fact-language": "en", "codes": "H0"}
    answer = node.client("officer", "de-spoc").post(form, given)
    assert answer.status_code == 422
    assert "5(3)" in answer.content.decode()


def test_an_administrator_records_languages_under_partners(node):
    administrator = node.client("administrator")
    assert administrator.post("/partners/languages/", LANGUAGES).status_code == 302
    assert "en, pt, es" in node.client().get("/partners/languages/").content.decode()
    assert "/partners/languages/" in administrator.get("/partners/").content.decode()
    form = node.client().get(f"/cases/new/{REQUEST}/?partner=pt-spoc").content.decode()
    assert '<option value="es"' in form


@pytest.mark.parametrize(
    "wrong", [{"country": "Portugal"}, {"languages": "portuguese"}, {"source": ""}, {"read_on": "soon"}]
)
def test_what_cannot_be_recorded_stays_in_the_form_with_its_error(node, wrong):
    answer = node.client("administrator").post("/partners/languages/", LANGUAGES | wrong)
    assert answer.status_code == 422
    assert 'class="error"' in answer.content.decode()
    with node.act():
        assert StateLanguages.objects.count() == 0


def test_the_api_does_what_the_pages_do(node, asked):
    supervisor = node.client("supervisor", "de-spoc")
    made = supervisor.post("/api/texts", TEXT | {"step": "answered"}, content_type="application/json")
    assert made.status_code == 201
    number = made.json()["id"]
    listed = supervisor.get(f"/api/texts?procedure={REQUEST}&step=refused").json()
    assert number not in [each["id"] for each in listed]
    filled = supervisor.get(f"/api/cases/{asked.pk}/texts/{number}").json()
    assert filled == {"text": "Nothing on Owner of a vessel is known to SPOC Germany."}
    stale = supervisor.put(f"/api/texts/{number}", TEXT | {"version": 9}, content_type="application/json")
    assert stale.status_code == 409
    assert supervisor.post(f"/api/texts/{number}/retire").json()["active"] is False
    assert supervisor.post("/api/texts/starter").json()["added"] > 0
    given = {"country": "PT", "languages": ["pt"], "source": "List", "read_on": "2026-11-01"}
    recorded = node.client("administrator").post("/api/languages", given, content_type="application/json")
    assert recorded.json()["languages"] == ["en", "pt"]
    assert node.client().get("/api/languages").json()[0]["country"] == "PT"
