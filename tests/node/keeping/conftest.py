"""A clock that tests move, and a case whose act has its data deleted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from comity.base.time import clock
from comity.law import book as law_book

START = datetime(2026, 1, 15, 10, 0, tzinfo=UTC)
ACT = Path(__file__).parent / "act.yaml"


class Hand:
    now = START


@pytest.fixture(autouse=True)
def hand():
    """A clock that stands still but for who moves it: `hand.now`."""
    Hand.now = START
    with clock(lambda: Hand.now):
        yield Hand


@pytest.fixture(scope="session")
def act():
    return law_book.Book.load(law_book.HOME, ACT)


class Keeper:
    """A case of the Dutch desk, and the rounds of the node."""

    def __init__(self, node, hand, case=None):
        self.node, self.hand, self.case = node, hand, case

    def later(self, **length):
        """A round of the node that much later."""
        self.hand.now += timedelta(**length)
        return self.round()

    def round(self, code="nl-spoc", **options):
        from comity.node.authorities import Authority, Identity
        from comity.node.keeping import running

        return running.run(Identity.of_node(Authority.objects.get(code=code)), **options)


@pytest.fixture
def rounds(node, hand):
    """The rounds of the node, by a clock that the test moves."""
    return Keeper(node, hand)


@pytest.fixture
def keeper(node, hand, act, monkeypatch):
    """A case under the act of the tests with a note, a file, a part and a link, closed on 15 January 2026."""
    from comity.node.cases import attaching, casework, links, notes, parts, rules

    monkeypatch.setattr(rules, "book", lambda: act)
    facts = {"subject": "The Elusive", "witness": "Wanda Watchful", "address": "Quiet Lane 5"}
    with node.act():
        case = casework.open_case("test-keeping/inquiry", node.de, "Hidden matter", facts)
        other = casework.open_case("test-keeping/inquiry", node.de, "Another matter", {})
        links.link(case.pk, other.reference, "same-matter", "Elusive too")
        notes.write(case.pk, "Elusive note")
        attaching.attach(case.pk, "elusive.txt", b"Elusive bytes")
        casework.take_step(case.pk, "sent", {})
    node.carry()
    with node.act():
        parts.add(case.pk, "item", {"title": "Elusive item", "uploaded": "2026-01-15"})
        casework.take_step(case.pk, "withdrawn", {"text": "Elusive reason"})
        casework.take_step(case.pk, "closed", {"fields": {"outcome": "withdrawn"}})
    node.carry()
    return Keeper(node, hand, case.pk)
