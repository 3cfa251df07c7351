from __future__ import annotations

import pytest

from comity.base.errors import NotFound
from comity.base.time import now
from comity.node import ledger
from comity.node.cases import casework, likeness, readers
from comity.node.cases.models import Case, Subject
from comity.node.registers.models import Match, Query, Record, Register

REQUEST = "dir-2023-977/request"
ANNA = {"name": ["Anna Beispielová"], "birthDate": ["1984-03-02"]}


def person(**properties):
    return {"schema": "Person", "properties": properties}


def opened(node, *subjects, title="A case", role="officer", code="nl-spoc"):
    with node.act(role, code):
        partner = node.de if code == "nl-spoc" else node.nl
        return casework.open_case(REQUEST, partner, title, {"subjects": list(subjects)})


def seen(node, case, role="officer", code="nl-spoc"):
    with node.act(role, code):
        return {each.case.pk: [str(reason) for reason in each.reasons] for each in likeness.seen_before(case)}


def test_the_same_passport_is_seen_before_however_it_is_written(node):
    first = opened(node, person(name=["Anna B."], passportNumber=["XK-482 11 09"]))
    second = opened(node, person(name=["Somebody"], passportNumber=["xk4821109"]))
    assert seen(node, second) == {first.pk: ["Same passport number: XK4821109"]}


def test_the_same_name_counts_with_the_same_birth_date(node):
    first = opened(node, person(name=["Jan Jansen"], birthDate=["1984-03-02"]))
    same = opened(node, person(name=["JANSEN, Jan"], birthDate=["1984-03-02"]))
    opened(node, person(name=["Jan Jansen"], birthDate=["1990-07-01"]), title="Born in another year")
    assert list(seen(node, same)) == [first.pk]
    assert seen(node, same)[first.pk] == ["Same name and birth date: JANSEN, Jan, 1984-03-02"]


def test_where_only_the_year_is_known_the_year_counts(node):
    first = opened(node, person(name=["Jan Jansen"], birthDate=["1984"]))
    second = opened(node, person(name=["Jan Jansen"], birthDate=["1984-03-02"]))
    assert seen(node, second) == {first.pk: ["Same name and birth year: Jan Jansen, 1984"]}


def test_a_rare_name_says_something_by_itself_and_a_frequent_one_does_not(node):
    rare = [opened(node, person(name=["Ottokar Zwirbelbart"])) for _ in range(2)]
    frequent = [opened(node, person(name=["Maria Ali"])) for _ in range(2)]
    assert seen(node, rare[1]) == {rare[0].pk: ["Same rare name: Ottokar Zwirbelbart"]}
    assert seen(node, frequent[1]) == {}


@pytest.mark.parametrize(
    ("schema", "one", "other", "what"),
    [
        ("Vehicle", {"registrationNumber": ["AB-123-CD"]}, {"registrationNumber": ["ab 123 cd"]}, "plate"),
        ("Vessel", {"imoNumber": ["IMO 9074729"]}, {"imoNumber": ["9074729"]}, "IMO number"),
        ("Person", {"phone": ["+31 20 555 01 00"]}, {"phone": ["0031205550100"]}, "telephone"),
        ("Person", {"email": ["A.B@example.org"]}, {"email": ["a.b@EXAMPLE.org"]}, "e-mail"),
    ],
)
def test_a_vehicle_a_vessel_a_telephone_or_an_address_is_recognised(node, schema, one, other, what):
    first = opened(node, {"schema": schema, "properties": one})
    second = opened(node, {"schema": schema, "properties": other})
    [reasons] = seen(node, second).values()
    assert list(seen(node, second)) == [first.pk]
    assert what in reasons[0]


def test_a_case_that_quotes_a_reference_meets_the_case_of_that_reference(node):
    first = opened(node)
    second = opened(node, title=f"More on {first.reference}")
    assert seen(node, second) == {first.pk: [f"Same reference: {first.reference}"]}
    assert list(seen(node, first)) == [second.pk]


