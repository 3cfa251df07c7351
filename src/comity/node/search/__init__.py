"""Search: every word of cases, steps and notes, found whatever its accents or its script, by those who may read it."""

from comity.node.search.reading import FREQUENT, PAGE, Asked, Found, Hit, search
from comity.node.search.sources import KINDS, connect, forget, reindex

__all__ = ["FREQUENT", "KINDS", "PAGE", "Asked", "Found", "Hit", "connect", "forget", "reindex", "search"]
