"""What may be done, by whom, by when: legal instruments as data and a small engine that reads them.

    from comity.law import Book, decide

    book = Book.load()
    decision = decide(book, "dir-2023-977/request", facts)

Pure: no Django, no database, no environment.
"""

from __future__ import annotations

from comity.law.advise import Advice, advise
from comity.law.answers import Answer, Decision, Keeping, Missing, OpenRefusal, OwedCopy
from comity.law.book import Book, View, standard_book
from comity.law.clocks import ClockRun
from comity.law.decide import decide, preview
from comity.law.procedures import BoundProcedure, BoundStep
from comity.law.steps import History, StepOption

__all__ = [
    "Advice",
    "Answer",
    "Book",
    "BoundProcedure",
    "BoundStep",
    "ClockRun",
    "Decision",
    "History",
    "Keeping",
    "Missing",
    "OpenRefusal",
    "OwedCopy",
    "StepOption",
    "View",
    "advise",
    "decide",
    "preview",
    "standard_book",
]
