"""Plain words for what the node counts and names: spans, instants, durations, clocks, ledger entries."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.utils import dateformat, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comity.base.text import say
from comity.base.time import now
from comity.node import lawbook
from comity.node.handling import CODES
from comity.node.ledger import Line
from comity.web.language import t

SOON = timedelta(hours=8)
LONG = 100
"""Days from which hours are no longer told; as in comity.js."""
CLOCK = {
    "long": "{days} d",
    "days": "{days} d {hours} h",
    "hours": "{hours} h {minutes} min",
    "minutes": "{minutes} min",
    "late": "late {span}",
    "overdue": "due, late in {span}",
    "name": "A clock",
}
"""What the clocks of a page say; its script says the same while they run."""


def clock_words() -> dict[str, str]:
    """What the clocks say, in the language of the page."""
    return {name: t(text) for name, text in CLOCK.items()}


def span(length: timedelta) -> str:
    """A length of time as a desk says it: `2 d 6 h`, `1 h 55 min`, `12 min`; the sign is left out."""
    minutes = int(abs(length).total_seconds()) // 60
    days, hours = minutes // 1440, minutes % 1440 // 60
    if days >= LONG:
        return t(CLOCK["long"]).format(days=days)
    if days:
        return t(CLOCK["days"]).format(days=days, hours=hours)
    if hours:
        return t(CLOCK["hours"]).format(hours=hours, minutes=f"{minutes % 60:02}")
    return t(CLOCK["minutes"]).format(minutes=minutes)


def when(instant: datetime) -> str:
    """An instant in the reader's time zone: `today 18:00`, `tomorrow 09:00`, `Mon 23 Nov 18:00`."""
    local, today = timezone.localtime(instant), timezone.localtime(now()).date()
    near = {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}.get((local.date() - today).days)
    if near:
        return f"{near} {local:%H:%M}"
    return dateformat.format(local, _("D j M H:i") if local.year == today.year else _("D j M Y H:i"))


def local_minute(instant: datetime) -> str:
    """An instant for a form, on the reader's time: `2026-11-22T14:30`."""
    return timezone.localtime(instant).strftime("%Y-%m-%dT%H:%M")


def day(value: date | datetime) -> str:
    """A day: `22 May 2027`."""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return dateformat.format(value, _("j F Y"))


OTHER_ACT = re.compile(r"(?P<act>\d+/\d+), (?P<number>.+)")
"""An article of another act than the procedure's own: `2023/969, 13`."""
VERBS = {
    "answer", "check", "comment", "confirm", "contact", "decide", "enquire", "examine", "forward", "inform", "notify",
    "provide", "reply", "report", "review",
}  # fmt: skip
"""Names of clocks that say what is owed: for us to *answer*. What another one is about, its text says."""
NO_ARTICLE = re.compile(r"[A-Za-z]{3}")
"""What begins so names a part of a text that is no article: `model agreement`, `recital 17`."""


def numbered(article: str) -> str:
    """Articles as they are cited: `13(1)` is `art. 13(1)`, `2023/969, 13` is `2023/969 art. 13`."""
    return "; ".join(map(_numbered, article.split("; ")))


def _numbered(article: str) -> str:
    other = OTHER_ACT.fullmatch(article)
    if other:
        return f"{other['act']} {_numbered(other['number'])}"
    if NO_ARTICLE.match(article):
        return article
    return t(say("art. {number}", number=article))


def duration(text: str, counting: str = "") -> str:
    """An ISO 8601 duration in words: `PT8H` is `8 hours`; with `calendar-days`, `P7D` is `7 calendar days`."""
    days, _t, hours = text.removeprefix("P").partition("T")
    parts = [(int(n), unit) for n, unit in re.findall(r"(\d+)([YMWD])", days)]
    parts += [(int(n), f"T{unit}") for n, unit in re.findall(r"(\d+)([HM])", hours)]
    if len(parts) == 1 and parts[0][1] == "D" and counting in ("calendar-days", "working-days"):
        parts = [(parts[0][0], counting)]
    return " ".join(_counted(n, unit) for n, unit in parts)