def test_cases_with_a_hit_on_one_record_meet(node):
    cases = [opened(node), opened(node)]
    with node.act():
        register = Register.objects.create(code="wanted", name="Wanted", basis="x", purpose="x")
        record = Record.objects.create(
            register=register, key="1", schema="Person", caption="Anna Beispielová", entity={}, digest="",
            since=now(), changed_at=now(),
        )  # fmt: skip
        for case, decision in zip(cases, (Match.CONFIRMED, Match.OPEN), strict=True):
            query = Query.objects.create(case=case, caption="Anna", entity={})
            Match.objects.create(
                query=query, record=record, score=1, key=1, reasons=[], found_at=now(), decision=decision
            )
        assert likeness.seen_before(cases[0]) == []
        Match.objects.update(decision=Match.CONFIRMED)
    assert seen(node, cases[0]) == {cases[1].pk: ["Hit on the same record: Anna Beispielová"]}


def test_those_with_most_in_common_come_first(node):
    weak = opened(node, person(name=["Ottokar Zwirbelbart"]))
    strong = opened(node, person(name=["Ottokar Zwirbelbart"], passportNumber=["XK4821109"]))
    newest = opened(node, person(name=["Ottokar Zwirbelbart"], passportNumber=["XK4821109"]))
    assert list(seen(node, newest)) == [strong.pk, weak.pk]


def test_a_draft_that_is_changed_leaves_the_index(node):
    first = opened(node, person(passportNumber=["XK4821109"]))
    second = opened(node, person(passportNumber=["XK4821109"]))
    with node.act():
        casework.save_facts(first.pk, first.title, {"subjects": [person(passportNumber=["ZZ9913377"])]}, 1)
    assert seen(node, second) == {}


def test_the_index_is_filled_anew_by_one_call(node):
    first = opened(node, person(**ANNA))
    second = opened(node, person(**ANNA))
    with node.act("node"):
        before = set(Subject.objects.values_list("case", "digest"))
        Subject.objects.all().delete()
        likeness.index(list(Case.objects.all()))
        assert set(Subject.objects.values_list("case", "digest")) == before
        likeness.index(list(Case.objects.all()))
        assert Subject.objects.count() == len(before)
    assert list(seen(node, second)) == [first.pk]


def test_the_index_tells_nothing_without_the_key_of_the_node(node):
    opened(node, person(passportNumber=["XK4821109"]))
    with node.act():
        assert all("4821109" not in each.digest for each in Subject.objects.all())


def test_what_is_shown_is_an_entry_without_the_other_cases_names(node):
    first = opened(node, person(**ANNA))
    second = opened(node, person(**ANNA))
    seen(node, second)
    with node.act():
        [line] = ledger.lines(case=str(second.conversation), kind="cases.compared")
        assert line.body == {"shown": [str(first.pk)]}


def test_another_authoritys_cases_are_not_seen(node):
    opened(node, person(**ANNA))
    theirs = opened(node, person(**ANNA), code="de-spoc")
    assert seen(node, theirs, code="de-spoc") == {}


def test_a_restricted_case_is_not_seen_before(node):
    hidden = opened(node, person(**ANNA))
    case = opened(node, person(**ANNA))
    with node.act("supervisor"):
        readers.restrict(hidden.pk, [], "Internal investigation")
    assert seen(node, case) == {}
    assert list(seen(node, case, role="supervisor")) == [hidden.pk]
    with pytest.raises(NotFound), node.act():
        likeness.read_seen_before(hidden.pk)


def test_a_case_and_those_that_serve_it_are_not_seen_before(node):
    parent = opened(node, person(name=["Anna B."], passportNumber=["XK4821109"]))
    with node.act():
        children = [
            casework.open_case(REQUEST, node.de, "A child", parent.facts, parent=parent) for _ in range(2)
        ]
    for case in (parent, *children):
        assert seen(node, case) == {}
    other = opened(node, person(name=["Anna B."], passportNumber=["XK4821109"]))
    assert len(seen(node, other)) == 3
