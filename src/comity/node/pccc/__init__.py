"""Police and customs cooperation centres: several authorities at one desk, each owner of its data."""

from comity.node.pccc.categories import Category, categories, categorise
from comity.node.pccc.counting import Board, Statistics, board, statistics
from comity.node.pccc.daybook import OUTCOMES, SCHEMATA, Line, entries, write
from comity.node.pccc.desks import arrive, depart, desks, invitations, invite, join, leave, open_desk
from comity.node.pccc.passing import Finding, decide, findings, recipients

__all__ = [
    "OUTCOMES",
    "SCHEMATA",
    "Board",
    "Category",
    "Finding",
    "Line",
    "Statistics",
    "arrive",
    "board",
    "categories",
    "categorise",
    "decide",
    "depart",
    "desks",
    "entries",
    "findings",
    "invitations",
    "invite",
    "join",
    "leave",
    "open_desk",
    "recipients",
    "statistics",
    "write",
]