def _counted(n: int, unit: str) -> str:
    words = {
        "Y": ngettext("{n} year", "{n} years", n),
        "M": ngettext("{n} month", "{n} months", n),
        "W": ngettext("{n} week", "{n} weeks", n),
        "D": ngettext("{n} day", "{n} days", n),
        "calendar-days": ngettext("{n} calendar day", "{n} calendar days", n),
        "working-days": ngettext("{n} working day", "{n} working days", n),
        "TH": ngettext("{n} hour", "{n} hours", n),
        "TM": ngettext("{n} minute", "{n} minutes", n),
    }
    return words[unit].format(n=n)


@dataclass(frozen=True, slots=True)
class Clock:
    """A time limit as it is shown. `state`: late, overdue, soon, running, paused, none; `percent` is used up."""

    state: str
    words: str
    percent: int
    due: datetime | None
    latest: datetime | None
    start: datetime | None


def clock(
    due: datetime | None, latest: datetime | None, start: datetime | None, paused: bool = False
) -> Clock:
    """The clock as it stands now. The desk alarms from `due` on; a reply is called late only after `latest`."""
    if due is None:
        return Clock("none", _("no time limit"), 0, None, None, None)
    at = now()
    percent = round(100 * min(1.0, max(0.0, (at - start) / (due - start)))) if start and due > start else 0
    state, words = ("paused", _("paused")) if paused else _standing(at, due, latest or due)
    return Clock(state, words, percent, due, latest, start)


def _standing(at: datetime, due: datetime, latest: datetime) -> tuple[str, str]:
    if at > latest:
        return "late", t(CLOCK["late"]).format(span=span(at - latest))
    if at > due:
        return "overdue", t(CLOCK["overdue"]).format(span=span(latest - at))
    return ("soon" if due - at < SOON else "running"), span(due - at)


def served_at() -> str:
    """This instant, for the page's own clock to be set by."""
    return now().astimezone(UTC).isoformat(timespec="milliseconds")


