"""What goes along with a case: grounds of refusal that are open, copies owed, what is kept until when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from comity.law import periods
from comity.law.answers import Keeping, OpenRefusal, OwedCopy
from comity.law.calendars import UTC_ONLY, Calendar
from comity.law.clocks import Clockwork
from comity.law.procedures import BoundProcedure
from comity.law.schema import Retention


def refusals(procedure: BoundProcedure, values: Mapping[str, Any]) -> Iterator[OpenRefusal]:
    """The grounds that are not known to be closed: whether one holds is for the requested side to say."""
    for ground in procedure.rules.refusals:
        if procedure.test(ground.when, values).value is not False:
            checked = ground.checked is not None
            yield OpenRefusal(ground.id, ground.article, ground.text, ground.partial, checked)


def copies(procedure: BoundProcedure, values: Mapping[str, Any]) -> Iterator[OwedCopy]:
    """The copies owed in this case; those whose condition is not known to hold are not among them."""
    for copy in procedure.rules.copies:
        if procedure.test(copy.when, values).value is True:
            yield OwedCopy(
                id=copy.id,
                to=copy.to,
                of=copy.of,
                article=copy.article,
                text=copy.text,
                assess=copy.assess,
                waivers=tuple(copy.waivers),
                checked=copy.checked is not None,
            )


def retention(procedure: BoundProcedure, values: Mapping[str, Any], work: Clockwork) -> Iterator[Keeping]:
    """When data must be reviewed, masked or deleted, of the case and of its parts."""
    yield from _keepings(procedure, procedure.rules.retention, values, work)
    for name, part in procedure.rules.parts.items():
        for part_id, facts in work.facts.parts.get(name, {}).items():
            own = {**values, **{f"{name}.{key}": value for key, value in facts.items()}}
            yield from _keepings(procedure, part.retention, own, work, part_id, facts)


def _keepings(
    procedure: BoundProcedure,
    rules: list[Retention],
    values: Mapping[str, Any],
    work: Clockwork,
    part: str | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Iterator[Keeping]:
    """These limits protect persons: they end at 24:00 of their day and never move.

    From the end of a case that was taken up again none runs, until it ends anew.
    """
    calendar = _calendar(work)
    for rule in rules:
        if procedure.test(rule.when, values).value is not True:
            continue
        if rule.unless and procedure.test(rule.unless, values).value is True:
            continue
        moment = None if _reopened(procedure, rule, work) else work.moment(rule.from_, part, facts)
        end = moment and periods.period(moment, rule.after, "calendar-days", calendar, own=True).at
        yield Keeping(
            after=rule.after,
            from_=rule.from_,
            do=rule.do,
            article=rule.article,
            at=calendar.local(end) if end else None,
            fields=rule.fields,
            then_every=rule.then_every,
            part=part,
            checked=rule.checked is not None,
        )


def _reopened(procedure: BoundProcedure, rule: Retention, work: Clockwork) -> bool:
    """Whether a period would run from a step that had ended a case which has been taken up again."""
    step, final = procedure.steps.get(rule.from_.partition(".")[0]), procedure.lifecycle.final
    return step is not None and step.move.to in final and work.history.state not in final


def _calendar(work: Clockwork) -> Calendar:
    """The local days of the one asked, else of the first party that the case names."""
    parties = work.facts.parties
    actors = [*parties.get("requested", ()), *(actor for role in parties.values() for actor in role)]
    known = (work.view.book.calendar(actor.country) for actor in actors)
    return next((calendar for calendar in known if calendar), UTC_ONLY)
