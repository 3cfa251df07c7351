"""The first story: a manifest in Rotterdam, a request to Germany, an answer under Directive (EU) 2023/977.

Each scene is played through the API as its officer would, and says under which article; what is not as it
should be is a Deviation. A scene may be played again after a crash: what is done is not done twice.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from comity.base.time import now
from comity.cli.demo import asked
from comity.cli.demo.cases import Case, Cases, instant, taken
from comity.cli.demo.cast import GERMANY, NETHERLANDS, Side
from comity.cli.demo.client import Refused
from comity.cli.demo.report import Deviation, desk_of, expect, verify_ledgers
from comity.cli.demo.stage import Stage

PURPOSE = "check of a vessel on its way to Rotterdam"
EIGHT_HOURS = timedelta(hours=8)


class Story:
    """The story on a stage. `label` tells it apart from another play on the same stage."""

    def __init__(
        self, stage: Stage, say: Callable[[str], None], *, label: str = "", patience: float = 120.0
    ) -> None:
        self.stage, self._say, self.label, self.patience = stage, say, label, patience
        self.dutch = desk_of(stage.dutch, "officer", PURPOSE, patience)
        self.german = desk_of(stage.german, "officer", "work on cases", patience)
        self.ours, self.theirs = Cases(self.dutch), Cases(self.german)
        self.number = 0
        self.manifest = self.stage.manifest.with_stem(f"{self.stage.manifest.stem}{label}")
        self.screened: dict[str, Any] = {}
        self.hit: dict[str, Any] = {}
        self.request = self.at_germany = self.observation = self.port_calls = ""

    def __enter__(self) -> Story:
        return self

    def __exit__(self, *_: object) -> None:
        self.dutch.close()
        self.german.close()

    @property
    def scenes(self) -> tuple[Callable[[], None], ...]:
        """The scenes in their order."""
        return (
            self.screen_the_manifest, self.confirm_the_hit, self.choose_the_law, self.draft_the_request,
            self.complete_the_request, self.send_while_germany_is_down, self.germany_is_back,
            self.germany_sees_the_request, self.germany_assesses, self.germany_asks_back,
            self.the_netherlands_clarify, self.germany_answers, self.decide_on_copies,
            self.pass_on_in_vain, self.ask_portugal_by_hand, self.germany_refuses, self.close_the_case,
        )  # fmt: skip

    def play(self) -> None:
        """Play all of it, then verify both ledgers."""
        for scene in self.scenes:
            scene()
        verify_ledgers(self.stage, self._say, self.patience)

    def open(self) -> None:
        """Play as far as leaves something to do at every desk."""
        for scene in self.scenes[:5]:
            scene()
        self._send(self.request)
        self.germany_sees_the_request()
        self.observation = self._ask_germany("Observation at a warehouse", asked.OBSERVATION)
        case = self._at_germany("Observation at a warehouse")
        self.theirs.take(case, "clarification_requested", text="Which warehouse is meant?")
        self.port_calls = self._open_for_portugal()
        self.ours.take(self.port_calls, "sent")
        self._tell(
            NETHERLANDS, "left open: a match to review, a clarification to give, a message to send by hand"
        )

    def screen_the_manifest(self) -> None:
        name = self.manifest.name

        def done() -> dict[str, Any] | None:
            known = [each for each in self.dutch.get("/screenings") if each["source"] == name]
            return self.dutch.get(f"/screenings/{known[0]['id']}") if known else None

        content = self.stage.manifest.read_bytes()
        self.screened = self.dutch.ensure(
            done, lambda: self.dutch.upload("/screenings", name, content), "the screening"
        )
        rows = self.screened["rows"]
        matches = sum(len(row["matches"]) for row in rows)
        self._tell(
            NETHERLANDS,
            f"screens {name}: {len(rows)} rows, {matches} matches",
            "Directive (EU) 2016/680 art. 29",
        )
        for role in ("carrying vessel", "master"):
            self._show(self._row(role))

    def confirm_the_hit(self) -> None:
        match = self._row("carrying vessel")["matches"][0]
        decision = {"decision": "confirmed", "note": "Same IMO number; the name is a slip of the pen"}

        def done() -> dict[str, Any] | None:
            found = self.dutch.get(f"/matches/{match['id']}")
            return found if found["decision"] == "confirmed" else None

        self.hit = self.dutch.ensure(
            done, lambda: self.dutch.post(f"/matches/{match['id']}/decision", decision), "the decision"
        )
        self._tell(
            NETHERLANDS,
            "confirms the match: now it is a hit, decided by a person",
            "Directive (EU) 2016/680 art. 11",
        )

    def choose_the_law(self) -> None:
        proposals = self.dutch.until(
            lambda: self.dutch.get("/cases/proposals", partner=GERMANY.code), "the proposals"
        )
        best = proposals[0]
        expect(best["fits"] and best["procedure"] == asked.REQUEST, f"{best['procedure']} is proposed first")
        self._tell(NETHERLANDS, f"is offered {best['title']}", f"dir-2023-977 art. {best['article']}")

    def draft_the_request(self) -> None:
        title = self._title("Vessel expected in Rotterdam")
        case = self.ours.open(asked.REQUEST, GERMANY.code, title, asked.DRAFT)
        self.request = case["id"]
        missing = case["decision"]["missing"] if case["state"] == "draft" else []
        missing = [each for each in missing if each["article"].startswith("4(")]
        self._tell(
            NETHERLANDS, f"drafts {case['reference']} and is told what is missing", "dir-2023-977 art. 4"
        )
        for each in missing:
            self._say(f"      {each['field']}, article {each['article']}")

    def complete_the_request(self) -> None:
        entities = [self._row(role)["entity"] for role in ("carrying vessel", "master")]
        case = self.ours.fill_in(self.request, asked.about(asked.URGENT, entities))
        if case["state"] == "draft":
            clock = case["preview"]
            expect(
                clock and clock["within"] == "PT8H", "the clock of eight hours is not shown before sending"
            )
        self._tell(
            NETHERLANDS,
            "completes it; shown before anything is sent: 8 hours to answer",
            "dir-2023-977 art. 5(1)(a)",
        )

    def send_while_germany_is_down(self) -> None:
        self.stage.german.kill()
        self._send(self.request)
        self.observation = self._ask_germany(self._title("Observation at a warehouse"), asked.OBSERVATION)
        waiting = [self.ours.read(each)["messages"][0] for each in (self.request, self.observation)]
        expect(all(each["state"] == "pending" for each in waiting), "a message went to a node that is down")
        self._tell(
            NETHERLANDS, "sends it and another one, signed and sealed; the German node is down: both wait"
        )

    def germany_is_back(self) -> None:
        self.stage.german.start()
        self.stage.german.wait_until_up()
        for case_id in (self.request, self.observation):
            case = self.ours.wait(case_id, "received")
            message = case["messages"][0]
            expect(message["state"] == "sent", "no receipt has come back")
        self._tell(
            NETHERLANDS, "has the receipts: both went out later, once", "Directive (EU) 2016/680 art. 25"
        )

    def germany_sees_the_request(self) -> None:
        self.at_germany = self._at_germany(self._title("Vessel expected in Rotterdam"))
        case = self.german.until(self._cross_checked, "the cross-check of the request")
        known = sorted({match["caption"] for match in case["matches"]})
        expect(known, "the cross-check found nothing in the German register")
        self._tell(
            GERMANY,
            f"has {case['reference']} on its worklist with its clock running",
            "dir-2023-977 art. 5(1)",
        )
        self._tell(GERMANY, f"knew before it was opened: {', '.join(known)}", "dir-2023-977 art. 16(1)(d)")

    def germany_assesses(self) -> None:
        case = self.theirs.assess(self.at_germany, "direct")
        due, received = _due(case), instant(taken(case, "sent"))
        expect(_same(due - received, EIGHT_HOURS), f"received {received}, the clock ends at {due}")
        until = f"{due:%d %B %H:%M} by its own time"
        self._tell(GERMANY, f"can query it directly: 8 hours, until {until}", "dir-2023-977 art. 5(1)(a)")

    def germany_asks_back(self) -> None:
        self.theirs.take(self.at_germany, "clarification_requested", text=asked.QUESTION)
        ours = self.ours.wait(self.request, "clarifying")
        theirs = self.german.until(self._paused, "the clock to pause")
        expect(ours["decision"]["due"]["paused"] and theirs, "the clock does not pause on both sides")
        self._tell(GERMANY, f"asks: {asked.QUESTION} The clock pauses", "dir-2023-977 art. 6(3)")

    def the_netherlands_clarify(self) -> None:
        self.ours.take(self.request, "clarification_given", text=asked.CLARIFICATION)
        case = self.theirs.wait(self.at_germany, "received")
        pause = instant(taken(case, "clarification_given")) - instant(taken(case, "clarification_requested"))
        late_by = _due(case) - instant(taken(case, "sent")) - EIGHT_HOURS
        expect(_same(late_by, pause), f"the clock was moved by {late_by}, the pause was {pause}")
        self._tell(NETHERLANDS, f"answers: {asked.CLARIFICATION} The clock runs on", "dir-2023-977 art. 6(3)")

    def germany_answers(self) -> None:
        content = {"text": asked.INFORMATION, "fields": asked.EVALUATION, "handling": {"codes": ["H2"]}}
        self.theirs.take(self.at_germany, "answered", **content)
        case = self.ours.wait(self.request, "answered")
        answer = taken(case, "answered")
        expect(answer and answer["handling"]["codes"] == ["H2"], "the handling code did not arrive")
        expect(case["decision"]["due"] is None, "a clock still runs after the answer")
        self._tell(GERMANY, "answers under handling code H2; the clock ends", "dir-2023-977 art. 5(1)")

    def decide_on_copies(self) -> None:
        sent = self.theirs.decide_copy(self.at_germany, "answered", "europol", "")
        kept = self.ours.decide_copy(self.request, "sent", None, "Europol gets a copy with the answer")
        expect(
            (sent["decision"], kept["decision"]) == ("sent", "waived"), "the copies were not decided as meant"
        )
        self._tell(GERMANY, "decides that Europol gets a copy of the answer", sent["article"])
        self._tell(NETHERLANDS, f"decides against one of the request: {kept['reason']}", kept["article"])

    def pass_on_in_vain(self) -> None:
        self.port_calls = self._open_for_portugal()
        answer = taken(self.ours.read(self.request), "answered")
        try:
            self.dutch.until(lambda: self._pass_on(answer), "an answer to the attempt")
        except Refused as refused:
            expect(refused.status == 403 and "H2" in str(refused), f"refused for another reason: {refused}")
            self._tell(
                NETHERLANDS, f"wants to pass the answer on to Portugal and may not. {refused}", _law(refused)
            )
        else:
            raise Deviation("what came under H2 was passed on")

    def ask_portugal_by_hand(self) -> None:
        case = self.ours.take(self.port_calls, "sent")
        message = case["messages"][0]
        letter = self.dutch.until(
            lambda: self.dutch.get(f"/messages/{message['id']}"), "the message to be sent"
        )
        expect(letter, "the message cannot be downloaded")
        self._tell(NETHERLANDS, f"asks Portugal without the answer: {case['reference']}, to be sent by hand")
        self.ours.sent_by_hand(self.port_calls, "SIENA", "NL-4711", now())
        case = self.ours.key_in(self.port_calls, "answered", asked.ANSWER_BY_HAND, "SIENA", now())
        expect(case["state"] == "answered", "the answer by hand does not count")
        self._tell(
            NETHERLANDS, "notes that SIENA took it, and writes the answer down", "dir-2023-977 art. 13"
        )

    def germany_refuses(self) -> None:
        case = self._at_germany(self._title("Observation at a warehouse"))
        self.theirs.take(case, "refused", text=asked.REFUSAL, grounds=[asked.GROUND])
        refusal = taken(self.ours.wait(self.observation, "refused"), "refused")
        ground = refusal["content"]["grounds"][0] if refusal else {}
        expect(ground.get("id") == asked.GROUND, "the ground of refusal did not arrive")
        self._tell(GERMANY, f"refuses the second request: {asked.REFUSAL}", ground["article"])

    def close_the_case(self) -> None:
        case = self.ours.take(
            self.request, "closed", fields={"outcome": "answered_in_full", "led_to": ["person_found"]}
        )
        kept = case["decision"]["retention"][0]
        expect(kept["at"], "nothing says when the data are to be reviewed")
        self._tell(
            NETHERLANDS,
            f"closes the case; review of its data on {kept['at'][:10]}",
            "dir-2023-977 art. 16(4)",
        )

    def _tell(self, side: Side, what: str, article: str = "") -> None:
        self.number += 1
        under = f"  [{article}]" if article else ""
        self._say(f"{self.number:3}. {side.title:16} {what}{under}")

    def _title(self, text: str) -> str:
        return f"{text} {self.label}".strip()

    def _row(self, role: str) -> dict[str, Any]:
        row = next((row for row in self.screened["rows"] if row["role"] == role), None)
        expect(row and row["matches"], f"the {role} of the manifest met nothing in the registers")
        assert row
        return dict(row)

    def _show(self, row: dict[str, Any]) -> None:
        best = row["matches"][0]
        self._say(
            f"      {row['caption']} may be {best['caption']} ({best['register_code']}), {best['score']:.0%}:"
        )
        for reason in best["reasons"][:3]:
            self._say(f"        {reason['text']}")

    def _send(self, case_id: str) -> Case:
        return self.ours.take(case_id, "sent")

    def _ask_germany(self, title: str, facts: dict[str, Any]) -> str:
        case_id = self.ours.open(asked.REQUEST, GERMANY.code, title, facts)["id"]
        self._send(case_id)
        return str(case_id)

    def _open_for_portugal(self) -> str:
        facts = asked.about(asked.PORT_CALLS, [self._row("carrying vessel")["entity"]])
        return str(
            self.ours.open(asked.REQUEST, "pt-spoc", self._title("Calls in Portuguese ports"), facts)["id"]
        )

    def _at_germany(self, title: str) -> str:
        return self.german.until(lambda: self.theirs.found(title), f"{title!r} to arrive")

    def _cross_checked(self) -> Case | None:
        case = self.german.get(f"/cases/{self.at_germany}")
        return case if case["cross_checked_at"] else None

    def _paused(self) -> bool | None:
        return self.german.get(f"/cases/{self.at_germany}")["decision"]["due"]["paused"] or None

    def _pass_on(self, answer: dict[str, Any] | None) -> Any:
        assert answer
        return self.dutch.post(f"/cases/{self.port_calls}/steps/sent", {"includes": [answer["id"]]}) or {}


def _due(case: Case) -> datetime:
    due = case["decision"]["due"]
    expect(due, f"no clock runs in {case['reference']}")
    return datetime.fromisoformat(due["at"])


def _same(one: timedelta, other: timedelta) -> bool:
    """Whether two durations are one, as far as the API tells instants: to the millisecond."""
    return abs(one - other) < timedelta(milliseconds=5)


def _law(refused: Refused) -> str:
    return ", ".join(refused.problem.get("articles") or ())
