"""Numbers that other channels give: the SIENA or Interpol number of a case and of each of its messages."""

from __future__ import annotations

import re
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from comity.base.errors import InputError, NotFound
from comity.base.text import say
from comity.base.time import now
from comity.node import access, ledger
from comity.node.cases import finding
from comity.node.cases.models import Case, Number, Step

CHANNELS = {"siena": "SIENA", "interpol": "Interpol I-24/7", "mail": "Mail", "other": "Another channel"}
_FORM = re.compile(r"(?=.*[0-9])[A-Za-z0-9][A-Za-z0-9 ./_:-]{1,39}")


def channel_of(words: str) -> str:
    """The channel that free words such as `SIENA, urgent desk` speak of; `other` when none is named."""
    said = words.casefold()
    if "siena" in said:
        return "siena"
    if "interpol" in said or "i-24/7" in said:
        return "interpol"
    return "mail" if "mail" in said else "other"


def clean(number: str) -> str:
    """A number as it is kept, blanks drawn together. Raises InputError when it can be none.

    The form is checked loosely, since each channel changes its own: letters, digits and marks, with a digit.
    """
    text = " ".join(number.split())
    if not _FORM.fullmatch(text):
        raise InputError(
            "expected a number of 2 to 40 letters, digits and marks such as 1234567-12-3", field="number"
        )
    return text


def note(case_id: UUID, channel: str, number: str, *, step: UUID | None = None, ours: bool = True) -> Number:
    """Note a number of a case or of one of its steps; final once written. Raises InputError, NotFound."""
    access.require("case.step")
    if channel not in CHANNELS:
        raise InputError(say("expected one of {known}", known=", ".join(CHANNELS)), field="channel")
    case = finding.find(case_id, lock=True)
    taken = Step.objects.filter(pk=step, case=case).first() if step else None
    if step and taken is None:
        raise NotFound("There is no such step in this case.")
    written = write(case, channel, number, taken, ours=ours)
    case.version += 1
    case.save(update_fields=["version"])
    return written


def write(case: Case, channel: str, number: str, step: Step | None, *, ours: bool) -> Number:
    """Keep a number, as part of a change that has passed the gate."""
    written = Number.objects.create(
        case=case,
        step=step,
        channel=channel,
        number=clean(number),
        ours=ours,
        noted_by=access.acting_officer(),
        noted_at=now(),
    )
    ledger.record(
        "case.numbered",
        article="Directive (EU) 2023/977 art. 16(1)(f)",
        case=str(case.conversation),
        subject=str(step.pk) if step else None,
        body={"reference": case.reference, "channel": channel, "number": written.number},
    )
    return written


def of_case(case: Case) -> QuerySet[Number]:
    """The numbers of a case and of its steps, oldest first."""
    return Number.objects.filter(case=case).select_related("step")


def of_conversation(conversation: UUID) -> list[str]:
    """The numbers under which other channels know a case, for a letter: `SIENA 1234567`."""
    found = Number.objects.filter(case__conversation=conversation, step=None)
    return [f"{CHANNELS[each.channel]} {each.number}" for each in found]


def bearing(text: str) -> Exists:
    """The condition that a case, or one of its messages, bears a number with `text` in it."""
    return Exists(Number.objects.filter(case=OuterRef("pk"), number__icontains=text))
