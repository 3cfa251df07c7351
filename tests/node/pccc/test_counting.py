from __future__ import annotations

from datetime import date, timedelta

import pytest

from comity.base.errors import InputError, NotFound
from comity.base.time import now
from comity.node.cases import casework
from comity.node.cases.models import Reader
from comity.node.pccc import categories, counting, daybook
from comity.node.pccc.daybook import Line

DE = "de-spoc"


def of_today(node, role="officer", code="nl-spoc"):
    with node.act(role, code):
        return counting.board().today


@pytest.fixture
def worked(desk):
    """A case and two lines of the Dutch authority, one of them shown; a shown line of the German one."""
    with desk.act():
        case = casework.open_case("dir-2023-977/request", desk.de, "Keeper", {})
        categories.categorise(case.pk, "vehicle-keeper")
        daybook.write(Line("vehicle-keeper", "Keeper told", partner=DE, minutes=7, shared=True))
        daybook.write(Line("identity", "Known", minutes=5))
    with desk.act("officer", DE):
        daybook.write(Line("identity", "Shown by DE", minutes=3, shared=True))
    return desk, case


def test_the_board_counts_our_own_by_category_and_partner(worked):
    desk, _ = worked
    numbers = of_today(desk)
    rows = {
        row.name: (row.asked, row.asking, row.open, row.lines, row.minutes) for row in numbers.by_category
    }
    assert rows == {
        "Identification of a person": (0, 0, 0, 1, 5),
        "Keeper or driver of a vehicle": (0, 1, 1, 1, 7),
    }
    assert [(row.name, row.asking, row.lines) for row in numbers.by_partner] == [("SPOC Germany", 1, 1)]


def test_of_another_authority_only_what_it_has_shown_is_counted(worked):
    desk, _ = worked
    theirs = of_today(desk, code=DE)
    assert {row.category: row.lines for row in theirs.shown} == {
        "Identification of a person": {"SPOC Germany": 1},
        "Keeper or driver of a vehicle": {"SPOC Netherlands": 1},
    }
    assert [(row.name, row.lines, row.minutes) for row in theirs.by_category] == [
        ("Identification of a person", 1, 3)
    ]


def test_a_restricted_case_is_not_counted(worked):
    desk, case = worked
    with desk.act("supervisor"):
        Reader.objects.create(case=case, conversation=case.conversation, officer=desk.officer("supervisor"))
    assert sum(row.asking for row in of_today(desk).by_category) == 0
    assert sum(row.asking for row in of_today(desk, "supervisor").by_category) == 1


def test_statistics_are_of_the_period_asked_for(worked):
    desk, _ = worked
    today = now().date()
    with desk.act():
        assert counting.statistics(today - timedelta(days=1), today + timedelta(days=1)).by_category
        assert not counting.statistics(today - timedelta(days=9), today - timedelta(days=3)).by_category


@pytest.mark.parametrize(
    ("since", "until"),
    [
        (date(2026, 2, 1), date(2026, 1, 1)),
        (date(1900, 1, 1), date(2026, 1, 1)),
        (date(9999, 1, 1), date.max),
    ],
)
def test_a_period_that_cannot_be_counted_is_refused(desk, since, until):
    with desk.act(), pytest.raises(InputError) as refused:
        counting.statistics(since, until)
    assert refused.value.field == "until"


def test_who_sits_at_no_desk_has_no_board(node):
    with node.act(), pytest.raises(NotFound):
        counting.board()
