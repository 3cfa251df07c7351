from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from comity.base.errors import Conflict, Denied, FactError, InputError, NotFound, NotLawful, UnknownProcedure
from comity.base.time import clock
from comity.node import ledger
from comity.node.cases import casework, copies, reading, receiving, worklist
from comity.node.cases.filters import Filter
from comity.node.cases.models import Case
from comity.node.exchange import sending
from comity.node.exchange.models import Outbox

REQUEST = "dir-2023-977/request"
START = datetime(2026, 3, 5, 9, 20, tzinfo=UTC)
FACTS = {
    "urgent": True,
    "urgency_reason": ["U4"],
    "information_sought": "Registered owner and last entry of the vessel",
    "purpose_facts_offence": "Drug trafficking: a container was found on 1 March",
    "reasons_available": "The vessel called at Hamburg on 12 February",
    "subjects": [{"schema": "Vessel", "properties": {"name": ["MERIDIAN QUEEN"], "imoNumber": ["9999993"]}}],
    "link_person_purpose": "The container was on board",
    "language": "en",
}


@pytest.fixture
def at():
    """A clock that the test moves: `at.now = ...`."""

    class Hand:
        now = START

    with clock(lambda: Hand.now):
        yield Hand


def ask(node, partner=None, **facts):
    with node.act():
        case = casework.open_case(REQUEST, partner or node.de, "Owner of a vessel", {**FACTS, **facts})
        casework.take_step(case.pk, "sent", {})
    return case


def case_of(node, code):
    with node.act("officer", code):
        return Case.objects.select_related("partner", "authority").latest("opened_at")


def step(node, code, name, **content):
    case = case_of(node, code)
    marking = content.pop("marking", None)
    with node.act("officer", code):
        return casework.take_step(case.pk, name, content, marking=marking)


def test_a_draft_says_what_is_missing_and_cannot_be_sent(at, node):
    with node.act():
        case = casework.open_case(REQUEST, node.de, "Owner of a vessel", {"urgent": False})
        view = reading.read_case(case.pk)
        missing = {each.field for each in view.decision.missing if each.blocks}
        assert {"information_sought", "purpose_facts_offence", "reasons_available", "language"} <= missing
        with pytest.raises(NotLawful, match="information_sought"):
            casework.take_step(case.pk, "sent", {})


def test_a_request_arrives_with_its_clock_running_eight_hours(at, node):
    ask(node)
    node.carry()
    theirs = case_of(node, "de-spoc")
    assert (theirs.state, theirs.role, theirs.owed_by) == ("received", "requested", "requested")
    assert theirs.due_at == START + timedelta(hours=8)
    assert theirs.late_after == datetime(2026, 3, 5, 18, 0, tzinfo=UTC)
    ours = case_of(node, "nl-spoc")
    assert (ours.state, ours.due_at) == ("received", theirs.due_at)


def test_clarification_pauses_the_clock_on_both_sides(at, node):
    ask(node)
    node.carry()
    at.now = START + timedelta(hours=2)
    step(node, "de-spoc", "clarification_requested", text="Which of the two vessels?")
    node.carry()
    assert case_of(node, "nl-spoc").paused
    assert case_of(node, "de-spoc").paused
    assert case_of(node, "nl-spoc").owed_by == "requester"
    at.now = START + timedelta(hours=5)
    step(node, "nl-spoc", "clarification_given", text="The one with IMO 9999993")
    node.carry()
    for code in ("nl-spoc", "de-spoc"):
        case = case_of(node, code)
        assert (case.paused, case.due_at) == (False, START + timedelta(hours=11))


def test_an_answer_ends_the_clock_and_carries_its_handling_code(at, node):
    ask(node)
    node.carry()
    step(node, "de-spoc", "answered", text="The owner is known.", marking={"codes": ["H2"]})
    node.carry()
    ours = case_of(node, "nl-spoc")
    assert (ours.state, ours.due_at) == ("answered", None)
    with node.act():
        answer = reading.read_case(ours.pk).steps[-1]
    assert answer.handling == {"codes": ["H2"], "text": "", "provider": "SPOC Germany", "permitted": []}
    assert answer.content["fields"] == {"information": "The owner is known.", "language": "en"}


def test_what_came_with_h2_is_not_passed_on_to_a_third_party(at, node):
    ask(node)
    node.carry()
    step(node, "de-spoc", "answered", text="The owner is known.", marking={"codes": ["H2"]})
    node.carry()
    with node.act():
        answer = reading.read_case(case_of(node, "nl-spoc").pk).steps[-1]
        other = casework.open_case(REQUEST, node.pt, "The same vessel", FACTS)
    with (
        pytest.raises(Denied, match="H2: not to be passed on without the permission of SPOC Germany"),
        node.act(),
    ):
        casework.take_step(other.pk, "sent", {"includes": [str(answer.pk)]})
    with node.act("supervisor"):
        assert ledger.lines(kind="access.denied")[0].body["rule"] == "handling.pass-on"
        assert Outbox.objects.filter(partner=node.pt).count() == 0


