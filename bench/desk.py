"""The desk: server time of its pages with 1,000 to 100,000 cases of about ten messages each, and a plot of it.

Three cases in a hundred are open. Rows are made by the database itself, as the owner; pages are asked for by
Django's test client, so that a time is that of the whole request without the network.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import django
import psycopg
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import JSONField

from bench import Result, plot, seconds
from comity.base.time import now
from comity.node import database
from comity.node.database import PrivateServer
from comity.node.home import Home

SIZES = (1_000, 10_000, 100_000)
ROUNDS = 11
LIMIT = 300  # milliseconds
PICTURE = Path(__file__).parents[1] / "docs" / "images" / "desk-bench.svg"
PARTNERS = ("NL", "FR", "BE", "PL", "CZ", "AT", "DK", "LU", "IT", "ES", "PT", "SE", "FI", "IE", "RO")
OFFICERS = 20

OPEN = "(n % 100 < 3)"
AGO = f"CASE WHEN {OPEN} THEN n / 100 * interval '3 minutes' ELSE (n + 6000) * interval '7 minutes' END"
AT = f"%(now)s::timestamptz - {AGO}"
THINGS = "(ARRAY['vessel','lorry','container','bank account','telephone','aircraft','company','passport'])[1 + n % 8]"
CASES = {
    "id": "gen_random_uuid()",
    "conversation": "gen_random_uuid()",
    "reference": "'DE-2026-' || lpad(n::text, 6, '0')",
    "partner_reference": "'THEIRS-' || n",
    "partner_id": "%(partner)s + n % 15",
    "title": f"'Keeper of a ' || {THINGS} || ', matter ' || n",
    "facts": f"%(facts)s::jsonb || jsonb_build_object('urgent', n %% 5 = 0, 'information_sought',"
    f" 'Who keeps the ' || {THINGS} || ' numbered K' || n || '?')",
    "state": f"CASE WHEN NOT {OPEN} THEN 'closed' WHEN n % 2 = 0 THEN 'received' ELSE 'clarifying' END",
    "opened_at": AT,
    "received_at": AT,
    "cross_checked_at": AT,
    "closed_at": f"CASE WHEN {OPEN} THEN NULL ELSE {AT} + interval '2 days' END",
    "due_at": f"CASE WHEN {OPEN} THEN {AT} + CASE WHEN n % 5 = 0 THEN interval '8 hours'"
    " ELSE interval '7 days' END END",
    "paused": f"{OPEN} AND n % 2 = 1",
    "owed_by": f"CASE WHEN NOT {OPEN} THEN '' WHEN n % 2 = 1 THEN 'requester' ELSE 'requested' END",
    "assigned_to_id": f"CASE WHEN n % 7 > 0 THEN %(officer)s + n / 100 % {OFFICERS} END",
}
STEPS = {
    "id": "gen_random_uuid()",
    "case_id": "id",
    "number": "k",
    "step": "CASE WHEN k = 1 THEN 'sent' WHEN k = 11 THEN 'closed'"
    " WHEN k = 10 AND closed_at IS NOT NULL THEN 'answered'"
    " WHEN k % 2 = 0 THEN 'clarification_requested' ELSE 'clarification_given' END",
    "party": "CASE WHEN k % 2 = 1 THEN 'requester' ELSE 'requested' END",
    "sent_at": "opened_at + (k - 1) * interval '1 minute'",
    "received_at": "opened_at + (k - 1) * interval '1 minute'",
    "content": "jsonb_build_object('fields', jsonb_build_object('text', 'Message ' || k || ' about ' || title ||"
    " ': seen at gate ' || k * 7 || ' with number Q' || right(reference, 6) || k))",
}
PASSAGES = """
INSERT INTO node_passage (authority_id, kind, source, case_id, at, words)
SELECT authority_id, 'case', id::text, id, opened_at, to_tsvector('simple', title || ' ' || reference || ' ' ||
    (facts ->> 'information_sought')) || format('''=a:%%s'' ''=k:case'' ''=w:%%s''', authority_id, partner_id)::tsvector
