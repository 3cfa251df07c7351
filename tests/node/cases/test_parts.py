from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from comity.base.errors import Conflict, InputError, NotFound
from comity.base.time import now
from comity.law import book as law_book
from comity.node import ledger
from comity.node.cases import casework, parts, rules, seating
from comity.node.cases.models import Case, CasePart
from comity.node.exchange.models import Outbox

ACT = Path(__file__).parent / "act_with_parts.yaml"
INQUIRY = "test-act/inquiry"
SOON = f"{(now() + timedelta(days=5)).date()}"
LATER = f"{(now() + timedelta(days=9)).date()}"


@pytest.fixture(scope="module")
def act():
    return law_book.Book.load(law_book.HOME, ACT)


@pytest.fixture
def case(node, act, monkeypatch):
    """A case of ours under an act with parts, sent to and known by the German desk."""
    monkeypatch.setattr(rules, "book", lambda: act)
    with node.act():
        case = casework.open_case(INQUIRY, node.de, "Two things", {"purpose": "test"})
        casework.take_step(case.pk, "sent", {})
    node.carry()
    return case.pk


def theirs(node, case):
    with node.act():
        conversation = Case.objects.get(pk=case).conversation
    with node.act(code="de-spoc"):
        return Case.objects.get(conversation=conversation).pk


def added(node, case, **values):
    with node.act():
        part = parts.add(case, "item", {"title": "First", **values})
    node.carry()
    return part


def test_a_part_reaches_the_partner_under_the_same_key(node, case):
    part = added(node, case)
    with node.act(code="de-spoc"):
        [there] = CasePart.objects.filter(case=theirs(node, case))
        assert (there.key, there.values, there.party) == (part.key, {"title": "First"}, "nl-spoc")
        assert there.pk != part.pk


def test_a_part_has_a_clock_and_a_keeping_of_its_own(node, case):
    first, second = added(node, case, due=LATER), added(node, case, due=SOON, done="2026-01-05")
    with node.act():
        [kind] = parts.kinds(Case.objects.get(pk=case))
        assert [each.part for each in kind.parts] == [first, second]
        assert [each.clocks[0].as_json()["id"] for each in kind.parts] == [
            f"do_it:{first.key}",
            f"do_it:{second.key}",
        ]
        assert [each.retention[0].at and each.retention[0].at.date().isoformat() for each in kind.parts] == [
            None,
            "2027-01-06",
        ]


def test_the_next_clock_of_a_part_is_the_clock_of_the_case(node, case):
    added(node, case, due=LATER)
    part = added(node, case, due=SOON)
    with node.act():
        found = Case.objects.get(pk=case)
        assert found.due_at.date() >= (now() + timedelta(days=5)).date()
        assert rules.decision(found).due.part == str(part.key)


def test_a_change_is_told_and_carries_only_what_it_gives(node, case):
    part = added(node, case, due=LATER)
    with node.act(code="de-spoc"):
        parts.change(theirs(node, case), "item", part.key, {"done": SOON})
    with node.act():
        parts.change(case, "item", part.key, {"title": "First, as amended"})
    node.carry()
    wanted = {"title": "First, as amended", "due": LATER, "done": SOON}
    for code, at in (("nl-spoc", case), ("de-spoc", theirs(node, case))):
        with node.act(code=code):
            assert CasePart.objects.get(case=at).values == wanted


def test_an_empty_field_is_taken_out_unless_it_is_needed(node, case):
    part = added(node, case, due=LATER)
    with node.act():
        parts.change(case, "item", part.key, {"due": None})
        with pytest.raises(InputError, match="Title: needed, article 3"):
            parts.change(case, "item", part.key, {"title": ""})
        assert CasePart.objects.get(pk=part.pk).values == {"title": "First"}


def test_a_part_is_checked_field_by_field(node, case):
    with node.act():
        for values, field in (
            ({}, "title"),
            ({"title": "x", "colour": "red"}, "colour"),
            ({"title": "x", "due": "soon"}, "due"),
            ({"title": "x" * (parts.LONGEST_TEXT + 1)}, "title"),
        ):
            with pytest.raises(InputError) as error:
                parts.add(case, "item", values)
            assert error.value.field == field
        with pytest.raises(NotFound, match="knows no part"):
            parts.add(case, "elephant", {})
        assert not CasePart.objects.exists()


def test_no_part_is_added_to_a_draft_or_a_closed_case(node, case):
    with node.act():
        draft = casework.open_case(INQUIRY, node.de, "A draft", {})
        with pytest.raises(Conflict, match="open the case first"):
            parts.add(draft.pk, "item", {"title": "x"})
        casework.take_step(case, "withdrawn", {"text": "No longer needed"})
        casework.take_step(case, "closed", {"fields": {"outcome": "withdrawn"}})
        with pytest.raises(Conflict, match="the case is closed"):
            parts.add(case, "item", {"title": "x"})


def test_each_change_is_an_entry_under_its_article_at_both_ends(node, case):
    part = added(node, case)
    for code in ("nl-spoc", "de-spoc"):
        with node.act(code=code):
            [line] = ledger.lines(kind="part.added", subject=str(part.key))
            assert line.article == "test-act art. 3"
            assert line.body["by"] == "nl-spoc"
            assert line.body["values"] == {"title": "First"}


def test_a_part_of_a_partner_that_is_not_well_formed_is_refused(node, case):
    with node.act(code="de-spoc"):
        found = Case.objects.get(pk=theirs(node, case))
        for body in ({}, {"part": "item"}, {"part": "item", "values": {"title": "x"}, "key": "no id"}):
            with pytest.raises(InputError):
                parts.take_in(found, node.nl, body)
        assert not CasePart.objects.exists()


def test_a_repeated_message_leaves_one_part(node, case):
    part = added(node, case)
    with node.act(code="de-spoc"):
        found = Case.objects.get(pk=theirs(node, case))
        body = {"part": "item", "key": str(part.key), "values": {"title": "First"}}
        parts.take_in(found, node.nl, body)
        assert CasePart.objects.filter(case=found).count() == 1


def test_every_other_party_is_told_of_a_part(node):
    procedure = "rec-2022-915/joint-operation"
    given = [{"role": "member", "partner": "de-spoc"}, {"role": "member", "partner": "pt-spoc"}]
    given += [{"role": "leader", "partner": "nl-spoc"}]
    with node.act():
        seats = seating.read(rules.procedure(procedure, now()), node.nl, given)
        case = casework.open_case(procedure, None, "Checks along the border", {}, seats=seats)
        casework.take_step(case.pk, "proposed", {})
        part = parts.add(case.pk, "result", {"country": "NL", "kind": "seizure"})
        told = Outbox.objects.filter(kind=parts.MESSAGE)
        assert sorted(told.values_list("partner__code", "state")) == [
            ("de-spoc", Outbox.PENDING),
            ("pt-spoc", Outbox.BY_HAND),
        ]
    node.carry()
    with node.act(code="de-spoc"):
        assert CasePart.objects.get().key == part.key
