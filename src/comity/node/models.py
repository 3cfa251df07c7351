"""Re-exports the models of every noun, where Django looks for them."""

from comity.node.attachments.models import Attachment, AttachmentContent, Enclosure
from comity.node.authorities import Authority, Officer, PublicKey, Token
from comity.node.cases.models import Case, CaseLink, Copy, Note, Number, Reader, Reference, Step, Subject
from comity.node.exchange.models import Inbox, Link, Outbox
from comity.node.ledger import Body, Checkpoint, Entry, Leaf, Unsealed
from comity.node.registers.models import Change, Import, Match, Query, Record, Register, Screening
from comity.node.texts.models import StateLanguages, TextBlock

__all__ = [
    "Attachment",
    "AttachmentContent",
    "Authority",
    "Body",
    "Case",
    "CaseLink",
    "Change",
    "Checkpoint",
    "Copy",
    "Enclosure",
    "Entry",
    "Import",
    "Inbox",
    "Leaf",
    "Link",
    "Match",
    "Note",
    "Number",
    "Officer",
    "Outbox",
    "PublicKey",
    "Query",
    "Reader",
    "Record",
    "Reference",
    "Register",
    "Screening",
    "StateLanguages",
    "Step",
    "Subject",
    "TextBlock",
    "Token",
    "Unsealed",
]