FROM node_case WHERE {batch};
INSERT INTO node_passage (authority_id, kind, source, case_id, at, words)
SELECT s.authority_id, 'step', s.id::text, c.id, s.sent_at, to_tsvector('simple', s.content #>> '{{fields,text}}')
    || format('''=a:%%s'' ''=k:step'' ''=w:%%s''', c.authority_id, c.partner_id)::tsvector
FROM node_step s JOIN node_case c ON c.id = s.case_id WHERE {batch};
"""
BATCH = "right(reference, 6)::int BETWEEN %(first)s AND %(last)s"


@dataclass(frozen=True, slots=True)
class Page:
    """A page that is measured; its address may name `{case}`."""

    name: str
    address: str


PAGES = (
    Page("worklist", "/worklist/?filter=all"),
    Page("worklist, narrowed", "/worklist/?filter=all&partner=nl-spoc&urgency=urgent&text=vessel"),
    Page("worklist, asked whether it changed", "/worklist/rows/?filter=all"),
    Page("case page", "/cases/{case}/"),
    Page("list of all cases", "/cases/"),
    Page("search, one case", "/search/?q=K{number}&purpose=bench"),
    Page("search, frequent word", "/search/?q=vessel&purpose=bench"),
)


def desk() -> Iterator[Result]:
    """Milliseconds for each page at each of SIZES; draws the plot at the end."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home.create(Path(folder) / "node", "bench", 8001)
        os.environ |= {"COMITY_HOME": str(home.path), "DJANGO_SETTINGS_MODULE": "comity.node.settings"}
        try:
            PrivateServer(home).start()
            subprocess.run([sys.executable, "-m", "comity.node.migrate"], check=True)
            django.setup()
            yield from _measured(home)
        finally:
            PrivateServer(home).remove()


def _measured(home: Home) -> Iterator[Result]:
    officer, names = _furnish()
    medians: dict[str, list[float]] = {page.name: [] for page in PAGES}
    client = _client(officer)
    for first, last in zip((0, *SIZES), SIZES, strict=False):
        case = _seed(home, officer, names, first + 1, last)
        for page in PAGES:
            times = _times(client, page.address.format(case=case, number=last - 97), page)
            medians[page.name].append(median(times))
            yield Result(f"desk: {page.name}, {last:,} cases", "ms", times)
    PICTURE.write_text(plot.lines("Server time of the desk's pages", "cases", "ms", SIZES, medians, LIMIT))


def _client(officer: Any) -> Any:
    from django.test import Client

    client = Client()
    client.force_login(officer.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _times(client: Any, address: str, page: Page) -> list[float]:
    headers = {"X-Purpose": "bench"}
    first = client.get(address, headers=headers)
    assert first.status_code == 200, (address, first.status_code)
    if "asked whether" in page.name:
        headers["If-None-Match"] = first["ETag"]
    return [1000 * each for each in seconds(lambda: client.get(address, headers=headers), ROUNDS)]


def _furnish() -> tuple[Any, dict[str, Any]]:
    """The authority, its partners and officers; gives the officer who looks and the first keys of each."""
    from comity.node.authorities import add_partner, enrol, found

    me = found("de-spoc", "SPOC Germany", "DE", "spoc", ["en"])
    partners = [
        add_partner({"code": f"{code.lower()}-spoc", "name": f"SPOC {code}", "country": code, "kind": "spoc"})
        for code in PARTNERS
    ]
    officers = [
        enrol(me, f"bench-{n}", f"Officer {n}", ["officer"], "not a secret at all") for n in range(OFFICERS)
    ]
    return officers[0], {"partner": partners[0].pk, "officer": officers[0].pk}


def _seed(home: Home, officer: Any, names: Mapping[str, Any], first: int, last: int) -> Any:
    """Make the cases of these numbers with their steps and their words; gives an open one."""
    from comity.node.cases.models import Case, Step

    facts = {"urgency_reason": ["U4"], "language": "en", "purpose_facts_offence": "Drug trafficking " * 20}
    like = Case(authority=officer.authority, procedure="dir-2023-977/request", role="requested", access="direct",
                opened_by=officer, partner_id=names["partner"], opened_at=now())  # fmt: skip
    values = {**names, "now": now(), "first": first, "last": last, "facts": DjangoJSONEncoder().encode(facts)}
    step = Step(authority=officer.authority, handling={"codes": ["H0"], "text": "", "provider": ""})
    url = database.urls(home).owner
    with psycopg.connect(url, autocommit=True, cursor_factory=psycopg.ClientCursor) as owner:
        owner.execute(
            "SELECT set_config('comity.authority', %s, false), set_config('comity.officer', %s, false)",
            [str(officer.authority_id), str(officer.pk)],
        )
        _insert(owner, like, CASES, "generate_series(%(first)s, %(last)s) AS n", values)
        steps = "node_case JOIN generate_series(1, 11) AS k ON k < 10 OR closed_at IS NOT NULL OR (paused AND k = 10)"
        # Each step would mark its case as changed: a million updates that say nothing about reading.
        owner.execute("ALTER TABLE node_step DISABLE TRIGGER USER")
        _insert(owner, step, STEPS, f"{steps} WHERE {BATCH}", values)
        owner.execute("ALTER TABLE node_step ENABLE TRIGGER USER")
        for statement in PASSAGES.format(batch=BATCH).split(";\n")[:2]:
            owner.execute(statement, values)
        owner.execute("VACUUM ANALYZE")
        return owner.execute("SELECT id FROM node_case WHERE closed_at IS NULL LIMIT 1").fetchone()[0]  # type: ignore[index]


def _insert(owner: Any, like: Any, made: Mapping[str, str], source: str, values: Mapping[str, Any]) -> None:
    """One row for each of `source`: `made` has the columns that differ, `like` gives all others."""
    columns, expressions, given = [], [], dict(values)
    for field in like._meta.concrete_fields:
        if field.column == "id" and "id" not in made:
            continue
        columns.append(f'"{field.column}"')
        if field.column in made:
            expressions.append(made[field.column].replace(" % ", " %% "))
        else:
            value = getattr(like, field.attname)
            given[f"like_{field.column}"] = (
                DjangoJSONEncoder().encode(value) if isinstance(field, JSONField) else value
            )
            expressions.append(f"%(like_{field.column})s::{field.db_type(_connection())}")
    table = like._meta.db_table
    owner.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(expressions)} FROM {source}", given
    )


def _connection() -> Any:
    from django.db import connection

    return connection
