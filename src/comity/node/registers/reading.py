"""What is there: registers with their counts and imports, and the rows of a screening."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.db.models import Count, Prefetch, Q, QuerySet

from comity.base.errors import NotFound
from comity.node import access, ledger
from comity.node.registers.loading import find_register
from comity.node.registers.models import Import, Match, Query, Register, Screening


@dataclass(frozen=True, slots=True)
class Holding:
    """A register with the number of its records in force and its newest import."""

    register: Register
    records: int
    last: Import | None


def registers() -> list[Holding]:
    """The registers of the acting authority by name."""
    access.require("register.read")
    counted = Register.objects.annotate(
        records_in_force=Count("records", filter=Q(records__withdrawn_at=None))
    )
    newest = {done.register_id: done for done in Import.objects.order_by("at")}
    return [Holding(each, each.records_in_force, newest.get(each.pk)) for each in counted]


def read_register(code: str) -> Holding:
    """One register; NotFound when the acting authority has none of that code."""
    access.require("register.read")
    register = find_register(code)
    records = register.records.filter(withdrawn_at=None).count()
    return Holding(register, records, register.imports.first())


def under_law() -> dict[str, list[Register]]:
    """The registers of the acting authority that are kept under a law of the book, by that law."""
    access.require("law.read")
    found: dict[str, list[Register]] = {}
    for register in Register.objects.exclude(law=""):
        found.setdefault(register.law, []).append(register)
    return found


def imports(register: Register) -> QuerySet[Import]:
    """The imports into a register, newest first."""
    access.require("register.read")
    return register.imports.all()


def read_import(register: Register, import_id: int) -> Import:
    """One import into a register. Raises NotFound."""
    done = imports(register).filter(pk=import_id).first()
    if done is None:
        raise NotFound("There is no such import here.")
    return done


def reject_file(import_id: int) -> Path:
    """The file of rows that an import could not take in, and why; its reading goes into the ledger.

    Raises NotFound when there is no such import, or none of its rows was rejected.
    """
    access.require("register.load")
    done = Import.objects.filter(pk=import_id).select_related("register").first()
    if done is None or not done.rejects or not Path(done.rejects).is_file():
        raise NotFound("There is no file of rejected rows.")
    ledger.record(
        "rejects.read",
        article=access.RULES["record.read"].article,
        body={"register": done.register.code, "source": done.source, "rows": done.rejected},
    )
    return Path(done.rejects)


def screening_list() -> QuerySet[Screening]:
    """The screenings of the acting authority, newest first, with `rows`, `found` and `open` counted."""
    access.require("screening.read")
    matches = Count("queries__matches", distinct=True)
    undecided = Count("queries__matches", filter=Q(queries__matches__decision=Match.OPEN), distinct=True)
    counted = Screening.objects.annotate(rows=Count("queries", distinct=True), found=matches, open=undecided)
    return counted.select_related("officer").order_by("-at")


def screening_rows(screening: Screening) -> QuerySet[Query]:
    """The rows of a screening with their matches: those that wait for a decision first, then by line."""
    access.require("screening.read")
    matches = Match.objects.select_related("record__register", "decided_by")
    return (
        screening.queries.annotate(
            found=Count("matches"), open=Count("matches", filter=Q(matches__decision=Match.OPEN))
        )
        .order_by("-open", "-found", "line", "pk")
        .prefetch_related(Prefetch("matches", queryset=matches))
    )
