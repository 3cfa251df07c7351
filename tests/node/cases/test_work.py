from __future__ import annotations

from contextlib import suppress

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.base.errors import Conflict, Denied, InputError, NotFound
from comity.node import authorities
from comity.node.cases import bulk, casework, readers, teams, work
from comity.node.cases.models import Case, HandOver


def test_an_officer_gives_what_is_theirs_and_takes_what_is_free(desk):
    case = desk.draft()
    with desk.acts(desk.anna):
        work.assign(case, desk.bert.pk)
    assert desk.holder(case) == desk.bert
    with desk.acts(desk.bert):
        work.assign(case, None)
    with desk.acts(desk.anna):
        work.assign(case, desk.anna.pk)
    assert desk.holder(case) == desk.anna
    assert len(desk.entries("case.assigned")) == 3


def test_what_a_colleague_holds_is_handed_out_by_supervisors_only(desk):
    case = desk.draft(desk.bert)
    with pytest.raises(Denied, match="supervisors"), desk.acts(desk.anna):
        work.assign(case, desk.anna.pk)
    assert desk.holder(case) == desk.bert
    with desk.acts(desk.clara):
        work.assign(case, desk.anna.pk)
    assert desk.holder(case) == desk.anna


def test_the_case_of_an_officer_who_has_left_is_nobodys(desk):
    case = desk.draft(desk.bert)
    with desk.acts(desk.clara):
        authorities.end_sign_in(desk.bert)
        assert Case.objects.select_related("assigned_to").get(pk=case).holder is None
    with desk.acts(desk.anna):
        work.assign(case, desk.anna.pk)
    assert desk.holder(case) == desk.anna


def test_giving_a_case_to_whoever_has_it_changes_nothing(desk):
    case = desk.draft()
    with desk.acts(desk.anna):
        before = Case.objects.get(pk=case).version
        assert work.assign(case, desk.anna.pk).version == before
    assert desk.entries("case.assigned") == []


@pytest.mark.parametrize("number", [0, 2**62, 999])
def test_it_refuses_an_officer_or_a_team_that_is_not_here(desk, number):
    case = desk.draft()
    with desk.acts(desk.anna):
        with pytest.raises(InputError, match="no such officer"):
            work.assign(case, number)
        with pytest.raises(InputError, match="no such team"):
            work.assign(case, None, number)


def test_it_refuses_another_authoritys_officer_and_one_who_does_no_casework(desk):
    case = desk.draft()
    with desk.acts(desk.anna):
        for officer in (desk.node.officer(code="de-spoc"), desk.node.officer("administrator")):
            with pytest.raises(InputError, match="no such officer"):
                work.assign(case, officer.pk)


def test_it_refuses_another_authoritys_case(desk):
    case = desk.draft()
    with desk.node.act("supervisor", "de-spoc"), pytest.raises(NotFound):
        work.assign(case, desk.node.officer("supervisor", "de-spoc").pk)


def test_a_restricted_case_goes_to_its_readers_only(desk):
    case = desk.draft()
    with desk.acts(desk.anna):
        readers.restrict(case, [desk.bert.pk], "source at risk")
        with pytest.raises(InputError, match="may know of it"):
            work.assign(case, desk.clara.pk)
        team = _team(desk, [desk.bert, desk.clara])
        with pytest.raises(InputError, match="may know of it"):
            work.assign(case, None, team.pk)
        work.assign(case, desk.bert.pk)


def test_for_whoever_may_not_know_a_restricted_case_is_none_at_all(desk):
    case = desk.draft()
    with desk.acts(desk.anna):
        readers.restrict(case, [], "source at risk")
    with desk.acts(desk.clara):
        with pytest.raises(NotFound, match=r"no such case here\."):
            work.assign(case, desk.clara.pk)
        with pytest.raises(InputError, match="at least one"):
            work.assign_many([case], desk.clara.pk)
        assert bulk.each([case], lambda _: work.assign(case, desk.clara.pk)) == [
            bulk.Outcome(case, "", "", False, "There is no such case here.")
        ]


def test_a_closed_case_is_given_to_nobody(desk):
    case = desk.draft()
    with desk.acts(desk.anna):
        Case.objects.filter(pk=case).update(closed_at=Case.objects.get(pk=case).opened_at)
        with pytest.raises(Conflict, match="closed"):
            work.assign(case, desk.bert.pk)