ENTRIES = {
    "access.denied": "Access was denied",
    "alarm.acknowledged": "Saw to an alarm",
    "alarm.choices": "Chose how to be told of alarms",
    "alarm.not-told": "An alarm could not be told",
    "alarm.passed-up": "Passed an alarm up",
    "alarm.raised": "Raised an alarm",
    "alarm.told": "Told of an alarm",
    "attachment.added": "Added a file",
    "attachment.read": "Opened a file",
    "attachment.received": "A file came with a message",
    "attachment.scanned": "Had a file scanned again",
    "attachments.listed": "Listed the files of a case",
    "authority.founded": "Set up the authority",
    "case.assessed": "Said how the information can be reached",
    "case.assigned": "Handed the case over",
    "case.cross-checked": "Cross-checked with the registers",
    "case.authorisation-sought": "Asked for a judicial authorisation",
    "case.drafted": "Changed the draft",
    "case.exported": "Took the case out as a file",
    "case.forwarded": "Forwarded to a unit of the own state",
    "case.linked": "Linked the case with another one",
    "case.numbered": "Noted the number of another channel",
    "case.opened": "Opened the case",
    "case.read": "Read the case",
    "case.restricted": "Restricted the case to named readers",
    "case.tagged": "Said which offences it is about",
    "case.unlinked": "Ended a link with another case",
    "case.unrestricted": "Opened the case to all who work on cases",
    "cases.compared": "Looked at other cases that concern the same",
    "cases.changed": "Asked which cases have changed",
    "cases.listed": "Listed cases",
    "copy.sent": "Sent a copy",
    "copy.waived": "Decided to send no copy",
    "forwarding.told": "News of a forwarded case",
    "key.confirmed": "Confirmed a partner's key",
    "key.made": "Made new keys",
    "key.revoked": "Stopped trusting a key",
    "ledger.erased": "Erased the body of an entry",
    "ledger.exported": "Exported the ledger",
    "ledger.found-wanting": "Verified the ledger and found it wanting",
    "ledger.read": "Read the ledger",
    "ledger.verified": "Verified the ledger",
    "list.exported": "Took a list out as a file",
    "match.confirmed": "Confirmed a match: a hit",
    "match.discarded": "Decided that a match is not the same",
    "message.listed-by-hand": "Listed what is to be sent by hand",
    "message.dead": "Message given up; it waits for a person",
    "message.delivered": "Message delivered, receipt stored",
    "message.not-accepted": "A message was not accepted",
    "message.read": "Read a message again",
    "message.received": "Message received, receipt given",
    "message.refused": "Message refused, receipt says why",
    "message.refused-by-partner": "The partner's node refused the message",
    "message.repeated": "Message received again; its receipt was given again",
    "message.resent": "Message sent again",
    "message.sent-by-hand": "Message sent by hand",
    "message.signed": "Message signed and put in the outbox",
    "message.to-send-by-hand": "Message signed, to be sent by hand",
    "note.written": "Wrote a note",
    "officer.ended": "Ended a sign-in",
    "officer.enrolled": "Enrolled an officer",
    "officer.listed": "Listed the officers",
    "officer.roles": "Gave an officer other roles",
    "part.added": "Added a part of the case",
    "part.changed": "Changed a part of the case",
    "partner.added": "Added a partner",
    "record.read": "Opened a record",
    "register.loaded": "Loaded a register",
    "register.opened": "Set up a register",
    "register.searched": "Searched the registers",
    "rejects.read": "Read the rejected rows of an import",
    "rota.ended": "Took a shift out of the rota",
    "rota.planned": "Planned a shift",
    "rota.rules": "Set how alarms are passed up",
    "screening.read": "Read a screening",
    "screening.run": "Ran a screening",
    "case.categorised": "Said of which kind the request is",
    "case.kept-at-desk": "Decided not to pass the case up",
    "case.passed-up": "Passed the case up",
    "desk.arrived": "Came to the desk",
    "desk.departed": "Left the desk",
    "desk.invited": "Invited an authority to the desk",
    "desk.joined": "Took the authority's seat at the desk",
    "desk.left": "Gave up the authority's seat at the desk",
    "desk.opened": "Set up a desk",
    "desk.read": "Read the day book",
    "desk.counted": "Counted the work of the desk",
    "desk.written": "Wrote a line of the day book",
    "search.run": "Searched cases and registers",
    "case.deleted": "Deleted the case, as the law says",
    "case.fields-deleted": "Deleted data of the case, as the law says",
    "case.masked": "Masked data of the case, as the law says",
    "part.deleted": "Deleted a part of the case, as the law says",
    "record.deleted": "Deleted a record, as the law says",
    "record.masked": "Masked a record, as the law says",
    "keeping.proposed": "Proposed a review",
    "keeping.confirmed": "Reviewed: still needed",
    "keeping.held": "Kept the case from being deleted",
    "keeping.released": "Ended the hold on the case",
    "keeping.listed": "Listed the reviews that are due",
    "target.set": "Set a service target",
    "target.ended": "Ended a service target",
    "languages.recorded": "Recorded the languages of a state",
    "statistics.read": "Read the statistics",
    "text.changed": "Changed a text block",
    "text.retired": "Took a text block out of use",
    "text.written": "Wrote a text block",
    "token.made": "Made a token for the API",
    "token.revoked": "Ended a token for the API",
    "officer.signed-in": "Signed in",
    "officer.signed-out": "Signed out",
    "officer.password-changed": "Changed the password",
    "officer.second-factor-added": "Added a second factor",
    "officer.second-factor-removed": "Removed a second factor",
    "filter.ended": "Put a saved filter away",
    "filter.saved": "Saved a filter of the worklist",
    "handover.made": "Handed work over",
    "handover.read": "Read the note of a hand-over",
    "team.changed": "Changed a team",
    "team.ended": "Dissolved a team",
    "team.joined": "Put an officer into a team",
    "team.left": "Took an officer out of a team",
    "team.made": "Made a team",
    "webhook.added": "Added a program that is told of alarms",
    "webhook.ended": "Tells a program of alarms no more",
    "worklist.read": "Read the worklist",
}
QUIET = ("alarm.", "message.", "case.read", "cases.compared", "record.read", "ledger.")
STEPS = {
    "sent": "Sent the request",
    "received": "Confirmed receipt",
    "clarification_requested": "Asked for clarification",
    "clarification_given": "Gave clarification",
    "extended": "Told of a delay",
    "reminded": "Reminded",
    "granted": "Granted the authorisation",
    "answered": "Answered",
    "refused": "Refused",
    "withdrawn": "Withdrew the request",
    "closed": "Closed the case",
    "reopened": "Reopened the case",
    "copied": "Sent a copy",
    "entered": "Entered",
    "updated": "Updated",
    "hit_reported": "Reported a hit",
    "information_given": "Gave supplementary information",
    "flagged": "Flagged",
    "reviewed": "Reviewed",
    "deleted": "Deleted",
    "filed": "Filed",
    "proposed": "Proposed",
    "signed": "Signed",
    "declined": "Declined",
    "started": "Started",
    "joined": "Let another in",
    "prolonged": "Prolonged",
    "ended": "Ended",
    "opened": "Opened",
    "progress_reported": "Reported progress",
    "implemented": "Reported as implemented",
}


