"""Accounting for it: reading, verifying, exporting and lawfully erasing the ledger, each within access."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from comity.base.errors import InputError
from comity.node import access, ledger, scope
from comity.node.authorities import Authority, Identity, PublicKey
from comity.node.cases.models import Case
from comity.node.ledger import Line
from comity.node.ledger.reading import Proof
from comity.wire.export import Report
from comity.wire.keys import PublicKeys

ACCOUNTABILITY = "Directive (EU) 2016/680 art. 25"


def read_ledger(
    *, kind: str = "", case: str = "", subject: str = "", limit: int = 100, offset: int = 0
) -> list[Line]:
    """Entries of the acting authority, newest first; the reading is an entry itself."""
    access.require("ledger.read")
    shown = _known(ledger.lines(kind=kind, case=case, subject=subject, limit=limit, offset=offset))
    ledger.record(
        "ledger.read",
        article=ACCOUNTABILITY,
        case=case if shown else None,
        body={
            "purpose": scope.current().purpose,
            "kind": kind,
            "case": case,
            "from": offset,
            "shown": len(shown),
        },
    )
    return shown


def read_entry(sequence: int) -> tuple[Line, Proof | None]:
    """One entry and the proof that it is in the tree; the reading is an entry itself."""
    access.require("ledger.read")
    [line] = _known([ledger.line(sequence)])
    ledger.record(
        "ledger.read",
        article=ACCOUNTABILITY,
        subject=f"entry-{sequence}",
        body={"purpose": scope.current().purpose},
    )
    return line, ledger.proof(sequence)


def verify_ledger() -> Report:
    """Recompute the whole ledger of the acting authority; the outcome is an entry.

    The node itself recomputes it: no entry is left out because its case is restricted.
    """
    access.require("ledger.verify")
    me = Authority.objects.get(pk=scope.current_authority())
    node = Identity.of_node(me)
    with scope.acting(node.authority, node.officer, "verify the ledger"):
        report = ledger.verify(me.code, _keys(me))
    ledger.record(
        "ledger.verified" if report.ok else "ledger.found-wanting",
        article=ACCOUNTABILITY,
        body={
            "entries": report.entries,
            "root": report.root,
            "problems": [problem.message for problem in report.problems],
        },
    )
    return report


def export_ledger(path: Path, *, bodies: bool = False) -> None:
    """Write the ledger of the acting authority to a file that anyone can verify offline."""
    access.require("ledger.export")
    me = Authority.objects.get(pk=scope.current_authority())
    ledger.record(
        "ledger.exported", article=ACCOUNTABILITY, body={"purpose": scope.current().purpose, "bodies": bodies}
    )
    ledger.export(path, me.code, _keys(me), bodies=bodies)


def note_list(name: str, rows: int, **told: Any) -> None:
    """Put into the ledger that a list was taken out as a file, and of what."""
    access.require("list.export")
    ledger.record(
        "list.exported",
        article=ACCOUNTABILITY,
        body={"purpose": scope.current().purpose, "list": name, "rows": rows, **told},
    )


def erase_body(sequence: int, reason: str) -> None:
    """Forget the body of an entry whose legal term has ended; InputError without a reason."""
    access.require("ledger.erase")
    if not reason.strip():
        raise InputError("say why: which term has ended, or whose right it is", field="reason")
    ledger.erase(sequence, reason.strip()[:500])


def _known(lines: list[Line]) -> list[Line]:
    """The entries without the references of cases that the officer may not know of, where a body lists cases."""
    listed = {each for line in lines for each in _listed(line)}
    known = (
        set(Case.objects.filter(reference__in=listed).values_list("reference", flat=True))
        if listed
        else set()
    )
    return [
        replace(line, body={**(line.body or {}), "cases": [each for each in _listed(line) if each in known]})
        if _listed(line)
        else line
        for line in lines
    ]


def _listed(line: Line) -> list[str]:
    cases = (line.body or {}).get("cases")
    return [each for each in cases if isinstance(each, str)] if isinstance(cases, list) else []


def _keys(authority: Authority) -> list[PublicKeys]:
    return [PublicKeys.from_json(row.key) for row in PublicKey.objects.filter(authority=authority)]
