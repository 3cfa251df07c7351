from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.base.errors import InputError, NotFound
from comity.base.time import clock
from comity.node import access, authorities, ledger
from comity.node.cases import casework, filters, readers, tags, teams, work, worklist
from comity.node.cases.filters import Filter
from comity.node.cases.models import Case, SavedFilter

REQUEST = "dir-2023-977/request"
START = datetime(2026, 3, 5, 9, 20, tzinfo=UTC)


@pytest.fixture(autouse=True)
def at():
    with clock(START):
        yield


def draft(node, title, *, role="officer", partner=None, **facts):
    with node.act(role):
        return casework.open_case(REQUEST, partner or node.de, title, facts).pk


def titles(query):
    return {row.case.title for row in worklist.read(Filter.of_query(query)).rows}


@pytest.fixture
def three(node):
    """A urgent case towards Germany, one towards Portugal, and one of the supervisor's."""
    return {
        "urgent": draft(node, "Urgent one", urgent=True),
        "portugal": draft(node, "Portuguese one", partner=node.pt),
        "supervised": draft(node, "Supervised one", role="supervisor"),
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("filter=all", {"Urgent one", "Portuguese one", "Supervised one"}),
        ("", {"Urgent one", "Portuguese one"}),
        ("filter=urgent", {"Urgent one"}),
        ("filter=all&urgency=not", {"Portuguese one", "Supervised one"}),
        ("filter=all&urgency=urgent&partner=pt-spoc", set()),
        ("filter=all&partner=pt-spoc", {"Portuguese one"}),
        ("filter=all&procedure=dir-2023-977", {"Urgent one", "Portuguese one", "Supervised one"}),
        ("filter=all&procedure=dir-2023-977/request", {"Urgent one", "Portuguese one", "Supervised one"}),
        ("filter=all&procedure=dir", set()),
        ("filter=all&state=draft&role=requester&assignee=me", {"Urgent one", "Portuguese one"}),
        ("filter=all&role=requested", set()),
        ("filter=all&assignee=none", set()),
        ("filter=all&team=none", {"Urgent one", "Portuguese one", "Supervised one"}),
        ("filter=all&text=PORTU", {"Portuguese one"}),
        ("filter=all&text=2026-00002", {"Portuguese one"}),
        ("filter=all&text=%25", set()),
        ("filter=all&due=8", set()),
        ("filter=late", set()),
        ("filter=all&page=2&other=x", {"Urgent one", "Portuguese one", "Supervised one"}),
    ],
)
def test_a_filter_is_composed_of_its_parts(node, three, query, found):
    with node.act():
        assert titles(query) == found


def test_a_filter_by_team_assignee_tag_and_hours(node, three):
    officer = node.officer()
    with node.act("supervisor"):
        team = teams.make("Night", [officer.pk])
        work.assign(three["supervised"], None, team.pk)
    with node.act():
        tags.tag(three["urgent"], ["terrorism"])
        due = START + timedelta(hours=3)
        Case.objects.filter(pk=three["urgent"]).update(due_at=due, late_after=due, owed_by="requester")
        assert titles(f"filter=all&team={team.pk}") == titles("filter=team") == {"Supervised one"}
        assert titles("filter=all&assignee=none") == {"Supervised one"}
        assert titles(f"filter=all&assignee={officer.pk}") == {"Urgent one", "Portuguese one"}
        assert titles("filter=all&tag=terrorism") == titles("filter=all&due=4") == {"Urgent one"}
        assert titles("filter=all&due=2") == set()
        assert titles("filter=soon") == {"Urgent one"}


def test_a_case_that_is_due_and_not_yet_late_is_still_due_soon(node):
    with node.act():
        case = draft(node, "Due on a Saturday", urgent=True)
        due = START - timedelta(hours=1)
        Case.objects.filter(pk=case).update(
            role="requested",
            partner_role="requester",
            owed_by="requested",
            due_at=due,
            late_after=START + timedelta(days=2),
        )
        assert titles("filter=soon") == {"Due on a Saturday"}
        assert titles("filter=late") == set()


def test_the_case_of_who_has_left_is_shown_as_nobodys(node, three):
    with node.act("administrator"):
        authorities.end_sign_in(node.officer("supervisor"))
    with node.act():
        assert "Supervised one" in titles("filter=mine") & titles("filter=all&assignee=none")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("filter=nonsense", "filter"),
        ("role=king", "role"),
        ("urgency=perhaps", "urgency"),
        ("due=-1", "due"),
        ("due=soon", "due"),
        ("due=9999999999", "due"),
        ("team=mine", "team"),
        ("assignee=%C2%B2", "assignee"),
        (f"text={'x' * 121}", "text"),
    ],
)
def test_what_is_no_filter_is_refused_at_its_field(query, field):
    with pytest.raises(InputError) as refused:
        Filter.of_query(query)
    assert refused.value.field == field


