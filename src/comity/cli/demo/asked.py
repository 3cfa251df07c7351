"""What the officers of the story ask and answer, in the fields of Directive (EU) 2023/977 art. 4."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

REQUEST = "dir-2023-977/request"

DRAFT: dict[str, Any] = {"urgent": True, "language": "en"}

URGENT: dict[str, Any] = {
    **DRAFT,
    "urgency_reason": ["U4"],
    "information_sought": "Last calls of the vessel in German ports, its agent there, and what is known of its master",
    "purpose_facts_offence": "Export of controlled goods against sanctions: the vessel is expected in Rotterdam "
    "tonight. What is asked for is needed to decide whether to search it, and nothing less would do.",
    "reasons_available": "By its papers the vessel comes from Hamburg, where its agent has its seat",
    "link_person_purpose": "The vessel carries the goods; the person is its master",
}
QUESTION = "Of which months are the calls wanted?"
CLARIFICATION = "Of the last six months."
INFORMATION = (
    "Three calls in Hamburg, the last on 3 November. The agent is known to us from an investigation. "
    "The master was on board each time."
)
EVALUATION = {"reliability": "B2"}

OBSERVATION: dict[str, Any] = {
    "urgent": False,
    "language": "en",
    "information_sought": "Who is being observed at the agent's warehouse, and since when",
    "purpose_facts_offence": "The same export of controlled goods, investigated in Rotterdam",
    "reasons_available": "The warehouse lies in Hamburg",
    "subjects": [],
}
REFUSAL = "To say so would endanger an investigation that is going on."
GROUND = "R-f(ii)"

PORT_CALLS: dict[str, Any] = {
    "urgent": False,
    "language": "en",
    "information_sought": "Calls of the vessel in Portuguese ports in the last six months",
    "purpose_facts_offence": "Export of controlled goods against sanctions, investigated in Rotterdam",
    "reasons_available": "The vessel's papers name Sines as a port of call",
    "link_person_purpose": "The vessel carries the goods",
}
ANSWER_BY_HAND = "One call in Sines on 21 September; nothing else is known."


def about(facts: Mapping[str, Any], entities: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The facts with what they concern: FollowTheMoney entities as they were screened."""
    subjects = [{**entity, "id": f"subject-{number}"} for number, entity in enumerate(entities, 1)]
    return {**facts, "subjects": subjects}
