from __future__ import annotations

from comity.law import Book
from comity.law.check import check, is_checked, rules


def test_the_shipped_book_has_no_problem(book):
    assert check(book).problems == []


def test_it_counts_what_was_verified_and_what_was_not(book):
    report = check(book)
    for act in book.instruments.values():
        count = report.counts[act.id]
        assert count.verified + count.unverified == sum(1 for _ in rules(act))
        assert count.verified == sum(1 for rule in rules(act) if rule.checked)
    assert report.procedures == len(book.procedures)


def test_every_rule_has_an_article_and_every_check_a_source_and_a_day(book):
    for act in book.instruments.values():
        for rule in rules(act):
            assert rule.article
            assert rule.checked is None or (rule.checked.source and rule.checked.on)


def test_a_name_of_an_act_that_is_nowhere_is_a_problem(make_book):
    book = make_book(replaced_by="nowhere", yields_to={"acts": ["sis", "magic"], "article": "1"})
    problems = check(book).problems
    assert [problem.partition(" names")[0] for problem in problems] == ["test-act:", "test-act:"]
    assert "'nowhere'" in problems[0]
    assert "'magic'" in problems[1]


def test_a_national_value_that_nobody_declared_is_a_problem(folder):
    state = folder / "national" / "de.yaml"
    state.write_text(state.read_text() + "values:\n  - {id: colour, value: blue, article: '1'}\n")
    assert check(Book.load(folder)).problems == ["DE: names the value 'colour', which is not in values.yaml"]


def test_a_procedure_is_checked_when_its_limits_and_grounds_are(book):
    assert not is_checked(book.procedure("aro/aro-request").rules)
    assert is_checked(book.procedure("dir-2023-977/request").rules)


def test_a_word_that_is_not_in_the_list_is_a_problem(make_book):
    problems = check(make_book({"offers": {"wants": ["gold"], "about": ["person", "moon"]}})).problems
    assert [problem.partition("offers ")[2].split(",")[0] for problem in problems] == ["'gold'", "'moon'"]


def test_a_procedure_that_does_not_say_what_it_offers_is_a_problem(make_book):
    assert check(make_book({"offers": None})).problems == ["test-act/ask: does not say what it offers"]


def test_a_copy_for_nobody_known_is_a_problem(make_book):
    copies = [
        {"id": "good", "to": "europol", "article": "1"},
        {"id": "own", "to": "requester.own_spoc", "article": "1"},
        {"id": "bad", "to": "the-moon", "article": "1"},
        {"id": "worse", "to": "nobody.own_spoc", "article": "1"},
    ]
    problems = check(make_book({"copies": copies})).problems
    assert len(problems) == 2
    assert "'the-moon'" in problems[0]
    assert "'nobody.own_spoc'" in problems[1]


def test_a_check_of_a_day_to_come_is_a_problem(make_book):
    ground = {"id": "g", "text": "x", "article": "9", "checked": {"source": "a book", "on": "2199-01-01"}}
    assert check(make_book({"refusals": [ground]})).problems == [
        "test-act, article 9: was checked on 2199-01-01, a day to come"
    ]


def test_registers_are_counted_and_their_references_checked(book):
    report = check(book)
    assert set(report.registers) == set(book.registers)
    assert all(count.all for count in report.registers.values())
