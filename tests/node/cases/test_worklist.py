from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from comity.base.errors import Denied
from comity.base.time import clock
from comity.node import ledger
from comity.node.cases import casework, readers, work, worklist
from comity.node.cases.filters import Filter
from comity.node.cases.models import Case

REQUEST = "dir-2023-977/request"
START = datetime(2026, 3, 5, 9, 20, tzinfo=UTC)


@pytest.fixture(autouse=True)
def at():
    with clock(START):
        yield


def drafts(node, number):
    with node.act():
        return [casework.open_case(REQUEST, node.de, f"Case {each}", {}).pk for each in range(number)]


def test_the_worklist_is_read_a_page_at_a_time_and_misses_no_case(node, monkeypatch):
    monkeypatch.setattr(worklist, "PAGE", 3)
    cases = drafts(node, 7)
    with node.act():
        Case.objects.filter(pk=cases[5]).update(due_at=START + timedelta(hours=1))
        pages = [worklist.read(Filter(view="all"), number) for number in (1, 2, 3)]
        seen = [row.case.pk for page in pages for row in page.rows]
        assert (len(seen), set(seen), seen[0]) == (7, set(cases), cases[5])
        assert (pages[0].page.paginator.count, pages[0].page.paginator.num_pages) == (7, 3)


@pytest.mark.parametrize("page", ["x", "0", "99", "-1", None, str(10**30)])
def test_a_page_that_does_not_exist_is_the_nearest_that_does(node, page):
    drafts(node, 1)
    with node.act():
        assert len(worklist.read(Filter(view="all"), page).rows) == 1


def test_a_page_costs_as_many_statements_however_many_cases_it_shows(node, django_statements):
    drafts(node, 2)
    with node.act():
        Case.objects.update(state="received")
        few = django_statements(lambda: worklist.read(Filter(view="all")))
    drafts(node, 10)
    with node.act():
        Case.objects.update(state="received")
        assert django_statements(lambda: worklist.read(Filter(view="all"))) == few


@pytest.fixture
def django_statements():
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count(call):
        with CaptureQueriesContext(connection) as captured:
            call()
        return len(captured)

    return count


def test_reading_the_worklist_is_an_entry_that_names_the_cases_shown(node):
    drafts(node, 2)
    with node.act():
        worklist.read(Filter(view="all"))
        worklist.read(Filter(view="late"))
    with node.act("data-protection-officer"):
        late, every = ledger.lines(kind="worklist.read")
    assert late.body == {"filter": "filter=late", "cases": []}
    assert sorted(every.body["cases"]) == ["NL-2026-00001", "NL-2026-00002"]


def test_the_version_changes_with_the_worklist_and_with_nothing_else(node):
    (case,) = drafts(node, 1)
    with node.act():
        first = worklist.version()
        worklist.read()
        assert worklist.version() == first
        work.assign(case, None)
        assert worklist.version() != first


def test_the_version_changes_when_a_case_becomes_late(node):
    (case,) = drafts(node, 1)
    due = {"due_at": START, "late_after": START + timedelta(hours=1), "owed_by": "requester"}
    with node.act():
        Case.objects.filter(pk=case).update(**due)
        first = worklist.version()
        with clock(START + timedelta(hours=2)):
            assert worklist.version() != first


def test_a_hidden_case_is_in_no_row_count_or_version(node):
    case, _ = drafts(node, 2)
    with node.act("supervisor"):
        assert worklist.read(Filter(view="all")).counts["all"] == 2
    with node.act():
        readers.restrict(case, [], "source at risk")
    with node.act("supervisor"):
        seen = worklist.read(Filter(view="all"))
        assert (len(seen.rows), seen.counts["all"]) == (1, 1)
        hidden = worklist.version()
    with node.act():
        Case.objects.filter(pk=case).update(version=99)
    with node.act("supervisor"):
        assert worklist.version() == hidden


def test_another_authoritys_cases_are_in_no_count(node):
    drafts(node, 2)
    with node.act("officer", "de-spoc"):
        seen = worklist.read(Filter(view="all"))
        assert (seen.rows, set(seen.counts.values())) == ([], {0})


def test_it_is_read_by_those_who_work_on_cases(node):
    for role in ("analyst", "administrator", "data-protection-officer"):
        with pytest.raises(Denied), node.act(role):
            worklist.read()