PARTS = st.fixed_dictionaries(
    {},
    optional={
        "filter": st.sampled_from(sorted(filters.VIEWS)),
        "team": st.sampled_from(["none", "1", "77"]),
        "assignee": st.sampled_from(["me", "none", "3"]),
        "role": st.sampled_from(sorted(filters.ROLES)),
        "urgency": st.sampled_from(sorted(filters.URGENCIES)),
        "due": st.integers(0, 10**8).map(str),
        "text": st.text(st.characters(exclude_categories=["Cs"]), max_size=60).map(str.strip),
        "tag": st.text("abc-&=+% ", max_size=20).map(str.strip),
    },
)


@given(parts=PARTS)
def test_a_filter_survives_its_query_string(parts):
    read = Filter.read(parts)
    assert Filter.of_query(read.query) == read


def test_saved_filters_are_shared_with_a_team_or_the_authority(node):
    officer, supervisor = node.officer(), node.officer("supervisor")
    with node.act("supervisor"):
        team = teams.make("Night", [officer.pk, supervisor.pk])
        filters.save(Filter.of_query("filter=late"), "Private")
        filters.save(Filter.of_query("filter=urgent"), "Ours", SavedFilter.TEAM, team.pk)
        filters.save(Filter.of_query("filter=all&partner=de-spoc"), " For  all ", SavedFilter.ALL)
        assert [each.name for each in filters.saved()] == ["For all", "Ours", "Private"]
    with node.act():
        assert [each.name for each in filters.saved()] == ["For all", "Ours"]
    with node.act("supervisor", "de-spoc"):
        assert filters.saved() == []


def test_a_filter_is_changed_and_put_away_by_its_owner(node):
    with node.act():
        kept = filters.save(Filter(view="late"), "Late ones", SavedFilter.ALL)
    dora = authorities.enrol(node.nl, "nl-dora", "Dora", ["officer"], "correct horse battery")
    with access.acting_as(authorities.Identity(dora.authority_id, dora.pk)):
        with pytest.raises(NotFound):
            filters.end(kept.pk)
        with pytest.raises(NotFound):
            filters.change(kept.pk, "Mine now", SavedFilter.MINE)
    with node.act():
        filters.change(kept.pk, "Very late", SavedFilter.MINE)
        assert [(each.name, each.shared) for each in filters.saved()] == [("Very late", "mine")]
        filters.end(kept.pk)
        assert filters.saved() == []
    with node.act("data-protection-officer"):
        assert len(ledger.lines(kind="filter.")) == 3


def test_a_filter_that_is_too_long_or_one_too_many_is_not_kept(node, monkeypatch):
    monkeypatch.setattr(filters, "MOST_KEPT", 1)
    with node.act():
        with pytest.raises(InputError, match="too long") as refused:
            filters.save(Filter(text="\u0416" * 110), "Long")
        assert refused.value.field == "query"
        kept = filters.save(Filter(view="late"), "First")
        with pytest.raises(InputError, match="at most 1 filters"):
            filters.save(Filter(view="soon"), "Second")
        filters.end(kept.pk)
        filters.save(Filter(view="soon"), "Second")


def test_a_supervisor_puts_shared_filters_away_and_no_private_ones(node):
    with node.act():
        shared = filters.save(Filter(view="late"), "Shared", SavedFilter.ALL)
        private = filters.save(Filter(view="late"), "Private")
    with node.act("supervisor"):
        filters.end(shared.pk)
        for unknown in (private.pk, 0, -1, 2**70):
            with pytest.raises(NotFound):
                filters.end(unknown)


@pytest.mark.parametrize(
    ("name", "shared", "team", "field"),
    [
        (" ", "mine", None, "name"),
        ("x", "world", None, "shared"),
        ("x", "team", None, "team"),
        ("x", "team", 9, "team"),
    ],
)
def test_a_filter_needs_a_name_and_somebody_it_can_be_shared_with(node, name, shared, team, field):
    with node.act(), pytest.raises(InputError) as refused:
        filters.save(Filter(), name, shared, team)
    assert refused.value.field == field


def test_a_shared_filter_counts_and_shows_only_what_its_user_may_see(node, three):
    with node.act():
        filters.save(Filter(view="all", text="one"), "All of them", SavedFilter.ALL)
        readers.restrict(three["urgent"], [], "source at risk")
        assert [chip.count for chip in worklist.read().saved] == [3]
    with node.act("supervisor"):
        seen = worklist.read(Filter(view="all", text="one"))
        assert [chip.count for chip in seen.saved] == [2]
        assert {row.case.title for row in seen.rows} == {"Portuguese one", "Supervised one"}
        assert seen.page.paginator.count == seen.counts["all"] == 2
        assert seen.counts["urgent"] == 0


def test_the_choices_of_a_filter_name_nothing_of_a_hidden_case(node, three):
    with node.act():
        readers.restrict(three["portugal"], [], "source at risk")
        assert "pt-spoc" in filters.choices()["partner"]
    with node.act("supervisor"):
        assert filters.choices()["partner"] == {"de-spoc": "SPOC Germany"}
    with node.act("supervisor", "de-spoc"):
        assert filters.choices() == {"partner": {}, "procedure": {}, "state": {}}


def test_a_saved_filter_whose_words_are_no_longer_known_is_left_out(node):
    with node.act():
        kept = filters.save(Filter(view="late"), "Late ones")
        SavedFilter.objects.filter(pk=kept.pk).update(query="filter=forgotten")
        assert worklist.read().saved == []
