"""Which instrument? The procedures of the book that fit who asks whom for what, best first, and why not the others.

advice = advise(book, {"me": {"kind": "spoc", "country": "NL"}, "partner": {"country": "DE"},
                       "want": "information", "about": "person", "offences": ["drugs"], "urgent": True})
advice.open[0].procedure.id, advice.open[0].reasons, advice.against[0].reason
"""

from __future__ import annotations

from comity.law.advise.answers import Advice, Against, Candidate, Question, Reason
from comity.law.advise.inquiry import Inquiry, Words, read_inquiry, words
from comity.law.advise.ranking import advise

__all__ = [
    "Advice",
    "Against",
    "Candidate",
    "Inquiry",
    "Question",
    "Reason",
    "Words",
    "advise",
    "read_inquiry",
    "words",
]
