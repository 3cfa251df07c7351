from __future__ import annotations

import pytest

from comity.base.errors import InputError, NotFound
from comity.node.cases import casework, closing, links, notes, reading
from comity.node.cases.models import Case
from comity.node.registers.models import Query

REQUEST = "dir-2023-977/request"
FACTS = {
    "urgent": False,
    "information_sought": "Registered owner of the vessel",
    "purpose_facts_offence": "Drug trafficking: a container was found on 1 March",
    "reasons_available": "The vessel called at Hamburg on 12 February",
    "subjects": [{"schema": "Vessel", "properties": {"name": ["MERIDIAN QUEEN"], "imoNumber": ["9999993"]}}],
    "link_person_purpose": "The container was on board",
    "language": "en",
}


@pytest.fixture
def answered(node):
    """A request of NL that DE has answered: our case of it."""
    with node.act():
        case = casework.open_case(REQUEST, node.de, "Owner of a vessel", FACTS)
        casework.take_step(case.pk, "sent", {})
    node.carry()
    with node.act("officer", "de-spoc"):
        theirs = Case.objects.get()
        casework.take_step(theirs.pk, "answered", {"text": "Blue Line"})
    node.carry()
    return case


def close(node, case, code="nl-spoc", **fields):
    with node.act("officer", code):
        return casework.take_step(case.pk, "closed", {"fields": fields})


def state(node, code="nl-spoc"):
    with node.act("officer", code):
        return Case.objects.get().state


def test_a_case_is_closed_only_with_an_outcome(node, answered):
    with pytest.raises(InputError, match="Outcome") as caught:
        close(node, answered)
    assert caught.value.field == "outcome"
    with pytest.raises(InputError, match="forgotten"):
        close(node, answered, outcome="forgotten")
    step = close(node, answered, outcome="answered_in_full", led_to=["arrest", "seizure"])
    assert step.content["fields"] == {"outcome": "answered_in_full", "led_to": ["arrest", "seizure"]}


def test_the_partner_is_not_told_of_our_outcome(node, answered):
    close(node, answered, outcome="answered_in_full")
    assert node.carry() == 0
    assert state(node, "de-spoc") == "answered"


def test_a_duplicate_names_the_case_it_duplicates_and_is_linked_with_it(node, answered):
    with node.act():
        original = casework.open_case(REQUEST, node.de, "The first one", {})
    with pytest.raises(InputError) as caught:
        close(node, answered, outcome="duplicate")
    assert caught.value.field == "duplicate_of"
    with pytest.raises(InputError, match="no case of that reference"):
        close(node, answered, outcome="duplicate", duplicate_of="NL-1999-00001")
    step = close(node, answered, outcome="duplicate", duplicate_of=original.reference)
    assert original.reference not in str(step.content)
    with node.act():
        [made] = links.of(Case.objects.get(pk=answered.pk))
        assert (made.words, made.case) == ("Duplicate of", original)


def test_only_a_duplicate_names_another_case(node, answered):
    with pytest.raises(InputError, match="only a duplicate"):
        close(node, answered, outcome="answered_in_full", duplicate_of=answered.reference)


def test_a_case_is_no_duplicate_of_itself(node, answered):
    with pytest.raises(InputError, match="itself"):
        close(node, answered, outcome="duplicate", duplicate_of=answered.reference)


def test_it_is_reopened_with_a_reason_and_the_outcome_stays_in_the_history(node, answered):
    close(node, answered, outcome="answered_in_full")
    with node.act():
        with pytest.raises(InputError, match="taken up again"):
            casework.take_step(answered.pk, "reopened", {})
        casework.take_step(answered.pk, "reopened", {"text": "A second vessel turned up"})
        case = reading.read_case(answered.pk).case
        assert (case.state, case.closed_at, case.owed_by) == ("received", None, "requested")
        outcomes = [step.content["fields"].get("outcome") for step in case.steps.filter(step="closed")]
        assert outcomes == ["answered_in_full"]


def test_both_sides_take_a_reopened_case_up_again(node, answered):
    close(node, answered, outcome="answered_in_full")
    with node.act():
        casework.take_step(answered.pk, "reopened", {"text": "A second vessel turned up"})
    assert node.carry() == 1
    assert state(node, "de-spoc") == "received"
    with node.act("officer", "de-spoc"):
        casework.take_step(Case.objects.get().pk, "answered", {"text": "It is theirs too"})
    assert node.carry() == 1
    assert state(node) == "answered"
    close(node, answered, outcome="answered_in_full")
    assert state(node) == "closed"


def test_a_partner_that_has_closed_takes_it_up_again_too(node, answered):
    close(node, answered, outcome="answered_in_full")
    with node.act("officer", "de-spoc"):
        theirs = Case.objects.get()
    close(node, theirs, "de-spoc", outcome="answered_in_full")
    with node.act("officer", "de-spoc"):
        casework.take_step(theirs.pk, "reopened", {"text": "We found more"})
    assert node.carry() == 1
    assert (state(node), state(node, "de-spoc")) == ("received", "received")


def test_a_note_can_still_be_written_when_a_case_is_closed(node, answered):
    close(node, answered, outcome="answered_in_full")
    with node.act():
        assert notes.write(answered.pk, "The prosecutor thanks us").case_id == answered.pk


def test_what_is_still_open_is_said_before_closing(node, answered):
    def said():
        with node.act():
            return [str(each) for each in closing.before_closing(answered.pk)]

    assert said() == ["Copies to decide on: 1", "Messages of the partner that nobody has read: 1"]
    with node.act():
        reading.read_case(answered.pk)
        child = casework.open_case(REQUEST, node.pt, "Ask Portugal", {}, parent=answered)
        links.link(answered.pk, child.reference, "parent", "Serves it")
    assert said() == ["Cases that belong to this one and are open: 1", "Copies to decide on: 1"]


def test_only_a_step_that_ends_the_case_is_a_closing_one(node, answered):
    with node.act():
        case = casework.find(answered.pk)
        assert closing.closes(case, "closed")
        assert not closing.closes(case, "answered")
        assert not closing.closes(case, "unheard-of")


def test_what_is_open_in_another_authoritys_case_is_not_told(node, answered):
    with pytest.raises(NotFound), node.act("officer", "de-spoc"):
        closing.before_closing(answered.pk)
    with node.act("officer", "de-spoc"):
        assert not Query.objects.exists()
