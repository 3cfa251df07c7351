"""Casework through the API, each act done once however often the node falls away meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from comity.cli.demo.client import Desk

Case = dict[str, Any]


class Cases:
    """The cases of one officer's desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def read(self, case_id: str) -> Case:
        """One case whole."""
        return dict(self.desk.until(lambda: self.desk.get(f"/cases/{case_id}"), "the case"))

    def wait(self, case_id: str, state: str) -> Case:
        """One case whole, once it is in a state."""

        def look() -> Case | None:
            case = self.desk.get(f"/cases/{case_id}")
            return case if case["state"] == state else None

        return self.desk.until(look, f"the case to be {state}")

    def found(self, title: str) -> str | None:
        """The id of the case of that title; None while there is none."""
        cases = [case for case in self.desk.get("/cases", q=title) if case["title"] == title]
        if len(cases) > 1:
            raise AssertionError(f"{len(cases)} cases are called {title!r}")
        return str(cases[0]["id"]) if cases else None

    def open(self, procedure: str, partner: str, title: str, facts: Mapping[str, Any]) -> Case:
        """Open a draft."""
        given = {"procedure": procedure, "partner": partner, "title": title, "facts": facts}
        case_id = self.desk.ensure(
            lambda: self.found(title), lambda: self.desk.post("/cases", given), f"the draft {title!r}"
        )
        return self.read(case_id)

    def fill_in(self, case_id: str, facts: Mapping[str, Any]) -> Case:
        """Replace the facts of a draft."""

        def done() -> Case | None:
            case = self.read(case_id)
            return case if case["facts"] == facts else None

        def do() -> None:
            case = self.read(case_id)
            given = {"title": case["title"], "facts": facts, "version": case["version"]}
            self.desk.put(f"/cases/{case_id}", given)

        return self.desk.ensure(done, do, "the draft to be complete")

    def assess(self, case_id: str, access: str) -> Case:
        """Say how the information can be reached; no judge needs to agree."""

        def done() -> Case | None:
            case = self.read(case_id)
            return case if case["access"] == access else None

        given = {"access": access, "judicial_authorisation_required": False}
        return self.desk.ensure(
            done, lambda: self.desk.post(f"/cases/{case_id}/assessment", given), "the assessment"
        )

    def take(self, case_id: str, step: str, **content: Any) -> Case:
        """Take a step, unless it has been taken."""
        return self.desk.ensure(
            lambda: self._with(case_id, step),
            lambda: self.desk.post(f"/cases/{case_id}/steps/{step}", content),
            f"the step {step}",
        )

    def _with(self, case_id: str, step: str) -> Case | None:
        case = self.read(case_id)
        return case if taken(case, step) else None

    def decide_copy(self, case_id: str, of: str, partner: str | None, reason: str) -> dict[str, Any]:
        """Send the copy of a step to a partner, or decide not to; returns what was decided."""

        def done() -> dict[str, Any] | None:
            case = self.read(case_id)
            step = taken(case, of)
            return next((copy for copy in case["copies"] if step and copy["step"] == step["id"]), None)

        def do() -> None:
            case = self.read(case_id)
            due = next(each for each in case["copies_due"] if each["of"] == of)
            given = {
                "step": due["step"],
                "to": due["to"],
                "send": bool(partner),
                "reason": reason,
                "partner": partner,
            }
            self.desk.post(f"/cases/{case_id}/copies", given)

        return self.desk.ensure(done, do, f"the decision on the copy of {of}")

    def sent_by_hand(self, case_id: str, channel: str, note: str, at: datetime) -> Case:
        """Note that the message of a case went out by another channel."""

        def done() -> Case | None:
            case = self.read(case_id)
            return case if case["messages"][0]["state"] == "sent" else None

        def do() -> None:
            message = self.read(case_id)["messages"][0]["id"]
            given = {"channel": channel, "note": note, "at": at.isoformat()}
            self.desk.post(f"/messages/{message}/sent", given)

        return self.desk.ensure(done, do, "the note that it was sent by hand")

    def key_in(self, case_id: str, step: str, text: str, channel: str, at: datetime) -> Case:
        """Write down what a partner without Comity has said."""
        given = {"step": step, "text": text, "channel": channel, "received_at": at.isoformat()}
        return self.desk.ensure(
            lambda: self._with(case_id, step),
            lambda: self.desk.post(f"/cases/{case_id}/answers", given),
            f"the step {step} to be written down",
        )


def taken(case: Case, step: str) -> dict[str, Any] | None:
    """The newest step of that name in a case."""
    return next((each for each in reversed(case["steps"]) if each["step"] == step), None)


def instant(step: dict[str, Any] | None, name: str = "received_at") -> datetime:
    """When a step was sent or received."""
    assert step is not None
    return datetime.fromisoformat(step[name])
