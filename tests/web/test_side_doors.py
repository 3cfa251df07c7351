"""Side doors: what is hidden is not to be learnt of anywhere else either.

Two cases are hidden from the Dutch supervisor, who otherwise sees the most: one of her own authority that is
restricted to the officer who holds it, and one of the German authority on the same node. Both concern the same
person as a case she may see. Each test tries one way of learning of them.
"""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver

from comity.base.time import clock, now
from comity.node import ledger
from comity.node.alarms import reading
from comity.node.alarms.models import Alarm
from comity.node.cases import attaching, casework, filters, links, notes, readers, tags
from comity.node.cases.models import Case
from comity.node.exchange.models import Outbox
from comity.node.pccc import categories, daybook, desks
from comity.node.registers import loading
from comity.node.registers.models import Match, Query, Record

REQUEST = "dir-2023-977/request"
PERSON = {
    "schema": "Person",
    "properties": {"name": ["Ottokar Zwirbelbart"], "passportNumber": ["XK4821109"]},
}
FACTS = {
    "urgent": False,
    "information_sought": "Last entry of the person",
    "purpose_facts_offence": "Drug trafficking",
    "reasons_available": "He crossed at Venlo",
    "subjects": [PERSON],
    "link_person_purpose": "He drove",
    "language": "en",
}
OWN, FOREIGN = "Quietharbour", "Stillwater"
STATED = {"X-Purpose": "test"}


@dataclass
class House:
    """The case that the supervisor may see, the two that she may not, and what hangs on the restricted one."""

    node: Any
    seen: Case
    own: Case
    foreign: Case
    things: dict[str, Any]
    client: Any

    def leaks(self, content: str) -> list[str]:
        """The titles, ids, conversations and the reference that an answer gives away."""
        ids = [str(value) for case in (self.own, self.foreign) for value in (case.pk, case.conversation)]
        return [secret for secret in (OWN, FOREIGN, self.own.reference, *ids) if secret in content]

    def get(self, address: str) -> str:
        """What the supervisor is answered."""
        answer = self.client.get(address, headers=STATED)
        assert answer.status_code == 200, (address, answer.status_code)
        return b"".join(answer).decode()


@pytest.fixture
def house(node):
    with node.act("administrator"):
        register = loading.open_register("wanted", "Wanted", "own", "search")
        record = Record.objects.create(
            register=register, key="1", schema="Person", caption="Zwirbelbart", entity=PERSON, digest="",
            since=now(), changed_at=now(),
        )  # fmt: skip
    with node.act("supervisor"):
        seen = casework.open_case(REQUEST, node.de, "Plain request", FACTS)
    with node.act():
        own = casework.open_case(REQUEST, node.pt, OWN, FACTS)
        casework.take_step(own.pk, "sent", {})
        things = _hung_on(own, seen, record)
        readers.restrict(own.pk, [], "Internal investigation")
    with node.act("officer", "de-spoc"):
        foreign = casework.open_case(REQUEST, node.pt, FOREIGN, FACTS)
    return House(node, seen, own, foreign, things, node.client("supervisor"))


def _hung_on(case, seen, record):
    """One thing of each kind that belongs to a case."""
    query = Query.objects.create(case=case, caption=OWN, entity=PERSON)
    match = Match.objects.create(query=query, record=record, score=1, key=1, reasons=[], found_at=now())
    tags.tag(case.pk, ["corruption"])
    return {
        "case_id": case.pk,
        "note": notes.write(case.pk, f"{OWN} is about a colleague").pk,
        "link_id": links.link(case.pk, seen.reference, "same-matter", "The same person").pk,
        "attachment_id": attaching.attach(case.pk, "papers.txt", b"Papers of the case").pk,
        "match_id": match.pk,
        "message_id": Outbox.objects.get(conversation=case.conversation).pk,
        "sequence": ledger.lines(case=str(case.conversation), kind="case.opened")[0].sequence,
    }


def test_the_house_is_furnished(house):
    officer = house.node.client()
    page = officer.get(f"/cases/{house.seen.pk}/").content.decode()
    assert OWN in page
    assert "Same passport number" in page
    assert OWN in officer.get("/cases/").content.decode()
    assert OWN in house.node.client("data-protection-officer").get(f"/cases/{house.own.pk}/").content.decode()


