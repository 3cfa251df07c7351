"""Re-exports the models of every noun, where Django looks for them."""

from comity.node.alarms.models import Alarm, AlarmRules, Preferences, Shift, Telling, Webhook
from comity.node.attachments.models import Attachment, AttachmentContent, Enclosure
from comity.node.authorities import Authority, Membership, Officer, PublicKey, Team, Token
from comity.node.cases.models import (
    Case,
    CaseLink,
    CasePart,
    Copy,
    HandedCase,
    HandOver,
    HandOverRead,
    Note,
    Number,
    Party,
    Reader,
    Reference,
    SavedFilter,
    Step,
    Subject,
)
from comity.node.cases.target_models import ServiceTarget
from comity.node.exchange.models import Inbox, Link, Outbox
from comity.node.keeping.models import Hold, Masked, Review
from comity.node.ledger import Body, Checkpoint, Entry, Leaf, Unsealed
from comity.node.pccc.models import DayEntry, Desk, Presence, Seat
from comity.node.registers.models import Change, Import, Match, Query, Record, Register, Screening
from comity.node.statistics.models import Tally
from comity.node.texts.models import StateLanguages, TextBlock

__all__ = [
    "Alarm",
    "AlarmRules",
    "Attachment",
    "AttachmentContent",
    "Authority",
    "Body",
    "Case",
    "CaseLink",
    "CasePart",
    "Change",
    "Checkpoint",
    "Copy",
    "DayEntry",
    "Desk",
    "Enclosure",
    "Entry",
    "HandOver",
    "HandOverRead",
    "HandedCase",
    "Hold",
    "Import",
    "Inbox",
    "Leaf",
    "Link",
    "Masked",
    "Match",
    "Membership",
    "Note",
    "Number",
    "Officer",
    "Outbox",
    "Party",
    "Preferences",
    "Presence",
    "PublicKey",
    "Query",
    "Reader",
    "Record",
    "Reference",
    "Register",
    "Review",
    "SavedFilter",
    "Screening",
    "Seat",
    "ServiceTarget",
    "Shift",
    "StateLanguages",
    "Step",
    "Subject",
    "Tally",
    "Team",
    "Telling",
    "TextBlock",
    "Token",
    "Unsealed",
    "Webhook",
]
