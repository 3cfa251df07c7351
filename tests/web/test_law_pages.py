"""The law book on the web: by area, at a day, by name."""

from __future__ import annotations


def page(node, **query):
    return node.client().get("/law/", query)


def text(response):
    return response.content.decode()


def test_the_acts_in_force_stand_by_area_and_the_others_below(node):
    shown = text(page(node))
    in_force, _, others = shown.partition('id="others"')
    assert "Directive (EU) 2023/977" in in_force
    assert "Framework Decision 2006/960/JHA" in others


def test_the_book_can_be_read_as_it_stood_on_another_day(node):
    in_force, _, others = text(page(node, on="2020-01-01")).partition('id="others"')
    assert "Framework Decision 2006/960/JHA" in in_force
    assert "Directive (EU) 2023/977" in others
    assert "2020" in in_force


def test_an_act_is_found_by_the_name_of_a_procedure(node):
    shown = text(page(node, q="joint investigation agreement"))
    assert "/law/jit/agreement/" in shown
    assert "/law/dir-2023-977/request/" not in shown


def test_nothing_found_is_said(node):
    assert "No act of that name applied on that day." in text(page(node, q="no such act"))


def test_a_day_that_is_none_is_told_at_its_field(node):
    response = page(node, on="yesterday")
    assert response.status_code == 400
    assert "expected a day such as 2026-11-22" in text(response)


def test_the_number_of_an_act_leads_to_its_text(node):
    shown = text(node.client().get("/law/dir-2023-977/"))
    assert 'href="https://eur-lex.europa.eu/legal-content/AUTO/?uri=CELEX:32023L0977"' in shown
