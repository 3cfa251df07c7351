"""Every page and route, walked as nobody, as each role, and as another authority's officer.

The table `access.yaml` says which verb of `access.RULES` a route needs; who may do it is read from the rule. A route
that the table does not name fails the test.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path

import yaml
from django.db import transaction
from django.urls import get_resolver, reverse

from comity.node import access, ledger

OPEN, SIGNED_IN = "open", "signed in"
ROLES = ("officer", "analyst", "supervisor", "data-protection-officer", "administrator")
SAMPLE = files("comity.sample")

TABLE = yaml.safe_load((Path(__file__).parent / "access.yaml").read_text())
PAGES, ROUTES = TABLE["pages"], TABLE["routes"]

PRIVATE = (
    "target_id",
    "review_id",
    "alarm_id",
    "hook_id",
    "shift_id",
    "case_id",
    "link_id",
    "attachment_id",
    "text_id",
    "screening_id",
    "match_id",
    "message_id",
    "import_id",
    "record_id",
    "sequence",
    "token",
    "desk",
    "team_id",
    "filter_id",
    "hand_over_id",
)
"""Parameters that name a thing of one authority, of which another must not even learn that it exists."""

STEP = "019cbd4b-fe00-7af0-a435-9c063d7f1ba9"
BODIES = {
    "PUT /api/alarms/choices": {"shortcuts": True},
    "POST /api/webhooks": {"url": "https://alarms.example.org/"},
    "POST /api/rota/shifts": {"officer": 1, "weekdays": [0], "begins": "06:00", "ends": "14:00"},
    "PUT /api/rota/rules": {"pass_up_after": 15},
    "POST /api/filters": {"query": "filter=all", "name": "Walked"},
    "PUT /api/filters/{filter_id}": {"name": "Walked"},
    "POST /api/work/assignment": {"cases": [STEP]},
    "POST /api/work/preview": {"cases": [STEP], "step": "sent"},
    "POST /api/work/steps": {"cases": [STEP], "step": "sent"},
    "POST /api/work/tags": {"cases": [STEP], "offences": ["terrorism"]},
    "POST /api/handovers": {"note": "walk"},
    "POST /api/teams": {"name": "Walked too"},
    "PUT /api/teams/{team_id}": {"name": "Walked too"},
    "PUT /api/cases/{case_id}/offences": {"offences": ["drugs"]},
    "POST /api/cases/{case_id}/notes": {"text": "Walked"},
    "POST /api/cases/{case_id}/links": {"reference": "NL-2026-00001", "kind": "parent", "reason": "walk"},
    "POST /api/cases/{case_id}/links/{link_id}/end": {"reason": "walk"},
    "PUT /api/cases/{case_id}/readers": {"officers": [], "reason": "walk"},
    "POST /api/cases/{case_id}/readers/lift": {"reason": "walk"},
    "POST /api/desk/entries": {"category": "other", "what": "Walked"},
    "POST /api/desk/presence": {"here": True},
    "POST /api/desks": {"code": "other", "name": "Other"},
    "POST /api/desks/{desk}/seats": {"authority": "de-spoc"},
    "POST /api/cases/{case_id}/category": {"category": "other"},
    "POST /api/cases/{case_id}/passing": {"to": "spoc", "send": False, "reason": "walk"},
    "POST /api/cases/{case_id}/parts/{name}": {"values": {}},
    "PUT /api/cases/{case_id}/parts/{name}/{key}": {"values": {}},
    "POST /api/targets": {"procedure": "dir-2023-977/request", "step": "answered", "within": "P14D"},
    "POST /api/reviews/{review_id}": {"decision": "keep", "reason": "walk"},
    "POST /api/cases/{case_id}/hold": {"reason": "walk"},
    "POST /api/cases/{case_id}/hold/end": {"reason": "walk"},
    "case-assess": {"version": "1"},
    "case-copy": {"step": STEP},
    "POST /api/cases": {"procedure": "dir-2023-977/request", "partner": "de-spoc", "title": "Other"},
    "POST /api/cases/preview": {"procedure": "dir-2023-977/request", "partner": "de-spoc"},
    "PUT /api/cases/{case_id}": {"title": "Other", "facts": {}, "version": 1},
    "POST /api/cases/{case_id}/steps/{step}": {"version": 1},
    "POST /api/cases/{case_id}/answers": {"step": "answered", "received_at": "2026-11-22T10:00:00+00:00"},
    "POST /api/cases/{case_id}/assessment": {"access": "direct"},
    "POST /api/cases/{case_id}/assignment": {"officer": None},
    "POST /api/cases/{case_id}/copies": {"step": STEP, "to": "own_spoc", "send": False, "reason": "walk"},
    "case-number": {"channel": "siena", "number": "4711-1"},
    "POST /api/cases/{case_id}/forwardings": {"unit": "de-spoc"},
    "POST /api/cases/{case_id}/authorisations": {"unit": "de-spoc"},
    "POST /api/cases/{case_id}/reminders": {},
    "POST /api/cases/{case_id}/answers/proposal": {"text": "walk"},
    "POST /api/cases/{case_id}/numbers": {"channel": "siena", "number": "4711-1"},
    "POST /api/cases/received": {
        "procedure": "dir-2023-977/request",
        "partner": "pt-spoc",
        "title": "Other",
        "received_at": "2026-11-22T10:00:00+00:00",
    },
    "POST /api/messages/{message_id}/sent": {"channel": "SIENA", "at": "2026-11-22T10:00:00+00:00"},
    "POST /api/screenings": {"file": "manifest.csv"},
    "POST /api/texts": {"title": "x", "language": "en", "text": "x"},
    "PUT /api/texts/{text_id}": {"title": "x", "language": "en", "text": "x", "version": 1},
    "POST /api/law/advice": {"me": {"kind": "spoc", "country": "NL"}, "want": "information"},
    "POST /api/languages": {"country": "PT", "languages": ["pt"], "source": "x", "read_on": "2026-11-01"},
    "case-files": {"files": "manifest.csv"},
    "POST /api/cases/{case_id}/attachments": {"files": "manifest.csv"},
    "POST /api/matches/{match_id}/decision": {"decision": "confirmed", "note": "walk"},
    "POST /api/registers": {"code": "other", "name": "Other", "basis": "x", "use": "x"},
    "POST /api/registers/{code}/imports": {"files": "vessels.csv", "kind": "ftm"},
    "POST /api/partners": {"code": "be-spoc", "name": "Belgium", "country": "BE", "kind": "spoc"},
    "POST /api/ledger/{sequence}/erase": {"reason": "walk"},
}
QUERIES = {
    "GET /api/desk/statistics": "?since=2026-11-01&until=2026-11-30",
    "GET /api/search": "?q=meridianque",
    "GET /api/statistics/cases": "?figure=received",
    "GET /api/records": "?q=meridianque",
    "GET /api/cases/proposals": "?partner=de-spoc",
}
SECRETS = (b"Walked case", b"walked-manifest", b"MERIDIANQUE", b"walked.csv")
"""What only the Dutch authority may see."""


def values(name, world):
    special = {
        "inbox": {"code": "nl-spoc"},
        "instrument": {"code": "dir-2023-977"},
        "procedure": {"code": "dir-2023-977", "name": "request"},
        "offence": {"id": "drugs"},
        "case-form": {"code": "dir-2023-977", "name": "request"},
        "case-check": {"code": "dir-2023-977", "name": "request"},
        "case-received-form": {"code": "dir-2023-977", "name": "request"},
    }
    if "/law/" in name:
        return world | {"code": "dir-2023-977", "name": "request", "offence": "drugs"}
    if "partner" in name:
        return world | {"code": "de-spoc"}
    return world | special.get(name, {})


@cache
def pages():
    """The url names of all pages with the names of their parameters."""
    found = {}
    for pattern in get_resolver().url_patterns:
        if not hasattr(pattern, "url_patterns"):
            found[pattern.name] = tuple(pattern.pattern.converters)
    return found


@cache
def routes():
    """The routes of the API: `METHOD /path` with the names of their parameters."""
    from comity.web.api import api

    return {
        f"{method.upper()} {path}": [
            each["name"] for each in said.get("parameters", ()) if each["in"] == "path"
        ]
        for path, methods in api.get_openapi_schema()["paths"].items()
        for method, said in methods.items()
    }


def page_address(name, world):
    parameters = pages()[name]
    address = reverse(name, kwargs={key: values(name, world)[key] for key in parameters})
    return (
        f"{address}?partner=de-spoc" if name in ("case-form", "case-check", "case-received-form") else address
    )


def ask(client, route, name, world):
    """Ask a route for a stated purpose, and undo whatever it has changed."""
    method, _, path = route.partition(" ")
    body = BODIES.get(name, {})
    if name == route:
        path = path.format(**values(path, world)) + QUERIES.get(route, "")
    form = {
        key: _file(value) if value in ("manifest.csv", "vessels.csv") else value
        for key, value in body.items()
    }
    kind = {"content_type": "application/json"} if name == route and form == body and method != "GET" else {}
    with transaction.atomic():
        send = getattr(client, method.lower())
        answer = send(path, form if method != "GET" else {}, headers={"X-Purpose": "walk"}, **kind)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        transaction.set_rollback(True)
    return answer, content


def _file(name):
    file = BytesIO(SAMPLE.joinpath(name).read_bytes())
    file.name = name
    return file


def walk(world):
    """Every method of every page and route: `(route, name, verb, parameters)`."""
    for name, methods in PAGES.items():
        for method, verb in methods.items():
            yield f"{method} {page_address(name, world)}", name, verb, pages()[name]
    for route, verb in ROUTES.items():
        yield route, route, verb, routes()[route]


def allowed(role, verb):
    return verb in (OPEN, SIGNED_IN) or role in access.RULES[verb].roles


def test_the_table_names_every_page_and_every_route():
    assert set(PAGES) == set(pages())
    assert set(ROUTES) == set(routes())


def test_the_table_names_only_verbs_that_have_a_rule():
    verbs = {verb for methods in PAGES.values() for verb in methods.values()} | set(ROUTES.values())
    assert verbs - {OPEN, SIGNED_IN} <= set(access.RULES)


def test_nobody_who_is_not_signed_in_sees_anything(world):
    node, things = world
    client = node.client(None)
    wrong = []
    for route, name, verb, _ in walk(things):
        answer, content = ask(client, route, name, things)
        if verb == OPEN:
            good = answer.status_code not in (401, 500)
        elif name == route:
            good = answer.status_code == 401 and bool(json.loads(content)["error"])
        else:
            good = answer.status_code == 302 and answer.headers["location"].startswith("/signin/")
        if not good or any(secret in content for secret in SECRETS):
            wrong.append((route, answer.status_code))
    assert not wrong


def test_each_role_does_what_its_rules_allow_and_nothing_else(world):
    node, things = world
    wrong = []
    for role in ROLES:
        client = node.client(role)
        for route, name, verb, _ in walk(things):
            if verb == OPEN:
                continue
            answer, content = ask(client, route, name, things)
            refused = answer.status_code in (401, 403)
            if answer.status_code >= 500 or refused == allowed(role, verb):
                wrong.append((role, route, verb, answer.status_code))
            if refused and name == route and json.loads(content)["rule"] not in access.RULES:
                wrong.append((role, route, verb, "the refusal names no rule"))
    assert not wrong


def test_another_authoritys_officers_find_none_of_it(world):
    node, things = world
    wrong = []
    for role in ROLES:
        client = node.client(role, code="de-spoc")
        for route, name, verb, parameters in walk(things):
            if verb == OPEN:
                continue
            answer, content = ask(client, route, name, things)
            private = set(parameters) & set(PRIVATE) or ("registers/" in route and "code" in parameters)
            hidden = answer.status_code in (403, 404) or not private
            if answer.status_code >= 500 or not hidden or any(secret in content for secret in SECRETS):
                wrong.append((role, route, verb, answer.status_code))
    assert not wrong


def test_a_page_takes_only_the_methods_it_is_made_for(world):
    node, things = world
    client = node.client("supervisor")
    wrong = []
    for name, methods in PAGES.items():
        if name.startswith(("account_", "mfa_", "sign")) or name == "inbox":
            continue
        for method in {"GET", "POST", "PUT", "DELETE"} - set(methods):
            with transaction.atomic():
                answer = client.generic(method, page_address(name, things), headers={"X-Purpose": "walk"})
                transaction.set_rollback(True)
            if answer.status_code != 405:
                wrong.append((method, name, answer.status_code))
    assert not wrong


def test_personal_data_is_shown_for_a_stated_purpose_only(world):
    node, things = world
    client = node.client("supervisor")
    for route in ("GET /api/records/{record_id}", "GET /api/ledger", "GET /api/ledger/{sequence}"):
        answer = client.get(route.partition(" ")[2].format(**things))
        assert answer.status_code == 403
        assert "State the purpose" in answer.json()["error"]
    for name in ("record", "ledger", "entry"):
        page = client.get(page_address(name, things)).content
        assert b"purpose" in page
        assert not any(secret in page for secret in SECRETS)


def test_a_denial_is_kept_in_the_ledger_with_its_rule(world):
    node, things = world
    node.client("administrator").get(page_address("record", things), {"purpose": "curiosity"})
    with node.act("supervisor"):
        denied = ledger.lines(kind="access.denied")[0]
    assert denied.body["rule"] == "record.read"
    assert denied.body["purpose"] == "curiosity"
