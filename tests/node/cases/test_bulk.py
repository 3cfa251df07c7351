from __future__ import annotations

from uuid import uuid4

import pytest

from comity.base.errors import InputError
from comity.node.cases import bulk, casework, work
from comity.node.cases.models import Case


def test_a_step_is_taken_in_each_case_that_allows_it(desk):
    ready, other = desk.draft(), desk.draft(title="Another one")
    with desk.acts(desk.anna):
        empty = casework.open_case("dir-2023-977/request", desk.node.de, "Unfinished", {"urgent": False}).pk
        cases = bulk.chosen([ready, other, empty])
        assert bulk.steps(cases)["sent"][1] == 2
        preview = bulk.preview(cases, "sent")
        assert {choice.case.pk: choice.allowed for choice in preview.choices} == {
            ready: True, other: True, empty: False,
        }  # fmt: skip
        outcomes = bulk.take([ready, other, empty], "sent", {})
        assert {each.case: each.done for each in outcomes} == {ready: True, other: True, empty: False}
        assert "information_sought" in next(each.reason for each in outcomes if not each.done)
    assert len(desk.entries("step.sent")) == 2


def test_a_case_that_has_moved_on_is_left_alone(desk):
    case = desk.draft()
    with desk.acts(desk.anna):
        version = Case.objects.get(pk=case).version
        work.assign(case, desk.bert.pk)
        (outcome,) = bulk.take([case], "sent", {}, versions={case: version})
        assert (outcome.done, Case.objects.get(pk=case).state) == (False, "draft")
        assert "changed" in outcome.reason


def test_a_refusal_in_several_cases_names_the_same_grounds_for_all(desk):
    node = desk.node
    for _ in range(2):
        case = desk.draft()
        with desk.acts(desk.anna):
            casework.take_step(case, "sent", {})
    node.carry()
    with node.act("officer", "de-spoc"):
        cases = list(Case.objects.values_list("pk", flat=True))
        preview = bulk.preview(bulk.chosen(cases), "refused")
        assert {each.id for each in preview.grounds} >= {"R-f(ii)"}
        said = {"text": "It would endanger an investigation.", "grounds": ["R-f(ii)"]}
        assert all(not each.done for each in bulk.take(cases, "refused", {**said, "grounds": ["R-x"]}))
        assert Case.objects.filter(state="refused").count() == 0
        assert all(each.done for each in bulk.take(cases, "refused", said))
        assert Case.objects.filter(state="refused").count() == 2


def test_tags_are_added_to_those_each_case_has(desk):
    case, other = desk.draft(), desk.draft()
    with desk.acts(desk.anna):
        assert all(each.done for each in bulk.tag([case, other], ["terrorism"]))
        assert all(each.done for each in bulk.tag([case], ["corruption"]))
        assert set(Case.objects.get(pk=case).offences) == {"terrorism", "corruption"}
        assert Case.objects.get(pk=other).offences == ["terrorism"]
        assert all(not each.done for each in bulk.tag([case], ["gossip"]))
        with pytest.raises(InputError, match="at least one"):
            bulk.tag([case], [])


def test_a_denial_of_one_case_among_several_is_kept_in_the_ledger(desk):
    mine, theirs = desk.draft(), desk.draft(desk.bert)
    with desk.acts(desk.anna):
        outcomes = work.assign_many([mine, theirs], desk.anna.pk)
    assert {each.case: each.done for each in outcomes} == {mine: True, theirs: False}
    assert [each.body["rule"] for each in desk.entries("access.denied")] == ["case.assign-any"]


def test_too_many_cases_at_once_are_refused(desk):
    with desk.acts(desk.anna), pytest.raises(InputError, match="at most 200"):
        bulk.chosen([uuid4() for _ in range(201)])
