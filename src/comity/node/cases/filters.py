"""Filters of the worklist: composed of parts, kept as a query string, saved under a name, shared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode

from django.db.models import F, Q, QuerySet

from comity.base.errors import InputError, NotFound
from comity.base.identifiers import LARGEST_ID
from comity.base.text import say
from comity.base.time import now
from comity.node import access, ledger
from comity.node.authorities import Officer, Team
from comity.node.cases import numbers, teams
from comity.node.cases.models import COPY, INCOMING, REQUESTED, REQUESTER, Case, Party, SavedFilter

SOON = timedelta(hours=8)
OURS = Q(owed_by=F("role"))
URGENT = Q(facts__contains={"urgent": True})
VIEWS: dict[str, str] = {
    "mine": "Mine and unassigned",
    "team": "My teams",
    "late": "Late",
    "soon": "Due soon",
    "urgent": "Urgent",
    "waiting": "Waiting for partner",
    "all": "All open cases",
}
ROLES = {REQUESTED: "Asked of us", REQUESTER: "Asked by us", COPY: "Copies"}
URGENCIES = ("urgent", "not")
SHARES = {
    SavedFilter.MINE: "Only me",
    SavedFilter.TEAM: "My team",
    SavedFilter.ALL: "The whole authority",
}
ME, NOBODY = "me", "none"
LONGEST = 120
MOST_KEPT = 30
"""Filters that an officer keeps at a time."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which open cases are shown: a view, narrowed by parts that are empty when they do not count.

    `team` and `assignee` are numbers, `none`, or `me` for the assignee; `due` is within how many hours; `procedure`
    may be an act alone, such as `dir-2023-977`; `text` is looked for in references and titles.
    """

    view: str = "mine"
    team: str = ""
    assignee: str = ""
    partner: str = ""
    procedure: str = ""
    state: str = ""
    role: str = ""
    urgency: str = ""
    due: str = ""
    tag: str = ""
    category: str = ""
    text: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Filter:
        """Read a query; `filter` names the view, other keys are left alone. Raises InputError at the field."""
        parts = {name: str(given.get(name, "")).strip() for name in cls.__slots__ if name != "view"}
        for name, value in parts.items():
            if len(value) > LONGEST:
                raise InputError(say("at most {limit} characters", limit=LONGEST), field=name)
        read = cls(view=str(given.get("filter", "")) or "mine", **parts)
        read._check()
        return read

    @classmethod
    def of_query(cls, query: str) -> Filter:
        """Read a query string, as a saved filter keeps it. Raises InputError."""
        return cls.read(dict(parse_qsl(query[:1000])))

    @property
    def query(self) -> str:
        """The filter as a query string, without the parts that do not count."""
        parts = {name: value for name, value in asdict(self).items() if value and name != "view"}
        return urlencode({"filter": self.view, **parts})

    @property
    def narrowed(self) -> bool:
        """Whether it is more than a view."""
        return self != Filter(view=self.view)

    def condition(self, officer: Officer) -> Q:
        """The open cases it shows to an officer, as a condition on Case; what is hidden stays hidden."""
        parts = views(officer)[self.view]
        for name in self.__slots__:
            value = getattr(self, name)
            if name != "view" and value:
                parts &= getattr(self, f"_{name}")(value, officer)
        return parts

    def _check(self) -> None:
        for name, known in (("role", ROLES), ("urgency", URGENCIES)):
            value = getattr(self, name)
            if value and value not in known:
                raise InputError(say("expected one of {known}", known=", ".join(known)), field=name)
        if self.view not in VIEWS:
            raise InputError(say("expected one of {known}", known=", ".join(VIEWS)), field="filter")
        for name, words in (("team", (NOBODY,)), ("assignee", (ME, NOBODY)), ("due", ())):
            value = getattr(self, name)
            number = value.isascii() and value.isdigit() and len(value) <= 9
            if value and value not in words and not number:
                raise InputError("expected a whole number", field=name)

    def _team(self, value: str, officer: Officer) -> Q:
        return Q(team=None) if value == NOBODY else Q(team=int(value))

    def _assignee(self, value: str, officer: Officer) -> Q:
        if value == NOBODY:
            return nobodys()
        return Q(assigned_to=officer) if value == ME else Q(assigned_to=int(value))

    def _partner(self, value: str, officer: Officer) -> Q:
        further = Party.objects.filter(code=value).values("case")
        return Q(partner__code=value) | Q(pk__in=further)

    def _procedure(self, value: str, officer: Officer) -> Q:
        return Q(procedure=value) | Q(procedure__startswith=f"{value}/")

    def _state(self, value: str, officer: Officer) -> Q:
        return Q(state=value)

    def _role(self, value: str, officer: Officer) -> Q:
        return {REQUESTED: INCOMING, REQUESTER: Q(received_at=None), COPY: Q(role=COPY)}[value]

    def _urgency(self, value: str, officer: Officer) -> Q:
        return URGENT if value == "urgent" else ~URGENT

    def _due(self, value: str, officer: Officer) -> Q:
        return OURS & Q(paused=False, due_at__lte=now() + timedelta(hours=min(int(value), 24 * 366)))

    def _tag(self, value: str, officer: Officer) -> Q:
        return Q(offences__contains=[value])

    def _category(self, value: str, officer: Officer) -> Q:
        return Q(category=value)

    def _text(self, value: str, officer: Officer) -> Q:
        within = Q(reference__icontains=value) | Q(title__icontains=value)
        return within | Q(partner_reference__icontains=value) | Q(numbers.bearing(value))


def nobodys() -> Q:
    """Cases that nobody works on: given to nobody, or to someone who has left."""
    return Q(assigned_to=None) | Q(assigned_to__in=Officer.objects.filter(active=False))


def views(officer: Officer) -> dict[str, Q]:
    """The condition of each of VIEWS, as the officer sees it now."""
    at = now()
    running = OURS & Q(paused=False)
    return {
        "mine": Q(assigned_to=officer) | nobodys(),
        "team": Q(team__in=teams.team_ids(officer)),
        "late": running & Q(late_after__lt=at),
        "soon": running & Q(late_after__gte=at, due_at__lte=at + SOON),
        "urgent": URGENT,
        "waiting": ~OURS & ~Q(owed_by=""),
        "all": Q(),
    }


def choices() -> dict[str, dict[str, str]]:
    """What can be chosen for partner, procedure and state, from the open cases that the officer may know of."""
    access.require("worklist.read")
    found = Case.objects.filter(closed_at=None).order_by().distinct()
    rows = list(found.values_list("partner__code", "partner__name", "procedure", "state"))
    return {
        "partner": dict(sorted({(code, name) for code, name, _, _ in rows}, key=lambda pair: pair[1])),
        "procedure": {one: one for one in sorted({procedure for _, _, procedure, _ in rows})},
        "state": {one: one for one in sorted({state for _, _, _, state in rows})},
    }


def saved() -> list[SavedFilter]:
    """The filters the acting officer may use: their own, their teams', and those shared with the authority."""
    me = access.require("worklist.read")
    return list(_usable(me).select_related("officer", "team"))


