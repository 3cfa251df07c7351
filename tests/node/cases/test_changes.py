from __future__ import annotations

import threading

import pytest
from django.db import connections

from comity.base.errors import InputError
from comity.base.time import system
from comity.node.cases import casework, changes, copies, notes, work
from comity.node.cases.models import Case, Reader

REQUEST = "dir-2023-977/request"


def draft(node, title="Owner of a vessel"):
    with node.act():
        return casework.open_case(REQUEST, node.de, title, {"urgent": False})


def follow(node, after="", **options):
    with node.act():
        return changes.read(after=after, **options)


def titles(found):
    return [case.title for case in found.cases]


def test_a_case_comes_once_and_again_when_it_changes(node):
    first = draft(node, "First")
    draft(node, "Second")
    found = follow(node)
    assert titles(found) == ["First", "Second"]
    assert titles(follow(node, found.next)) == []
    with node.act():
        casework.save_facts(first.pk, "First, changed", {"urgent": True}, first.version)
    assert titles(follow(node, found.next)) == ["First, changed"]


@pytest.mark.parametrize("change", ["note", "assignment", "reader"])
def test_every_kind_of_change_counts(node, change):
    case = draft(node)
    before = follow(node).next
    with node.act("supervisor"):
        if change == "note":
            notes.write(case.pk, "Ask again on Monday")
        elif change == "assignment":
            work.assign(case.pk, node.officer("supervisor").pk)
        else:
            Reader.objects.create(case=case, conversation=case.conversation, officer=node.officer())
    assert titles(follow(node, before)) == [case.title]


def test_steps_and_deliveries_count_on_both_sides(node):
    with node.act():
        case = casework.open_case(REQUEST, node.de, "Owner of a vessel", FACTS)
    before = follow(node).next
    with node.act():
        casework.take_step(case.pk, "sent", {})
    sent = follow(node, before)
    assert titles(sent) == [case.title]
    node.carry()
    assert titles(follow(node, sent.next)) == [case.title]


def test_a_decision_on_a_copy_counts(node):
    with node.act():
        case = casework.open_case(REQUEST, node.de, "Owner of a vessel", FACTS)
        casework.take_step(case.pk, "sent", {})
    before = follow(node).next
    with node.act():
        step = Case.objects.get(pk=case.pk).steps.get()
        copies.decide(case.pk, step.pk, "europol_request", False, "not within its objectives")
    assert titles(follow(node, before)) == [case.title]


def test_a_long_list_is_followed_page_by_page_without_loss_or_repetition(node):
    expected = [f"Case {number}" for number in range(7)]
    for title in expected:
        draft(node, title)
    seen, cursor, more = [], "", True
    while more:
        found = follow(node, cursor, limit=3)
        seen += titles(found)
        cursor, more = found.next, found.more
    assert seen == expected


def test_a_change_whose_transaction_ends_late_is_not_lost(node):
    """The slow one begins first and ends last: what came after it waits for it, and nothing is skipped."""
    begun, end = threading.Event(), threading.Event()

    def slow():
        with node.act():
            casework.open_case(REQUEST, node.de, "Slow", {"urgent": False})
            begun.set()
            assert end.wait(20)
        connections.close_all()

    thread = threading.Thread(target=slow)
    thread.start()
    assert begun.wait(20)
    with node.act("officer", "de-spoc"):
        casework.open_case(REQUEST, node.nl, "Theirs", {"urgent": False})
    quick = follow(node)
    end.set()
    thread.join()
    assert titles(quick) == []
    assert titles(follow(node, quick.next)) == ["Slow"]


def test_it_begins_at_an_instant(node):
    draft(node, "Old")
    at = system()
    draft(node, "New")
    assert titles(follow(node, since=at)) == ["New"]


def test_a_restricted_case_is_not_told_of(node):
    case = draft(node)
    with node.act("supervisor"):
        Reader.objects.create(case=case, conversation=case.conversation, officer=node.officer("supervisor"))
    assert titles(follow(node)) == []


@pytest.mark.parametrize("cursor", ["x", "1", "1.x", "-1.00000000-0000-0000-0000-000000000000", "9" * 70])
def test_a_cursor_that_is_none_is_refused(node, cursor):
    with pytest.raises(InputError, match="cursor"):
        follow(node, cursor)


def test_a_cursor_of_another_database_is_refused(node):
    with pytest.raises(InputError, match="another database"):
        follow(node, f"{2**62}.00000000-0000-0000-0000-000000000000")


FACTS = {
    "urgent": False,
    "information_sought": "Registered owner of the vessel",
    "purpose_facts_offence": "Drug trafficking",
    "reasons_available": "The vessel called at Hamburg",
    "subjects": [],
    "language": "en",
}
