"""What every page knows: the node, the officer, what the officer may use, whether the data is invented."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from comity.node import access
from comity.node.authorities import Officer

"""A file of this name in the node's home says that its data is invented; every page says so too."""


@dataclass(frozen=True, slots=True)
class Place:
    """A page to go to: its title, the url name it leads to, the verb it needs, the keys that open it."""

    title: str
    name: str
    verb: str
    nouns: tuple[str, ...] = ()
    keys: str = ""


PLACES = (
    Place("Worklist", "worklist", "worklist.read", ("worklist",), "g w"),
    Place("Cases", "cases", "worklist.read", ("cases", "messages"), "g c"),
    Place("Desk", "desk", "desk.read", ("desk",), "g k"),
    Place("Screen", "screenings", "screening.read", ("screen", "matches"), "g s"),
    Place("Registers", "registers", "register.read", ("registers", "records"), "g r"),
    Place("Partners", "partners", "partner.read", ("partners",), "g p"),
    Place("Statistics", "statistics", "statistics.read", ("statistics",), "g t"),
    Place("Ledger", "ledger", "ledger.verify", ("ledger",), "g l"),
    Place("Law", "law", "law.read", ("law",), "g i"),
)

COMMANDS = (
    Place("Ask a partner", "case-new", "case.open", keys="g n"),
    Place("Which instrument?", "advise", "law.read", keys="g u"),
    Place("Alarms", "alarms", "alarm.read", keys="g a"),
    Place("Service targets", "targets", "target.read"),
    Place("Reviews due", "reviews", "keeping.review", keys="g d"),
    Place("Rota", "rota", "rota.read", keys="g o"),
    Place("Wall board", "board", "board.read", keys="g b"),
    Place("Search everything", "search", "search.run", keys="g f"),
    Place("Webhooks", "webhooks", "webhook.manage"),
    Place("How I am told of alarms", "alarm-choices", ""),
    Place("Account", "account", ""),
)
"""Pages that the palette of commands names beside those of the navigation."""

SHOWN = 6
"""How many places fit on the line at the top in every language; what is beyond is folded under More."""


def may(officer: Officer | None, verb: str) -> bool:
    """Whether the officer's roles allow `verb`, a purpose being stated: what is shown, never what is done."""
    return officer is not None and bool(access.may(officer, verb, purpose="asked"))


def navigation(officer: Officer | None, path: str) -> list[dict[str, Any]]:
    """The places open to the officer: `{"title", "url", "current", "keys"}` each."""
    noun = path.strip("/").partition("/")[0]
    return [
        {
            "title": place.title,
            "url": reverse(place.name),
            "current": noun in place.nouns,
            "keys": place.keys,
        }
        for place in PLACES
        if may(officer, place.verb)
    ]


def node(request: HttpRequest) -> dict[str, Any]:
    """The context of every template: `node_name`, `officer`, `navigation` and its rest, `sample`, `may.<verb>`."""
    officer = getattr(request, "officer", None)
    places = navigation(officer, request.path)
    return {
        "node_name": settings.HOME.name,
        "officer": officer,
        "navigation": places[:SHOWN],
        "navigation_more": places[SHOWN:],
        "sample": settings.HOME.sample,
        "may": {verb.replace(".", "_").replace("-", "_"): may(officer, verb) for verb in access.RULES},
    }