def _team(desk, officers, name="Night", **options):
    with desk.acts(desk.clara):
        return teams.make(name, [officer.pk for officer in officers], **options)


def test_a_team_shares_what_is_given_to_it(desk):
    team, case = _team(desk, [desk.bert]), desk.draft()
    with desk.acts(desk.anna):
        given = work.assign(case, None, team.pk)
        assert (given.team, given.assigned_to) == (team, None)
    with desk.acts(desk.bert):
        assert work.assign(case, desk.bert.pk).team == team


def test_requests_that_come_in_go_to_the_inbox_team(desk):
    node = desk.node
    with node.act("supervisor", "de-spoc"):
        teams.make("Old", takes_in=True)
        team = teams.make("Front desk", [node.officer(code="de-spoc").pk], takes_in=True)
    case = desk.draft()
    with desk.acts(desk.anna):
        casework.take_step(case, "sent", {})
    node.carry()
    with node.act("officer", "de-spoc"):
        assert Case.objects.get(role="requested").team == team


def test_a_team_keeps_its_members_and_its_history(desk):
    team = _team(desk, [desk.anna, desk.bert])
    with desk.acts(desk.clara):
        teams.change(team.pk, " Night  shift ", [desk.bert.pk])
        assert [each.name for each in teams.members(teams.find(team.pk))] == ["Bert"]
        teams.change(team.pk, "Night shift", [desk.anna.pk, desk.bert.pk])
        assert len(teams.members(team)) == 2
    assert [each.kind for each in reversed(desk.entries("team."))] == [
        "team.made", "team.joined", "team.joined", "team.changed", "team.left", "team.joined",
    ]  # fmt: skip


def test_a_team_is_dissolved_only_when_no_open_case_belongs_to_it(desk):
    team, case = _team(desk, [desk.bert]), desk.draft()
    with desk.acts(desk.anna):
        work.assign(case, None, team.pk)
    other = _team(desk, [], "Day")
    with desk.acts(desk.clara):
        with pytest.raises(Conflict, match="Open cases"):
            teams.end(team.pk)
        work.assign(case, None, other.pk)
        teams.end(team.pk)
        with pytest.raises(NotFound):
            teams.find(team.pk)
        with pytest.raises(InputError, match="already"):
            teams.make("Day")
        with pytest.raises(InputError, match="name"):
            teams.make("  ")
        with pytest.raises(InputError, match="officer"):
            teams.make("Other", [desk.node.officer(code="de-spoc").pk])


def test_officers_do_not_make_up_teams(desk):
    with pytest.raises(Denied, match="make up teams"), desk.acts(desk.anna):
        teams.make("Night")


def test_a_team_of_another_authority_is_none(desk):
    team = _team(desk, [desk.bert])
    with desk.node.act("supervisor", "de-spoc"):
        assert list(teams.teams()) == []
        with pytest.raises(NotFound):
            teams.read(team.pk)


def test_a_shift_is_handed_over_with_a_note_that_is_confirmed_as_read(desk):
    cases = [desk.draft(), desk.draft()]
    desk.draft(desk.bert, "not Anna's")
    with desk.acts(desk.anna):
        handed = work.hand_over(desk.bert.pk, None, " The first one is waiting for a judge. ")
        assert [each.done for each in handed.outcomes] == [True, True]
        assert work.unread() == []
        with pytest.raises(Conflict, match="others"):
            work.confirm_read(handed.hand_over.pk)
    with desk.acts(desk.bert):
        (note,) = work.unread()
        assert (note.note, note.count) == ("The first one is waiting for a judge.", 2)
        assert {case.pk for case in work.read_hand_over(note.pk)[1]} == set(cases)
        work.confirm_read(note.pk)
        work.confirm_read(note.pk)
        assert work.unread() == []
    assert len(desk.entries("case.assigned")) == 2
    assert len(desk.entries("handover.made")) == len(desk.entries("handover.read")) == 1


def test_every_member_of_a_team_is_told_what_was_handed_to_it(desk):
    team = _team(desk, [desk.anna, desk.bert])
    desk.draft()
    with desk.acts(desk.anna):
        work.hand_over(None, team.pk, "Good night")
        assert work.unread() == []
    with desk.acts(desk.bert):
        assert [each.note for each in work.unread()] == ["Good night"]


