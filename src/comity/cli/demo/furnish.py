"""Furnishing one node of the demo, in a process of its own: Django knows one node a process.

Standard input: a line with the plan, then a line with the partners' descriptors. Standard output: a line with
this node's descriptor and its officers' tokens, then a line with what was loaded.
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from comity.base.time import now
from comity.cli import init, peers
from comity.cli.demo.data import SAMPLE, Source, end_mark
from comity.cli.home import acting, database_running, opened

TOKEN_DAYS = 30


def main() -> None:
    """Make the node that the plan describes, let its officers in, meet the partners, load the registers."""
    plan = json.loads(sys.stdin.readline())
    home = init.make(Path(plan["home"]), plan["node"], str(plan["port"]))
    if all(Path(source["path"]).is_relative_to(SAMPLE) for source in plan["sources"]):
        home.mark_sample()
    with database_running(home):
        init.migrate(home)
        with opened(home.path):
            from comity.node import authorities

            me = init.found(plan["code"], plan["title"], plan["country"], "spoc", plan["languages"])
            tokens = {person["username"]: _enrol(me, person, plan["password"]) for person in plan["people"]}
            _say({"descriptor": authorities.descriptor(me), "tokens": tokens})
            for partner in json.loads(sys.stdin.readline()):
                peers.add_partner(partner, confirmed=True)
            _say([_load(source) for source in plan["sources"]])


def _enrol(authority: Any, person: dict[str, str], password: str) -> str:
    from comity.node import authorities

    officer = authorities.enrol(authority, person["username"], person["name"], [person["role"]], password)
    with acting("set up the demo"):
        return authorities.make_token(officer, "demo", now() + timedelta(days=TOKEN_DAYS))


def _load(source: dict[str, Any]) -> dict[str, Any]:
    from comity.match.sources import Mapping
    from comity.node.registers import loading

    mapping = Mapping.load(Path(source["mapping"])) if source["mapping"] else None
    with acting("set up the demo"):
        into = loading.open_register(source["register"], source["name"], source["basis"], source["purpose"])
        done = loading.load(into, Path(source["path"]), source["kind"], mapping)
    return {
        "register": source["name"],
        "read": done.read,
        "rejected": done.rejected,
        "lines": end_mark(Source(**source)),
    }


def _say(value: Any) -> None:
    print(json.dumps(value), flush=True)


if __name__ == "__main__":
    main()
