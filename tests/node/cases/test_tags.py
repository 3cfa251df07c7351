from __future__ import annotations

import pytest

from comity.base.errors import FactError, InputError, NotFound
from comity.law import Book
from comity.law.files import HOME
from comity.node import ledger
from comity.node.cases import casework, rules, tags, targets
from comity.node.cases.models import Case


@pytest.fixture
def case(node):
    with node.act():
        return casework.open_case("dir-2023-977/request", node.de, "Owner of a vessel", {})


def test_a_case_is_found_by_its_offence(node, case):
    with node.act():
        tags.tag(case.pk, ["drugs", "money-laundering"])
        assert Case.objects.get(offences__contains=["drugs"]) == case
        assert not Case.objects.filter(offences__contains=["arson"]).exists()


def test_the_tags_are_replaced_and_the_ledger_keeps_both(node, case):
    with node.act():
        tags.tag(case.pk, ["drugs"])
        tags.tag(case.pk, ["arson"])
        newest = ledger.lines(case=str(case.conversation), kind="case.tagged")[0]
        assert (newest.body["before"], newest.body["offences"]) == (["drugs"], ["arson"])


def test_saying_the_same_again_changes_nothing(node, case):
    with node.act():
        version = tags.tag(case.pk, ["drugs"]).version
        assert tags.tag(case.pk, ["drugs", "drugs"]).version == version


def test_a_free_word_is_no_tag(node, case):
    with pytest.raises(FactError, match="burglary"), node.act():
        tags.tag(case.pk, ["burglary"])


def test_a_list_that_is_far_too_long_is_refused(node, case):
    with pytest.raises(InputError, match="too many"), node.act():
        tags.tag(case.pk, ["drugs"] * (tags.MOST + 1))


def test_another_authoritys_case_is_not_tagged(node, case):
    with pytest.raises(NotFound), node.act("officer", "de-spoc"):
        tags.tag(case.pk, ["drugs"])


ACT = """
id: test-act
title: Act whose time limit hangs on a list of offences
applies: {from: 2000-01-01, article: "1"}
territory: {article: "1"}
procedures:
  inquiry:
    title: Inquiry
    article: "2"
    lifecycle: question
    offers: {wants: [information]}
    parties: {requester: {article: "2"}, requested: {article: "2"}}
    requirements:
      - {id: listed, text: an offence of the list, test: "offence.eaw || offence.pnr", article: "3"}
    clocks:
      - id: answer
        owed_by: requested
        from: sent
        until: [answered]
        counting: exact-hours
        within: PT8H
        when: offence.eaw
        article: "4"
"""


def test_an_offence_of_the_list_opens_the_way_and_starts_the_clock(node, tmp_path, monkeypatch):
    path = tmp_path / "test-act.yaml"
    path.write_text(ACT, encoding="utf-8")
    book = Book.load(HOME, path)
    for module in (rules, targets):
        monkeypatch.setattr(module, "book", lambda: book)
    with node.act():
        case = casework.open_case("test-act/inquiry", node.de, "Owner", {})
        assert [one.field for one in rules.decision(case).missing] == ["offences"]
        tags.tag(case.pk, ["industrial-espionage"])
        casework.take_step(case.pk, "sent", {})
        assert Case.objects.get(pk=case.pk).due_at is None
        tagged = tags.tag(case.pk, ["drugs"])
        assert Case.objects.get(pk=case.pk).due_at == tagged.due_at is not None
