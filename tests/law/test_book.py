from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from comity.base.errors import InstrumentError, UnknownProcedure
from comity.law import Book, decide, standard_book


def test_the_shipped_book_loads_once():
    assert standard_book() is standard_book()
    assert "dir-2023-977/request" in standard_book().procedures


def test_an_unknown_procedure_is_refused_and_the_known_ones_are_named(book):
    with pytest.raises(
        UnknownProcedure, match="no procedure 'dir-2023-977/ask'; known: dir-2023-977/request"
    ):
        book.procedure("dir-2023-977/ask")
    with pytest.raises(UnknownProcedure, match=r"known: .*jit"):
        book.procedure("magic")


def test_a_rule_holds_from_its_first_day_until_the_first_day_no_longer(make_book, asked):
    clock = {
        "id": "answer",
        "owed_by": "requested",
        "from": "sent.received",
        "counting": "exact-hours",
        "article": "5",
    }
    clocks = [
        {**clock, "within": "PT10H", "in_force": {"until": "2026-01-01"}},
        {**clock, "within": "PT5H", "in_force": {"since": "2026-01-01"}},
    ]
    book = make_book({"clocks": clocks})
    for received, within in (("2025-12-31T23:59:00+01:00", "PT10H"), ("2026-01-01T00:00:00+01:00", "PT5H")):
        decision = decide(book, "test-act/ask", {**asked, "received": received})
        assert [run.within for run in decision.clocks] == [within]


def test_the_view_of_a_day_holds_the_acts_that_apply_on_it(book):
    before = {procedure.id for procedure in book.at(date(2024, 12, 11)).procedures()}
    after = {procedure.id for procedure in book.at(date(2024, 12, 12)).procedures()}
    assert "fd-2006-960/request" in before - after
    assert "dir-2023-977/request" in after - before


def test_membership_is_dated(book):
    assert book.at(date(2020, 1, 31)).is_member("GB", "eu")
    assert not book.at(date(2020, 2, 1)).is_member("GB", "eu")
    assert not book.at(datetime(2026, 1, 1, tzinfo=UTC)).is_member("XX", "eu")


def test_a_national_value_is_dated_and_unknown_until_somebody_read_it(make_book, folder):
    state = folder / "national" / "de.yaml"
    value = "values:\n  - {id: languages, value: [de, en], article: notice, in_force: {since: 2026-01-01}}\n"
    state.write_text(state.read_text() + value)
    book = make_book()
    assert book.at(date(2025, 12, 31)).national("DE") == {}
    assert book.at(date(2026, 1, 1)).national("DE") == {"languages": ["de", "en"]}
    assert book.at(date(2026, 1, 1)).national(None) == {}


def test_a_known_language_list_lets_a_request_go(folder, facts):
    state = folder / "national" / "de.yaml"
    state.write_text(state.read_text() + "values:\n  - {id: languages, value: [de, en], article: notice}\n")
    book = Book.load(folder)
    assert decide(book, "dir-2023-977/request", {**facts, "language": "de"}).may.value is True
    assert decide(book, "dir-2023-977/request", {**facts, "language": "fr"}).may.value is False


def test_an_act_without_a_file_has_a_title(book):
    assert book.title("sis").startswith("Schengen Information System")
    assert book.title("jit").startswith("Joint investigation teams")
    assert book.title("nowhere") == "nowhere"


def test_norway_is_a_country_and_on_is_a_word(book):
    assert "NO" in book.instruments["dir-2023-977"].territory.associates
    assert book.instruments["dir-2023-977"].applies.checked.on == date(2026, 11, 22)


def test_one_more_file_can_be_added(folder, tmp_path):
    extra = tmp_path / "extra.yaml"
    extra.write_text(
        (folder / "instruments" / "fd-2006-960.yaml").read_text().replace("id: fd-2006-960", "id: copy")
    )
    assert "copy/request" in Book.load(folder, extra).procedures


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ({"colour": "blue"}, "test-act.yaml: procedures.ask.colour: Extra inputs"),
        ({"article": ""}, "procedures.ask.article"),
        ({"lifecycle": "dance"}, "test-act/ask: no lifecycle 'dance'; known: .*question"),
        ({"without": ["dance"]}, "unknown step: 'dance'"),
        ({"steps": {"danced": {"article": "1"}}}, "unknown step: 'danced'"),
        (
            {
                "steps": {
                    "answered": {
                        "article": "1",
                        "needs": [
                            {
                                "id": "tongue",
                                "type": "language",
                                "label": "x",
                                "article": "1",
                                "same_as": "dialect",
                            }
                        ],
                    }
                }
            },
            "unknown fact that answered repeats: 'dialect'",
        ),
        (
            {"clocks": [{"id": "a", "owed_by": "judge", "counting": "at-once", "article": "1"}]},
            "unknown role of clock a: 'judge'",
        ),
        (
            {
                "clocks": [
                    {"id": "a", "owed_by": "requested", "from": "dawn", "counting": "at-once", "article": "1"}
                ]
            },
            "unknown moment of clock a: 'dawn'",
        ),
        (
            {"pauses": [{"clock": "b", "from": "sent", "until": "answered", "article": "1"}]},
            "clock to pause: 'b'",
        ),
        (
            {"copies": [{"id": "c", "to": "x", "of": "danced", "article": "1"}]},
            "unknown step copied: 'danced'",
        ),
        (
            {"retention": [{"after": "P1Y", "from": "dawn", "do": "delete", "article": "1"}]},
            "unknown moment: 'dawn'",
        ),
        (
            {"refusals": [{"id": "r", "text": "t", "when": "urgnt", "article": "1"}]},
            "r when.*undeclared reference",
        ),
        (
            {"fields": [{"id": "f", "type": "text", "label": "F", "required_when": "f", "article": "1"}]},
            "f required_when.*must be true or false",
        ),
    ],
)
def test_a_file_that_is_not_well_formed_is_refused_and_named(make_book, rules, message):
    with pytest.raises(InstrumentError, match=message):
        make_book(rules)


@pytest.mark.parametrize(
    ("text", "message"),
    [("a: [", r"broken\.yaml: is not YAML"), ("- a", r"broken\.yaml: expected a mapping")],
)
def test_a_file_that_is_no_mapping_is_refused(folder, text, message):
    (folder / "instruments" / "broken.yaml").write_text(text)
    with pytest.raises(InstrumentError, match=message):
        Book.load(folder)


def test_a_missing_file_is_named(folder):
    (folder / "acts.yaml").unlink()
    with pytest.raises(InstrumentError, match=r"acts\.yaml: cannot be opened"):
        Book.load(folder)


def test_a_procedure_without_dated_rules_is_the_same_on_every_day(make_book):
    book = make_book()
    assert not book.changes("test-act/ask")
    assert book.at(date(2026, 1, 1)).procedure("test-act/ask") is book.procedure("test-act/ask")


def test_a_dated_rule_is_left_out_on_the_days_before_it(make_book):
    ground = {"id": "new", "text": "x", "article": "9", "in_force": {"since": "2026-06-01"}}
    book = make_book({"refusals": [ground]})
    assert book.changes("test-act/ask")
    assert book.at(date(2026, 1, 1)).procedure("test-act/ask").rules.refusals == []
    assert len(book.at(date(2026, 6, 1)).procedure("test-act/ask").rules.refusals) == 1
