from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from comity.base.time import clock
from comity.node import ledger
from comity.node.alarms import choices, reading, rota, watching
from comity.node.alarms.models import Alarm, Shift
from comity.node.cases import casework, readers, work
from comity.node.cases.models import Case
from comity.node.home import AlarmRules

START = datetime(2026, 3, 5, 9, 20, tzinfo=UTC)
DE = "de-spoc"
FACTS = {
    "urgent": True,
    "urgency_reason": ["U4"],
    "information_sought": "Calls of the vessel in Hamburg",
    "purpose_facts_offence": "Drug trafficking by sea",
    "reasons_available": "It called there on 1 March",
    "subjects": [],
    "language": "en",
}


@pytest.fixture
def at():
    class Hand:
        now = START

    with clock(lambda: Hand.now):
        yield Hand


@pytest.fixture
def late(at, node):
    """An urgent case that the German officer holds; its limit is missed and its alarm raised."""
    with node.act():
        asked = casework.open_case("dir-2023-977/request", node.de, "Smuggler Jan Jansen", FACTS)
        casework.take_step(asked.pk, "sent", {})
    node.carry()
    with node.act("supervisor", DE):
        case = Case.objects.get()
        work.assign(case.pk, node.officer("officer", DE).pk)
    at.now = START + timedelta(hours=9)
    watch(node)
    return case


def watch(node):
    with node.act("node", DE):
        watching.watch()


def page(node, path, role="officer"):
    answer = node.client(role, DE).get(path)
    assert answer.status_code == 200, answer.content[:2000]
    return answer.content.decode()


def test_every_page_shows_how_many_alarms_wait(late, node):
    assert 'data-count="2"' in page(node, "/worklist/")
    assert 'data-count="0"' in page(node, "/worklist/", "supervisor")


def test_the_list_names_cases_by_reference_alone(late, node):
    shown = page(node, "/alarms/")
    assert late.reference in shown
    assert "time limit passed" in shown
    assert "Jansen" not in shown


def test_an_alarm_is_seen_to_without_script(late, node):
    with node.act("officer", DE):
        alarm = reading.alarms().first()
    answer = node.client("officer", DE).post(f"/alarms/{alarm.pk}/acknowledge/")
    assert answer.status_code == 302
    assert 'data-count="1"' in page(node, "/alarms/")


def test_all_are_seen_to_at_once(late, node):
    node.client("officer", DE).post("/alarms/acknowledge/")
    assert 'data-count="0"' in page(node, "/alarms/")
    with node.act("supervisor", DE):
        assert len(ledger.lines(kind="alarm.acknowledged")) == 2


def test_the_bell_is_asked_for_again_only_when_it_has_changed(late, at, node):
    client = node.client("officer", DE)
    first = client.get("/alarms/bell/")
    assert client.get("/alarms/bell/", headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert client.get("/alarms/rows/", headers={"If-None-Match": first["ETag"]}).status_code == 304
    client.post("/alarms/acknowledge/")
    assert client.get("/alarms/bell/", headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_a_restricted_case_rings_for_its_readers_alone(late, node):
    with node.act("supervisor", DE):
        readers.restrict(late.pk, [], "undercover")
        Alarm.objects.update(escalation=1)
    assert 'data-count="0"' in page(node, "/alarms/?view=all")
    assert late.reference not in page(node, "/alarms/?view=all")
    assert late.reference in page(node, "/alarms/?view=all", "supervisor")


def test_an_error_page_is_made_without_looking_for_alarms(late, node):
    answer = node.client("officer", DE).get("/alarms/?view=nothing")
    assert answer.status_code == 422
    assert 'id="bell"' in answer.content.decode()


def test_the_board_shows_references_and_no_persons_of_cases(late, node):
    shown = page(node, "/board/")
    assert late.reference in shown
    assert "late 20 min" in shown
    assert "officer DE" in shown
    for secret in ("Jansen", "Smuggler", "Hamburg"):
        assert secret not in shown


def test_the_board_leaves_restricted_cases_out_whoever_looks(late, node):
    with node.act("supervisor", DE):
        readers.restrict(late.pk, [], "undercover")
    assert late.reference not in page(node, "/board/", "supervisor")
    answer = node.client("supervisor", DE).get("/api/board").json()
    assert answer["due"] == []
    assert answer["counts"] == {"late": 0, "soon": 0, "urgent": 0, "waiting": 0}
    assert answer["last_message"] is None


def test_the_board_is_asked_for_again_only_when_it_has_changed(late, at, node):
    client = node.client("officer", DE)
    first = client.get("/board/rows/")
    again = {"If-None-Match": first["ETag"]}
    assert client.get("/board/rows/", headers=again).status_code == 304
    with node.act("officer", DE):
        casework.take_step(late.pk, "answered", {"text": "Three calls."})
    assert client.get("/board/rows/", headers=again).status_code == 200


def test_a_supervisor_plans_the_week_and_ends_a_shift(at, node):
    client = node.client("supervisor", DE)
    officer = node.officer("officer", DE).pk
    given = {"officer": officer, "weekdays": ["3", "4"], "begins": "10:00", "ends": "18:00"}
    assert client.post("/rota/shifts/", given).status_code == 302
    shown = page(node, "/rota/")
    assert shown.count("10:00–18:00") == 2
    with node.act("supervisor", DE):
        shift = Shift.objects.first().pk
    assert client.post(f"/rota/shifts/{shift}/end/").status_code == 302
    assert page(node, "/rota/").count("10:00–18:00") == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("weekdays", "9"), ("weekdays", "x"), ("officer", "9" * 30), ("begins", "noon"), ("ends", "25:00")],
)
def test_what_cannot_be_planned_is_said_at_its_field(at, node, field, value):
    officer = node.officer("officer", DE).pk
    given = {"officer": officer, "weekdays": ["3"], "begins": "10:00", "ends": "18:00", field: value}
    answer = node.client("supervisor", DE).post("/rota/shifts/", given)
    assert answer.status_code == 422
    assert "has-error" in answer.content.decode()


