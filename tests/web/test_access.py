"""Every page and route, walked as nobody, as each role, and as another authority's officer.

The table says which verb of `access.RULES` a route needs; who may do it is read from the rule. A route that
the table does not name fails the test.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from io import BytesIO

from django.db import transaction
from django.urls import get_resolver, reverse

from comity.node import access, ledger

OPEN, SIGNED_IN = "open", "signed in"
ROLES = ("officer", "analyst", "supervisor", "data-protection-officer", "administrator")
SAMPLE = files("comity.sample")

PAGES = {
    "home": {"GET": SIGNED_IN},
    "home-health": {"GET": OPEN},
    "inbox": {"POST": OPEN},
    "language": {"POST": OPEN},
    "signin": {"GET": OPEN, "POST": OPEN},
    "account_login": {"GET": OPEN, "POST": OPEN},
    "mfa_authenticate": {"GET": OPEN, "POST": OPEN},
    "signout": {"GET": OPEN, "POST": OPEN},
    "account_logout": {"GET": OPEN, "POST": OPEN},
    "account": {"GET": SIGNED_IN},
    "account-token": {"POST": SIGNED_IN},
    "account-token-revoke": {"POST": SIGNED_IN},
    "account_change_password": {"GET": SIGNED_IN, "POST": SIGNED_IN},
    "account_reauthenticate": {"GET": SIGNED_IN, "POST": SIGNED_IN},
    "mfa_reauthenticate": {"GET": SIGNED_IN, "POST": SIGNED_IN},
    "mfa_index": {"GET": SIGNED_IN},
    "mfa_activate_totp": {"GET": SIGNED_IN, "POST": SIGNED_IN},
    "mfa_deactivate_totp": {"GET": SIGNED_IN, "POST": SIGNED_IN},
    "mfa_view_recovery_codes": {"GET": SIGNED_IN},
    "mfa_generate_recovery_codes": {"GET": SIGNED_IN, "POST": SIGNED_IN},
    "mfa_download_recovery_codes": {"GET": SIGNED_IN},
    "worklist": {"GET": "worklist.read"},
    "worklist-rows": {"GET": "worklist.read"},
    "alarms": {"GET": "alarm.read"},
    "alarm-rows": {"GET": "alarm.read"},
    "alarm-bell": {"GET": "alarm.read"},
    "alarm-acknowledge": {"POST": "alarm.acknowledge"},
    "alarms-acknowledge": {"POST": "alarm.acknowledge"},
    "alarm-choices": {"GET": SIGNED_IN, "POST": SIGNED_IN},
    "webhooks": {"GET": "webhook.manage", "POST": "webhook.manage"},
    "webhook-end": {"POST": "webhook.manage"},
    "rota": {"GET": "rota.read"},
    "rota-plan": {"POST": "rota.manage"},
    "rota-end": {"POST": "rota.manage"},
    "rota-rules": {"POST": "rota.manage"},
    "board": {"GET": "board.read"},
    "board-rows": {"GET": "board.read"},
    "commands": {"GET": SIGNED_IN},
    "commands-list": {"GET": SIGNED_IN},
    "work-chosen": {"GET": "worklist.read", "POST": "worklist.read"},
    "work-step": {"GET": "case.step", "POST": "case.step"},
    "hand-overs": {"GET": "worklist.read", "POST": "worklist.read"},
    "hand-over": {"GET": "worklist.read"},
    "hand-over-read": {"POST": "worklist.read"},
    "teams": {"GET": "team.read", "POST": "team.manage"},
    "team": {"GET": "team.read", "POST": "team.manage"},
    "team-end": {"POST": "team.manage"},
    "filters": {"GET": "worklist.read", "POST": "worklist.read"},
    "filter-change": {"POST": "worklist.read"},
    "filter-end": {"POST": "worklist.read"},
    "cases": {"GET": "worklist.read"},
    "cases-export": {"GET": "worklist.read"},
    "case-new": {"GET": "case.open"},
    "case-form": {"GET": "case.open", "POST": "case.open"},
    "case-check": {"POST": "case.open"},
    "case": {"GET": "case.read"},
    "case-clock": {"GET": "case.read"},
    "case-edit": {"GET": "case.step", "POST": "case.step"},
    "case-assign": {"POST": "case.assign"},
    "case-assess": {"POST": "case.step"},
    "texts": {"GET": "worklist.read", "POST": "text.manage"},
    "texts-starter": {"POST": "text.manage"},
    "text": {"GET": "worklist.read", "POST": "text.manage"},
    "text-retire": {"POST": "text.manage"},
    "languages": {"GET": "partner.read", "POST": "language.record"},
    "case-files": {"GET": "case.read", "POST": "attachment.add"},
    "attachment": {"GET": "attachment.read"},
    "attachment-scan": {"POST": "attachment.add"},
    "case-copy": {"POST": "case.step"},
    "case-part-new": {"GET": "case.step", "POST": "case.step"},
    "case-part": {"GET": "case.step", "POST": "case.step"},
    "reviews": {"GET": "keeping.review"},
    "review": {"GET": "keeping.review", "POST": "keeping.review"},
    "case-hold": {"POST": "keeping.hold"},
    "targets": {"GET": "target.read", "POST": "target.set"},
    "target-end": {"POST": "target.set"},
    "case-key-in": {"GET": "case.step", "POST": "case.step"},
    "case-notes": {"GET": "case.read", "POST": "note.write"},
    "case-offences": {"GET": "case.step", "POST": "case.step"},
    "case-links": {"GET": "case.read", "POST": "case.step"},
    "case-link-end": {"POST": "case.step"},
    "case-readers": {"GET": "case.restrict", "POST": "case.restrict"},
    "case-step": {"GET": "case.step", "POST": "case.step"},
    "case-forward": {"GET": "case.forward", "POST": "case.forward"},
    "case-authorisation": {"GET": "case.forward", "POST": "case.forward"},
    "case-remind": {"POST": "case.forward"},
    "case-number": {"POST": "case.step"},
    "case-received": {"GET": "case.write-down"},
    "case-received-form": {"GET": "case.write-down", "POST": "case.write-down"},
    "by-hand": {"GET": "message.send-by-hand"},
    "message-text": {"GET": "case.read"},
    "message-pdf": {"GET": "case.read"},
    "message-json": {"GET": "case.read"},
    "message-sent": {"GET": "message.send-by-hand", "POST": "message.send-by-hand"},
    "message-again": {"POST": "message.resend"},
    "screenings": {"GET": "screening.read", "POST": "screening.run"},
    "screening": {"GET": "screening.read"},
    "match": {"GET": "screening.read", "POST": "match.decide"},
    "search": {"GET": "search.run"},
    "desk": {"GET": "desk.read"},
    "desk-presence": {"POST": "desk.write"},
    "desk-book": {"GET": "desk.read"},
    "desk-new": {"GET": "desk.write", "POST": "desk.write"},
    "desk-statistics": {"GET": "desk.read"},
    "desk-statistics-csv": {"GET": "desk.read"},
    "desk-seats": {"GET": "desk.manage", "POST": "desk.manage"},
    "case-category": {"POST": "case.step"},
    "case-passing": {"POST": "case.step"},
    "registers": {"GET": "register.read", "POST": "register.load"},
    "register": {"GET": "register.read", "POST": "register.load"},
    "register-import": {"GET": "register.read"},
    "register-rejects": {"GET": "register.load"},
    "record": {"GET": "record.read"},
    "partners": {"GET": "partner.read", "POST": "partner.manage"},
    "partner-descriptor": {"GET": "partner.read"},
    "partner": {"GET": "partner.read"},
    "partner-confirm": {"POST": "partner.manage"},
    "partner-revoke": {"POST": "partner.manage"},
    "ledger": {"GET": "ledger.verify"},
    "ledger-verify": {"GET": "ledger.verify", "POST": "ledger.verify"},
    "ledger-export": {"POST": "ledger.export"},
    "entry": {"GET": "ledger.read"},
    "entry-erase": {"POST": "ledger.erase"},
    "worklist-export": {"GET": "worklist.read"},
    "screenings-export": {"GET": "screening.read"},
    "screening-export": {"GET": "screening.read"},
    "registers-export": {"GET": "register.read"},
    "records-export": {"GET": "record.search"},
    "partners-export": {"GET": "partner.read"},
    "entries-export": {"GET": "ledger.read"},
    "statistics": {"GET": "statistics.read"},
    "statistics-cases": {"GET": "statistics.read"},
    "statistics-cases-export": {"GET": "statistics.read"},
    "statistics-export": {"GET": "statistics.read"},
    "statistics-report": {"GET": "statistics.read"},
    "case-export": {"GET": "case.export", "POST": "case.export"},
    "law-registers": {"GET": "law.read"},
    "law-register": {"GET": "law.read"},
    "law": {"GET": "law.read"},
    "advise": {"GET": "law.read"},
    "offences": {"GET": "law.read"},
    "offence": {"GET": "law.read"},
    "instrument": {"GET": "law.read"},
    "procedure": {"GET": "law.read"},
}

ROUTES = {
    "GET /api/account": SIGNED_IN,
    "GET /api/screenings": "screening.read",
    "POST /api/screenings": "screening.run",
    "GET /api/screenings/{screening_id}": "screening.read",
    "GET /api/matches/{match_id}": "screening.read",
    "POST /api/matches/{match_id}/decision": "match.decide",
    "GET /api/registers": "register.read",
    "POST /api/registers": "register.load",
    "GET /api/registers/{code}": "register.read",
    "GET /api/registers/{code}/imports": "register.read",
    "POST /api/registers/{code}/imports": "register.load",
    "GET /api/imports/{import_id}/rejects": "register.load",
    "GET /api/search": "search.run",
    "GET /api/desk": "desk.read",
    "GET /api/desk/categories": "law.read",
    "GET /api/desk/entries": "desk.read",
    "POST /api/desk/entries": "desk.write",
    "GET /api/desk/statistics": "desk.read",
    "POST /api/desk/presence": "desk.write",
    "POST /api/desks": "desk.manage",
    "POST /api/desks/{desk}/seats": "desk.manage",
    "POST /api/desks/{desk}/join": "desk.manage",
    "POST /api/desks/{desk}/leave": "desk.manage",
    "POST /api/cases/{case_id}/category": "case.step",
    "GET /api/cases/{case_id}/passing": "case.read",
    "POST /api/cases/{case_id}/passing": "case.step",
    "GET /api/records": "record.search",
    "GET /api/records/{record_id}": "record.read",
    "GET /api/partners": "partner.read",
    "POST /api/partners": "partner.manage",
    "GET /api/partners/{code}": "partner.read",
    "GET /api/partners/{code}/keys": "partner.read",
    "GET /api/descriptor": "partner.read",
    "GET /api/worklist": "worklist.read",
    "GET /api/alarms": "alarm.read",
    "POST /api/alarms/acknowledgements": "alarm.acknowledge",
    "POST /api/alarms/{alarm_id}/acknowledgement": "alarm.acknowledge",
    "GET /api/alarms/choices": SIGNED_IN,
    "PUT /api/alarms/choices": SIGNED_IN,
    "GET /api/webhooks": "webhook.manage",
    "POST /api/webhooks": "webhook.manage",
    "DELETE /api/webhooks/{hook_id}": "webhook.manage",
    "GET /api/rota": "rota.read",
    "POST /api/rota/shifts": "rota.manage",
    "DELETE /api/rota/shifts/{shift_id}": "rota.manage",
    "PUT /api/rota/rules": "rota.manage",
    "GET /api/board": "board.read",
    "GET /api/commands": SIGNED_IN,
    "GET /api/filters": "worklist.read",
    "POST /api/filters": "worklist.read",
    "PUT /api/filters/{filter_id}": "worklist.read",
    "DELETE /api/filters/{filter_id}": "worklist.read",
    "POST /api/work/assignment": "case.assign",
    "POST /api/work/preview": "worklist.read",
    "POST /api/work/steps": "case.step",
    "POST /api/work/tags": "case.step",
    "GET /api/handovers": "worklist.read",
    "POST /api/handovers": "case.assign",
    "GET /api/handovers/{hand_over_id}": "worklist.read",
    "POST /api/handovers/{hand_over_id}/read": "worklist.read",
    "GET /api/teams": "team.read",
    "POST /api/teams": "team.manage",
    "GET /api/teams/{team_id}": "team.read",
    "PUT /api/teams/{team_id}": "team.manage",
    "DELETE /api/teams/{team_id}": "team.manage",
    "GET /api/cases": "worklist.read",
    "POST /api/cases": "case.open",
    "GET /api/cases/proposals": "case.open",
    "POST /api/cases/preview": "case.open",
    "GET /api/cases/{case_id}": "case.read",
    "PUT /api/cases/{case_id}": "case.step",
    "POST /api/cases/{case_id}/steps/{step}": "case.step",
    "POST /api/cases/{case_id}/answers": "case.step",
    "POST /api/cases/{case_id}/assessment": "case.step",
    "POST /api/cases/{case_id}/assignment": "case.assign",
    "POST /api/cases/{case_id}/copies": "case.step",
    "GET /api/cases/{case_id}/parts": "case.read",
    "POST /api/cases/{case_id}/parts/{name}": "case.step",
    "PUT /api/cases/{case_id}/parts/{name}/{key}": "case.step",
    "GET /api/reviews": "keeping.review",
    "POST /api/reviews/{review_id}": "keeping.review",
    "POST /api/cases/{case_id}/hold": "keeping.hold",
    "POST /api/cases/{case_id}/hold/end": "keeping.hold",
    "GET /api/targets": "target.read",
    "POST /api/targets": "target.set",
    "DELETE /api/targets/{target_id}": "target.set",
    "GET /api/offences": "law.read",
    "PUT /api/cases/{case_id}/offences": "case.step",
    "GET /api/cases/{case_id}/notes": "case.read",
    "POST /api/cases/{case_id}/notes": "note.write",
    "GET /api/cases/{case_id}/links": "case.read",
    "POST /api/cases/{case_id}/links": "case.step",
    "POST /api/cases/{case_id}/links/{link_id}/end": "case.step",
    "GET /api/cases/{case_id}/seen-before": "case.read",
    "GET /api/cases/{case_id}/open-ends": "case.read",
    "GET /api/cases/{case_id}/readers": "case.read",
    "PUT /api/cases/{case_id}/readers": "case.restrict",
    "POST /api/cases/{case_id}/readers/lift": "case.restrict",
    "GET /api/texts": "worklist.read",
    "POST /api/texts": "text.manage",
    "POST /api/texts/starter": "text.manage",
    "PUT /api/texts/{text_id}": "text.manage",
    "POST /api/texts/{text_id}/retire": "text.manage",
    "GET /api/cases/{case_id}/texts/{text_id}": "case.step",
    "GET /api/languages": "partner.read",
    "POST /api/languages": "language.record",
    "GET /api/cases/{case_id}/attachments": "case.read",
    "POST /api/cases/{case_id}/attachments": "attachment.add",
    "GET /api/attachments/{attachment_id}": "attachment.read",
    "POST /api/attachments/{attachment_id}/scan": "attachment.add",
    "GET /api/cases/{case_id}/forwardings": "case.read",
    "GET /api/cases/{case_id}/forwardings/draft": "case.forward",
    "GET /api/cases/{case_id}/forwardings/{child_id}/reply": "case.step",
    "POST /api/cases/{case_id}/forwardings": "case.forward",
    "POST /api/cases/{case_id}/authorisations": "case.forward",
    "POST /api/cases/{case_id}/reminders": "case.forward",
    "POST /api/cases/received": "case.write-down",
    "POST /api/cases/{case_id}/answers/proposal": "case.step",
    "GET /api/cases/{case_id}/numbers": "case.read",
    "POST /api/cases/{case_id}/numbers": "case.step",
    "GET /api/messages/by-hand": "message.send-by-hand",
    "GET /api/messages/{message_id}/text": "case.read",
    "GET /api/messages/{message_id}": "case.read",
    "POST /api/messages/{message_id}/sent": "message.send-by-hand",
    "GET /api/law/registers": "law.read",
    "GET /api/law/registers/{law_code}": "law.read",
    "GET /api/law": "law.read",
    "POST /api/law/advice": "law.read",
    "GET /api/law/words": "law.read",
    "GET /api/law/offences/{offence}": "law.read",
    "GET /api/law/{code}": "law.read",
    "GET /api/law/{code}/{name}": "law.read",
    "POST /api/keys/{kid}/confirm": "partner.manage",
    "POST /api/keys/{kid}/revoke": "partner.manage",
    "GET /api/messages": "partner.read",
    "POST /api/messages/{message_id}/again": "message.resend",
    "GET /api/statistics": "statistics.read",
    "GET /api/statistics/cases": "statistics.read",
    "GET /api/cases/changed": "worklist.read",
    "GET /api/cases/{case_id}/export": "case.export",
    "GET /api/cases/{case_id}/export/{form}": "case.export",
    "GET /api/ledger": "ledger.read",
    "GET /api/ledger/{sequence}": "ledger.read",
    "POST /api/ledger/verify": "ledger.verify",
    "POST /api/ledger/export": "ledger.export",
    "POST /api/ledger/{sequence}/erase": "ledger.erase",
}

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
