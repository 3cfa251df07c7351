from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from comity.base.errors import Conflict, Denied, InputError, NotFound, NotLawful
from comity.base.time import clock
from comity.node import authorities, ledger
from comity.node.cases import casework, forwarding, receiving, rules, seating
from comity.node.cases.models import Case, Reader

START = datetime(2026, 3, 5, 9, 20, tzinfo=UTC)
REQUEST = "dir-2023-977/request"
FACTS = {
    "urgent": True,
    "urgency_reason": ["U4"],
    "information_sought": "Calls of the vessel in Hamburg",
    "purpose_facts_offence": "Drug trafficking by sea",
    "reasons_available": "It called there on 1 March",
    "subjects": [],
    "use_limits": "Not for the press",
    "language": "en",
}


@pytest.fixture
def at():
    class Hand:
        now = START

    with clock(lambda: Hand.now):
        yield Hand


@pytest.fixture
def police(node):
    """A German unit with Comity, and a court without."""
    node.police = authorities.found("de-police", "Waterway Police Hamburg", "DE", "police", ["de"])
    officer = authorities.enrol(
        node.police, "pw", "Officer of the police", ["officer"], "correct horse battery"
    )
    node.officers["de-police", "officer"] = officer
    node.court = authorities.add_partner(
        {
            "code": "de-court",
            "name": "Local court Hamburg",
            "country": "DE",
            "kind": "court",
            "contact": "fax",
        }
    )
    node.customs = authorities.add_partner(
        {"code": "de-zoll", "name": "Customs Hamburg", "country": "DE", "kind": "customs", "contact": "mail"}
    )
    return node.police


def carry(node):
    node.carry()
    from comity.node.authorities import Authority, Identity
    from comity.node.exchange import sending

    for partner in Authority.objects.filter(channel="comity"):
        while sending.deliver(Identity.of_node(node.police), partner):
            pass
    node.carry()


def asked(node, marking=None, **changes):
    """A Dutch request that the German desk has received; returns the German case."""
    with node.act():
        case = casework.open_case(REQUEST, node.de, "Calls of a vessel", {**FACTS, **changes})
        casework.take_step(case.pk, "sent", {}, marking=marking)
    carry(node)
    with node.act("officer", "de-spoc"):
        found = Case.objects.get(conversation=case.conversation)
        casework.assess(found.pk, "direct", None)
        return casework.find(found.pk)


def de(node):
    return node.act("officer", "de-spoc")


def unit(node):
    return node.act("officer", "de-police")


def test_a_unit_gets_only_what_it_needs_and_its_clock_ends_at_half_time(at, node, police):
    parent = asked(node)
    with de(node):
        child = casework.find(forwarding.forward(parent.pk, police, {}).pk)
        assert child.parent_id == parent.pk
        assert "purpose_facts_offence" not in str(child.facts)
        assert "Drug trafficking" not in str(child.facts)
        assert child.facts["request_from"] == "NL"
        assert child.facts["request_reference"] == parent.reference
        assert child.facts["use_limits"] == "Not for the press"
    carry(node)
    with unit(node):
        got = Case.objects.get()
        assert got.due_at == START + timedelta(hours=4)
        assert got.owed_by == got.role == "requested"
        assert got.parent_id is None


def test_the_answer_must_be_wanted_before_the_legal_limit_ends(at, node, police):
    parent = asked(node)
    with de(node):
        for wanted, words in (
            (START + timedelta(hours=9), "the legal time limit ends"),
            (START - timedelta(hours=1), "still to come"),
        ):
            with pytest.raises(InputError, match=words) as refused:
                forwarding.forward(parent.pk, police, {"answer_by": wanted.isoformat()})
            assert refused.value.field == "answer_by"
        # The end of the legal limit is the node's to say, not the form's.
        far = {"legal_deadline": "2027-01-01T00:00:00Z"}
        child = forwarding.forward(parent.pk, police, far)
        assert datetime.fromisoformat(casework.find(child.pk).facts["legal_deadline"]) == START + timedelta(
            hours=8
        )


def test_what_is_late_already_can_still_be_forwarded(at, node, police):
    parent = asked(node)
    at.now += timedelta(hours=20)
    with de(node):
        child = casework.find(forwarding.forward(parent.pk, police, {}).pk)
    assert "legal_deadline" not in child.facts
    assert datetime.fromisoformat(child.facts["answer_by"]) == at.now + timedelta(hours=1)