def test_what_came_with_h0_is_passed_on_and_names_its_source(at, node):
    ask(node)
    node.carry()
    step(node, "de-spoc", "answered", text="The owner is known.")
    node.carry()
    with node.act():
        answer = reading.read_case(case_of(node, "nl-spoc").pk).steps[-1]
        other = casework.open_case(REQUEST, node.pt, "The same vessel", FACTS)
        sent = casework.take_step(other.pk, "sent", {"includes": [str(answer.pk)]})
    assert sent.content["included"] == [
        {"from": "SPOC Germany", "fields": {"information": "The owner is known.", "language": "en"}}
    ]


def test_a_refusal_names_a_ground_of_article_6(at, node):
    ask(node)
    node.carry()
    with pytest.raises(InputError, match="ground"):
        step(node, "de-spoc", "refused", text="No.")
    with pytest.raises(InputError, match="R-z"):
        step(node, "de-spoc", "refused", text="No.", grounds=["R-z"])
    step(node, "de-spoc", "refused", text="Not available here.", grounds=["R-a"])
    node.carry()
    ours = case_of(node, "nl-spoc")
    assert ours.state == "refused"
    with node.act():
        refusal = reading.read_case(ours.pk).steps[-1]
    assert refusal.content["grounds"] == [{"id": "R-a", "article": "dir-2023-977 art. 6(1)(a)"}]


def test_a_partial_answer_leaves_the_clock_running(at, node):
    ask(node)
    node.carry()
    step(node, "de-spoc", "answered", text="Part one.", partial=True)
    assert case_of(node, "de-spoc").due_at == START + timedelta(hours=8)
    step(node, "de-spoc", "refused", text="The rest is not here.", grounds=["R-a"])
    assert case_of(node, "de-spoc").due_at is None


def test_saying_that_access_is_indirect_changes_the_clock_to_three_days(at, node):
    ask(node)
    node.carry()
    theirs = case_of(node, "de-spoc")
    with node.act("officer", "de-spoc"):
        case = casework.assess(theirs.pk, "indirect", None)
    assert case.due_at == datetime(2026, 3, 8, 23, 0, tzinfo=UTC)


def test_a_step_that_is_not_ours_or_not_now_is_refused_with_its_reason(at, node):
    ask(node)
    node.carry()
    with pytest.raises(NotLawful, match="answered"):
        step(node, "nl-spoc", "answered", text="x")
    with pytest.raises(NotLawful, match="not from the state"):
        step(node, "de-spoc", "closed")


def test_another_authoritys_case_is_not_found(at, node):
    case = ask(node)
    with pytest.raises(NotFound), node.act("officer", "de-spoc"):
        reading.read_case(case.pk)


def test_an_analyst_does_not_read_cases_and_learns_why(at, node):
    case = ask(node)
    with pytest.raises(Denied, match="those who work on them"), node.act("analyst"):
        reading.read_case(case.pk)


def test_a_case_is_shown_only_for_a_stated_purpose(at, node):
    case = ask(node)
    with pytest.raises(Denied, match="State the purpose"), node.act(purpose=""):
        reading.read_case(case.pk)


def test_reading_a_case_is_an_entry(at, node):
    case = ask(node)
    with node.act(purpose="handover"):
        reading.read_case(case.pk)
    with node.act("supervisor"):
        line = ledger.lines(kind="case.read")[0]
    assert (line.case, line.body["reference"]) == (str(case.conversation), case.reference)


def test_two_officers_do_not_overwrite_each_other(at, node):
    with node.act():
        case = casework.open_case(REQUEST, node.de, "Owner", FACTS)
        casework.save_facts(case.pk, "Owner", FACTS, version=1)
        with pytest.raises(Conflict, match="has changed"):
            casework.save_facts(case.pk, "Owner", FACTS, version=1)


def test_what_was_sent_cannot_be_changed(at, node):
    case = ask(node)
    with pytest.raises(Conflict, match="sent"), node.act():
        casework.save_facts(case.pk, "Other", FACTS, version=case_of(node, "nl-spoc").version)


@pytest.mark.parametrize(
    ("procedure", "facts", "error"),
    [
        ("dir-2023-977/nothing", {}, UnknownProcedure),
        (REQUEST, {"colour": "red"}, FactError),
        (REQUEST, {"urgent": "yes"}, FactError),
        (REQUEST, {"access": "direct"}, FactError),
    ],
)
def test_bad_facts_are_refused(at, node, procedure, facts, error):
    with pytest.raises(error), node.act():
        casework.open_case(procedure, node.de, "x", facts)


