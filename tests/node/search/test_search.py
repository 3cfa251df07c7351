from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest
from django.db import connection
from django.db.utils import ProgrammingError

from comity.base.errors import Denied, InputError
from comity.base.time import now
from comity.node import ledger, search
from comity.node.cases import attaching, casework, rules
from comity.node.cases.models import Case, Note, Number, Reader
from comity.node.registers import loading
from comity.node.search import Asked

REQUEST = "dir-2023-977/request"
FACTS = {
    "urgent": False,
    "information_sought": "Keeper of the car 12-AB-34 and of the phone +31 6 1234 5678",
    "purpose_facts_offence": "Burglary in Zürich; the suspect is called Müller",
    "reasons_available": "Registered there",
    "subjects": [
        {
            "id": "s",
            "schema": "Person",
            "properties": {"name": ["Иван Иванов"], "passportNumber": ["C01X00T47"]},
        }
    ],
    "link_person_purpose": "Seen near the house",
    "language": "en",
}


@pytest.fixture
def asked(node):
    """A request of the Dutch desk that the German desk has received and answered."""
    with node.act():
        case = casework.open_case(REQUEST, node.de, "Burglary at the border", FACTS)
        casework.take_step(case.pk, "sent", {})
    node.carry()
    with node.act("officer", "de-spoc"):
        theirs = Case.objects.get()
        casework.take_step(theirs.pk, "answered", {"text": "The keeper is Jörg Weiß of Köln."})
    node.carry()
    return node, case, theirs


def found(node, text, role="officer", code="nl-spoc", **filters):
    with node.act(role, code):
        return search.search(Asked(text, **filters))


@pytest.mark.parametrize(
    "text",
    ["Müller", "Mueller", "muller", "MULLER", "Ivanov", "Иванов", "иванов", "zuerich", "C01X00T47", "burgl*",
     '"suspect is called"', "12-AB-34", "12AB34", "NL-2026-00001", "nl202600001", "ivanov muller"],
)  # fmt: skip
def test_a_case_is_found_by_its_words_whatever_their_accents_and_script(asked, text):
    node, case, _ = asked
    with node.act():
        text = text.replace("2026", case.reference[3:7])
    assert [hit.case.pk for hit in found(node, text, kind="case").hits] == [case.pk]


@pytest.mark.parametrize("text", ["Ivanova", '"called suspect"', "muller paris", "12-AB-35", "NL-2026-99999"])
def test_what_is_not_said_is_not_found(asked, text):
    node, *_ = asked
    assert found(node, text).hits == []
    assert found(node, text).total == 0


def test_what_a_partner_has_said_is_found_with_the_words_around_it(asked):
    node, case, _ = asked
    hits = found(node, "koeln", kind="step").hits
    assert [hit.case.pk for hit in hits] == [case.pk]
    assert [piece.text for piece in hits[0].snippet if piece.found] == ["Köln."]


def test_filters_narrow_what_is_found(asked):
    node, case, _ = asked
    day = case.opened_at.astimezone(rules.zone(node.nl)).date()
    assert found(node, "muller", partner="de-spoc", procedure=REQUEST, since=day, until=day).total > 0
    assert found(node, "muller", partner="pt-spoc").total == 0
    assert found(node, "muller", procedure="dir-2023-977/own-initiative").total == 0
    assert found(node, "muller", until=day.replace(year=day.year - 1)).total == 0


def test_neither_rows_nor_counts_of_another_authority_show(asked):
    node, _, theirs = asked
    assert {hit.case.pk for hit in found(node, "muller", code="de-spoc").hits} == {theirs.pk}
    with node.act():
        casework.open_case(REQUEST, node.de, "Quixotic", {})
    assert found(node, "quixotic", code="de-spoc").total == 0
    assert found(node, "quixotic").total == 1


def test_a_restricted_case_is_neither_found_nor_counted(asked):
    node, case, _ = asked
    before = found(node, "muller").total
    with node.act("supervisor"):
        Reader.objects.create(
            case_id=case.pk, conversation=case.conversation, officer=node.officer("supervisor")
        )
    assert before > 0
    assert found(node, "muller").total == 0
    assert found(node, "koeln").hits == []
    assert found(node, "muller", role="supervisor").total == before
    assert found(node, "muller", role="data-protection-officer").total == before


def test_an_analyst_finds_no_cases(asked):
    node, *_ = asked
    assert found(node, "muller", role="analyst").total == 0


def test_an_administrator_does_not_search(asked):
    node, *_ = asked
    with pytest.raises(Denied):
        found(node, "muller", role="administrator")


def test_a_search_without_a_purpose_is_denied(node):
    with pytest.raises(Denied), node.act(purpose=" "):
        search.search(Asked("muller"))


