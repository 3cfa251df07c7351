"""The story of a shift, played through the API: what lies on the desk at six, and what became of it by ten at night."""

from __future__ import annotations

import heapq
import itertools
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from comity.base.time import system
from comity.cli.demo.asked import REQUEST
from comity.cli.demo.cast import NETHERLANDS
from comity.cli.demo.client import Desk
from comity.cli.demo.report import desk_of, expect, verify_ledgers
from comity.cli.demo.shift.desk import CHANNEL, Moves, Work
from comity.cli.demo.shift.requests import MINUTES, Asked, draw
from comity.cli.demo.stage import Stage
from comity.node.moved import MovedClock

SEED = 2023_977
HOME_ZONE = ZoneInfo("Europe/Amsterdam")
BEGINS, HALF = 6, timedelta(hours=8)
NOTE = (
    "What is left is mostly not urgent. Two units still owe us an answer; one asker was asked to be clearer."
)
WITHDRAWS = timedelta(minutes=75)
DUTCH_ENTRIES = (
    "case.assigned", "handover.made", "handover.read", "case.forwarded", "step.answered", "step.refused",
    "step.withdrawn", "step.clarification_requested", "step.closed", "copy.waived", "statistics.read",
    "worklist.read",
)  # fmt: skip
GERMAN_ENTRIES = ("case.opened", "step.sent", "step.answered", "step.clarification_given", "message.signed")


