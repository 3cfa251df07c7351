"""The engines: deciding a case, a message out and its receipt back, an index built, searched and scored."""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from followthemoney import model
from joserfc import jwe, jws
from nomenklatura.matching import LogicV2, ScoringConfig

import comity
from bench import ROUNDS, Result, rates, seconds
from comity.base.files import Rejects
from comity.base.identifiers import uuid7
from comity.base.time import now, parse_instant
from comity.law import Book, advise, decide, scenarios
from comity.match import Entity, Index, compare
from comity.match.records import analyse
from comity.match.scoring import score
from comity.match.sources import Mapping, read
from comity.wire import chain, envelope, receipt
from comity.wire.keys import PrivateKeys
from comity.wire.trust import TrustList

PROCEDURE = "dir-2023-977/request"
TEXTS = ("information_sought", "purpose_facts_offence", "reasons_available", "link_person_purpose")
FIELDS = {"urgent": True, "urgency_reason": ["U4"], "language": "en", **dict.fromkeys(TEXTS, "x" * 500)}
PARTIES = {"requester": {"kind": "spoc", "country": "NL"}, "requested": {"kind": "spoc", "country": "DE"}}
MOVES = {"sent": "10:20", "clarification_requested": "11:00", "clarification_given": "12:30"}
ED25519, SEAL = {"alg": "Ed25519"}, {"alg": "ECDH-ES", "enc": "A256GCM"}
SCENARIOS = Path(__file__).parents[1] / "tests" / "scenarios"
LISTS = Path(os.environ.get("COMITY_DATA", Path(__file__).parents[2] / "shared" / "data")) / "alerts"
GENERATED, QUERIES, CANDIDATES = 75_000, 300, 5


def law() -> Iterator[Result]:
    """Seconds to load the book; decisions a second on an urgent request whose clock was paused once and over all
    scenarios; advice a second over the whole book."""
    yield Result("law: load the book", "s", seconds(Book.load))
    steps = [{"step": step, "at": f"2026-11-20T{time}:00+01:00"} for step, time in MOVES.items()]
    facts = {**FIELDS, **PARTIES, "access": "direct", "steps": steps}
    book, at = Book.load(), parse_instant("2026-11-20T13:00:00+01:00")
    done = rates(1000, lambda: [decide(book, PROCEDURE, facts, at) for _ in range(1000)])
    yield Result("law: decide a case", "cases/s", *done)
    told = [
        each
        for path in sorted(SCENARIOS.glob("*.yaml"))
        for each in scenarios.read(path)
        if "error" not in each.expect
    ]
    run = [(each.procedure, each.facts, each.at and parse_instant(each.at)) for each in told]
    done = rates(len(run), lambda: [decide(book, name, facts, when) for name, facts, when in run])
    yield Result("law: decide the cases of the scenarios", "cases/s", *done)
    asked = {
        "me": PARTIES["requester"],
        "partner": PARTIES["requested"],
        "want": "information",
        "urgent": True,
    }
    done = rates(100, lambda: [advise(book, asked | {"offences": ["drugs"]}) for _ in range(100)])
    yield Result("law: say which instrument", "questions/s", *done)


def wire() -> Iterator[Result]:
    """Round trips a second of a message of two kilobytes, beside the same cryptography without any check."""
    at = now()
    a, b = (PrivateKeys.generate(code, at, at + timedelta(days=1)) for code in ("nl-spoc", "de-spoc"))
    trust = TrustList([a.public(), b.public()])

    def ours() -> None:
        message = envelope.Message(
            id=str(uuid7()), conversation="bench", sender=a.authority, recipient=b.authority, kind="case.step",
            procedure=PROCEDURE, purpose="bench", issued_at=now(), sequence=1, previous=chain.START.digest, body=FIELDS,
        )  # fmt: skip
        signed = envelope.sign(message, a)
        opened = envelope.unseal(envelope.seal(signed, trust.current(b.authority, now())), [b])
        received = envelope.verify(opened, trust, now(), expect_recipient=b.authority)
        given = receipt.Receipt(
            message=received.id, digest=chain.check(chain.START, received, opened).digest, authority=b.authority,
            received_at=now(), verdict="accepted",
        )  # fmt: skip
        receipt.verify(receipt.sign(given, b), trust, now(), message=message, signed=signed)

    def peer() -> None:
        signed = jws.serialize_compact(ED25519, "x" * 2200, a.signing, algorithms=["Ed25519"])
        sealed = jwe.encrypt_compact(SEAL, signed, b.sealing, algorithms=[*SEAL.values()])
        opened = jwe.decrypt_compact(sealed, b.sealing, algorithms=[*SEAL.values()]).plaintext or b""
        jws.deserialize_compact(opened, a.signing, algorithms=["Ed25519"])
        answer = jws.serialize_compact(ED25519, "accepted", b.signing, algorithms=["Ed25519"])
        jws.deserialize_compact(answer, b.signing, algorithms=["Ed25519"])

    done = rates(100, lambda: [ours() for _ in range(100)], lambda: [peer() for _ in range(100)])
    yield Result("wire: message out, receipt back", "round trips/s", *done, "joserfc alone")


