"""Files, a request to which they belong, and a scanner that the test commands."""

from __future__ import annotations

import sys

import pytest

FACTS = {
    "urgent": False,
    "information_sought": "Registered owner and last entry of the vessel",
    "purpose_facts_offence": "Drug trafficking: a container was found on 1 March",
    "reasons_available": "The vessel called at Hamburg on 12 February",
    "subjects": [],
    "necessary_and_proportionate": True,
    "language": "en",
}


@pytest.fixture
def rules(monkeypatch):
    """Set what files must be like: `rules(largest_mb=1)`."""
    from comity.node.home import AttachmentRules, Home

    def put(**values):
        monkeypatch.setattr(Home, "attachments", AttachmentRules(**values))

    return put


@pytest.fixture
def scanner(rules):
    """Set a scanner up that ends with the exit code that it is given."""

    def put(code):
        rules(scan=[sys.executable, "-c", f"import sys; sys.stdin.buffer.read(); sys.exit({code})"])

    return put


@pytest.fixture
def draft(node):
    """Open a draft towards a partner: `draft(node.de)`, by the Dutch desk if not said."""
    from comity.node.cases import casework

    def put(partner, code="nl-spoc"):
        with node.act("officer", code):
            return casework.open_case("dir-2023-977/request", partner, "Owner of a vessel", FACTS)

    return put