class Shift:
    """Two officers, one after the other, and their supervisor, on the nodes of a stage."""

    def __init__(
        self, stage: Stage, say: Callable[[str], None], *, seed: int = SEED, patience: float = 60.0
    ) -> None:
        self.stage, self._say, self.asked = stage, say, draw(seed)
        self._open = ExitStack()
        self.early = self._desk("nl-officer", patience)
        self.late = self._desk("nl-officer-2", patience)
        self.supervisor = self._desk("nl-supervisor", patience)
        self.german = desk_of(stage.german, "officer", "ask the Netherlands", patience)
        self._open.callback(self.german.close)
        self.clocks = [MovedClock(node.home / "clock") for node in stage.nodes]
        self.begin = _next_morning(system() + timedelta(days=7, hours=6))
        self.at = self.begin
        self.moves = Moves(lambda: self.at, self._later, self.german)
        self.works: list[Work] = []
        self._events: list[tuple[datetime, int, Callable[[], None]]] = []
        self._number = itertools.count()
        self._scene = itertools.count(1)

    def __enter__(self) -> Shift:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def play(self) -> dict[str, Any]:
        """Play the shift, verify the ledgers, and count; returns what the last line says."""
        self.receive()
        self.hand_out()
        self.work(self.early, self.begin + HALF)
        self.hand_over()
        self.work(self.late, self.begin + 2 * HALF)
        result = self.count()
        verify_ledgers(self.stage, self._say, kinds=(DUTCH_ENTRIES, GERMAN_ENTRIES))
        return result

    def receive(self) -> None:
        """The requests come in over the days before, from Germany's node and by other channels."""
        for asked in self.asked:
            self._move_to(self.begin - asked.age)
            case_id = self._written_down(asked) if asked.by_hand else self._from_germany(asked)
            left = ["assess", *asked.course, "close"]
            self.works.append(Work(asked, case_id, left))
        self._move_to(self.begin)
        urgent = sum(work.asked.urgent for work in self.works)
        by_hand = sum(work.asked.by_hand for work in self.works)
        self._tell(
            f"{len(self.works)} requests lie on the desk at six: {urgent} urgent, {by_hand} from partners without "
            "Comity"
        )

    def hand_out(self) -> None:
        """The supervisor gives the early officer what is most pressing, the rest to the team of the late one."""
        late = self.late.get("/account")["id"]
        team = self.supervisor.post("/teams", {"name": "Late shift", "officers": [late]})
        order = sorted(self.works, key=lambda work: work.asked.limit - work.asked.age)
        pressing = round(len(order) * 0.7)
        early = self.early.get("/account")["id"]
        self._assign(order[:pressing], {"officer": early})
        self._assign(order[pressing:], {"team": team["id"]})
        for work in self.works:
            if work.asked.course[-1] == "withdraw":
                work.waits = True
                work.left.remove("withdraw")
                self._later(WITHDRAWS, lambda work=work: self.moves.withdrawn(work))
        self._tell(f"The supervisor gives {pressing} to the early officer, the others to the late shift")

    def work(self, desk: Desk, until: datetime) -> None:
        """An officer works through the worklist, least time left first, until the shift ends or nothing is left."""
        made: Counter[str] = Counter()
        self.moves.on_duty = desk
        while self.at < until:
            self._let_others_act()
            work = self._next(desk)
            if work is not None:
                move = self.moves.make(desk, work)
                made[move] += 1
                self._move_to(self.at + timedelta(minutes=MINUTES.get(move, 1)))
            elif self._events:
                self._move_to(max(self.at, self._events[0][0]))
            else:
                break
        who = desk.get("/account")["name"]
        done = ", ".join(f"{count} x {move}" for move, count in made.items())
        self._tell(f"{who} until {self.at.astimezone(HOME_ZONE):%H:%M}: {done}")

    def hand_over(self) -> None:
        """The early officer hands over all that is held, with a note; the late one confirms having read it."""
        late = self.late.get("/account")["id"]
        handed = self.early.post("/handovers", {"officer": late, "note": NOTE})
        failed = [each for each in handed["outcomes"] if not each["done"]]
        expect(not failed, f"not handed over: {failed}")
        self.late.post(f"/handovers/{handed['hand_over']['id']}/read")
        left = [work for work in self.works if not work.done and work.case_id]
        self._assign(left, {"officer": late})
        self._tell(
            f"The early officer hands {len(handed['outcomes'])} cases over; the late one has read the note"
        )

    def count(self) -> dict[str, Any]:
        """What became of the requests, counted by hand, and whether the node's statistics say the same."""
        for work in self.works:
            expect(work.done, f"{work.asked.title} was not worked to the end")
        ended = Counter(work.asked.outcome for work in self.works)
        avoidable = [work for work in self.works if work.late_after(self.begin)]
        first, last = self.begin - timedelta(days=8), self.at
        told = self.supervisor.get(
            "/statistics", first=first.date().isoformat(), last=last.date().isoformat(), recount=True
        )
        return {
            "requests": len(self.works),
            "answered": ended["answered"],
            "refused": ended["refused"],
            "withdrawn": ended["withdrawn"],
            "overdue_avoidable": len(avoidable),
            "statistics_equal_recount": self._recount() == _figures(told) and told["agrees"] is True,
        }

    def _recount(self) -> Counter[tuple[str, str, bool]]:
        found: Counter[tuple[str, str, bool]] = Counter()
        for work in self.works:
            country = work.asked.partner.partition("-")[0].upper()
            found["received", country, work.asked.urgent] += 1
            found[work.asked.outcome, country, work.asked.urgent] += 1
        return found

    def _from_germany(self, asked: Asked) -> str:
        given = {
            "procedure": REQUEST,
            "partner": NETHERLANDS.code,
            "title": asked.title,
            "facts": asked.facts,
        }
        case = self.german.post("/cases", given)
        self.german.post(f"/cases/{case['id']}/steps/sent", {})
        return self.supervisor.until(lambda: self._arrived(asked), f"{asked.title!r} to arrive")

    def _arrived(self, asked: Asked) -> str | None:
        found = self.supervisor.get("/cases", q=asked.title)
        return next((str(each["id"]) for each in found if each["title"] == asked.title), None)

    def _written_down(self, asked: Asked) -> str:
        given = {
            "procedure": REQUEST,
            "partner": asked.partner,
            "title": asked.title,
            "facts": asked.facts,
            "received_at": self.at.isoformat(),
            "channel": CHANNEL,
            "number": f"{2_100_000 + asked.number}",
        }
        return str(self.supervisor.post("/cases/received", given)["id"])

    def _assign(self, works: list[Work], to: dict[str, Any]) -> None:
        outcomes = self.supervisor.post("/work/assignment", {"cases": [work.case_id for work in works], **to})
        failed = [each for each in outcomes if not each["done"]]
        expect(not failed, f"not given: {failed}")

    def _next(self, desk: Desk) -> Work | None:
        """The first case of the officer's worklist in which there is something to do now."""
        ready = {work.case_id: work for work in self.works if not work.done and not work.waits}
        page = pages = 1
        while ready and page <= pages:
            answer = desk.get("/worklist", filter="all", assignee="me", page=page)
            for row in answer["rows"]:
                if row["case"]["id"] in ready:
                    return ready[row["case"]["id"]]
            page, pages = page + 1, answer["pages"]
        return None

    def _later(self, after: timedelta, do: Callable[[], None]) -> None:
        heapq.heappush(self._events, (self.at + after, next(self._number), do))

    def _let_others_act(self) -> None:
        while self._events and self._events[0][0] <= self.at:
            heapq.heappop(self._events)[2]()

    def _move_to(self, instant: datetime) -> None:
        self.at = instant
        for clock in self.clocks:
            clock.move_to(instant)

    def _desk(self, username: str, patience: float) -> Desk:
        node = self.stage.dutch
        desk = Desk(node.url, node.tokens[username], "the work of the shift", patience)
        self._open.callback(desk.close)
        return desk

    def _tell(self, what: str) -> None:
        self._say(f"{next(self._scene):3}. {NETHERLANDS.title:16} {what}")


def _figures(told: dict[str, Any]) -> Counter[tuple[str, str, bool]]:
    wanted = ("received", "answered", "refused", "withdrawn")
    return Counter(
        {
            (each["figure"], each["country"], each["urgent"]): each["number"]
            for each in told["cells"]
            if each["figure"] in wanted and each["number"]
        }
    )


def _next_morning(instant: datetime) -> datetime:
    local = instant.astimezone(HOME_ZONE)
    morning = local.replace(hour=BEGINS, minute=0, second=0, microsecond=0)
    return morning if morning >= local else morning + timedelta(days=1)