def test_the_parent_shows_the_child_with_its_clock_inside_its_own(at, node, police):
    parent = asked(node)
    at.now += timedelta(hours=2)
    with de(node):
        forwarding.forward(parent.pk, police, {})
    carry(node)
    with de(node):
        (child,) = forwarding.children(parent, rules.decision(casework.find(parent.pk)))
    assert (child.begins, child.ends) == (250, 625)
    assert not child.beyond
    assert not child.overdue
    assert child.wanted_by == START + timedelta(hours=5)


def test_a_limit_that_becomes_shorter_shows_the_child_beyond_it(at, node, police):
    parent = asked(node, urgent=False, urgency_reason=[])
    with de(node):
        forwarding.forward(parent.pk, police, {})
    carry(node)
    with de(node):
        seats = seating.fill(rules.procedure(REQUEST, START), node.nl, node.de)
        decision = rules.preview(REQUEST, FACTS, seats, node.nl, START)
        (child,) = forwarding.children(parent, decision)
    assert child.beyond


def test_the_units_answer_is_told_to_the_parent_and_merged_into_the_reply(at, node, police):
    parent = asked(node)
    with de(node):
        child = forwarding.forward(parent.pk, police, {})
        before = casework.find(parent.pk).version
        with pytest.raises(NotFound, match="No unit has answered"):
            forwarding.reply(parent.pk, child.pk)
    carry(node)
    with unit(node):
        got = Case.objects.get()
        casework.take_step(got.pk, "answered", {"text": "Three calls, the last on 3 November."})
    carry(node)
    with de(node):
        assert casework.find(parent.pk).version == before + 1
        assert "forwarding.told" in [line.kind for line in ledger.lines(case=str(parent.conversation))]
        content = forwarding.reply(parent.pk, child.pk)
        assert content["step"] == "answered"
        taken = casework.take_step(parent.pk, "answered", content)
        assert taken.content["fields"]["information"] == "Three calls, the last on 3 November."
        assert "included" not in taken.content
        assert len(taken.content["includes"]) == 1
    carry(node)
    with node.act():
        assert Case.objects.get().state == "answered"


def test_a_unit_that_forbids_passing_on_is_obeyed(at, node, police):
    parent = asked(node)
    with de(node):
        child = forwarding.forward(parent.pk, police, {})
    carry(node)
    with unit(node):
        casework.take_step(Case.objects.get().pk, "answered", {"text": "Secret."}, marking={"codes": ["H2"]})
    carry(node)
    with pytest.raises(Denied, match=r"H2.*Waterway Police"), de(node):
        casework.take_step(parent.pk, "answered", forwarding.reply(parent.pk, child.pk))


def test_a_request_that_must_not_be_passed_on_is_not_forwarded(at, node, police):
    parent = asked(node, marking={"codes": ["H2"]})
    with pytest.raises(Denied, match="H2"), de(node):
        forwarding.forward(parent.pk, police, {})


def test_the_handling_of_the_request_goes_along_to_the_unit(at, node, police):
    parent = asked(node, marking={"codes": ["H1"]})
    with de(node):
        child = forwarding.forward(parent.pk, police, {})
        mark = casework.find(child.pk).steps.get().handling
    assert mark["codes"] == ["H1"]
    assert mark["provider"] == "SPOC Netherlands"


def test_what_a_unit_cannot_answer_is_refused_on_its_ground(at, node, police):
    parent = asked(node)
    with de(node):
        child = forwarding.forward(parent.pk, police, {})
    carry(node)
    with unit(node):
        refusal = {"text": "An investigation is open.", "grounds": ["R-f(ii)"]}
        casework.take_step(Case.objects.get().pk, "refused", refusal)
    carry(node)
    with de(node):
        content = forwarding.reply(parent.pk, child.pk)
        assert content["grounds"] == ["R-f(ii)"]
        taken = casework.take_step(parent.pk, content.pop("step"), content)
    assert taken.content["grounds"][0]["article"] == "dir-2023-977 art. 6(1)(f)(ii)"


