from __future__ import annotations

import pytest

from comity.web.templatetags import comity as tags


def test_an_article_leads_to_its_rule():
    link = tags.article("5(1)(a)", "dir-2023-977/request")
    assert 'href="/law/dir-2023-977/request/#art-5-1-a"' in link
    assert ">2023/977 art. 5(1)(a)<" in link
    assert tags.article("dir-2023-977 art. 12", "dir-2023-977/lea-request") == tags.article(
        "12", "dir-2023-977/lea-request"
    )
    assert "/law/dir-2023-977/" in tags.article("dir-2023-977 art. 12")


def test_an_article_of_an_act_that_has_no_page_is_plain_text():
    plain = tags.article("Directive (EU) 2016/680 art. 29", "dir-2023-977/request")
    assert "href" not in plain
    assert "2016/680" in plain
    assert tags.article("") == ""


def test_what_differs_is_marked_and_nothing_else():
    assert tags.differs("meridianqe", "meridianque") == "meridianq<mark>u</mark>e"
    assert tags.differs("same", "same") == "same"
    assert tags.differs("one", "quite another") == "<mark>quite another</mark>"
    assert "not given" in tags.differs("one", "")
    assert tags.differs("<b>", "<b>") == "&lt;b&gt;"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (True, "yes"),
        ([], "none"),
        (["a", "b"], "a; b"),
        ({"schema": "Vessel", "properties": {"name": ["QUEEN"]}}, "Vessel: name QUEEN"),
        ({"odd": 1}, '{"odd": 1}'),
        ("text", "text"),
    ],
)
def test_facts_are_said_in_words(value, said):
    assert tags.in_words(value) == said


def test_weights_carry_their_sign():
    assert (tags.weight(2.1), tags.weight(-0.84)) == ("+2.1", "−0.8")


def test_names_of_the_law_files_become_words():
    assert tags.from_id("requester.own_spoc") == "requester, own SPOC"
    assert tags.from_id("sent.received") == "sent"
    assert tags.act("schengen-evaluation/recommendation") == "Schengen evaluation"
    assert tags.cite("dir-2023-977 art. 5(1)") == "2023/977 art. 5(1)"


def test_json_is_safe_in_an_attribute():
    assert tags.as_json("\"a'b") == "&quot;\\&quot;a&#x27;b&quot;"