def test_seen_before(house):
    page = house.get(f"/cases/{house.seen.pk}/")
    assert "Seen before" not in page
    assert not house.leaks(page)
    assert json.loads(house.get(f"/api/cases/{house.seen.pk}/seen-before")) == []


def test_similar_cases(house):
    assert json.loads(house.get(f"/api/cases/{house.seen.pk}/links")) == []
    assert not house.leaks(house.get(f"/cases/{house.seen.pk}/links/"))
    for words in (OWN, FOREIGN, "Zwirbelbart", "passport", "corruption", house.own.reference):
        page = house.get(f"/cases/?q={words}")
        assert not set(house.leaks(page)) - {words}
        assert str(house.own.pk) not in page
        found = json.loads(house.get(f"/api/cases?q={words}"))
        assert {each["id"] for each in found} <= {str(house.seen.pk)}
        assert str(house.own.pk) not in house.get(f"/api/search?q={words}")


def test_counts(house):
    with house.node.act("supervisor"):
        alone = Case.objects.filter(pk=house.seen.pk).count()
    worklist = json.loads(house.get("/api/worklist?filter=all"))
    assert worklist["counts"]["all"] == alone == 1
    assert max(worklist["counts"].values()) == 1
    with house.node.act("supervisor"):
        assert (Match.objects.count(), Query.objects.count(), Outbox.objects.count()) == (0, 0, 0)
    with house.node.act():
        assert (Match.objects.count(), Query.objects.count(), Outbox.objects.count()) == (1, 1, 1)


def test_feeds(house):
    for address in (
        "/worklist/?filter=all",
        "/worklist/rows/?filter=all",
        "/cases/",
        "/api/cases",
        "/api/cases?changed_since=2020-01-01T00:00:00Z",
        "/api/worklist?filter=all",
        "/api/messages",
        "/partners/pt-spoc/",
        f"/api/cases/{house.seen.pk}",
        f"/cases/{house.seen.pk}/",
        "/ledger/?purpose=test",
        "/api/ledger",
        f"/ledger/?purpose=test&case={house.own.conversation}",
        f"/api/ledger?case={house.own.conversation}",
    ):
        typed = {str(house.own.conversation)} if "case=" in address else set()
        assert not set(house.leaks(house.get(address))) - typed, address
    assert json.loads(house.get(f"/api/ledger?case={house.own.conversation}")) == []


def test_lists_that_others_have_read(house):
    """The officer has read lists that name the restricted case; the ledger says so to nobody else.

    The data protection officer has looked for the entries of the case: not even that is told.
    """
    overseer = house.node.client("data-protection-officer")
    told = overseer.get(f"/api/ledger?purpose=test&case={house.own.conversation}").content.decode()
    assert house.own.reference in told
    officer = house.node.client()
    officer.get("/cases/")
    officer.get("/worklist/?filter=all")
    lines = json.loads(house.get("/api/ledger"))
    listed = [line for line in lines if line["kind"] in ("cases.listed", "worklist.read")]
    assert listed
    assert not house.leaks(json.dumps(lines))
    for line in listed:
        assert not house.leaks(house.get(f"/ledger/{line['sequence']}/?purpose=test"))
    assert house.own.reference in overseer.get("/api/ledger?purpose=test").content.decode()


def test_the_search_counts_what_it_may_show(house):
    """Neither rows nor the number of places give a hidden case away, nor what hangs on it."""
    for words, number in (("zwirbelbart", 1), ("ottokar", 1), (OWN, 0), (FOREIGN, 0), ("colleague", 0)):
        found = json.loads(house.get(f"/api/search?q={words}"))
        assert (found["total"], len(found["hits"])) == (number, number), words
        assert not house.leaks(house.get(f"/search/?q={words.lower()}&purpose=test"))
    officer = house.node.client().get("/api/search?q=zwirbelbart", headers=STATED).json()
    assert officer["total"] > 1


def test_the_desk(house):
    """A line about a restricted case is not shown to the desk, nor counted for those who may not know of it."""
    with house.node.act("administrator"):
        desks.open_desk("border", "Border desk")
    with house.node.act():
        daybook.write(daybook.Line("other", f"{OWN}: told", case=house.own.pk, minutes=5))
        categories.categorise(house.own.pk, "other")
    assert not house.leaks(house.get("/desk/book/"))
    assert json.loads(house.get("/api/desk/entries")) == []
    board = json.loads(house.get("/api/desk"))
    assert (board["today"]["by_category"], board["today"]["by_partner"]) == ([], [])


