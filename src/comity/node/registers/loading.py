"""Imports into a register: the good rows go in, the bad ones to a reject file; again changes nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from comity.base.errors import InputError, NotFound
from comity.base.files import Rejects
from comity.base.text import say
from comity.base.time import now
from comity.match import sources
from comity.node import access, ledger, scope
from comity.node.registers import sight
from comity.node.registers.models import Change, Import, Record, Register

BATCH = 2000
CHANGING = ("entity", "digest", "schema", "caption", "changed_at", "withdrawn_at")

Progress = Callable[[int], None]


def open_register(
    code: str, name: str, basis: str, purpose: str, *, law: str = "", compared_for: str = ""
) -> Register:
    """Set up a register of the acting authority, or return the one of that code.

    `law` is the register of the law book that it is kept under, `compared_for` the purpose of that law for which
    cases and manifests are compared with it. Raises InputError when the book has none such.
    """
    access.require("register.load")
    if law:
        sight.check(law, compared_for=compared_for)
    register, made = Register.objects.get_or_create(
        authority_id=scope.current_authority(),
        code=code,
        defaults={"name": name, "basis": basis, "purpose": purpose, "law": law, "compared_for": compared_for},
    )
    if made:
        ledger.record(
            "register.opened", body={"register": code, "basis": basis, "purpose": purpose, "law": law}
        )
    return register


def find_register(code: str) -> Register:
    """The register of that code; NotFound when the acting authority has none."""
    register = Register.objects.filter(code=code).first()
    if register is None:
        raise NotFound(say("There is no register {code!r} here.", code=code))
    return register


def load(
    register: Register,
    path: Path,
    kind: str,
    mapping: sources.Mapping | None = None,
    *,
    complete: bool = True,
    name: str = "",
    holding: str = "",
    progress: Progress | None = None,
) -> Import:
    """Read a file of `kind` (see `comity.match.sources.KINDS`) into the register, in this transaction.

    Records are known by their entity id: importing again updates what changed and adds what is new. With
    `complete` the file is the whole list, and records that are no longer in it are withdrawn. `name` is what the
    file is called where it came from.
    Raises InputError when the file as a whole cannot be read; then nothing is changed.
    """
    access.require("register.load")
    _check_holding(register, holding)
    at = now()
    rejects_path = settings.HOME.rejects_dir / f"{register.code}-{at:%Y%m%dT%H%M%S%f}.jsonl"
    done = Import(register=register, at=at, source=name or path.name, kind=kind)
    seen: set[str] = set()
    with Rejects(rejects_path) as rejects:
        for batch in _batches(sources.read(path, kind, rejects, mapping)):
            fresh = [entity for entity in batch if entity["id"] not in seen]
            seen.update(entity["id"] for entity in fresh)
            _put(register, fresh, done, at, holding)
            done.read += len(fresh)
            if progress:
                progress(done.read)
        if not seen:
            raise InputError("no record could be read from it", file=path.name)
        done.rejected = rejects.count
        done.rejects = str(rejects_path) if rejects.count else ""
    withdrawn = _withdraw_others(register, seen, at) if complete else 0
    done.save()
    ledger.record("register.loaded", body=_summary(done, withdrawn))
    return done


def _summary(done: Import, withdrawn: int) -> dict[str, Any]:
    names = ("read", "added", "changed", "unchanged", "rejected")
    return {
        "register": done.register.code,
        "source": done.source,
        "kind": done.kind,
        **{name: getattr(done, name) for name in names},
        "withdrawn": withdrawn,
    }


def _batches(entities: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    iterator = iter(entities)
    while batch := list(islice(iterator, BATCH)):
        yield list({entity["id"]: entity for entity in batch}.values())


def _check_holding(register: Register, holding: str) -> None:
    if register.law and not holding:
        raise InputError("say which kind of entry of its law these are", field="holding")
    if holding:
        sight.check(register.law, holding)


def _put(
    register: Register, entities: list[dict[str, Any]], done: Import, at: datetime, holding: str = ""
) -> None:
    entries = {entity["id"]: entity.pop("entry", {}) for entity in entities}
    known = Record.objects.filter(register=register, key__in=[entity["id"] for entity in entities])
    before = {record.key: record for record in known}
    added, changed = [], []
    for entity in entities:
        digest = _digest(entity)
        record = before.get(entity["id"])
        if record is None:
            added.append(_new(register, entity, digest, at))
        elif record.digest != digest or record.withdrawn_at:
            record.entity, record.digest, record.schema = entity, digest, entity["schema"]
            record.caption, record.changed_at, record.withdrawn_at = caption(entity), at, None
            changed.append(record)
    for record in [*added, *changed]:
        _keep(record, entries[record.key], holding)
    Record.objects.bulk_create(added, batch_size=BATCH)
    Record.objects.bulk_update(changed, [*CHANGING, "holding", "moments", "facts", "keep_at"], batch_size=500)
    tell_matcher([*added, *changed], withdrawn=False)
    done.added += len(added)
    done.changed += len(changed)
    done.unchanged += len(entities) - len(added) - len(changed)


def _keep(record: Record, entry: Mapping[str, Any], holding: str) -> None:
    """Put a record under the law of its register: what it is there, since when, and until when it is kept."""
    law = sight.law_of(record.register)
    if law is None:
        return
    record.holding = holding
    entered = {"entered": record.since.isoformat()} if "entered" in law.moments else {}
    record.moments = entered | sight.moments(law, entry.get("moments", {}))
    record.facts = sight.facts(law, entry.get("facts", {}))
    record.keep_at = sight.next_end(record, record.since)


def _new(register: Register, entity: dict[str, Any], digest: str, at: datetime) -> Record:
    return Record(
        register=register,
        key=entity["id"],
        schema=entity["schema"],
        caption=caption(entity),
        entity=entity,
        digest=digest,
        since=at,
        changed_at=at,
    )


def caption(entity: Mapping[str, Any]) -> str:
    """What to call an entity on a page: its name, else its number, else its id."""
    properties = entity["properties"]
    for name in ("name", "registrationNumber", "number"):
        if properties.get(name):
            return str(properties[name][0])[:300]
    return str(entity["id"])


def _digest(entity: Mapping[str, Any]) -> str:
    text = json.dumps(entity, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _withdraw_others(register: Register, seen: set[str], at: datetime) -> int:
    live = Record.objects.filter(register=register, withdrawn_at=None)
    gone = [record for record in live.only("pk", "key").iterator() if record.key not in seen]
    for start in range(0, len(gone), BATCH):
        part = gone[start : start + BATCH]
        Record.objects.filter(pk__in=[record.pk for record in part]).update(withdrawn_at=at, changed_at=at)
        tell_matcher(part, withdrawn=True)
    return len(gone)


def tell_matcher(records: list[Record], *, withdrawn: bool) -> None:
    """Have the matcher learn, once this transaction is committed, that records were put or withdrawn."""
    if not records:
        return
    with connection.cursor() as cursor:
        # Changes are followed in the order of their numbers; a lock makes commits follow that order too.
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('comity.change'), %s)", [scope.current_authority()]
        )
    Change.objects.bulk_create(
        (Change(record=record, withdrawn=withdrawn) for record in records), batch_size=BATCH
    )
