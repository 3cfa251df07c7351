"""The node: server time of the worklist and of a case page, in one process, by the number of open cases."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

from bench import Result, seconds
from bench.engines import FIELDS, PROCEDURE
from comity.base.time import now
from comity.node.database import PrivateServer
from comity.node.home import Home

SIZES = (1_000, 10_000)


def node() -> Iterator[Result]:
    """Milliseconds for each page at each of SIZES, of a node made in a temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home.create(Path(folder) / "node", "bench", 8001)
        os.environ |= {"COMITY_HOME": str(home.path), "DJANGO_SETTINGS_MODULE": "comity.node.settings"}
        try:
            PrivateServer(home).start()
            subprocess.run([sys.executable, "-m", "comity.node.migrate"], check=True)
            django.setup()
            yield from _pages()
        finally:
            PrivateServer(home).remove()


def _pages() -> Iterator[Result]:
    from django.test import Client

    from comity.node.authorities import add_partner, enrol, found

    me, client = found("de-spoc", "SPOC Germany", "DE", "spoc", ["en"]), Client()
    partner = add_partner({"code": "nl-spoc", "name": "SPOC NL", "country": "NL", "kind": "spoc"})
    officer = enrol(me, "bench", "Bench", ["officer"], "not a secret at all")
    client.force_login(officer.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    for first, last in zip((0, *SIZES), SIZES, strict=False):
        case = _receive(officer, partner, range(first, last))
        for page, address in (("worklist", "/worklist/?filter=all"), ("case page", f"/cases/{case}/")):
            assert client.get(address).status_code == 200
            times = seconds(lambda address=address: client.get(address))
            yield Result(f"node: {page}, {last:,} open cases", "ms", [1000 * each for each in times])


def _receive(officer: Any, partner: Any, numbers: range) -> Any:
    """Requests that came in a minute apart; returns the id of the newest."""
    from comity.node import scope
    from comity.node.cases.models import Case, Step

    me, cases, steps = officer.authority, [], []
    case = {"authority": me, "procedure": PROCEDURE, "role": "requested", "partner": partner, "facts": FIELDS}
    case |= {"opened_by": officer, "state": "received", "owed_by": "requested", "access": "indirect"}
    for number in numbers:
        at = now() - timedelta(minutes=number)
        names = {"reference": f"DE-{number}", "title": f"Request {number}"}
        cases.append(Case(**case, **names, opened_at=at, received_at=at, due_at=at + timedelta(days=3)))
        step = {"number": 1, "step": "sent", "party": "requester", "sent_at": at, "received_at": at}
        steps.append(Step(authority=me, case=cases[-1], **step))
    with scope.acting(officer.authority_id, officer.pk, "bench"):
        Case.objects.bulk_create(cases)
        Step.objects.bulk_create(steps)
    return cases[0].pk
