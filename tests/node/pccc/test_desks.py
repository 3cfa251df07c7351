from __future__ import annotations

import pytest
from django.db import connection
from django.db.utils import ProgrammingError

from comity.base.errors import Conflict, Denied, InputError, NotFound
from comity.base.time import now
from comity.node import ledger
from comity.node.pccc import desks
from comity.node.pccc.models import Desk, Presence, Seat

DE = "de-spoc"


def test_a_desk_has_the_seats_of_those_who_joined(desk):
    with desk.act("officer", DE):
        assert [each.code for each in desks.desks()] == ["border"]
        assert {seat.authority.code for seat in desks.seats(desks.find())} == {"nl-spoc", DE}


def test_an_invitation_alone_opens_nothing(node):
    with node.act("administrator"):
        desks.open_desk("border", "Border desk")
        desks.invite("border", DE)
    with node.act("administrator", DE):
        assert desks.desks() == []
        assert [seat.desk.code for seat in desks.invitations()] == ["border"]
        with pytest.raises(NotFound):
            desks.find("border")


def test_nobody_joins_without_an_invitation(node):
    with node.act("administrator"):
        desks.open_desk("border", "Border desk")
    with node.act("administrator", DE):
        with pytest.raises(NotFound):
            desks.join("border")
        with pytest.raises(NotFound):
            desks.invite("border", "nl-spoc")


def test_the_database_lets_nobody_seat_itself(node):
    with node.act("administrator"):
        made = desks.open_desk("border", "Border desk")
    with pytest.raises(ProgrammingError, match="row-level security"), node.act("administrator", DE):
        Seat.objects.create(desk_id=made.pk, invited_at=now(), joined_at=now())
    with pytest.raises(ProgrammingError), node.act("administrator"):
        Desk.objects.create(code="past", name="Past the function")


def test_an_authority_that_leaves_sees_the_desk_no_more(desk):
    with desk.act("officer", DE):
        desks.arrive()
    with desk.act("administrator", DE):
        desks.leave("border")
        assert desks.desks() == []
    with desk.act():
        assert [seat.authority.code for seat in desks.seats(desks.find())] == ["nl-spoc"]
        assert not desks.present(desks.find()).exists()


def test_it_may_be_invited_again_after_it_left(desk):
    with desk.act("administrator", DE):
        desks.leave("border")
    with desk.act("administrator"):
        desks.invite("border", DE)
        with pytest.raises(Conflict):
            desks.invite("border", DE)
    with desk.act("administrator", DE):
        assert desks.join("border").joined_at


def test_who_is_at_the_desk_is_seen_by_all_who_sit_there_and_by_nobody_else(desk):
    with desk.act("officer", DE):
        desks.arrive()
        desks.arrive()
    with desk.act():
        assert [each.name for each in desks.present(desks.find())] == ["officer DE"]
    with desk.act("officer", DE):
        desks.depart()
    with desk.act():
        assert not desks.present(desks.find()).exists()
        assert Presence.objects.count() == 1


def test_one_authority_does_not_sign_out_anothers_officer(desk):
    with desk.act("officer", DE):
        desks.arrive()
    with desk.act():
        assert Presence.objects.update(until=now()) == 0


def test_only_administrators_and_supervisors_set_desks_up(node):
    with pytest.raises(Denied), node.act():
        desks.open_desk("border", "Border desk")


@pytest.mark.parametrize(
    ("code", "name", "field"), [("A b", "x", "code"), ("", "x", "code"), ("a", " ", "name")]
)
def test_a_desk_has_a_code_and_a_name(node, code, name, field):
    with node.act("administrator"), pytest.raises(InputError) as refused:
        desks.open_desk(code, name)
    assert refused.value.field == field


def test_two_desks_do_not_share_a_code(desk):
    with desk.act("administrator"), pytest.raises(Conflict):
        desks.open_desk("border", "Another")


@pytest.mark.parametrize("code", ["pt-spoc", "nl-spoc", "nowhere"])
def test_only_another_authority_of_the_node_is_invited(desk, code):
    with desk.act("administrator"), pytest.raises(InputError):
        desks.invite("border", code)


def test_each_move_of_a_seat_is_an_entry(desk):
    with desk.act("supervisor"):
        assert {line.kind for line in ledger.lines()} >= {"desk.opened", "desk.invited"}
    with desk.act("supervisor", DE):
        assert {line.kind for line in ledger.lines()} >= {"desk.joined"}


def test_nobody_acting_sees_no_seat(desk):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM node_seat")
        assert cursor.fetchone() == (0,)