def save(given: Filter, name: str, shared: str = SavedFilter.MINE, team_id: int | None = None) -> SavedFilter:
    """Keep a filter under a name, for the officer alone, a team of theirs, or all. Raises InputError."""
    me = access.require("worklist.read")
    if len(given.query) > SavedFilter.LONGEST:
        raise InputError("the filter is too long to be kept", field="query")
    if SavedFilter.objects.filter(officer=me, active=True).count() >= MOST_KEPT:
        raise InputError(say("at most {limit} filters: put one away first", limit=MOST_KEPT), field="name")
    kept = SavedFilter(officer=me, query=given.query)
    _describe(kept, name, shared, team_id)
    kept.save()
    ledger.record("filter.saved", body=_told(kept))
    return kept


def change(filter_id: int, name: str, shared: str, team_id: int | None = None) -> SavedFilter:
    """Give one's own filter another name or share it otherwise. Raises NotFound, InputError."""
    me = access.require("worklist.read")
    kept = _own(me, filter_id)
    _describe(kept, name, shared, team_id)
    kept.save()
    ledger.record("filter.saved", body=_told(kept))
    return kept


def end(filter_id: int) -> None:
    """Put one's own filter away; those who may manage teams, any that was shared. Raises NotFound."""
    me = access.require("worklist.read")
    kept = _own(me, filter_id)
    kept.active = False
    kept.save(update_fields=["active"])
    ledger.record("filter.ended", body=_told(kept))


def may_end(officer: Officer, kept: SavedFilter) -> bool:
    """Whether an officer may put a filter away."""
    shared = kept.shared != SavedFilter.MINE
    return kept.officer_id == officer.pk or (shared and bool(access.may(officer, "team.manage")))


def _own(me: Officer, filter_id: int) -> SavedFilter:
    kept = _usable(me).filter(pk=filter_id).first() if 0 < filter_id <= LARGEST_ID else None
    if kept is None or not may_end(me, kept):
        raise NotFound("You have no such filter.")
    return kept


def _usable(me: Officer) -> QuerySet[SavedFilter]:
    shared = Q(shared=SavedFilter.ALL) | Q(shared=SavedFilter.TEAM, team__in=teams.team_ids(me))
    return SavedFilter.objects.filter(Q(officer=me) | shared, active=True)


def _describe(kept: SavedFilter, name: str, shared: str, team_id: int | None) -> None:
    kept.name, kept.shared = " ".join(name.split())[:60], shared
    if not kept.name:
        raise InputError("give the filter a name", field="name")
    if shared not in SHARES:
        raise InputError(say("expected one of {known}", known=", ".join(SHARES)), field="shared")
    kept.team = _team(kept.officer, team_id) if shared == SavedFilter.TEAM else None


def _team(officer: Officer, team_id: int | None) -> Team:
    team = Team.objects.filter(pk=team_id, pk__in=teams.team_ids(officer)).first()
    if team is None:
        raise InputError("choose a team of yours", field="team")
    return team


def _told(kept: SavedFilter) -> dict[str, object]:
    return {"filter": kept.pk, "name": kept.name, "query": kept.query, "shared": kept.shared}


def readable(kept: Iterable[SavedFilter]) -> list[tuple[SavedFilter, Filter]]:
    """Saved filters with what they say; one whose words are no longer known is left out."""
    found = []
    for each in kept:
        try:
            found.append((each, Filter.of_query(each.query)))
        except InputError:
            continue
    return found