def test_references_count_up_without_gaps(at, node):
    assert [ask(node).reference for _ in range(3)] == ["NL-2026-00001", "NL-2026-00002", "NL-2026-00003"]


def test_a_partner_without_comity_is_asked_by_hand_and_its_answer_keyed_in(at, node):
    ask(node, node.pt)
    with node.act():
        letter = Outbox.objects.get()
        at.now = START + timedelta(minutes=30)
        sending.sent_by_hand(letter.pk, "SIENA", at.now, "1-2-3")
    ours = case_of(node, "nl-spoc")
    assert ours.due_at == START + timedelta(hours=8, minutes=30)
    at.now = START + timedelta(hours=3)
    with node.act():
        receiving.key_in(
            ours.pk, "answered", {"text": "Known there."}, at.now, {"codes": ["H1"]}, "SIENA 1-2-4"
        )
    assert case_of(node, "nl-spoc").state == "answered"


def test_nothing_is_keyed_in_for_a_partner_with_comity(at, node):
    ask(node)
    node.carry()
    with pytest.raises(Conflict, match="through Comity"), node.act():
        receiving.key_in(case_of(node, "nl-spoc").pk, "answered", {"text": "x"}, START, {}, "phone")


def test_the_europol_copy_is_decided_once_and_recorded(at, node):
    ask(node)
    node.carry()
    step(node, "de-spoc", "answered", text="The owner is known.")
    case = case_of(node, "de-spoc")
    with node.act("officer", "de-spoc"):
        view = reading.read_case(case.pk)
        due = [each for each in view.copies_due if each.to == "europol"]
        assert due, [each.to for each in view.copies_due]
        copy = copies.decide(case.pk, due[0].step.pk, "europol", True, "", node.europol)
        assert copy.decision == "sent"
        with pytest.raises(Conflict):
            copies.decide(case.pk, due[0].step.pk, "europol", False, "no", None)
    with node.act("supervisor", "de-spoc"):
        assert "art. 12" in ledger.lines(kind="copy.sent")[0].article


def test_no_copy_needs_a_reason(at, node):
    ask(node)
    node.carry()
    step(node, "de-spoc", "answered", text="The owner is known.")
    case = case_of(node, "de-spoc")
    with node.act("officer", "de-spoc"):
        due = reading.read_case(case.pk).copies_due[0]
        with pytest.raises(InputError, match="why"):
            copies.decide(case.pk, due.step.pk, due.to, False, " ", None)


def test_the_worklist_shows_least_time_left_first_and_whose_move_it_is(at, node):
    ask(node, urgent=False, urgency_reason=None)
    at.now = START + timedelta(minutes=5)
    ask(node)
    node.carry()
    with node.act("officer", "de-spoc"):
        work = worklist.read()
    assert [row.case.facts["urgent"] for row in work.rows] == [True, False]
    assert (work.counts["all"], work.soon, work.late) == (2, 1, 0)
    with node.act():
        assert all(
            row.next == "Waiting for SPOC Germany" for row in worklist.read(Filter(view="waiting")).rows
        )


def test_the_timeline_tells_everything_newest_first(at, node):
    case = ask(node)
    node.carry()
    with node.act():
        kinds = [line.kind for line in reading.read_case(case.pk).timeline]
    assert kinds[0] == "case.read"
    assert kinds[-1] == "case.opened"
    assert {"step.sent", "message.signed", "message.delivered"} <= set(kinds)


def test_a_partner_whose_clock_is_behind_is_still_understood(at, node, monkeypatch):
    at.now = START + timedelta(minutes=1)
    ask(node)
    with monkeypatch.context() as behind:
        behind.setattr("comity.node.exchange.receiving.now", lambda: START + timedelta(seconds=30))
        node.carry()
    at.now = START + timedelta(seconds=40)
    step(node, "de-spoc", "answered", text="The owner is known.")
    at.now = START + timedelta(minutes=2)
    node.carry()
    assert case_of(node, "nl-spoc").state == "answered"


def test_steps_that_cross_on_the_way_end_in_the_same_state(at, node):
    ask(node)
    node.carry()
    step(node, "nl-spoc", "withdrawn")
    step(node, "de-spoc", "clarification_requested", text="Which vessel?")
    node.carry()
    assert {case_of(node, code).state for code in ("nl-spoc", "de-spoc")} == {"withdrawn"}
    with node.act("supervisor", "de-spoc"):
        assert "refused by SPOC Netherlands" in Outbox.objects.get().error


def test_a_request_about_nobody_in_particular_needs_no_link_to_a_person(at, node):
    facts = {name: value for name, value in FACTS.items() if name != "link_person_purpose"}
    with node.act():
        case = casework.open_case(REQUEST, node.de, "Figures on a trend", {**facts, "subjects": []})
        casework.take_step(case.pk, "sent", {})
    assert case_of(node, "nl-spoc").state == "sent"
