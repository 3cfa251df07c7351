from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.base.errors import Denied, InputError
from comity.base.time import clock
from comity.node import ledger, statistics
from comity.node.cases import casework, rules
from comity.node.cases.models import Case, Reader, Step
from comity.node.statistics import Cell, Period, counting, recounting, timing

REQUEST = "dir-2023-977/request"
START = datetime(2026, 3, 5, 9, 20, tzinfo=UTC)
SPRING = Period(date(2026, 3, 1), date(2026, 3, 31))
FACTS = {
    "urgent": True,
    "urgency_reason": ["U4"],
    "information_sought": "Registered owner of the vessel",
    "purpose_facts_offence": "Drug trafficking",
    "reasons_available": "The vessel called at Hamburg",
    "subjects": [],
    "language": "en",
}


@pytest.fixture
def at():
    """A clock that the test moves: `at.now = ...`."""

    class Hand:
        now = START

    with clock(lambda: Hand.now):
        yield Hand


def ask(node, **facts):
    with node.act():
        case = casework.open_case(REQUEST, node.de, "Owner of a vessel", {**FACTS, **facts})
        casework.take_step(case.pk, "sent", {})
    node.carry()
    with node.act("officer", "de-spoc"):
        return Case.objects.get(conversation=case.conversation)


def take(node, case, step, **content):
    with node.act("officer", "de-spoc"):
        casework.take_step(case.pk, step, content)


def figures(node, code="de-spoc", role="officer"):
    with node.act(role, code):
        return statistics.read(SPRING)


def test_requests_answers_and_refusals_are_counted_by_state_and_urgency(at, node):
    answered, refused = ask(node), ask(node, urgent=False)
    ask(node)
    at.now += timedelta(hours=2)
    take(node, answered, "answered", text="The owner is known")
    take(node, refused, "refused", text="No", grounds=["R-a", "R-g(ii)"])
    counts = figures(node).counts
    assert counts.cells == {
        Cell("received", "NL", True): 2,
        Cell("received", "NL", False): 1,
        Cell("answered", "NL", True): 1,
        Cell("refused", "NL", False): 1,
        Cell("refused-on-ground", "NL", False, "R-a"): 1,
        Cell("refused-on-ground", "NL", False, "R-g(ii)"): 1,
    }
    assert figures(node, "nl-spoc").counts.of("sent", country="DE") == 3


def test_an_answer_counts_in_the_period_in_which_it_was_given(at, node):
    at.now = datetime(2026, 3, 31, 20, tzinfo=UTC)
    case = ask(node)
    at.now += timedelta(hours=6)
    take(node, case, "answered", text="The owner is known")
    assert figures(node).counts.of("answered") == 0
    with node.act("officer", "de-spoc"):
        april = statistics.read(Period(date(2026, 4, 1), date(2026, 4, 30)))
    assert (april.counts.of("answered"), april.counts.of("received")) == (1, 0)


def test_a_partial_answer_is_counted_apart(at, node):
    case = ask(node)
    take(node, case, "answered", text="The owner is known", partial=True)
    counts = figures(node).counts
    assert (counts.of("partly-answered"), counts.of("answered")) == (1, 0)


def test_a_request_that_outlasts_its_limit_for_want_of_a_judge_is_counted(at, node):
    open_still, answered_late, in_time = ask(node), ask(node), ask(node)
    with node.act("officer", "de-spoc"):
        for case in (open_still, answered_late, in_time):
            casework.assess(case.pk, "direct", True)
    take(node, in_time, "answered", text="Here it is")
    assert figures(node).counts.of("exceeded") == 0
    at.now += timedelta(days=3)
    take(node, answered_late, "answered", text="Authorised today")
    found = figures(node)
    assert found.counts.of("exceeded", country="NL") == 2
    assert found.agrees is True


def test_the_ledger_says_the_same(at, node):
    refused = ask(node)
    take(node, refused, "refused", text="No", grounds=["R-a"])
    found = figures(node)
    assert found.agrees is True
    assert found.recount.entries == 2


def test_the_ledger_says_the_same_after_a_body_was_erased(at, node):
    refused = ask(node)
    take(node, refused, "refused", text="No", grounds=["R-a"])
    with node.act("data-protection-officer", "de-spoc"):
        ledger.erase(ledger.lines(kind="step.refused")[0].sequence, "its term has ended")
    found = figures(node)
    assert (found.agrees, found.recount.erased) == (True, 1)


def test_a_step_that_the_ledger_does_not_know_is_noticed(at, node):
    case = ask(node)
    with node.act("officer", "de-spoc"):
        Step.objects.create(
            case_id=case.pk, number=9, step="answered", party="requested", sent_at=at.now, received_at=at.now
        )
    assert figures(node).agrees is False


def test_a_restricted_case_is_counted_only_for_those_who_may_know_of_it(at, node):
    case = ask(node)
    ask(node)
    with node.act("supervisor", "de-spoc"):
        Reader.objects.create(
            case_id=case.pk, conversation=case.conversation, officer=node.officer("supervisor", "de-spoc")
        )
    assert figures(node).counts.of("received") == 1
    assert figures(node, role="supervisor").counts.of("received") == 2
    whole = figures(node, role="data-protection-officer")
    assert (whole.counts.of("received"), whole.complete, figures(node).complete) == (2, True, False)
    with node.act("officer", "de-spoc"):
        assert statistics.counted_cases(SPRING, "received").count() == 1