def test_a_reminder_is_counted_and_can_give_another_time_on_both_sides(at, node, police):
    parent = asked(node)
    with de(node):
        child = forwarding.forward(parent.pk, police, {})
    carry(node)
    at.now += timedelta(hours=5)
    with de(node):
        forwarding.remind(child.pk)
        forwarding.remind(child.pk, "Now, please", START + timedelta(hours=7))
        with pytest.raises(InputError, match="legal time limit"):
            forwarding.remind(child.pk, "Later", START + timedelta(hours=10))
        (shown,) = forwarding.children(parent, rules.decision(casework.find(parent.pk)))
        assert shown.reminders == 2
        assert shown.wanted_by == START + timedelta(hours=7)
        assert casework.find(child.pk).steps.get(number=2).content["fields"]["reminder"].endswith("14:20.")
    carry(node)
    with unit(node):
        assert Case.objects.get().due_at == START + timedelta(hours=7)


def test_only_a_case_that_serves_another_is_chased(at, node, police):
    parent = asked(node)
    with pytest.raises(NotFound, match="serves no other"), de(node):
        forwarding.remind(parent.pk)


def test_a_judges_authorisation_opens_the_limit_and_obliges_to_tell_of_the_delay(at, node, police):
    parent = asked(node)
    with de(node):
        forwarding.seek_authorisation(parent.pk, node.court, {"national_rule": "§ 94 StPO"})
        found = casework.find(parent.pk)
        decision = rules.decision(found)
        assert found.judicial_authorisation_required is True
        assert decision.due.open
        assert [each.id for each in decision.clocks] == ["answer", "inform_of_delay"]
        casework.take_step(
            parent.pk,
            "extended",
            {"fields": {"delay_reason": "A court decides", "expected_length": "3 days"}},
        )
        (child,) = forwarding.children(parent, decision)
        assert child.case.facts["context"] == "Drug trafficking by sea"
        assert not child.beyond


@pytest.mark.parametrize(
    ("step", "content", "expected"),
    [
        ("granted", {"fields": {"decision": "Granted for March"}}, ("answered", [])),
        ("refused", {"fields": {"refusal_reason": "Not necessary"}}, ("refused", ["R-c"])),
    ],
)
def test_the_judges_decision_leads_to_an_answer_or_to_its_ground_of_refusal(
    at, node, police, step, content, expected
):
    parent = asked(node)
    with de(node):
        child = forwarding.seek_authorisation(parent.pk, node.court, {})
        from comity.node.cases import by_hand

        (waiting,) = by_hand.waiting()
        at.now += timedelta(minutes=10)
        by_hand.sent(waiting.message.pk, "fax", at.now, "Gs 12/26")
        at.now += timedelta(hours=1)
        receiving.key_in(child.pk, step, content, at.now, {}, "fax")
        found = forwarding.reply(parent.pk, child.pk)
    assert (found["step"], found["grounds"]) == expected


def test_what_is_over_or_our_own_is_not_forwarded(at, node, police):
    parent = asked(node)
    with de(node):
        child = forwarding.forward(parent.pk, police, {})
        with pytest.raises(Conflict, match="made to us"):
            forwarding.forward(child.pk, police, {})
        casework.take_step(parent.pk, "answered", {"text": "Three calls."})
        with pytest.raises(Conflict, match="any more"):
            forwarding.forward(parent.pk, police, {})


def test_a_unit_of_another_state_is_no_unit_of_ours(at, node, police):
    parent = asked(node)
    with pytest.raises(NotLawful, match="same state"), de(node):
        forwarding.forward(parent.pk, node.pt, {})
    with de(node):
        assert [each.code for each in forwarding.units(parent, forwarding.FORWARD)] == [
            "de-zoll",
            "de-police",
        ]
        assert [each.code for each in forwarding.units(parent, forwarding.AUTHORISE)] == ["de-court"]


def test_those_who_may_not_know_of_the_case_do_not_learn_of_its_children(at, node, police):
    parent = asked(node)
    with de(node) as acting:
        Reader.objects.create(case=parent, conversation=parent.conversation, officer_id=acting.officer)
        child = forwarding.forward(parent.pk, police, {})
    with node.act("supervisor", "de-spoc"):
        assert not Case.objects.filter(pk__in=[parent.pk, child.pk]).exists()
        with pytest.raises(NotFound):
            forwarding.remind(child.pk)


def test_an_analyst_does_not_forward(at, node, police):
    parent = asked(node)
    with pytest.raises(Denied, match="units of their own state"), node.act("analyst", "de-spoc"):
        forwarding.forward(parent.pk, police, {})
