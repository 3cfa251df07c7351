from __future__ import annotations

import pytest

from comity.base.errors import Denied, InputError, NotFound
from comity.node import ledger
from comity.node.cases import casework, readers, reading
from comity.node.cases.models import Case, Reader

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
def case(node):
    with node.act():
        return casework.open_case(REQUEST, node.de, "Leak in our own house", {})


def known_to(node, case, role="officer", code="nl-spoc"):
    with node.act(role, code):
        return Case.objects.filter(pk=case.pk).exists()


def test_a_restricted_case_is_known_to_its_readers_and_the_data_protection_officer_alone(node, case):
    with node.act("supervisor"):
        readers.restrict(case.pk, [], "Internal investigation")
    assert not known_to(node, case)
    assert known_to(node, case, "supervisor")
    assert known_to(node, case, "data-protection-officer")
    assert known_to(node, case, "node")
    assert not known_to(node, case, "officer", "de-spoc")


def test_whoever_restricts_it_is_always_among_the_readers(node, case):
    with node.act():
        readers.restrict(case.pk, [node.officer("supervisor").pk], "Source protection")
        assert {each.name for each in readers.of(case)} == {"officer NL", "supervisor NL"}


def test_a_list_of_readers_is_replaced_and_the_former_readers_stay_on_record(node, case):
    with node.act("supervisor"):
        readers.restrict(case.pk, [node.officer().pk], "At first both")
        readers.restrict(case.pk, [], "Now the supervisor alone")
    assert not known_to(node, case)
    with node.act("data-protection-officer"):
        assert Reader.objects.filter(case=case).exclude(ended_at=None).count() == 1


def test_a_case_taken_from_its_holder_goes_to_whoever_restricts_it(node, case):
    with node.act("supervisor"):
        assert readers.restrict(case.pk, [], "It is about its holder").assigned_to == node.officer(
            "supervisor"
        )


def test_it_is_opened_again_with_a_reason(node, case):
    with node.act("supervisor"):
        readers.restrict(case.pk, [], "Internal investigation")
        with pytest.raises(InputError, match="say why"):
            readers.lift(case.pk, " ")
        readers.lift(case.pk, "Investigation ended")
    assert known_to(node, case)
    with node.act():
        kinds = [line.kind for line in ledger.lines(case=str(case.conversation))]
        assert {"case.restricted", "case.unrestricted"} <= set(kinds)


def test_an_officer_restricts_only_the_case_he_holds(node, case):
    with node.act("supervisor"):
        other = casework.open_case(REQUEST, node.de, "The supervisor's", {})
    with pytest.raises(Denied, match="the officer who holds it"), node.act():
        readers.restrict(other.pk, [], "Mine")


def test_a_case_is_restricted_to_officers_of_the_authority_who_work_on_cases(node, case):
    for stranger in (node.officer("officer", "de-spoc"), node.officer("analyst")):
        with pytest.raises(InputError) as caught, node.act("supervisor"):
            readers.restrict(case.pk, [stranger.pk], "To the wrong one")
        assert caught.value.field == "officers"


def test_a_reason_is_asked_for(node, case):
    with pytest.raises(InputError, match="say why"), node.act("supervisor"):
        readers.restrict(case.pk, [], "")


def test_who_may_not_know_of_it_cannot_open_it_up(node, case):
    with node.act("supervisor"):
        readers.restrict(case.pk, [], "Internal investigation")
    with pytest.raises(NotFound, match="no such case"), node.act():
        readers.lift(case.pk, "I want to see it")


def test_only_its_readers_can_be_given_a_restricted_case(node, case):
    with node.act("supervisor"):
        assert readers.may_know(case, node.officer())
        readers.restrict(case.pk, [], "Internal investigation")
        assert not readers.may_know(case, node.officer())
        assert readers.may_know(case, node.officer("supervisor"))


def test_a_case_that_serves_a_restricted_one_is_restricted_with_it(node, case):
    with node.act():
        before = casework.open_case(REQUEST, node.pt, "Asked earlier", {}, parent=case)
    with node.act("supervisor"):
        readers.restrict(case.pk, [], "Internal investigation")
        after = casework.open_case(REQUEST, node.pt, "Asked later", {}, parent=Case.objects.get(pk=case.pk))
    assert not known_to(node, before)
    assert not known_to(node, after)
    assert known_to(node, after, "supervisor")


def test_what_a_reader_does_in_a_restricted_case_goes_out_and_comes_back(node, case):
    with node.act("supervisor"):
        readers.restrict(case.pk, [], "Internal investigation")
        version = reading.read_case(case.pk).case.version
        casework.save_facts(case.pk, case.title, FACTS, version)
        casework.take_step(case.pk, "sent", {})
    assert node.carry() == 1
    with node.act("officer", "de-spoc"):
        theirs = Case.objects.get(conversation=case.conversation)
        casework.take_step(theirs.pk, "answered", {"text": "Nothing is known"})
    assert node.carry() == 1
    with node.act("supervisor"):
        assert Case.objects.get(pk=case.pk).state == "answered"
    assert not known_to(node, case)