def test_every_page_and_route_that_names_no_thing(house):
    """Whatever else lists, counts or exports, now or later: none of it names a hidden case."""
    found = {}
    for address in (*_pages(), *_routes()):
        answer = house.client.get(address, headers=STATED)
        content = b"".join(answer).decode(errors="replace")
        if leaks := house.leaks(content):
            found[address] = leaks
    assert not found


def _pages():
    for pattern in get_resolver().url_patterns:
        route = getattr(getattr(pattern, "pattern", None), "_route", "")
        if getattr(pattern, "name", None) and "<" not in route:
            yield f"/{route}?purpose=test&q=zwirbelbart"


def _routes():
    from comity.web.api import api

    asked = "purpose=test&q=zwirbelbart&partner=pt-spoc&since=2020-01-01&until=2030-01-01"
    for path, methods in api.get_openapi_schema()["paths"].items():
        if "get" in methods and "{" not in path:
            yield f"{path}?{asked}"


def test_exports(house):
    rows = list(csv.reader(io.StringIO(house.get("/cases/export.csv"))))
    assert [row[0] for row in rows[1:]] == [house.seen.reference]
    answer = house.client.post("/ledger/export/", {"purpose": "test", "bodies": "yes"})
    assert answer.status_code == 403
    # The data protection officer takes all of it out; the export of every other list is walked above.


def test_error_texts(house):
    """A hidden thing is answered word by word like one that does not exist, whatever is tried on it."""
    for method, address, body in _tries():
        absent = _answer(house.client, method, address, _absent(house), body)
        for things in (house.things, {**house.things, "case_id": house.foreign.pk}):
            hidden = _answer(house.client, method, address, things, body)
            assert hidden == absent, (method, address, hidden, absent)


def test_naming_a_hidden_case_by_its_reference(house):
    for reference in (house.own.reference, "NL-1999-00001"):
        body = {"reference": reference, "kind": "duplicate", "reason": "x"}
        answer = _post(house.client, f"/api/cases/{house.seen.pk}/links", body)
        assert answer.status_code == 422
        assert answer.json()["error"] == "field 'reference': There is no case of that reference here."


def test_the_time_it_takes_to_say_no(house):
    """No more work is done for a hidden case than for one that does not exist: the same statements are run."""
    for method, address, body in _tries():
        missing = _absent(house)
        _answer(house.client, method, address, missing, body)  # whatever is read once a process
        absent = _statements(house.client, method, address, missing, body)
        for things in (house.things, {**house.things, "case_id": house.foreign.pk}):
            assert _statements(house.client, method, address, things, body) == absent, (method, address)


def _absent(house):
    """Things of the same kinds that do not exist."""
    return {name: uuid4() if isinstance(thing, UUID) else 987654321 for name, thing in house.things.items()}


def _tries():
    """What can be tried on a thing by its id: method, address, body."""
    case = "/cases/{case_id}/"
    yield from (("GET", each, None) for each in (case, f"{case}clock/", f"{case}notes/", f"{case}links/"))
    yield from (("GET", f"{case}{each}/", None) for each in ("offences", "readers", "steps/withdrawn"))
    yield "GET", "/matches/{match_id}/", None
    yield "GET", "/attachments/{attachment_id}/", None
    yield "GET", "/ledger/{sequence}/?purpose=test", None
    yield from (("GET", f"/messages/{{message_id}}{each}", None) for each in (".pdf", ".json", "/sent/"))
    api = "/api/cases/{case_id}"
    parts = ("", "/notes", "/links", "/seen-before", "/open-ends", "/readers", "/attachments", "/numbers")
    yield from (("GET", f"{api}{part}", None) for part in parts)
    yield "GET", "/api/matches/{match_id}", None
    yield "GET", "/api/messages/{message_id}", None
    yield "GET", "/api/attachments/{attachment_id}", None
    yield "POST", f"{api}/notes", {"text": "x"}
    yield "POST", f"{api}/steps/withdrawn", {"text": "x"}
    yield "POST", f"{api}/assignment", {"officer": None}
    yield "POST", f"{api}/assessment", {"access": "direct"}
    yield "POST", f"{api}/links/{{link_id}}/end", {"reason": "x"}
    yield "POST", f"{api}/readers/lift", {"reason": "x"}
    yield "PUT", f"{api}/offences", {"offences": ["drugs"]}
    yield "PUT", f"{api}/readers", {"officers": [], "reason": "x"}


