"""Desks: setting one up, inviting an authority, joining, leaving, and who is there now.

An authority sits at a desk only when a member invited it and it accepted itself: what is shown to a desk is shown to
nobody whom its members have not let in.
"""

from __future__ import annotations

import re

from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet

from comity.base.errors import Conflict, InputError, NotFound
from comity.base.time import now
from comity.node import access, ledger, scope
from comity.node.authorities import Authority
from comity.node.pccc.models import Desk, Presence, Seat

LONGEST_NAME = 120
ARTICLE = "Council document 9105/11"
_code = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def open_desk(code: str, name: str) -> Desk:
    """Set up a desk at which the acting authority sits. Raises InputError, Conflict when the code is taken."""
    access.require("desk.manage")
    if not _code.fullmatch(code):
        raise InputError("expected 1 to 40 small letters, digits and dashes", field="code")
    if not 0 < len(name.strip()) <= LONGEST_NAME:
        raise InputError("give the desk a name of at most 120 characters", field="name")
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT comity_open_desk(%s, %s, %s)", [code, name.strip(), now()])
            made = cursor.fetchone()[0]
    except IntegrityError:
        raise Conflict("There is a desk of that code already.") from None
    desk = Desk.objects.get(pk=made)
    _note("desk.opened", desk, {"name": desk.name})
    return desk


def invite(desk_code: str, authority_code: str) -> Seat:
    """Invite another authority of this node to a desk of ours; it sees nothing before it joins."""
    access.require("desk.manage")
    desk = find(desk_code)
    guest = Authority.objects.filter(code=authority_code, local=True, active=True).first()
    if guest is None or guest.pk == scope.current_authority():
        raise InputError("choose another authority of this node", field="authority")
    if Seat.objects.filter(desk=desk, authority=guest, left_at=None).exists():
        raise Conflict("It has a seat or an invitation already.")
    seat = Seat.objects.create(desk=desk, authority=guest, invited_at=now())
    _note("desk.invited", desk, {"authority": guest.code})
    return seat


def join(desk_code: str) -> Seat:
    """Take the seat to which our authority was invited. Raises NotFound without an invitation."""
    access.require("desk.manage")
    seat = _seat(desk_code, joined=False)
    seat.joined_at = now()
    seat.save(update_fields=["joined_at"])
    _note("desk.joined", seat.desk, {})
    return seat


def leave(desk_code: str) -> Seat:
    """Give the authority's seat or invitation up; the desk sees no new line of ours, we none of theirs."""
    access.require("desk.manage")
    seat = _seat(desk_code, joined=None)
    at = now()
    Presence.objects.filter(desk=seat.desk, authority=seat.authority_id, until=None).update(until=at)
    seat.left_at = at
    seat.save(update_fields=["left_at"])
    _note("desk.left", seat.desk, {})
    return seat


def _seat(desk_code: str, joined: bool | None) -> Seat:
    seats = Seat.objects.filter(authority=scope.current_authority(), left_at=None, desk__code=desk_code)
    if joined is not None:
        seats = seats.filter(joined_at__isnull=not joined)
    seat = seats.select_related("desk").select_for_update(of=("self",)).first()
    if seat is None:
        raise NotFound("There is no such seat or invitation of your authority.")
    return seat


def desks() -> list[Desk]:
    """The desks at which the acting authority sits."""
    mine = Seat.objects.filter(authority=scope.current_authority(), left_at=None).exclude(joined_at=None)
    return list(Desk.objects.filter(pk__in=mine.values("desk")))


def find(code: str = "") -> Desk:
    """A desk at which the acting authority sits, without a code the first; NotFound when there is none."""
    for desk in desks():
        if code in ("", desk.code):
            return desk
    raise NotFound("Your authority sits at no such desk.")


def invitations() -> list[Seat]:
    """The seats that are offered to the acting authority."""
    offered = Seat.objects.filter(authority=scope.current_authority(), left_at=None, joined_at=None)
    return list(offered.select_related("desk"))


def seats(desk: Desk) -> list[Seat]:
    """The authorities at a desk, those only invited too."""
    return list(desk.seats.filter(left_at=None).select_related("authority"))


def arrive(desk_code: str = "") -> Presence:
    """Say that the acting officer is at the desk; said once until the officer leaves."""
    officer = access.require("desk.write")
    desk = find(desk_code)
    here = Presence.objects.filter(desk=desk, officer=officer, until=None).first()
    if here is None:
        here = Presence.objects.create(desk=desk, officer=officer, name=officer.name, since=now())
        _note("desk.arrived", desk, {})
    return here


def depart(desk_code: str = "") -> None:
    """Say that the acting officer has left the desk."""
    officer = access.require("desk.write")
    desk = find(desk_code)
    if Presence.objects.filter(desk=desk, officer=officer, until=None).update(until=now()):
        _note("desk.departed", desk, {})


def present(desk: Desk) -> QuerySet[Presence]:
    """Who is at the desk now."""
    return Presence.objects.filter(desk=desk, until=None).select_related("authority").order_by("since")


def _note(kind: str, desk: Desk, body: dict[str, str]) -> None:
    ledger.record(kind, article=ARTICLE, subject=f"desk-{desk.pk}", body={"desk": desk.code, **body})
