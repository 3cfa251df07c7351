from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from comity.base.errors import Conflict, Denied, InputError, NotFound
from comity.base.time import clock
from comity.law import book as law_book
from comity.node import ledger
from comity.node.cases import casework, filters, parts, rules, targets, worklist
from comity.node.cases.models import Case

ACT = Path(__file__).parent / "act_with_parts.yaml"
INQUIRY = "test-act/inquiry"
START = datetime(2026, 1, 15, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def still():
    with clock(START):
        yield


@pytest.fixture(scope="module")
def act():
    return law_book.Book.load(law_book.HOME, ACT)


@pytest.fixture
def book(act, monkeypatch):
    for module in (rules, targets):
        monkeypatch.setattr(module, "book", lambda: act)


@pytest.fixture
def asked(node, book):
    """A request of the Dutch desk under an act without a time limit, received by the German one."""

    def ask(title="A question"):
        with node.act():
            case = casework.open_case(INQUIRY, node.de, title, {"purpose": "test"})
            casework.take_step(case.pk, "sent", {})
        node.carry()
        with node.act(code="de-spoc"):
            return Case.objects.get(conversation=case.conversation).pk

    return ask


def aim(node, within="P14D", counting="calendar-days", role="supervisor"):
    with node.act(role, code="de-spoc"):
        return targets.set_target(INQUIRY, "answered", within, counting)


def target_of(node, case):
    with node.act(code="de-spoc"):
        return Case.objects.get(pk=case).target_at


def test_a_case_received_later_is_aimed_at(node, asked):
    aim(node)
    assert target_of(node, asked()) == datetime(2026, 1, 29, 23, tzinfo=UTC)


def test_a_case_that_is_open_already_is_aimed_at_too_until_it_is_given_up(node, asked):
    case = asked()
    assert target_of(node, case) is None
    made = aim(node, "PT8H", "exact-hours")
    assert target_of(node, case) == datetime(2026, 1, 15, 18, tzinfo=UTC)
    aim(node, "P2D", "working-days")
    assert target_of(node, case) == datetime(2026, 1, 19, 23, tzinfo=UTC)
    with node.act("supervisor", code="de-spoc"):
        [last] = targets.targets()
        targets.end(last.pk)
        with pytest.raises(Conflict):
            targets.end(made.pk)
    assert target_of(node, case) is None


def test_it_is_no_clock_of_law_nothing_is_late_by_it(node, asked):
    aim(node, "PT8H", "exact-hours")
    case = asked()
    with clock(datetime(2026, 3, 1, tzinfo=UTC)), node.act(code="de-spoc"):
        found = Case.objects.get(pk=case)
        assert (found.due_at, found.late_after, found.limit_at, found.limit_article) == (None, None, None, "")
        assert rules.decision(found).due is None
        shown = worklist.read(filters.Filter(view="all"))
        assert (shown.late, shown.soon) == (0, 0)


def test_work_is_done_in_the_order_of_legal_clocks_and_targets(node, asked):
    untargeted = asked("No target")
    aim(node)
    first = asked("Target only")
    second = asked("A legal clock before it")
    with node.act(code="de-spoc"):
        Case.objects.filter(pk=untargeted).update(target_at=None)
        parts.add(second, "item", {"title": "Soon", "due": "2026-01-20"})
        rows = worklist.read(filters.Filter(view="all")).rows
    assert [row.case.pk for row in rows] == [second, first, untargeted]


def test_where_a_legal_clock_runs_there_is_no_target(node, asked):
    aim(node)
    case = asked()
    with node.act(code="de-spoc"):
        parts.add(case, "item", {"title": "Soon", "due": "2026-01-20"})
    assert target_of(node, case) is None


def test_a_step_that_was_taken_or_is_the_partners_has_no_target(node, asked):
    aim(node)
    with node.act("supervisor"):
        targets.set_target(INQUIRY, "answered", "P14D", "calendar-days")
    case = asked()
    with node.act():
        assert Case.objects.get().target_at is None
    with node.act(code="de-spoc"):
        casework.take_step(case, "answered", {"text": "Here it is"})
    assert target_of(node, case) is None


@pytest.mark.parametrize(
    ("target", "field"),
    [
        (("test-act/elephant", "answered", "P1D", "calendar-days"), "procedure"),
        ((INQUIRY, "dance", "P1D", "calendar-days"), "step"),
        ((INQUIRY, "answered", "P1D", "moons"), "counting"),
        ((INQUIRY, "answered", "soon", "calendar-days"), "within"),
        ((INQUIRY, "answered", "PT8H", "calendar-days"), "within"),
        ((INQUIRY, "answered", "P1D", "exact-hours"), "within"),
        ((INQUIRY, "answered", "P0D", "calendar-days"), "within"),
        ((INQUIRY, "answered", "P99Y", "calendar-days"), "within"),
        ((INQUIRY, "answered", "P99999999999999D", "calendar-days"), "within"),
    ],
)
def test_a_target_that_cannot_be_is_refused_at_its_field(node, book, target, field):
    with node.act("supervisor"):
        with pytest.raises(InputError) as error:
            targets.set_target(*target)
        assert error.value.field == field


def test_supervisors_alone_set_targets_and_the_ledger_says_so_without_an_article(node, book):
    with pytest.raises(Denied):
        aim(node, role="officer")
    aim(node)
    with node.act("supervisor", code="de-spoc"):
        [line] = ledger.lines(kind="target.set")
        assert (line.article, line.body["within"]) == ("", "P14D")
        with pytest.raises(NotFound):
            targets.end(4711)
