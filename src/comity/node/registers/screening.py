"""Looking things up in the registers: screenings, searches, single records, and a person's decision."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from comity.base.errors import Conflict, InputError, NotFound
from comity.base.files import Rejects
from comity.base.text import say
from comity.base.time import now
from comity.law.registers import Seen
from comity.match import sources
from comity.node import access, ledger, scope
from comity.node.registers import matching, sight
from comity.node.registers.loading import caption
from comity.node.registers.models import Match, Query, Record, Screening

MANIFEST_LIMIT = 20_000
MATCHES_PER_QUERY = 5


def screen(path: Path, purpose: str, *, name: str = "") -> Screening:
    """Compare every row of a manifest (CSV, see `comity.match.sources.manifest`) with all registers.

    Bad rows are kept with the screening, with what was expected. Raises InputError when no row is good.
    """
    officer = access.require("screening.run")
    rejects = Rejects()
    rows = list(sources.read(path, "manifest", rejects))
    if not rows:
        first = rejects.first[0].sentence if rejects.first else ""
        raise InputError(say("no row could be read. {first}", first=first), file=name or path.name)
    if len(rows) > MANIFEST_LIMIT:
        raise InputError(
            say(
                "{count} rows; at most {manifest_limit} go into one screening",
                count=len(rows),
                manifest_limit=MANIFEST_LIMIT,
            ),
            file=name or path.name,
        )
    screening = Screening.objects.create(
        officer=officer,
        at=now(),
        source=name or path.name,
        purpose=purpose,
        rejected=[{"line": e.line, "field": e.field, "error": e.message} for e in rejects.first],
    )
    queries = Query.objects.bulk_create(_query(row, screening=screening) for row in rows)
    found = look_up(queries)
    ledger.record(
        "screening.run",
        article=access.RULES["screening.run"].article,
        subject=str(screening.pk),
        body={"source": screening.source, "purpose": purpose, "rows": len(rows), "matches": len(found)},
    )
    return screening


def cross_check(case_id: UUID, conversation: UUID, entities: Iterable[dict[str, Any]]) -> list[Match]:
    """Compare what a request asks about with the registers (Directive (EU) 2023/977 art. 16(1)(d)).

    Done once a case: what was looked for before is not looked for again.
    """
    if Query.objects.filter(case_id=case_id).exists():
        return list(Match.objects.filter(query__case_id=case_id))
    queries = Query.objects.bulk_create(_query(entity, case_id=case_id) for entity in entities)
    found = look_up(queries)
    ledger.record(
        "case.cross-checked",
        article="Directive (EU) 2023/977 art. 16(1)(d)",
        case=str(conversation),
        body={"subjects": len(queries), "matches": [str(match.pk) for match in found]},
    )
    return found


def outlived(case_id: UUID, entities: Iterable[dict[str, Any]]) -> list[int]:
    """The ids of what was looked for of a case that is about none of `entities`, no longer or never."""
    kept = [(each["schema"], each["properties"]) for each in entities]
    return [
        query.pk
        for query in Query.objects.filter(case_id=case_id)
        if (query.entity["schema"], query.entity["properties"]) not in kept
    ]


def look_up(queries: Sequence[Query]) -> list[Match]:
    """Ask the matcher about the queries and keep each match whose record exists and is in force."""
    if not queries:
        return []
    answers = matching.candidates([_asked(query) for query in queries], limit=MATCHES_PER_QUERY)
    wanted = {int(match["id"]) for matches in answers for match in matches if match["match"]}
    known = Record.objects.filter(withdrawn_at=None, deleted_at=None).select_related("register__authority")
    records = sight.compared(known.in_bulk(wanted))
    at = now()
    return Match.objects.bulk_create(
        Match(
            query=query,
            record=records[int(match["id"])],
            score=match["score"],
            key=match["key"],
            reasons=match["reasons"],
            found_at=at,
        )
        for query, matches in zip(queries, answers, strict=True)
        for match in matches
        if match["match"] and int(match["id"]) in records
    )


def _asked(query: Query) -> dict[str, Any]:
    return {**query.entity, "id": f"query-{query.pk}"}


def _query(entity: dict[str, Any], **owner: Any) -> Query:
    return Query(
        line=int(entity.get("row", 0)),
        role=str(entity.get("role", ""))[:40],
        caption=caption(entity),
        entity={key: entity[key] for key in ("id", "schema", "properties")},
        **owner,
    )


def read_screening(screening_id: UUID) -> Screening:
    """A screening with its queries and matches; the reading goes into the ledger."""
    access.require("screening.read")
    screening = Screening.objects.filter(pk=screening_id).select_related("officer").first()
    if screening is None:
        raise NotFound("There is no such screening here.")
    ledger.record(
        "screening.read",
        article=access.RULES["screening.read"].article,
        subject=str(screening.pk),
        body={"source": screening.source},
    )
    return screening


def screenings() -> QuerySet[Screening]:
    """The screenings of the acting authority, newest first."""
    access.require("screening.read")
    return Screening.objects.select_related("officer")


def read_match(match_id: UUID) -> Match:
    """A match with its query and record, side by side; the reading of the record goes into the ledger."""
    access.require("screening.read")
    match = (
        Match.objects.filter(pk=match_id)
        .select_related("query__screening", "query__case", "record__register", "decided_by")
        .first()
    )
    if match is None:
        raise NotFound("There is no such match here.")
    use = match.record.register.compared_for
    _note_reading(
        match.record,
        f"review of a match for {match.query.caption}",
        case=_conversation(match),
        seen=sight.require(match.record, use) if match.record.register.law else None,
        use=use,
    )
    return match


def decide(match_id: UUID, decision: str, note: str) -> Match:
    """A person confirms a match, which makes it a hit, or discards it; decided once, with a note.

    Raises InputError on another decision or an empty note, Conflict when it has been decided already.
    """
    officer = access.require("match.decide")
    if decision not in (Match.CONFIRMED, Match.DISCARDED):
        raise InputError("expected confirmed or discarded", field="decision")
    if not note.strip():
        raise InputError("say in a few words what the decision rests on", field="note")
    match = (
        Match.objects.select_for_update(of=("self",))
        .select_related("query__case", "record")
        .filter(pk=match_id)
        .first()
    )
    if match is None:
        raise NotFound("There is no such match here.")
    if match.decision != Match.OPEN:
        raise Conflict(
            say(
                "It was {decision} already at {at} UTC.",
                decision=match.decision,
                at=f"{match.decided_at:%Y-%m-%d %H:%M}",
            )
        )
    match.decision, match.note = decision, note.strip()[:500]
    match.decided_by, match.decided_at = officer, now()
    match.save(update_fields=["decision", "note", "decided_by", "decided_at"])
    ledger.record(
        f"match.{decision}",
        article="Directive (EU) 2016/680 art. 11",
        case=_conversation(match),
        subject=str(match.pk),
        body={"record": match.record_id, "score": match.score, "note": match.note},
    )
    return match


def search(
    text: str, register: str = "", limit: int = 50, use: str = ""
) -> list[tuple[Record, dict[str, Any]]]:
    """Records like `text`, best first, with the matcher's reasons; each record shown goes into the ledger.

    Of a record under law what is shown is what is seen of it for the purpose `use` of that law.
    """
    access.require("record.search")
    if not text.strip():
        raise InputError("say a name or a number to look for", field="q")
    entity = {"id": "query-search", "schema": "Thing", "properties": {"name": [text.strip()[:300]]}}
    answer = matching.candidates([entity], limit=limit)[0]
    found = Record.objects.filter(withdrawn_at=None, deleted_at=None).select_related("register__authority")
    records = found.in_bulk([int(match["id"]) for match in answer])
    like = [
        (records[int(match["id"])], match)
        for match in answer
        if int(match["id"]) in records and register in ("", records[int(match["id"])].register.code)
    ]
    shown = [seen for record, match in like if (seen := _as_seen(record, match, use))]
    ledger.record(
        "register.searched",
        article=access.RULES["record.search"].article,
        body={"text": text, "purpose": scope.current().purpose, "records": [r.pk for r, _ in shown]},
    )
    return shown


def _as_seen(record: Record, match: dict[str, Any], use: str) -> tuple[Record, dict[str, Any]] | None:
    """A record and why it is like what was looked for, as far as its law lets us see it; None: not at all."""
    sees = sight.of(record, use).sees
    if sees == "full":
        return record, match
    return (sight.blanked(record), sight.only_hit(match, use)) if sees == "hit-no-hit" else None


def find_record(record_id: int) -> Record:
    """A record of which something may be seen for some purpose, to be asked which; nothing of it is to be shown."""
    access.require("record.read")
    record = (
        Record.objects.filter(pk=record_id, deleted_at=None).select_related("register__authority").first()
    )
    if record is None or sight.of(record, "").sees == "none":
        raise NotFound("There is no such record here.")
    return record


def read_record(record_id: int, use: str = "") -> tuple[Record, Seen]:
    """One record for the purpose of the scope, as far as its law lets it be seen for the purpose `use` of that law.

    The reading goes into the ledger, with the article that allows it. Raises NotFound, Denied.
    """
    record = find_record(record_id)
    seen = sight.require(record, use)
    _note_reading(record, scope.current().purpose, seen=seen, use=use)
    return (record if seen.sees == "full" else sight.blanked(record)), seen


def _conversation(match: Match) -> str | None:
    return str(match.query.case.conversation) if match.query.case else None


def _note_reading(
    record: Record, purpose: str, case: str | None = None, seen: Seen | None = None, use: str = ""
) -> None:
    cited = sight.cite(record.register, seen.article) if seen else ""
    told = {"use": use, "sees": seen.sees} if seen and cited else {}
    ledger.record(
        "record.read",
        article=cited or access.RULES["record.read"].article,
        case=case,
        subject=f"record-{record.pk}",
        body={"register": record.register.code, "key": record.key, "purpose": purpose, **told},
    )
