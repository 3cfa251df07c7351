"""Keeping files: encrypted before they reach the database, read back only as they were kept.

The functions here ask nobody: `comity.node.cases.attaching` is where officers come in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Sum

from comity.base.errors import InputError, NotFound
from comity.base.identifiers import uuid7
from comity.base.text import say
from comity.base.time import now
from comity.node.attachments import scanning, types
from comity.node.attachments.models import Attachment, AttachmentContent
from comity.node.authorities import Authority, Officer
from comity.node.exchange import sending
from comity.wire import ledger as wire
from comity.wire.envelope import MOST_PARTS
from comity.wire.jose import MAX_PARTS

MB = 2**20


def check_size_of_one(size: int) -> None:
    """Raise InputError for a file that is too large for this node."""
    limit = settings.HOME.attachments.largest_mb
    if size > limit * MB:
        raise InputError(say("a file may have at most {size} MB", size=limit), field="file")


def check_size(size: int, case_id: UUID) -> None:
    """Raise InputError for a file that is too large for this node, or for the case."""
    check_size_of_one(size)
    rules = settings.HOME.attachments
    kept = Attachment.objects.filter(case_id=case_id).aggregate(sum=Sum("size"))["sum"] or 0
    if kept + size > rules.case_mb * MB:
        raise InputError(
            say("the files of a case may have at most {size} MB", size=rules.case_mb), field="file"
        )


def store(case_id: UUID, name: str, data: bytes, officer: Officer) -> Attachment:
    """Keep a file that an officer adds. Raises InputError when it is too large or not of a type that is taken."""
    cleaned = types.clean_name(name)
    check_size(len(data), case_id)
    kind = types.check(cleaned, data)
    verdict, note = scanning.scan(data)
    return _keep(case_id, cleaned, kind, data, verdict, note, officer=officer)


def store_received(
    case_id: UUID, said: Mapping[str, Any], data: bytes, partner: Authority, *, scan: bool = True
) -> Attachment:
    """Keep a file that a partner sent, `said` being what its step says of it; without `scan` it waits for one.

    One that would not be taken here is kept in quarantine, with the reason. Raises InputError when what the step
    says is not of the agreed form or not true of the bytes.
    """
    name, size, digest = said.get("name"), said.get("size"), said.get("sha256")
    if not isinstance(name, str) or digest != hashlib.sha256(data).hexdigest() or size != len(data):
        raise InputError("expected name, size and sha256 of the file that came", field="attachments")
    cleaned, kind = _known_name(name), types.UNKNOWN
    try:
        kind = types.check(cleaned, data)
        verdict, note = scanning.scan(data) if scan else (Attachment.WAITING, scanning.NO_ANSWER)
    except InputError as error:
        verdict, note = Attachment.REFUSED, error.message
    return _keep(case_id, cleaned, kind, data, verdict, note, partner=partner)


def _known_name(name: str) -> str:
    try:
        return types.clean_name(name)
    except InputError:
        return "unnamed"


def copy_to(
    case_id: UUID, attachment: Attachment, handling: Mapping[str, Any], officer: Officer
) -> Attachment:
    """Keep the same file in another case as well, to be passed on from there as its handling allows."""
    check_size(attachment.size, case_id)
    data = load(attachment)
    made = (attachment.name, attachment.media_type, data, attachment.verdict, attachment.note)
    return _keep(case_id, *made, handling=handling, officer=officer)


def _keep(
    case_id: UUID,
    name: str,
    kind: str,
    data: bytes,
    verdict: str,
    note: str,
    *,
    handling: Mapping[str, Any] | None = None,
    officer: Officer | None = None,
    partner: Authority | None = None,
) -> Attachment:
    kept = Attachment.objects.create(
        id=uuid7(),
        case_id=case_id,
        name=name,
        media_type=kind,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        verdict=verdict,
        note=note[:300],
        handling=dict(handling or {}),
        added_at=now(),
        officer=officer,
        partner=partner,
    )
    key = wire.new_key()
    AttachmentContent.objects.create(
        attachment=kept,
        case_id=case_id,
        ciphertext=wire.encrypt_file(data, key, str(kept.pk)),
        wrapped_key=wire.wrap_key(key, settings.HOME.secret("master")),
    )
    return kept


def load(attachment: Attachment) -> bytes:
    """The bytes of a file. Raises Tampered when they are not those that were kept."""
    content = AttachmentContent.objects.get(pk=attachment.pk)
    key = wire.unwrap_key(bytes(content.wrapped_key), settings.HOME.secret("master"))
    return wire.decrypt_file(bytes(content.ciphertext), key, str(attachment.pk))


@sending.parts_from
def load_part(sha256: str) -> bytes:
    """The bytes of a file that goes with a message. Raises NotFound when none of that hash may be sent."""
    fit = Attachment.objects.filter(sha256=sha256).exclude(verdict__in=Attachment.QUARANTINE)
    found = fit.first()
    if found is None:
        raise NotFound("There is no such file here.")
    return load(found)


def check_together(files: list[Attachment]) -> None:
    """Raise InputError when files cannot go with one message: quarantined, too many, or too large together."""
    for file in files:
        if file.quarantined:
            raise InputError(
                say("in quarantine, and not to be sent: {name}. {note}", name=file.name, note=file.note),
                field="attachments",
            )
    if len(files) > MOST_PARTS:
        raise InputError(
            say("at most {limit} files go with one message", limit=MOST_PARTS), field="attachments"
        )
    if sum(file.size for file in files) > MAX_PARTS:
        raise InputError(
            say("at most {size} MB of files go with one message", size=MAX_PARTS // MB), field="attachments"
        )