def match() -> Iterator[Result]:
    """Seconds to build, queries a second, pairs a second on the same pairs."""
    entities, chance = list(_entities()), random.Random(1)
    what = f"{len(entities):,} entities ({'UN, OFAC, IMO' if LISTS.is_dir() else 'generated'})"
    queries = [_misspelt(each, chance) for each in chance.sample(entities, QUERIES)]
    with tempfile.TemporaryDirectory() as folder:
        build = seconds(lambda: Index.create(Path(folder), entities), rounds=3)
        yield Result(f"match: build the index of {what}", "s", build)
        index = Index.open(Path(folder))
        screened = rates(QUERIES, lambda: [index.screen([query], limit=CANDIDATES) for query in queries])
        yield Result("match: screen misspelt names against it", "queries/s", *screened)
        answers = zip(queries, index.screen(queries, limit=CANDIDATES), strict=True)
    known = {entity["id"]: entity for entity in entities}
    yield from _score([(query, known[match.id]) for query, found in answers for match in found])


def _score(pairs: list[tuple[Entity, Entity]]) -> Iterator[Result]:
    """Names analysed in each comparison, then names analysed before: in our index, in the peer's cache by id."""
    config, what = ScoringConfig.defaults(), f"match: score {len(pairs):,} pairs"
    fresh = iter([[_proxies(pair, f"-{number}") for pair in pairs] for number in range(ROUNDS + 1)])
    known, analysed = [_proxies(pair) for pair in pairs], [(analyse(a), analyse(b)) for a, b in pairs]

    def peer(proxies: list[Any]) -> list[Any]:
        return [LogicV2.compare(*pair, config) for pair in proxies]

    done = rates(len(pairs), lambda: [compare(*pair) for pair in pairs], lambda: peer(next(fresh)))
    yield Result(f"{what}, names not seen before", "pairs/s", *done, "logic-v2")
    done = rates(len(pairs), lambda: [score(*pair) for pair in analysed], lambda: peer(known))
    yield Result(f"{what}, names analysed before", "pairs/s", *done, "logic-v2")


def _proxies(pair: tuple[Entity, Entity], suffix: str = "") -> list[Any]:
    return [model.get_proxy({**entity, "id": entity["id"] + suffix}) for entity in pair]


def _entities() -> Iterator[Entity]:
    """The real lists where they are; else as many invented names."""
    vessels, chance = Mapping.load(Path(comity.__file__).parent / "sample" / "vessels.yaml"), random.Random(2)
    if LISTS.is_dir():
        yield from read(LISTS / "un_consolidated.xml", "un", Rejects())
        yield from read(LISTS, "ofac", Rejects())
        yield from read(LISTS / "imo_vessels.csv.gz", "table", Rejects(), vessels)
        return
    for number in range(GENERATED):
        name = " ".join("".join(chance.choices("AEIOUBDGKLMNPRSTV", k=7)) for _ in range(2))
        yield {"id": f"made-{number}", "schema": "Vessel", "properties": {"name": [name]}}


def _misspelt(entity: Entity, chance: random.Random) -> Entity:
    name = (entity["properties"].get("name") or ["Unnamed"])[0]
    cut = chance.randrange(len(name))
    properties = {"name": [name[:cut] + name[cut + 1 :] or name]}
    return {**entity, "id": f"query-{entity['id']}", "properties": properties}
