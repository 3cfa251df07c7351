"""A desk of two authorities, for the tests of the desk and of its pages."""

from __future__ import annotations

import pytest


@pytest.fixture
def desk(node):
    """A desk at which the Dutch and the German authority of the node sit."""
    from comity.node.pccc import desks

    with node.act("administrator"):
        desks.open_desk("border", "Border desk")
        desks.invite("border", "de-spoc")
    with node.act("administrator", "de-spoc"):
        desks.join("border")
    return node
