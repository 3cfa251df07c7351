from __future__ import annotations

import pytest

from comity.law import standard_book
from comity.web import rulebook

BOOK = standard_book()


@pytest.mark.parametrize("name", sorted(BOOK.procedures))
def test_every_rule_is_shown_with_its_article(name):
    rows = [row for section in rulebook.sections(BOOK.procedures[name]) for row in section.rows]
    assert rows
    assert all(row.rule.article and row.name for row in rows)
    checked, total = rulebook.verified(rows)
    assert 0 <= checked <= total == len(rows)


@pytest.mark.parametrize("name", sorted(BOOK.procedures))
def test_each_article_is_the_anchor_of_one_row(name):
    rows = [row for section in rulebook.sections(BOOK.procedures[name]) for row in section.rows]
    anchored = [row.rule.article for row in rows if row.anchored]
    assert sorted(anchored) == sorted({row.rule.article for row in rows})


def test_a_day_that_the_case_says_is_no_duty_at_once():
    sections = {each.title: each.rows for each in rulebook.sections(BOOK.procedures["jit/agreement"])}
    assert "leader shall act by the day said" in sections["Time limits"][0].text


def test_time_limits_are_said_in_words():
    sections = {each.title: each.rows for each in rulebook.sections(BOOK.procedures["dir-2023-977/request"])}
    urgent = sections["Time limits"][0]
    assert "requested shall act within 8 hours" in urgent.text
    assert urgent.condition == "urgent && access == 'direct'"
    assert "R-f(ii)" in [row.name for row in sections["Grounds of refusal"]]
