from __future__ import annotations

import pytest
from django.db.utils import ProgrammingError

from comity.base.errors import Denied, InputError
from comity.base.time import now
from comity.node import ledger
from comity.node.cases import casework
from comity.node.cases.models import Case, Reader
from comity.node.pccc import daybook, desks
from comity.node.pccc.daybook import Line
from comity.node.pccc.models import DayEntry

DE = "de-spoc"


def whats(node, role="officer", code="nl-spoc", **only):
    with node.act(role, code):
        return [entry.what for entry in daybook.entries(**only)]


def test_a_line_is_the_own_authoritys_alone_unless_it_is_shown(desk):
    with desk.act():
        daybook.write(Line("identity", "Who is he?", name="Jan Jansen", number="X1"))
        daybook.write(Line("vehicle-keeper", "A keeper was found", shared=True))
    assert whats(desk) == ["A keeper was found", "Who is he?"]
    assert whats(desk, code=DE) == ["A keeper was found"]
    assert whats(desk, only="ours", code=DE) == []
    with desk.act("officer", DE):
        assert DayEntry.objects.count() == 1


def test_an_authority_that_does_not_sit_there_sees_nothing(node):
    with node.act("administrator"):
        desks.open_desk("border", "Border desk")
    with node.act():
        daybook.write(Line("other", "Shown", shared=True))
    with node.act("officer", DE):
        assert DayEntry.objects.count() == 0


def test_a_line_is_final(desk):
    with desk.act():
        entry = daybook.write(Line("other", "As it was"))
    with pytest.raises(ProgrammingError), desk.act():
        DayEntry.objects.filter(pk=entry.pk).update(what="As it was not")
    with pytest.raises(ProgrammingError), desk.act():
        entry.delete()


@pytest.mark.parametrize(
    ("field", "line"),
    [
        ("what", Line("identity", "Is Jan Jansen known?", name="Jan Jansen", shared=True)),
        ("what", Line("identity", "Is x1 known?", number="X1", shared=True)),
        ("name", Line("identity", "Is he known?", name="Jan Jansen", shared=True)),
        ("category", Line("nothing", "x")), ("what", Line("other", " ")), ("what", Line("other", "x" * 2001)),
        ("schema", Line("other", "x", schema="Cat")), ("outcome", Line("other", "x", outcome="lost")),
        ("minutes", Line("other", "x", minutes=-1)), ("name", Line("other", "x", name="x" * 91)),
        ("partner", Line("other", "x", outcome="asked")), ("partner", Line("other", "x", "europol", outcome="asked")),
    ],
)  # fmt: skip
def test_a_line_that_cannot_stand_is_refused_at_its_field(desk, field, line):
    with desk.act(), pytest.raises(InputError) as refused:
        daybook.write(line)
    assert refused.value.field == field


def test_a_request_that_needs_a_clock_becomes_a_case_under_the_right_procedure(desk):
    given = Line(
        "vehicle-keeper",
        "Who keeps the car?",
        partner=DE,
        schema="Vehicle",
        name="Grey van",
        number="12-AB-34",
        reason="Burglary",
        outcome="asked",
        minutes=4,
        shared=True,
    )
    with desk.act():
        entry = daybook.write(given)
        case = Case.objects.get()
    assert entry.case_id == case.pk
    assert entry.subject == ""
    assert case.category == "vehicle-keeper"
    assert case.procedure == "dir-2023-977/request"
    assert case.facts["information_sought"] == "Who keeps the car?"
    assert case.facts["subjects"][0]["properties"] == {
        "name": ["Grey van"],
        "registrationNumber": ["12-AB-34"],
    }
    with desk.act("officer", DE):
        shown = daybook.entries().get()
        assert shown.what == "Who keeps the car?"
        assert shown.case is None


def test_a_request_between_two_authorities_at_the_desk_is_delivered_at_once(desk):
    missing = {"reasons_available": "Registered there", "link_person_purpose": "Seen at the house"}
    with desk.act():
        entry = daybook.write(
            Line("vehicle-keeper", "Who?", partner=DE, reason="Burglary", outcome="asked", facts=missing)
        )
        casework.take_step(entry.case_id, "sent", {})
    assert desk.carry() > 0
    with desk.act("officer", DE):
        assert Case.objects.get().state == "received"


def test_the_line_of_a_restricted_case_is_not_shown_and_hidden_with_it(desk):
    with desk.act():
        case = casework.open_case("dir-2023-977/request", desk.de, "Kept close", {})
        daybook.write(Line("other", "Before it was restricted", case=case.pk))
    with desk.act("supervisor"):
        Reader.objects.create(case=case, conversation=case.conversation, officer=desk.officer("supervisor"))
        with pytest.raises(InputError) as refused:
            daybook.write(Line("other", "About it", case=case.pk, shared=True))
    assert refused.value.field == "shared"
    assert whats(desk) == []
    assert whats(desk, "supervisor") == ["Before it was restricted"]


def test_another_authoritys_case_cannot_be_named(desk):
    with desk.act():
        case = casework.open_case("dir-2023-977/request", desk.de, "Ours", {})
    with desk.act("officer", DE), pytest.raises(InputError) as refused:
        daybook.write(Line("other", "Theirs", case=case.pk))
    assert refused.value.field == "case"


def test_writing_and_reading_are_entries(desk):
    with desk.act():
        daybook.write(Line("identity", "Who?", name="Jan Jansen"))
    whats(desk)
    with desk.act("supervisor"):
        assert ledger.lines(kind="desk.written")[0].body["subject"] == "Jan Jansen"
        assert ledger.lines(kind="desk.read")


def test_lines_are_filtered_by_category(desk):
    with desk.act():
        daybook.write(Line("identity", "One"))
        daybook.write(Line("other", "Two", shared=True))
    assert whats(desk, category="identity") == ["One"]
    assert whats(desk, only="shown") == ["Two"]
    with desk.act(), pytest.raises(InputError):
        daybook.entries(only="theirs")


def test_an_administrator_writes_and_reads_no_lines(desk):
    with pytest.raises(Denied), desk.act("administrator"):
        daybook.write(Line("other", "x"))
    with pytest.raises(Denied), desk.act("administrator"):
        daybook.entries()


def test_a_line_is_written_as_of_now(desk):
    before = now()
    with desk.act():
        assert before <= daybook.write(Line("other", "x")).at <= now()