def entry(line: Line) -> str:
    """What an entry of the ledger tells of, in a few words."""
    if line.kind.startswith("step."):
        name = line.kind.removeprefix("step.")
        return t(STEPS.get(name, name.replace("_", " ").capitalize()))
    return t(ENTRIES.get(line.kind, line.kind.replace(".", ": ")))


def is_quiet(line: Line) -> bool:
    """Whether the entry is bookkeeping beside the case's own moves, such as a reading or a delivery."""
    return line.kind.startswith(QUIET)


def choice(id: str, text: str) -> str:
    """A choice in words; after its code where that is one of the act's own, such as U1."""
    return f"{id} {t(text)}" if is_code(id) else t(text)


def is_code(id: str) -> bool:
    """Whether a name is one of the act's own, such as U1 or R-f(ii), and not one that only programs read."""
    return not id.islower()


@lru_cache(maxsize=1)
def _chosen() -> dict[str, str]:
    """The texts of the choices that the lifecycles offer with their steps, such as outcomes, by id."""
    steps = [step for cycle in lawbook.book().lifecycles.values() for step in cycle.steps.values()]
    return {each.id: each.text for step in steps for need in step.needs for each in need.of}


def detail(line: Line) -> str:
    """The most telling words of an entry's body; nothing when it was erased or says no more."""
    body = line.body or {}
    content = body.get("content") if isinstance(body.get("content"), dict) else {}
    grounds = ", ".join(ground["id"] for ground in content.get("grounds", ()))
    given = (content.get("fields") or {}).values()
    words = [t(_chosen().get(text, text)) for text in given if isinstance(text, str)]
    said = [
        grounds and t(say("grounds {grounds}", grounds=grounds)),
        *words,
        body.get("purpose"),
        body.get("reason"),
    ]
    said += [t(str(body[key])) for key in ("note", "error") if body.get(key)]
    return next((str(text)[:200] for text in said if text), "")


def handling_codes(marking: dict[str, Any]) -> list[tuple[str, str]]:
    """The handling codes of a step, each with its sentence; H3 with the restriction that was stated."""
    codes = marking.get("codes") or []
    return [(code, (code == "H3" and marking.get("text")) or t(CODES[code])) for code in codes]
