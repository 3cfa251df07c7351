"""What a closing step must say: an outcome, and for a duplicate the case that it duplicates."""

from __future__ import annotations

from typing import Any

from comity.base.errors import InputError
from comity.node.authorities import Officer
from comity.node.cases import finding, links
from comity.node.cases.models import Case

OUTCOME, DUPLICATE_OF, NOTE = "outcome", "duplicate_of", "closing_note"


def settle(case: Case, content: dict[str, Any], officer: Officer) -> None:
    """Turn the named case of a duplicate into a link between the two; changes the step's content in place.

    The content keeps the outcome alone: the other case may be restricted one day. Raises InputError.
    """
    said = content["fields"]
    other = said.pop(DUPLICATE_OF, None)
    if said.get(OUTCOME) != links.DUPLICATE:
        if other:
            raise InputError("only a duplicate names the case that it duplicates", field=DUPLICATE_OF)
        return
    if not other:
        raise InputError("name the case that it duplicates", field=DUPLICATE_OF)
    original = finding.by_reference(str(other), DUPLICATE_OF)
    reason = said.get(NOTE) or "Closed as a duplicate"
    if not case.links_out.filter(other=original, kind=links.DUPLICATE, ended_at=None).exists():
        links.join(case, original, links.DUPLICATE, reason, officer, field=DUPLICATE_OF)
