"""What an officer does with one case of the shift: one move at a time, each as the plan of the case says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from comity.cli.demo.cases import Case, taken
from comity.cli.demo.client import Desk
from comity.cli.demo.shift.requests import Asked

CHANNEL = "SIENA"
UNIT = "nl-police"
ASKER_ANSWERS = timedelta(minutes=40)
UNIT_ANSWERS = timedelta(minutes=50)
NO_COPY = "Nothing in it falls under the objectives of Europol"
OUTCOMES = {
    "answer": "answered_in_full", "refuse": "refused", "withdraw": "withdrawn",
}  # fmt: skip


@dataclass
class Work:
    """A request on the desk: its plan, the case it is, the moves that are left, and when it ended."""

    asked: Asked
    case_id: str
    left: list[str] = field(default_factory=list)
    waits: bool = False
    child: str = ""
    due: datetime | None = None
    ended: datetime | None = None

    @property
    def done(self) -> bool:
        """Whether nothing is left to do."""
        return not self.left

    def late_after(self, begin: datetime) -> bool:
        """Whether it ended after a limit that ran out during the shift."""
        return bool(self.due and self.ended and begin <= self.due < self.ended)


Later = Callable[[timedelta, Callable[[], None]], None]


class Moves:
    """The moves of our officers. `later` has something done by others after a while; `at` tells the time.

    `on_duty` is the desk of whoever writes down what comes in by then.
    """

    def __init__(self, at: Callable[[], datetime], later: Later, asker: Desk) -> None:
        self._at, self._later, self._asker = at, later, asker
        self.on_duty = asker

    def make(self, desk: Desk, work: Work) -> str:
        """Make the next move of a case as the officer of a desk; returns its name."""
        move = work.left.pop(0)
        getattr(self, f"_{move}")(desk, work)
        return move

    def _assess(self, desk: Desk, work: Work) -> None:
        given = {"access": work.asked.access, "judicial_authorisation_required": False}
        desk.post(f"/cases/{work.case_id}/assessment", given)

    def _clarify(self, desk: Desk, work: Work) -> None:
        self._step(desk, work, "clarification_requested", text="Since when is this wanted?")
        work.waits = True
        self._later(ASKER_ANSWERS, lambda: self._clarified(self.on_duty, work))

    def _clarified(self, desk: Desk, work: Work) -> None:
        self._by_asker(desk, work, "clarification_given", "Since the beginning of this year.")
        work.waits = False

    def _forward(self, desk: Desk, work: Work) -> None:
        child = desk.post(f"/cases/{work.case_id}/forwardings", {"unit": UNIT, "facts": {}})
        work.child, work.waits = child["id"], True
        self._send_by_hand(desk, work.child)
        self._later(UNIT_ANSWERS, lambda: self._unit_answers(self.on_duty, work))

    def _unit_answers(self, desk: Desk, work: Work) -> None:
        self._key_in(desk, work.child, "answered", "Seen twice this year; the report is on file.")
        work.waits = False

    def _answer(self, desk: Desk, work: Work) -> None:
        content: dict[str, Any] = {"text": "Known here; what the registers hold is given above."}
        if work.child:
            reply = desk.get(f"/cases/{work.case_id}/forwardings/{work.child}/reply")
            content = {name: reply[name] for name in ("fields", "grounds", "includes")}
        self._end(desk, work, "answered", **content)

    def _refuse(self, desk: Desk, work: Work) -> None:
        self._end(
            desk, work, "refused", text="For the reason that the ground names.", grounds=[work.asked.ground]
        )

    def _end(self, desk: Desk, work: Work, step: str, **content: Any) -> None:
        due = desk.get(f"/cases/{work.case_id}")["decision"]["due"]
        work.due = datetime.fromisoformat(due["at"]) if due and due["at"] else None
        self._step(desk, work, step, **content)
        work.ended = self._at()

    def withdrawn(self, work: Work) -> None:
        """The asker withdraws what it asked."""
        self._by_asker(self.on_duty, work, "withdrawn", "It is no longer needed.")
        work.ended, work.waits = self._at(), False

    def _close(self, desk: Desk, work: Work) -> None:
        case = desk.get(f"/cases/{work.case_id}")
        for due in case["copies_due"]:
            given = {"step": due["step"], "to": due["to"], "send": False, "reason": NO_COPY, "partner": None}
            desk.post(f"/cases/{work.case_id}/copies", given)
        if work.child:
            self._close_one(desk, work.child, "answered_in_full")
        self._close_one(desk, work.case_id, OUTCOMES[work.asked.course[-1]])

    def _close_one(self, desk: Desk, case_id: str, outcome: str) -> None:
        desk.post(f"/cases/{case_id}/steps/closed", {"fields": {"outcome": outcome}})

    def _step(self, desk: Desk, work: Work, step: str, **content: Any) -> None:
        desk.post(f"/cases/{work.case_id}/steps/{step}", content)
        if work.asked.by_hand:
            self._send_by_hand(desk, work.case_id)

    def _send_by_hand(self, desk: Desk, case_id: str) -> None:
        for message in desk.get(f"/cases/{case_id}")["messages"]:
            if message["state"] == "by-hand":
                given = {"channel": CHANNEL, "note": "", "at": self._at().isoformat()}
                desk.post(f"/messages/{message['id']}/sent", given)

    def _by_asker(self, desk: Desk, work: Work, step: str, text: str) -> None:
        if work.asked.by_hand:
            self._key_in(desk, work.case_id, step, text)
            return
        theirs = self._asker.until(lambda: self._mirror(desk, work), "the case at the asker's")
        if step == "clarification_given":
            self._asker.until(
                lambda: taken(self._case(self._asker, theirs), "clarification_requested"), "the question"
            )
        self._asker.post(f"/cases/{theirs}/steps/{step}", {"text": text})
        desk.until(lambda: taken(self._case(desk, work.case_id), step), f"the step {step}")

    def _mirror(self, desk: Desk, work: Work) -> str | None:
        found = [
            each
            for each in self._asker.get("/cases", q=work.asked.title)
            if each["title"] == work.asked.title
        ]
        return str(found[0]["id"]) if found else None

    @staticmethod
    def _case(desk: Desk, case_id: str) -> Case:
        return dict(desk.get(f"/cases/{case_id}"))

    def _key_in(self, desk: Desk, case_id: str, step: str, text: str) -> None:
        given = {"step": step, "text": text, "channel": CHANNEL, "received_at": self._at().isoformat()}
        desk.post(f"/cases/{case_id}/answers", given)
