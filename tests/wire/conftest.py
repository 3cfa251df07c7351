"""Two authorities with keys, and what they send each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from comity.wire import chain, envelope
from comity.wire.envelope import Message
from comity.wire.keys import PrivateKeys
from comity.wire.trust import TrustList

AT = datetime(2026, 11, 22, 10, 20, tzinfo=UTC)
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class World:
    """The Netherlands (`nl`) ask Germany (`de`) at `at`; Sweden (`se`) is known to both, Utopia to nobody."""

    at: datetime
    nl: PrivateKeys
    de: PrivateKeys
    se: PrivateKeys
    utopia: PrivateKeys
    trust: TrustList


@pytest.fixture(scope="session")
def world() -> World:
    nl, de, se, utopia = (
        PrivateKeys.generate(code, AT - YEAR, AT + YEAR)
        for code in ("NL-SPOC", "DE-SPOC", "SE-SPOC", "UTOPIA")
    )
    return World(AT, nl, de, se, utopia, TrustList([nl.public(), de.public(), se.public()]))


@pytest.fixture(scope="session")
def make_message() -> Callable[..., Message]:
    def make(**changes: Any) -> Message:
        fields: dict[str, Any] = {
            "id": "01936f2e-8a5c-7b3d-9e4f-0123456789ab",
            "conversation": "01936f2e-8a5c-7b3d-9e4f-000000000001",
            "sender": "NL-SPOC",
            "recipient": "DE-SPOC",
            "kind": "case.step",
            "procedure": "dir-2023-977/request",
            "purpose": "prevention of drug trafficking",
            "issued_at": AT,
            "sequence": 1,
            "previous": chain.START.digest,
            "body": {"step": "send", "facts": {"urgent": True, "note": "Ærø, 10 °C"}},
            "articles": ("4(1)",),
            "handling": ("H1",),
        }
        return Message(**{**fields, **changes})

    return make


@pytest.fixture(scope="session")
def signed(world: World, make_message: Callable[..., Message]) -> bytes:
    return envelope.sign(make_message(), world.nl)
