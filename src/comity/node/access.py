"""The only gate: may this officer do this, to this, for this purpose? Denied unless a rule allows it.

A rule is one sentence; the sentence is what a denied officer reads. Row-level security is the second lock.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from comity.base.errors import Denied
from comity.base.text import say
from comity.node import ledger, scope
from comity.node.authorities import NODE_ROLE, Identity, Officer


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may do one thing. `purpose`: it must be stated. `owner`: the thing must be the authority's own."""

    sentence: str
    roles: frozenset[str]
    purpose: bool = False
    grantor: str = say("an administrator of your authority")
    article: str = "Directive (EU) 2016/680 art. 29"


def _rule(sentence: str, *roles: str, purpose: bool = False, grantor: str = "") -> Rule:
    return Rule(sentence, frozenset(roles), purpose, grantor or say("an administrator of your authority"))


CASEWORK = ("officer", "supervisor", NODE_ROLE)
DPO = "data-protection-officer"

RULES: dict[str, Rule] = {
    "worklist.read": _rule("Officers and supervisors work on cases.", *CASEWORK),
    "case.read": _rule(
        "Cases are read by those who work on them, and by the data protection officer to supervise.",
        *CASEWORK,
        DPO,
        purpose=True,
    ),
    "case.open": _rule("Officers and supervisors open cases.", *CASEWORK),
    "case.step": _rule("Officers and supervisors take the steps of a case.", *CASEWORK, purpose=True),
    "case.forward": _rule(
        "Officers and supervisors put a request to units of their own state.", *CASEWORK, purpose=True
    ),
    "case.write-down": _rule(
        "Officers and supervisors write down what reached them by another channel.", *CASEWORK, purpose=True
    ),
    "attachment.add": _rule(
        "Officers and supervisors add files to cases and have them scanned.", *CASEWORK, purpose=True
    ),
    "attachment.read": _rule(
        "Files of cases are opened by those who work on cases, for a stated purpose.", *CASEWORK, purpose=True
    ),
    "case.restrict": _rule(
        "A case is restricted by supervisors and by the officer who holds it.",
        "officer",
        "supervisor",
        purpose=True,
        grantor="a supervisor of your authority",
    ),
    "note.write": _rule(
        "Notes are written by those who work on cases.", "officer", "supervisor", purpose=True
    ),
    "case.assign": _rule("Officers take work; supervisors hand it out.", *CASEWORK),
    "case.assign-any": _rule(
        "What a colleague works on is handed out by supervisors.",
        "supervisor",
        NODE_ROLE,
        grantor="a supervisor of your authority",
    ),
    "team.read": _rule(
        "Teams are seen by all who work on cases, and by administrators.", *CASEWORK, "administrator"
    ),
    "team.manage": _rule(
        "Supervisors and administrators make up teams.", "supervisor", "administrator", NODE_ROLE
    ),
    "alarm.read": _rule("Alarms are seen by those who work on cases.", *CASEWORK),
    "alarm.acknowledge": _rule(
        "Officers and supervisors say that an alarm is seen to.", "officer", "supervisor"
    ),
    "alarm.raise": _rule("Alarms are raised by the node itself.", NODE_ROLE),
    "board.read": _rule("The wall board is opened by those who work on cases.", *CASEWORK),
    "rota.read": _rule("The rota is seen by all who work on cases.", *CASEWORK),
    "rota.manage": _rule(
        "Supervisors plan the rota and say how alarms are passed up.",
        "supervisor",
        grantor=say("a supervisor of your authority"),
    ),
    "webhook.manage": _rule("Administrators say which programs are told of alarms.", "administrator"),
    "screening.run": _rule(
        "Officers, analysts and supervisors screen what crosses the border.",
        *CASEWORK,
        "analyst",
        purpose=True,
    ),
    "screening.read": _rule(
        "Screenings are read by those who screen, and by the data protection officer to supervise.",
        *CASEWORK,
        "analyst",
        DPO,
    ),
    "match.decide": _rule(
        "A qualified person decides on a match: an officer, analyst or supervisor.",
        "officer",
        "analyst",
        "supervisor",
        purpose=True,
    ),
    "register.read": _rule(
        "The list of registers is open to everyone but administrators without another role.",
        *CASEWORK,
        "analyst",
        DPO,
        "administrator",
    ),
    "record.search": _rule(
        "Registers are searched by officers, analysts and supervisors who state what for.",
        *CASEWORK,
        "analyst",
        purpose=True,
    ),
    "record.read": _rule(
        "A record is read by officers, analysts and supervisors, and by the data protection officer to "
        "supervise; each states what for.",
        *CASEWORK,
        "analyst",
        DPO,
        purpose=True,
    ),
    "search.run": _rule(
        "Cases and registers are searched by officers, analysts and supervisors, and by the data protection "
        "officer to supervise; each states what for.",
        *CASEWORK,
        "analyst",
        DPO,
        purpose=True,
    ),
    "desk.read": _rule(
        "The desk and its day book are read by the officers and supervisors who work there, and by the data "
        "protection officer to supervise.",
        *CASEWORK,
        DPO,
        purpose=True,
    ),
    "desk.write": _rule("Officers and supervisors write the day book.", *CASEWORK, purpose=True),
    "desk.manage": _rule(
        "Administrators and supervisors decide at which desks the authority sits.",
        "administrator",
        "supervisor",
        NODE_ROLE,
    ),
    "register.load": _rule(
        "Administrators and analysts load registers.", "administrator", "analyst", NODE_ROLE
    ),
    "partner.read": _rule(
        "Partners and delivery are seen by all roles.", *CASEWORK, "analyst", DPO, "administrator"
    ),
    "language.record": _rule(
        "Administrators record which languages states accept.", "administrator", NODE_ROLE
    ),
    "text.manage": _rule(
        "Supervisors write the text blocks that all officers of the authority use.", "supervisor", NODE_ROLE
    ),
    "partner.manage": _rule(
        "Administrators add partners and confirm their keys.", "administrator", NODE_ROLE
    ),
    "message.send-by-hand": _rule(
        "Officers and supervisors note what was sent and received by the manual channel.", *CASEWORK
    ),
    "message.resend": _rule(
        "Supervisors and administrators send a message again.", "supervisor", "administrator", NODE_ROLE
    ),
    "ledger.read": _rule(
        "The ledger is read by supervisors and the data protection officer.",
        "supervisor",
        DPO,
        purpose=True,
        grantor=say("the data protection officer"),
    ),
    "ledger.verify": _rule(
        "The ledger is verified by supervisors, the data protection officer and administrators.",
        "supervisor",
        DPO,
        "administrator",
        NODE_ROLE,
    ),
    "ledger.export": _rule(
        "Only the data protection officer exports the ledger.",
        DPO,
        NODE_ROLE,
        purpose=True,
        grantor=say("the data protection officer"),
    ),
    "ledger.erase": _rule(
        "Only the data protection officer erases the body of an entry.",
        DPO,
        NODE_ROLE,
        purpose=True,
        grantor=say("the data protection officer"),
    ),
    "keeping.review": _rule(
        "Whether data is still needed is decided by those who work on cases, and by the data protection officer.",
        "officer",
        "supervisor",
        DPO,
        purpose=True,
    ),
    "keeping.hold": _rule(
        "Only the data protection officer keeps data from being deleted.",
        DPO,
        purpose=True,
        grantor=say("the data protection officer"),
    ),
    "keeping.run": _rule("What is to be deleted is deleted by the node itself.", NODE_ROLE),
    "target.read": _rule("Service targets are seen by those who work on cases.", *CASEWORK, DPO),
    "target.set": _rule("Supervisors set the service targets of their authority.", "supervisor"),
    "officer.read": _rule(
        "The officers of an authority are listed to its supervisors, administrators and data protection "
        "officer.",
        "supervisor",
        "administrator",
        DPO,
    ),
    "officer.manage": _rule("Administrators enrol officers.", "administrator", NODE_ROLE),
    "case.export": _rule(
        "Whole cases are taken out by those who work on cases, and by the data protection officer to answer for them.",
        *CASEWORK,
        DPO,
        purpose=True,
    ),
    "list.export": _rule(
        "Lists are taken out by whoever may see them.", *CASEWORK, "analyst", DPO, "administrator"
    ),
    "statistics.read": _rule(
        "Statistics are read by officers, supervisors and the data protection officer.", *CASEWORK, DPO
    ),
    "law.read": _rule(
        "The law is open to everyone who is signed in.", *CASEWORK, "analyst", DPO, "administrator"
    ),
}


