"""The desk at which work is given and handed over."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

REQUEST = "dir-2023-977/request"
FACTS = {
    "urgent": True,
    "urgency_reason": ["U4"],
    "information_sought": "Registered owner of the vessel",
    "purpose_facts_offence": "Drug trafficking: a container was found on 1 March",
    "reasons_available": "The vessel called at Hamburg",
    "subjects": [{"schema": "Vessel", "properties": {"name": ["MERIDIAN QUEEN"]}}],
    "link_person_purpose": "The container was on board",
    "language": "en",
}


class Desk:
    """The Dutch desk: Anna and Bert, who are officers, and Clara, a supervisor."""

    def __init__(self, node):
        from comity.node import authorities

        self.node = node
        self.anna = node.officer()
        self.clara = node.officer("supervisor")
        self.bert = authorities.enrol(node.nl, "nl-bert", "Bert", ["officer"], "correct horse battery")

    @contextmanager
    def acts(self, officer):
        from comity.node import access
        from comity.node.authorities import Identity

        with access.acting_as(Identity(officer.authority_id, officer.pk), "test"):
            yield

    def draft(self, officer=None, title="Owner of a vessel"):
        from comity.node.cases import casework

        with self.acts(officer or self.anna):
            return casework.open_case(REQUEST, self.node.de, title, FACTS).pk

    def holder(self, case_id):
        from comity.node.cases.models import Case

        with self.acts(self.clara):
            return Case.objects.get(pk=case_id).assigned_to

    def entries(self, kind):
        from comity.node import ledger

        with self.node.act("data-protection-officer"):
            return ledger.lines(kind=kind)


@pytest.fixture
def desk(node):
    return Desk(node)