def test_each_search_is_an_entry_with_what_was_found(asked):
    node, case, _ = asked
    found(node, "Müller")
    with node.act("supervisor"):
        body = ledger.lines(kind="search.run")[0].body
    assert body["text"] == "Müller"
    assert body["purpose"] == "test"
    assert body["cases"] == [case.reference]


def test_a_changed_draft_is_found_by_its_new_words_alone(node):
    with node.act():
        case = casework.open_case(REQUEST, node.de, "Yesterday", {})
        casework.save_facts(case.pk, "Tomorrow", {}, case.version)
    assert found(node, "yesterday").total == 0
    assert found(node, "tomorrow").total == 1


def test_records_of_registers_are_found_with_their_reasons(node, matcher):
    sample = Path(str(files("comity"))) / "sample"
    with node.act("analyst"):
        register = loading.open_register("vessels", "Vessels", "own", "control")
        loading.load(
            register, sample / "vessels.csv", "table", loading.sources.Mapping.load(sample / "vessels.yaml")
        )
    result = found(node, "meridianque", kind="record")
    assert "MERIDIANQUE" in result.records[0][0].caption
    assert result.records[0][1]["reasons"]
    assert result.hits == []


def test_cases_are_found_while_the_matcher_is_away(asked):
    node, *_ = asked
    result = found(node, "muller")
    assert result.total > 0
    assert "matcher" in result.unavailable


def test_many_results_are_turned_page_by_page_newest_first(node, monkeypatch):
    with node.act():
        cases = [casework.open_case(REQUEST, node.de, f"Pageable {n}", {}) for n in range(25)]
    first, second = found(node, "pageable"), found(node, "pageable", page=2)
    assert first.total == 25
    assert first.pages == 2
    shown = [hit.case.pk for hit in [*first.hits, *second.hits]]
    assert shown == [case.pk for case in reversed(cases)]
    monkeypatch.setattr("comity.node.search.reading.FREQUENT", 20)
    again = found(node, "pageable")
    assert again.more
    assert [hit.case.pk for hit in again.hits] == shown[:20]


@pytest.mark.parametrize(
    ("field", "asked"),
    [
        ("q", Asked("")), ("q", Asked('" "')), ("q", Asked("!!")), ("q", Asked("a*")), ("q", Asked("x" * 301)),
        ("q", Asked("a b c d e f g h i j k l m n o p q r s t u v w x y z")), ("kind", Asked("x", kind="all")),
        ("page", Asked("x", page=0)), ("procedure", Asked("x", procedure="x")), ("partner", Asked("x", partner="x")),
    ],
)  # fmt: skip
def test_what_cannot_be_searched_is_refused_at_its_field(node, field, asked):
    with node.act(), pytest.raises(InputError) as refused:
        search.search(asked)
    assert refused.value.field == field


def test_the_words_are_made_anew_after_rows_were_written_past_the_node(asked):
    node, case, _ = asked
    with node.act():
        Case.objects.filter(pk=case.pk).update(title="Renamed aside")
    assert found(node, "renamed").total == 0
    assert search.reindex(node.nl) == 3
    assert found(node, "renamed").total == 1


def test_a_case_that_is_forgotten_is_found_no_more(asked):
    node, case, theirs = asked
    with node.act():
        search.forget(case.pk)
        search.forget(theirs.pk)
    assert found(node, "muller").total == 0
    assert found(node, "muller", code="de-spoc").total > 0


@pytest.mark.parametrize("statement", ["SELECT * FROM node_passage", "DELETE FROM node_passage"])
def test_the_words_themselves_are_closed_to_the_application(node, statement):
    with pytest.raises(ProgrammingError), node.act(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("inner", ["comity_found", "comity_newest"])
def test_nobody_asks_past_the_one_function_that_hides(node, inner):
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        node.act(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"SELECT * FROM {inner}(1, '{{}}', 'x', null, null, 5)")


def test_a_note_a_file_and_a_number_of_another_channel_lead_to_their_case(asked):
    node, case, _ = asked
    with node.act():
        officer = node.officer()
        Note.objects.create(case=case, author=officer, written_at=now(), text="Ask the harbour master")
        given = {"noted_by": officer, "noted_at": now()}
        Number.objects.create(case=case, channel="siena", number="EU-SIENA-2026/4711-12", **given)
        attaching.attach(case.pk, "harbour-plan.txt", b"Quay 7")
    assert {hit.kind for hit in found(node, "harbour").hits} == {"note", "file"}
    assert found(node, "harbour master").hits[0].kind == "note"
    assert found(node, "EU-SIENA-2026/4711-12").hits[0].case.pk == case.pk
    assert found(node, "4711-12").hits[0].kind == "number"