@dataclass(frozen=True, slots=True)
class Permission:
    """The gate's answer; never a bare bool. `reason` is the sentence that decided."""

    allowed: bool
    verb: str
    reason: str
    grantor: str = ""
    article: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return self.allowed


def may(officer: Officer, verb: str, facts: Mapping[str, Any] | None = None, purpose: str = "") -> Permission:
    """May the officer do `verb`? `facts` may name the `authority` (primary key) that owns the thing."""
    facts = facts or {}
    rule = RULES.get(verb)
    if rule is None:
        return Permission(False, verb, say("No rule allows {verb!r}.", verb=verb))
    reason = _against(officer, rule, facts, purpose)
    if reason:
        return Permission(False, verb, reason, rule.grantor, rule.article, facts)
    return Permission(True, verb, rule.sentence, article=rule.article, facts=facts)


def _against(officer: Officer, rule: Rule, facts: Mapping[str, Any], purpose: str) -> str:
    if not officer.active:
        return say("The sign-in is no longer active.")
    if "authority" in facts and facts["authority"] != officer.authority_id:
        return say("It belongs to another authority.")
    if rule.roles.isdisjoint(officer.roles):
        return say("{rule} Your roles: {roles}.", rule=rule.sentence, roles=officer.titles or say("none"))
    if rule.purpose and not purpose.strip():
        return say("State the purpose: personal data is shown for a stated purpose only.")
    return ""


def require(verb: str, facts: Mapping[str, Any] | None = None) -> Officer:
    """The acting officer, when the gate lets it do `verb` for the purpose of its scope; else Denied."""
    acting = scope.current()
    officer = acting_officer()
    answer = may(officer, verb, facts, acting.purpose)
    if not answer:
        raise Denied(answer.reason, rule=verb, grantor=answer.grantor, article=answer.article)
    return officer


def acting_officer() -> Officer:
    """The officer of the scope, read once per transaction; Denied when it is unknown or inactive."""
    acting = scope.current()
    officer = Officer.objects.filter(pk=acting.officer, authority_id=acting.authority, active=True).first()
    if officer is None:
        raise Denied(
            "No active officer acts.", rule="scope", grantor=say("an administrator of your authority")
        )
    return officer


@contextmanager
def acting_as(identity: Identity, purpose: str = "") -> Iterator[scope.Scope]:
    """One transaction on behalf of `identity`. A denial inside is kept in the ledger, in its own transaction."""
    try:
        with scope.acting(identity.authority, identity.officer, purpose) as acting:
            yield acting
    except Denied as denied:
        with scope.acting(identity.authority, identity.officer, purpose):
            note_denied(denied)
        raise


def note_denied(denied: Denied) -> None:
    """Keep a denial in the ledger, with its rule and the purpose that was stated."""
    ledger.record(
        "access.denied",
        article=denied.article,
        body={"rule": denied.rule, "reason": str(denied), "purpose": scope.current().purpose},
    )
