from __future__ import annotations

import pytest

from comity.base.errors import Conflict, InputError, NotFound
from comity.node import ledger
from comity.node.cases import casework, links, readers
from comity.node.cases.models import CaseLink

REQUEST = "dir-2023-977/request"


@pytest.fixture
def pair(node):
    with node.act():
        return [casework.open_case(REQUEST, node.de, title, {}) for title in ("First", "Second")]


def linked(node, pair, kind="follow-up"):
    first, second = pair
    with node.act():
        return links.link(second.pk, first.reference, kind, "The answer raised a new question")


def test_a_link_reads_both_ways(node, pair):
    linked(node, pair)
    with node.act():
        [there], [back] = links.of(pair[1]), links.of(pair[0])
        assert (there.words, there.case) == ("Follows up", pair[0])
        assert (back.words, back.case) == ("Is followed up by", pair[1])


def test_both_cases_keep_an_entry_that_does_not_name_the_other(node, pair):
    made = linked(node, pair)
    with node.act():
        for case, other in (pair, reversed(pair)):
            [line] = ledger.lines(case=str(case.conversation), kind="case.linked")
            assert line.subject == str(made.pk)
            assert other.reference not in str(line.body)


def test_a_link_is_ended_with_a_reason_and_stays_to_be_seen(node, pair):
    made = linked(node, pair)
    with node.act("supervisor"):
        with pytest.raises(InputError, match="why"):
            links.end(pair[0].pk, made.pk, "")
        links.end(pair[0].pk, made.pk, "Another vessel of the same name")
        [seen] = links.of(pair[1])
        assert (seen.ended, seen.link.end_reason) == (True, "Another vessel of the same name")
        with pytest.raises(Conflict, match="ended already"):
            links.end(pair[0].pk, made.pk, "Again")


def test_two_cases_are_linked_once_in_a_way(node, pair):
    linked(node, pair)
    with pytest.raises(Conflict):
        linked(node, pair)
    linked(node, pair, "same-matter")
    with node.act():
        assert CaseLink.objects.count() == 2


@pytest.mark.parametrize(
    ("reference", "kind", "reason", "field"),
    [
        ("NL-1999-00001", "follow-up", "x", "reference"),
        ("", "follow-up", "x", "reference"),
        (None, "follow-up", "x", "reference"),
        ("other", "cousin", "x", "kind"),
        ("other", "follow-up", " ", "reason"),
    ],
)
def test_a_link_that_cannot_be_is_refused_at_its_field(node, pair, reference, kind, reason, field):
    named = {None: pair[0].reference, "other": pair[1].reference}.get(reference, reference)
    with pytest.raises(InputError) as caught, node.act():
        links.link(pair[0].pk, named, kind, reason)
    assert caught.value.field == field


def test_another_authoritys_case_cannot_be_linked(node, pair):
    with node.act("officer", "de-spoc"):
        theirs = casework.open_case(REQUEST, node.nl, "Theirs", {})
        with pytest.raises(InputError, match="no case of that reference"):
            links.link(theirs.pk, pair[0].reference, "same-matter", "x")
        with pytest.raises(NotFound):
            links.read_links(pair[0].pk)


def test_a_link_is_hidden_with_the_case_at_its_end(node, pair):
    made = linked(node, pair)
    with node.act("supervisor"):
        readers.restrict(pair[0].pk, [], "Internal investigation")
    with node.act():
        assert links.of(pair[1]) == []
        with pytest.raises(NotFound, match="no such link"):
            links.end(pair[1].pk, made.pk, "x")
        with pytest.raises(InputError, match="no case of that reference"):
            links.link(pair[1].pk, pair[0].reference, "same-matter", "x")
