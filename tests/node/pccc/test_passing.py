from __future__ import annotations

from types import SimpleNamespace

import pytest

from comity.base.errors import Conflict, InputError, NotFound
from comity.law import decide, standard_book
from comity.law.offences import taxonomy
from comity.node import authorities, ledger
from comity.node.authorities import Authority
from comity.node.cases import casework, copies, tags
from comity.node.cases.models import COPY, Case
from comity.node.pccc import categories, passing

REQUEST = "dir-2023-977/lea-request"


@pytest.fixture
def centre(node):
    """A cooperation centre of the Dutch state at the node, with an officer and a case of its own."""
    pccc = authorities.found("nl-pccc", "Centre Venlo", "NL", "pccc", ["nl", "en"])
    authorities.add_partner({"code": "de-police", "name": "Police", "country": "DE", "kind": "police"})
    officer = authorities.enrol(
        pccc, "venlo", "officer Venlo", ["officer", "supervisor"], "correct horse battery"
    )
    node.officers["nl-pccc", "officer"] = officer
    with node.act("officer", "nl-pccc"):
        facts = {"information_sought": "Keeper", "purpose_facts_offence": "Theft"}
        case = casework.open_case(REQUEST, Authority.objects.get(code="de-police"), "Keeper", facts)
        casework.take_step(case.pk, "sent", {})
    return node, case


def found(node, case):
    with node.act("officer", "nl-pccc"):
        return {
            each.to: [rule.id for rule in each.rules] for each in passing.findings(casework.find(case.pk))
        }


def tag(node, case, *offences):
    with node.act("officer", "nl-pccc"):
        tags.tag(case.pk, offences)


def test_everyday_cases_stay_at_the_desk(centre):
    node, case = centre
    assert found(node, case) == {}


def test_serious_cases_go_up_and_europol_is_proposed(centre):
    node, case = centre
    tag(node, case, "terrorism")
    assert found(node, case) == {"spoc": ["terrorism", "listed-offence"], "europol": ["europol"]}


def test_an_offence_that_is_not_europols_is_not_proposed_to_it(centre):
    node, case = centre
    tag(node, case, "arson")
    assert found(node, case) == {"spoc": ["listed-offence"]}


def test_a_category_beyond_the_desk_goes_up(centre):
    node, case = centre
    with node.act("officer", "nl-pccc"):
        categories.categorise(case.pk, "observation")
    assert found(node, case) == {"spoc": ["pursuit"]}


def test_the_single_point_of_contact_itself_passes_nothing_up(node):
    with node.act():
        case = casework.open_case("dir-2023-977/request", node.de, "Serious", {})
        tags.tag(case.pk, ["arson"])
        assert passing.findings(casework.find(case.pk)) == []


def test_passing_up_hands_the_spoc_a_copy_and_is_an_entry(centre):
    node, case = centre
    tag(node, case, "terrorism")
    with node.act("officer", "nl-pccc"):
        copy = passing.decide(case.pk, "spoc", True, "")
        assert copy.partner.code == "nl-spoc"
        assert ledger.lines(kind="case.passed-up")[0].body["rules"] == ["terrorism", "listed-offence"]
        with pytest.raises(Conflict):
            passing.decide(case.pk, "spoc", True, "")
    from comity.node.authorities import Identity
    from comity.node.exchange import sending

    sending.deliver(Identity.of_node(case.authority), node.nl)
    with node.act():
        assert Case.objects.get(role=COPY).title == "Keeper"


def test_keeping_a_case_at_the_desk_needs_a_reason_and_is_an_entry(centre):
    node, case = centre
    tag(node, case, "arson")
    with node.act("officer", "nl-pccc"):
        with pytest.raises(InputError) as refused:
            passing.decide(case.pk, "spoc", False, " ")
        assert refused.value.field == "reason"
        passing.decide(case.pk, "spoc", False, "A burnt bin, no list offence after all")
        assert ledger.lines(kind="case.kept-at-desk")
        assert passing.findings(casework.find(case.pk))[0].decided


def test_what_no_rule_asks_for_is_not_decided(centre):
    node, case = centre
    with node.act("officer", "nl-pccc"), pytest.raises(NotFound):
        passing.decide(case.pk, "spoc", True, "")


def test_a_case_goes_to_nobody_but_its_own_spoc_or_europol(centre):
    node, case = centre
    tag(node, case, "terrorism")
    with node.act("officer", "nl-pccc"):
        with pytest.raises(InputError) as refused:
            passing.decide(case.pk, "spoc", True, "", node.de)
        assert refused.value.field == "partner"
        assert passing.decide(case.pk, "europol", True, "").partner.code == "europol"


def test_a_copy_that_the_act_asks_for_settles_the_same_question(centre):
    node, case = centre
    tag(node, case, "arson")
    with node.act("officer", "nl-pccc"):
        owed = passing.due_by_law(casework.find(case.pk), "spoc")
        copies.decide(case.pk, owed.step.pk, owed.to, True, "", node.nl)
        decided = passing.findings(casework.find(case.pk))[0].decided
    assert decided.to == "request_to_own_spoc"


def test_a_draft_has_nothing_to_pass_up_yet(centre):
    node, _ = centre
    with node.act("officer", "nl-pccc"):
        draft = casework.open_case(REQUEST, Authority.objects.get(code="de-police"), "Draft", {})
        tags.tag(draft.pk, ["arson"])
        with pytest.raises(Conflict):
            passing.decide(draft.pk, "spoc", True, "")


def test_the_rules_name_only_offences_and_categories_that_there_are():
    for rule in passing.passing_rules():
        assert rule.reason.endswith(".")
        assert rule.article
        assert rule.offences - set(passing.LISTS) <= set(taxonomy().offences)
        assert rule.categories <= set(categories.categories())
        assert rule.offences | rule.categories | rule.facts


SIGNS = [
    *({"offences": [offence]} for offence in taxonomy().offences),
    *({"category": category} for category in categories.categories()),
    *({fact: True} for fact in ("serious_offence", "organised_crime", "more_than_two_states")),
]


@pytest.mark.parametrize("signs", SIGNS, ids=str)
def test_the_desk_and_the_law_book_pass_up_the_same_cases(signs):
    case = SimpleNamespace(offences=[], category="", facts=signs)
    case.__dict__.update((name, value) for name, value in signs.items() if name != "facts")
    found = {rule.to for rule in passing.passing_rules() if rule.meets(case)}
    facts = {"category": "identity", **signs}
    owed = {copy.id for copy in decide(standard_book(), "pccc/pccc-request", facts).copies}
    assert {to for to, names in passing.BY_LAW.items() if owed & set(names)} == found


def test_the_categories_of_the_desk_are_those_of_its_requests():
    field = standard_book().procedure("pccc/pccc-request").fields["category"]
    known = {name: category.title for name, category in categories.categories().items()}
    assert {choice.id: choice.text for choice in field.of} == known
