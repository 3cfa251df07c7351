from __future__ import annotations

import pytest
from django.db import ProgrammingError, transaction

from comity.base.errors import Denied, InputError, NotFound
from comity.node import ledger
from comity.node.cases import casework, notes
from comity.node.cases.models import Note


@pytest.fixture
def case(node):
    with node.act():
        return casework.open_case("dir-2023-977/request", node.de, "Owner of a vessel", {})


def test_a_note_is_shown_with_its_author_and_in_the_timeline(node, case):
    with node.act():
        notes.write(case.pk, "  Called the harbour master  ")
        [note] = notes.of(case)
        assert (note.text, note.author.name) == ("Called the harbour master", "officer NL")
        [line] = ledger.lines(case=str(case.conversation), kind="note.")
        assert line.body["note"] == "Called the harbour master"


def test_nobody_changes_a_note_not_even_in_the_database(node, case):
    with node.act():
        note = notes.write(case.pk, "Final")
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            Note.objects.filter(pk=note.pk).update(text="Changed")
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            Note.objects.filter(pk=note.pk).delete()


def test_a_colleague_adds_to_a_note(node, case):
    with node.act():
        note = notes.write(case.pk, "The vessel is in Hamburg")
    with node.act("supervisor"):
        added = notes.write(case.pk, "It left at noon", about=note.pk)
        assert added.about == note
        assert [each.text for each in notes.of(case)] == ["The vessel is in Hamburg", "It left at noon"]


def test_a_note_of_another_case_is_not_added_to(node, case):
    with node.act():
        other = casework.open_case("dir-2023-977/request", node.de, "Another one", {})
        note = notes.write(other.pk, "Elsewhere")
        with pytest.raises(NotFound, match="no such note"):
            notes.write(case.pk, "Here", about=note.pk)


@pytest.mark.parametrize("text", ["", "  \n", "x" * (notes.LONGEST + 1)])
def test_a_note_says_something_and_not_too_much(node, case, text):
    with pytest.raises(InputError) as caught, node.act():
        notes.write(case.pk, text)
    assert caught.value.field == "text"


def test_the_partner_learns_nothing_of_a_note(node, case):
    with node.act():
        notes.write(case.pk, "Do not trust the informant")
    assert node.carry() == 0
    with node.act("officer", "de-spoc"):
        assert not Note.objects.exists()
        with pytest.raises(NotFound):
            notes.read_notes(case.pk)


def test_the_data_protection_officer_reads_notes_and_writes_none(node, case):
    with node.act():
        notes.write(case.pk, "Called the harbour master")
    with node.act("data-protection-officer"):
        assert len(notes.read_notes(case.pk)) == 1
        assert ledger.lines(case=str(case.conversation))[0].kind == "case.read"
    with (
        pytest.raises(Denied, match="written by those who work on cases"),
        node.act("data-protection-officer"),
    ):
        notes.write(case.pk, "Mine")