def test_replies_are_counted_in_time_by_the_limit_they_were_owed_within(at, node):
    quick, slow = ask(node), ask(node, urgent=False)
    with node.act("officer", "de-spoc"):
        casework.assess(quick.pk, "direct", False)
    at.now += timedelta(hours=3)
    take(node, quick, "answered", text="Here it is")
    at.now += timedelta(days=20)
    take(node, slow, "answered", text="Here it is")
    with node.act("officer", "de-spoc"):
        found = {each.heading: each for each in timing.by_limit(SPRING)}
    assert (found["5(1)(a)"].in_time, found["5(1)(a)"].median) == (1, timedelta(hours=3))
    assert (found["5(1)(c)"].in_time, found["5(1)(c)"].number, found["5(1)(c)"].percent) == (0, 1, 0)
    node.carry()
    with node.act():
        theirs = timing.by_partner(SPRING, "requester")
    assert [(each.heading, each.number, each.in_time) for each in theirs] == [("SPOC Germany", 2, 1)]


def test_offences_and_days_are_counted(at, node):
    case = ask(node)
    with node.act("officer", "de-spoc"):
        Case.objects.filter(pk=case.pk).update(offences=["drugs", "arms"])
        assert timing.by_offence(SPRING) == [("drugs", 1), ("arms", 1)]
        busy = [each for each in timing.series(SPRING) if each.received]
    assert [(each.day, each.received, each.answered) for each in busy] == [(date(2026, 3, 5), 1, 0)]


def test_every_number_leads_to_as_many_cases(at, node):
    refused = ask(node, urgent=False)
    take(node, refused, "refused", text="No", grounds=["R-a"])
    take_part = ask(node)
    take(node, take_part, "answered", text="Part", partial=True)
    counts = figures(node).counts
    with node.act("officer", "de-spoc"):
        for cell, number in counts.cells.items():
            found = statistics.counted_cases(
                SPRING, cell.figure, country=cell.country, urgent=cell.urgent, ground=cell.ground
            )
            assert found.count() == number, cell


def test_it_refuses_those_who_do_no_casework(node):
    with pytest.raises(Denied), node.act("administrator"):
        statistics.read(SPRING)


def test_an_unknown_figure_is_refused(node):
    with node.act(), pytest.raises(InputError, match="expected one of"):
        statistics.counted_cases(SPRING, "guessed")


SPEC = st.fixed_dictionaries(
    {
        "role": st.sampled_from(["requested", "requester", "copy"]),
        "partner": st.sampled_from(["de", "pt"]),
        "urgent": st.booleans(),
        "judicial": st.booleans(),
        "day": st.integers(0, 40),
        "steps": st.lists(
            st.tuples(
                st.sampled_from(["answered", "refused", "withdrawn"]), st.integers(1, 15), st.booleans(),
                st.lists(st.sampled_from(["R-a", "R-b", "R-h"]), max_size=2, unique=True),
            ),
            max_size=3,
        ),
    }
)  # fmt: skip


class Undo(Exception):
    pass


def build(node, number, spec):
    """A case as it would stand, with its entries in the ledger, but taken at once at any day."""
    received = datetime(2026, 2, 20, 12, tzinfo=UTC) + timedelta(days=spec["day"])
    copy, asked = spec["role"] == "copy", spec["role"] == "requested"
    case = Case(
        conversation=uuid4(), reference=f"G-{number}", procedure=REQUEST, role=spec["role"],
        partner=getattr(node, spec["partner"]), title="Generated", facts={**FACTS, "urgent": spec["urgent"]},
        opened_at=received, received_at=received if asked else None, opened_by=node.officer(),
        judicial_authorisation_required=spec["judicial"] if asked else None,
    )  # fmt: skip
    case.save(force_insert=True)
    opening = "copied" if copy else "sent"
    put(case, 1, opening, "requested" if copy else "requester", received, {}, asked)
    sent, place, ended = received, 1, False
    for step, days, partial, grounds in [] if copy else spec["steps"]:
        sent += timedelta(days=days)
        if ended:
            place += 1
            put(case, place, "reopened", case.role, sent, {}, False)
        place += 1
        content = {"grounds": [{"id": each} for each in grounds]} if step == "refused" else {}
        content |= {"partial": True} if partial and step != "withdrawn" else {}
        party = "requester" if step == "withdrawn" else "requested"
        put(case, place, step, party, sent, content, party != case.role)
        ended = "partial" not in content
    if asked:
        ledger.record(
            "case.assessed",
            case=str(case.conversation),
            body={"judicial_authorisation_required": spec["judicial"]},
        )
    rules.refresh(case)
    case.save()


def put(case, number, step, party, sent, content, theirs):
    made = Step.objects.create(
        case=case, number=number, step=step, party=party, sent_at=sent, received_at=sent, content=content
    )
    body = {"sent": sent.isoformat(), "content": content}
    body |= {"by": case.partner.code, "received": sent.isoformat()} if theirs else {}
    ledger.record(f"step.{step}", case=str(case.conversation), subject=str(made.pk), body=body)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(specs=st.lists(SPEC, max_size=6))
def test_the_database_and_the_ledger_count_the_same(node, specs):
    counts = []
    with clock(datetime(2026, 6, 1, tzinfo=UTC)), suppress(Undo), node.act():
        for number, spec in enumerate(specs):
            build(node, number, spec)
        # The ledger's entries were all made now, as those of steps keyed in later are.
        counts = [counting.count(SPRING), recounting.recount(SPRING).counts]
        raise Undo
    assert counts[0] == counts[1]
