"""Re-exports the models of every noun, where Django looks for them."""

from comity.node.authorities import Authority, Officer, PublicKey, Token
from comity.node.cases.models import Case, Copy, Reader, Reference, Step
from comity.node.exchange.models import Inbox, Link, Outbox
from comity.node.ledger import Body, Checkpoint, Entry, Leaf, Unsealed
from comity.node.registers.models import Change, Import, Match, Query, Record, Register, Screening

__all__ = [
    "Authority",
    "Body",
    "Case",
    "Change",
    "Checkpoint",
    "Copy",
    "Entry",
    "Import",
    "Inbox",
    "Leaf",
    "Link",
    "Match",
    "Officer",
    "Outbox",
    "PublicKey",
    "Query",
    "Reader",
    "Record",
    "Reference",
    "Register",
    "Screening",
    "Step",
    "Token",
    "Unsealed",
]