def test_a_supervisor_sets_how_alarms_are_passed_up(at, node):
    client = node.client("supervisor", DE)
    supervisor = node.officer("supervisor", DE).pk
    assert client.post("/rota/rules/", {"pass_up_after": "5", "on_call": supervisor}).status_code == 302
    with node.act("officer", DE):
        rules = rota.rules()
    assert (rules.pass_up_after, rules.on_call_id, rules.missed_breaks_quiet) == (5, supervisor, False)
    assert client.post("/rota/rules/", {"pass_up_after": "0"}).status_code == 422


def test_an_officer_chooses_how_to_be_told_and_switches_keys_off(at, node):
    client = node.client("officer", DE)
    assert 'id="keys-help"' in client.get("/alarms/how/").content.decode()
    assert client.post("/alarms/how/", {"mail": "x", "by_mail": "on"}).status_code == 422
    assert client.post("/alarms/how/", {"mail": "desk@example.org", "by_mail": "on"}).status_code == 302
    assert 'id="keys-help"' not in client.get("/alarms/how/").content.decode()
    with node.act("officer", DE):
        kept = choices.of(node.officer("officer", DE))
    assert (kept.mail, kept.by_mail, kept.shortcuts) == ("desk@example.org", True, False)


def test_a_webhook_is_added_with_a_secret_shown_once(at, node, monkeypatch):
    rules = AlarmRules(webhook_hosts=["alarms.example.org"])
    monkeypatch.setattr(type(node.home), "alarms", property(lambda home: rules))
    client = node.client("administrator", DE)
    assert client.post("/alarms/webhooks/", {"url": "https://elsewhere.example.org/"}).status_code == 422
    shown = client.post("/alarms/webhooks/", {"url": "https://alarms.example.org/x"}).content.decode()
    assert "It is shown this once" in shown
    assert "It is shown this once" not in client.get("/alarms/webhooks/").content.decode()
    [hook] = client.get("/api/webhooks").json()
    assert hook["secret"] is None
    assert client.post(f"/alarms/webhooks/{hook['id']}/end/").status_code == 302
    assert client.get("/api/webhooks").json() == []


def test_commands_find_pages_steps_of_the_case_and_cases_by_reference(late, node):
    client = node.client("officer", DE)
    found = client.get("/commands/list/", {"q": "", "case": str(late.pk)}).json()["commands"]
    assert {"title": "Worklist", "kind": "Page", "url": "/worklist/", "keys": "g w"} in found
    assert f"/cases/{late.pk}/steps/answered/" in [each["url"] for each in found]
    by_reference = client.get("/commands/list/", {"q": late.reference[-5:]}).json()["commands"]
    assert [each["url"] for each in by_reference] == [f"/cases/{late.pk}/"]
    assert "Jansen" not in str(found + by_reference)
    assert late.reference in page(node, f"/commands/?q={late.reference}")


def test_commands_name_nothing_that_is_hidden(late, node):
    with node.act("supervisor", DE):
        readers.restrict(late.pk, [], "undercover")
    client = node.client("officer", DE)
    assert client.get("/commands/list/", {"q": late.reference}).json()["commands"] == []
    assert client.get("/commands/list/", {"case": str(late.pk)}).status_code == 404
    assert client.get("/commands/list/", {"case": "x"}).status_code == 422


def test_a_program_reads_and_sees_to_alarms(late, node):
    client = node.client("officer", DE)
    found = client.get("/api/alarms").json()
    assert {each["reference"] for each in found} == {late.reference}
    assert sorted(each["level"] for each in found) == ["missed", "unread"]
    done = client.post(f"/api/alarms/{found[0]['id']}/acknowledgement")
    assert done.json()["acknowledged_at"]
    assert client.post("/api/alarms/acknowledgements").json() == {"acknowledged": 1}


def test_a_program_plans_the_rota(at, node):
    client = node.client("supervisor", DE)
    given = {"officer": node.officer("officer", DE).pk, "weekdays": [3], "begins": "22:00", "ends": "06:00"}
    made = client.post("/api/rota/shifts", given, content_type="application/json")
    assert made.status_code == 201
    [shift] = client.get("/api/rota").json()["shifts"]
    assert (shift["weekday"], shift["begins"], shift["ends"]) == (3, "22:00", "06:00")
    late = client.post("/api/rota/shifts", {**given, "ends": "25:00"}, content_type="application/json")
    assert late.status_code == 422
    assert client.delete(f"/api/rota/shifts/{shift['id']}").status_code == 204
    assert client.get("/api/rota").json()["shifts"] == []
