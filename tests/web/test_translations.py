"""The interface in every language: nothing is left unmarked, nothing untranslated, and a reader can choose."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import translation

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from catalogue import files, python, templates  # noqa: E402

HOLES = re.compile(r"\{\w+[^{}]*\}|%\(\w+\)s|%%|</?\w+[^>]*>")
TEMPLATES = sorted((files.SOURCE / "web" / "templates").rglob("*.html"))

each_language = pytest.mark.parametrize("language", files.LANGUAGES)


def forms(message):
    """The English and the translated forms of a message, side by side."""
    if isinstance(message.id, str):
        return [(message.id, message.string)]
    return list(zip((message.id[0], *message.id[1:]), message.string, strict=True))


def holes(text):
    return set(HOLES.findall(text))


@pytest.fixture(scope="module")
def updated():
    """The catalogues as they would be written now."""
    return {language: files.updated(language) for language in files.LANGUAGES}


@each_language
def test_every_string_of_the_sources_is_translated(updated, language):
    catalogue = updated[language]
    assert not files.missing(catalogue)
    assert not [message.id for message in catalogue if message.id and message.fuzzy]


@each_language
def test_the_catalogue_holds_what_the_sources_show_and_nothing_else(updated, language):
    kept = {str(message.id) for message in files.read(language)}
    assert kept == {str(message.id) for message in updated[language]}


@each_language
def test_a_translation_has_the_places_of_its_original(language):
    wrong = [
        (english, said)
        for message in files.read(language)
        if message.id
        for english, said in forms(message)
        if said and holes(english) != holes(said)
    ]
    assert not wrong


@each_language
def test_what_the_node_reads_is_made_of_what_people_edit(language):
    _, compiled = files.written(files.read(language))
    assert files.path_of(language).with_suffix(".mo").read_bytes() == compiled


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_template_shows_no_text_that_nobody_marked(path):
    assert not templates.unmarked(path)


@pytest.mark.parametrize("path", files.modules(), ids=lambda path: str(path.relative_to(files.SOURCE)))
def test_no_error_is_built_in_place_so_that_nobody_could_translate_it(path):
    assert not python.built_in_place(path)


def test_an_unmarked_text_is_found(tmp_path):
    page = tmp_path / "page.html"
    page.write_text(
        '{% load i18n %}<p title="Left out">{% translate "Said" %} {{ value }} words{# not this #}</p>'
        "{% blocktranslate count n=1 %}one{% plural %}{{ n }} % of all{% endblocktranslate %}<code>CODE</code>"
    )
    assert templates.unmarked(page) == ["Left out", "words"]
    assert list(templates.strings(page)) == ["Said", ("one", "%(n)s %% of all")]


def test_a_reader_chooses_the_language_signed_in_or_not(node):
    client = node.client(None)
    answer = client.post(reverse("language"), {"language": "de", "next": "/signin/"})
    assert answer.headers["location"] == "/signin/"
    page = client.get("/signin/").content.decode()
    assert '<html lang="de">' in page
    assert '<html lang="de">' in client.get("/signin/", headers={"Accept-Language": "fr"}).content.decode()


def test_without_a_choice_the_browser_says_which(node):
    client = node.client(None)
    for asked, given in (("fr-BE,fr;q=0.9", "fr"), ("de", "de"), ("nl", "en")):
        page = client.get("/signin/", headers={"Accept-Language": asked}).content.decode()
        assert f'<html lang="{given}">' in page


def test_no_address_outside_of_the_node_is_led_to(node):
    answer = node.client(None).post(
        reverse("language"), {"language": "de", "next": "https://elsewhere.example/"}
    )
    assert answer.headers["location"] == "/"


def test_a_sentence_with_values_is_said_in_the_language_of_the_page():
    from comity.base.text import say
    from comity.web.language import t

    sentence = say("art. {number}", number="5(1)")
    with translation.override("de"):
        assert t(sentence) == "Art. 5(1)"


def test_a_program_is_told_what_is_wrong_in_the_language_it_asks_for(node):
    answer = node.client().get("/api/worklist?filter=none", headers={"Accept-Language": "de"})
    english = node.client().get("/api/worklist?filter=none")
    assert answer.status_code == english.status_code == 422
    assert answer.json()["error"] != english.json()["error"]


def test_a_letter_is_in_the_language_of_its_request(node):
    from uuid import uuid4

    from comity.node.exchange import sending
    from comity.web import letters

    def letter(language):
        body = {
            "step": "sent",
            "reference": "NL-1",
            "title": "x",
            "facts": {"language": language},
            "content": {},
        }
        with node.act():
            row = sending.send(
                node.pt,
                "case.step",
                body,
                conversation=uuid4(),
                procedure="dir-2023-977/request",
                purpose="x",
            )
            return letters.plain(sending.read(row))

    assert letter("de").startswith("Von: SPOC Netherlands")
    assert letter("fr").startswith("De: SPOC Netherlands")
    assert letter("nl").startswith("From: SPOC Netherlands")