def _ask(client, method, address, things, body):
    path = address.format(**things)
    if method == "GET":
        return client.get(path, headers=STATED)
    return client.generic(method, path, json.dumps(body), content_type="application/json", headers=STATED)


def _post(client, path, body):
    return _ask(client, "POST", path, {}, body)


def _answer(client, method, address, things, body):
    """The status and the text of an answer, without the ids that were asked for and the form's own token."""
    with clock(now()):
        answer = _ask(client, method, address, things, body)
    text = b"".join(answer).decode()
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"|data-served="[^"]*"', "", text)
    for value in things.values():
        text = text.replace(str(value), "-")
    return answer.status_code, text


def _statements(client, method, address, things, body):
    """The statements that an answer takes, without their values."""
    with CaptureQueriesContext(connection) as said:
        _ask(client, method, address, things, body)
    return [re.sub(r"'[^']*'|\b\d+\b|%s", "?", each["sql"]) for each in said.captured_queries]


# Attachments, alarms and saved filters have their own side doors tested below, by the parts that make them.


def test_attachments(house):
    """A file of a hidden case is neither opened, nor listed, nor sent along, and not told from one that is not."""
    hidden, unknown = house.things["attachment_id"], uuid4()
    for method, address, given in (
        ("get", "/api/attachments/{}", None),
        ("post", "/api/attachments/{}/scan", None),
        ("post", f"/api/cases/{house.seen.pk}/steps/sent", '{{"attachments": ["{}"]}}'),
    ):
        told = []
        for each in (hidden, unknown):
            body = {"data": given.format(each), "content_type": "application/json"} if given else {}
            answer = getattr(house.client, method)(address.format(each), headers=STATED, **body)
            told.append((answer.status_code, answer.content))
        assert told[0] == told[1]
        assert told[0][0] == 404
    assert json.loads(house.get(f"/api/cases/{house.seen.pk}/attachments")) == []
    form = house.get(f"/cases/{house.seen.pk}/steps/sent/")
    assert str(hidden) not in form
    assert "papers.txt" not in form


def test_saved_filters(house):
    """A filter shared by who may know shows and counts, to who may not, as if there were no such case."""
    with house.node.act():
        kept = filters.save(filters.Filter(view="all", tag="corruption"), "Sensitive", "authority")
        query = kept.query
    for address in (*(f"/worklist/{each}?{query}" for each in ("", "rows/", "export.csv")), "/filters/"):
        assert not house.leaks(house.get(address)), address
    chips = json.loads(house.get("/api/worklist"))["saved"]
    assert [(chip["name"], chip["count"]) for chip in chips] == [("Sensitive", 0)]
    answer = json.loads(house.get(f"/api/worklist?{query}"))
    assert (answer["total"], answer["rows"]) == (0, [])


def test_alarms(house):
    """An alarm of a hidden case rings, counts and is listed for nobody else, however far it is passed up."""
    with house.node.act():
        alarm = Alarm.objects.create(
            case=house.own, level="missed", occasion="x", due_at=now(), raised_at=now(), escalation=2
        )
    assert 'data-count="0"' in house.get("/alarms/bell/")
    lists = (f"{each}?view=all" for each in ("/alarms/", "/alarms/rows/", "/api/alarms"))
    for address in (*lists, "/board/", "/api/board"):
        assert not house.leaks(house.get(address)), address
    assert json.loads(house.get("/api/alarms?view=all")) == []
    for address in (f"/api/commands?q={house.own.reference}", f"/commands/list/?q={house.own.reference}"):
        assert not house.leaks(house.get(address)), address
    for things in ({"case": house.own.pk}, {"case": uuid4()}):
        assert house.client.get("/api/commands", things, headers=STATED).status_code == 404
    told = [
        _answer(house.client, "POST", "/api/alarms/{alarm_id}/acknowledgement", {"alarm_id": each}, {})
        for each in (alarm.pk, uuid4())
    ]
    assert told[0] == told[1]
    assert told[0][0] == 404
    with house.node.act():
        assert reading.unseen(house.node.officer()) == 1
