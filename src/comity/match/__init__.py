"""Is this the same person, vessel, container? Fast, and every score explains itself.

    index = Index.create(Path("lists"), entities)
    for match in index.screen([{"id": "q", "schema": "Vessel", "properties": {"name": ["Ocean Star"]}}])[0]:
        print(match.score, [reason.text for reason in match.reasons])

Entities are FollowTheMoney JSON. `comity.match.sources` reads lists and registers into them.
"""

from comity.match.index import Index
from comity.match.results import Entity, Match, Reason
from comity.match.scoring import compare, threshold_for

__all__ = ["Entity", "Index", "Match", "Reason", "compare", "threshold_for"]
