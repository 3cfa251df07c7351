"""The requests of a shift: forty of mixed urgency and age, drawn by a seeded generator, about invented people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

from comity.cli.demo.cast import GERMANY

HOW_MANY = 40
BY_HAND = ("pt-spoc", "fr-spoc", "es-spoc")
LIMITS = {"direct": timedelta(hours=8), "indirect": timedelta(days=3), "": timedelta(days=7)}
"""What remains of an urgent request by how the information is reached, and of any other (art. 5(1))."""

MINUTES = {"assess": 2, "clarify": 4, "forward": 5, "answer": 16, "refuse": 8, "close": 1}
"""How long an officer works on each move."""

GROUNDS = ("R-a", "R-b", "R-d", "R-f(ii)", "R-g(ii)")
FATES = ("answer",) * 7 + ("clarify answer",) * 2 + ("forward answer",) * 2 + ("refuse",) * 2 + ("withdraw",)
NAMES = (
    ("Ruud", "Kloosterboer"), ("Milan", "Hradecky"), ("Ines", "Carvalhais"), ("Tomas", "Brandvold"),
    ("Ewa", "Lisowska"), ("Luca", "Terranova"), ("Jonna", "Aaltovirta"), ("Stefan", "Hollerbach"),
    ("Mirela", "Petrovan"), ("Yannick", "Delacourt"), ("Andres", "Valdemoro"), ("Kasia", "Wrobelska"),
)  # fmt: skip
MATTERS = (
    (
        "Keeper of the van {plate}",
        "Theft of cargo from parked lorries",
        "The van was seen near three car parks",
    ),
    (
        "Known addresses of {name}",
        "Fraud against elderly people by telephone",
        "The callers gave a Dutch address",
    ),
    ("Border crossings of {name}", "Smuggling of migrants", "The mobile telephone was used on the A16"),
    ("Telephone used by {name}", "Trafficking in drugs", "The number begins with the Dutch country code"),
    (
        "Criminal record of {name}",
        "Robbery of jewellers",
        "The suspect was sentenced in the Netherlands before",
    ),
    ("Company of {name}", "Evasion of excise duty on tobacco", "The company is registered in Rotterdam"),
    ("Whereabouts of {name}", "Abduction of a child", "A relative lives in Utrecht"),
    ("Where the trailer {plate} was", "Handling of stolen vehicles", "It was towed by a Dutch lorry"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of the shift. `age` is how long before the shift it came in, `course` the moves it will take."""

    number: int
    title: str
    partner: str
    age: timedelta
    access: str
    course: tuple[str, ...]
    ground: str
    facts: Mapping[str, Any] = field(repr=False)

    @property
    def urgent(self) -> bool:
        """Whether the asker states an objective reason for urgency (art. 4(4))."""
        return bool(self.facts["urgent"])

    @property
    def limit(self) -> timedelta:
        """Within what the law wants an answer (art. 5(1))."""
        return LIMITS[self.access if self.urgent else ""]

    @property
    def outcome(self) -> str:
        """The state in which the exchange ends."""
        return {"answer": "answered", "refuse": "refused", "withdraw": "withdrawn"}[self.course[-1]]

    @property
    def by_hand(self) -> bool:
        """Whether the asker has no node of its own."""
        return self.partner != GERMANY.code


def draw(seed: int, how_many: int = HOW_MANY) -> list[Asked]:
    """The requests that lie on the desk when the shift begins, oldest first. The same seed draws the same."""
    random = Random(seed)
    found = [_one(random, number) for number in range(1, how_many + 1)]
    return sorted(found, key=lambda asked: -asked.age)


def _one(random: Random, number: int) -> Asked:
    first, last = random.choice(NAMES)
    plate = (
        f"{random.choice('BGHK')}-{random.randint(100, 999)}-{random.choice('PRTX')}{random.choice('BDFZ')}"
    )
    title, offence, reason = random.choice(MATTERS)
    title = title.format(plate=plate, name=f"{first} {last}")
    urgent = random.random() < 0.4
    access = random.choice(("direct", "direct", "indirect"))
    course = tuple(random.choice(FATES).split())
    limit = LIMITS[access if urgent else ""]
    # Of every twelve one came in so long ago that nobody of this shift could still have been in time.
    age = limit * (1.04 if number % 12 == 0 else random.uniform(0.05, 0.6))
    return Asked(
        number=number,
        title=f"{title} ({number})",
        partner=random.choice((GERMANY.code, GERMANY.code, *BY_HAND[: 1 + number % 3])),
        age=timedelta(minutes=age // timedelta(minutes=1)),
        access=access,
        course=course,
        ground=random.choice(GROUNDS) if course[-1] == "refuse" else "",
        facts=_facts(random, urgent, offence, reason, _subject(title, plate, first, last)),
    )


def _facts(
    random: Random, urgent: bool, offence: str, reason: str, subject: Mapping[str, Any]
) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "urgent": urgent,
        "language": "en",
        "information_sought": "All that the title says, as far as your registers hold it",
        "purpose_facts_offence": f"{offence}. What is asked for is needed to find who did it; less would not do.",
        "reasons_available": reason,
        "subjects": [subject],
        "link_person_purpose": "Suspected of having taken part",
    }
    return facts | ({"urgency_reason": [random.choice(("U1", "U2", "U4"))]} if urgent else {})


def _subject(title: str, plate: str, first: str, last: str) -> dict[str, Any]:
    if plate in title:
        return {"id": "subject-1", "schema": "Vehicle", "properties": {"registrationNumber": [plate]}}
    names = {"name": [f"{first} {last}"], "firstName": [first], "lastName": [last]}
    return {"id": "subject-1", "schema": "Person", "properties": names}
