"""An urgent request at the German desk, whose clock of eight hours runs from START; and a hand on the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from comity.base.time import clock

START = datetime(2026, 3, 5, 9, 20, tzinfo=UTC)
REQUEST = "dir-2023-977/request"
FACTS = {
    "urgent": True,
    "urgency_reason": ["U4"],
    "information_sought": "Calls of the vessel in Hamburg",
    "purpose_facts_offence": "Drug trafficking by sea",
    "reasons_available": "It called there on 1 March",
    "subjects": [],
    "use_limits": "Not for the press",
    "language": "en",
}


class Hand:
    """The clock of the test; `later` moves it on."""

    now = START

    def later(self, **span):
        self.now = START + timedelta(**span)
        return self.now


@pytest.fixture
def hand():
    hand = Hand()
    with clock(lambda: hand.now):
        yield hand


class Desk:
    """The German desk with a request: what the tests do there, each in a transaction of its own."""

    code = "de-spoc"

    def __init__(self, node, hand):
        self.node, self.hand = node, hand

    def act(self, role="officer"):
        return self.node.act(role, self.code)

    def ask(self, **facts):
        """A request from the Netherlands, received now; its id at the German desk."""
        from comity.node.cases import casework
        from comity.node.cases.models import Case

        with self.node.act():
            asked = casework.open_case(REQUEST, self.node.de, "Smuggler Jan Jansen", {**FACTS, **facts})
            casework.take_step(asked.pk, "sent", {})
        self.node.carry()
        with self.act():
            return Case.objects.get(conversation=asked.conversation).pk

    def read(self, case):
        from comity.node.cases import reading

        with self.act():
            reading.read_case(case)

    def watch(self):
        """One look of the job, in a transaction that is committed."""
        from comity.node.alarms import watching

        with self.act("node"):
            watching.watch()

    def active(self, role="officer"):
        """The active alarms as `(level, escalation)`."""
        from comity.node.alarms import reading

        with self.act(role):
            return [(each.level, each.escalation) for each in reading.alarms("all")]

    def officer(self, role="officer"):
        return self.node.officer(role, self.code)

    def plan(self, role, weekdays, begins, ends):
        from datetime import time

        from comity.node.alarms import rota

        with self.act("supervisor"):
            rota.add_shifts(
                self.officer(role).pk, weekdays, time.fromisoformat(begins), time.fromisoformat(ends)
            )


@pytest.fixture
def desk(hand, node):
    return Desk(node, hand)
