from __future__ import annotations

import pytest

from comity.base.errors import FactError, InputError, NotFound
from comity.node import ledger
from comity.node.cases import casework, tags
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
