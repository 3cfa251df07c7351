"""What is not as it should be, and the verification of both ledgers at the end of a story."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing

from comity.base.errors import ComityError
from comity.cli.demo.client import Desk
from comity.cli.demo.stage import Node, Stage

DUTCH_ENTRIES = (
    "screening.run", "screening.read", "record.read", "match.confirmed", "case.opened", "step.sent",
    "message.signed", "message.delivered", "step.clarification_requested", "step.clarification_given",
    "step.answered", "access.denied", "copy.waived", "message.to-send-by-hand", "message.sent-by-hand",
    "step.refused", "step.closed", "case.read",
)  # fmt: skip
GERMAN_ENTRIES = (
    "message.received", "step.sent", "case.cross-checked", "case.assessed", "step.clarification_requested",
    "step.clarification_given", "step.answered", "copy.sent", "step.refused", "case.read",
)  # fmt: skip


class Deviation(ComityError):
    """The story did not go as the law and the design say."""


def expect(holds: object, otherwise: str) -> None:
    """Raise Deviation unless it holds."""
    if not holds:
        raise Deviation(otherwise)


def desk_of(node: Node, role: str, purpose: str, patience: float) -> Desk:
    """The desk of the node's officer who has that role."""
    return Desk(node.url, node.tokens[node.side.username(role)], purpose, patience)


def verify_ledgers(
    stage: Stage,
    say: Callable[[str], None],
    patience: float = 120.0,
    *,
    kinds: tuple[Sequence[str], Sequence[str]] = (DUTCH_ENTRIES, GERMAN_ENTRIES),
) -> None:
    """Both supervisors verify their ledgers, and find each step and each reading of personal data in it.

    Raises Deviation when a ledger does not verify or an entry is missing.
    """
    say("")
    for node, wanted in zip(stage.nodes, kinds, strict=True):
        with closing(desk_of(node, "supervisor", "verification of the ledger", patience)) as desk:
            _verify(desk, node.side.title, wanted, say)


def _verify(desk: Desk, name: str, kinds: Sequence[str], say: Callable[[str], None]) -> None:
    newest = desk.until(lambda: desk.get("/ledger", limit=1), "the ledger")[0]["sequence"]
    desk.until(lambda: desk.get(f"/ledger/{newest}")["line"]["place"], "the newest entry to be sealed")
    report = desk.until(lambda: desk.post("/ledger/verify"), "the verification")
    expect(report["ok"], f"the ledger of {name} does not verify: {report['problems']}")
    missing = [
        kind for kind in kinds if not desk.until(lambda kind=kind: desk.get("/ledger", kind=kind), kind)
    ]
    expect(not missing, f"the ledger of {name} says nothing of {', '.join(missing)}")
    say(
        f"Ledger of {name}: {report['entries']} entries verify; {report['checkpoints']} signed roots, "
        f"the last is {report['root'][:16]}"
    )