def test_a_supervisor_hands_over_the_shift_of_who_is_away(desk):
    case = desk.draft(desk.bert)
    with pytest.raises(Denied), desk.acts(desk.anna):
        work.hand_over(desk.anna.pk, None, "mine now", whose=desk.bert.pk)
    with desk.acts(desk.clara):
        work.hand_over(desk.anna.pk, None, "Bert is ill", whose=desk.bert.pk)
    assert desk.holder(case) == desk.anna


def test_a_hand_over_needs_a_receiver_a_note_and_something_to_hand_over(desk):
    with desk.acts(desk.anna):
        with pytest.raises(Conflict, match="nothing"):
            work.hand_over(desk.bert.pk, None, "note")
        with pytest.raises(InputError, match="whom"):
            work.hand_over(None, None, "note")
        with pytest.raises(InputError, match="know"):
            work.hand_over(desk.bert.pk, None, " ")
        with pytest.raises(InputError, match="no such officer"):
            work.hand_over(999, None, "note")


def test_a_restricted_case_stays_behind_and_the_receiver_does_not_learn_of_it(desk):
    secret, plain = desk.draft(title="Secret"), desk.draft()
    with desk.acts(desk.anna):
        readers.restrict(secret, [], "source at risk")
        handed = work.hand_over(desk.bert.pk, None, "note")
        assert {each.case: each.done for each in handed.outcomes} == {secret: False, plain: True}
        alone = work.hand_over(desk.bert.pk, None, "note", [secret])
        assert alone.hand_over is None
        assert HandOver.objects.count() == 1
    with desk.acts(desk.bert):
        assert [each.count for each in work.unread()] == [1]


def test_a_case_restricted_after_a_hand_over_is_no_longer_counted(desk):
    case = desk.draft()
    with desk.acts(desk.anna):
        handed = work.hand_over(desk.bert.pk, None, "note")
    with desk.acts(desk.clara):
        work.assign(case, desk.anna.pk)
    with desk.acts(desk.anna):
        readers.restrict(case, [], "source at risk")
    with desk.acts(desk.bert):
        assert work.read_hand_over(handed.hand_over.pk)[1] == []
        assert [each.count for each in work.unread()] == [0]


def test_a_hand_over_between_others_is_shown_to_supervisors_only(desk):
    desk.draft()
    dora = authorities.enrol(desk.node.nl, "nl-dora", "Dora", ["officer"], "correct horse battery")
    with desk.acts(desk.anna):
        handed = work.hand_over(desk.bert.pk, None, "note").hand_over
    with desk.acts(dora):
        assert work.hand_overs() == []
        with pytest.raises(NotFound):
            work.read_hand_over(handed.pk)
    with desk.acts(desk.clara):
        assert work.hand_overs() == [handed]
    with desk.node.act("supervisor", "de-spoc"):
        assert work.hand_overs() == []


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["anna", "bert", "clara"]),
        st.sampled_from(["give", "free", "team", "shift"]),
        st.sampled_from(["anna", "bert", "clara"]),
        st.integers(0, 2),
    ),
    max_size=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=MOVES)
def test_whatever_is_given_each_case_has_one_holder_or_none_and_each_change_an_entry(desk, moves):
    with transaction.atomic():
        _play(desk, moves)
        transaction.set_rollback(True)


def _play(desk, moves):
    cases = [desk.draft(officer) for officer in (desk.anna, desk.bert, desk.anna)]
    team = _team(desk, [desk.bert])
    before = {case: (desk.holder(case).pk, None) for case in cases}
    changes = 0
    for actor, move, receiver, which in moves:
        with suppress(Conflict), desk.acts(getattr(desk, actor)):
            _move(move, getattr(desk, receiver), team, cases[which])
        with desk.acts(desk.clara):
            after = {case.pk: (case.assigned_to_id, case.team_id) for case in Case.objects.all()}
        changes += sum(after[case] != before[case] for case in cases)
        before = after
    people = {desk.anna.pk, desk.bert.pk, desk.clara.pk, None}
    assert len(before) == 3
    assert {holder for holder, _ in before.values()} <= people
    assert len(desk.entries("case.assigned")) == changes


def _move(move, receiver, team, case):
    """Without the supervisor's right a colleague's case is refused, which `assign_many` says of the case."""
    if move == "shift":
        work.hand_over(receiver.pk, None, "note")
    elif move == "team":
        work.assign_many([case], None, team.pk)
    else:
        work.assign_many([case], receiver.pk if move == "give" else None)
