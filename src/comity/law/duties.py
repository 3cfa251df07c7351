"""What goes along with a case: grounds of refusal that are open, copies owed, what is kept until when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Any

from comity.law import periods
from comity.law.answers import Keeping, OpenRefusal, OwedCopy
from comity.law.calendars import UTC_ONLY
from comity.law.clocks import Clockwork
from comity.law.procedures import BoundProcedure
from comity.law.schema import Retention
from comity.law.steps import History


def refusals(procedure: BoundProcedure, values: Mapping[str, Any]) -> Iterator[OpenRefusal]:
    """The grounds that are not known to be closed: whether one holds is for the requested side to say."""
    for ground in procedure.rules.refusals:
        if procedure.test(ground.when, values).value is not False:
            yield OpenRefusal(
                ground.id, ground.article, ground.text, ground.partial, ground.checked is not None
            )


def copies(procedure: BoundProcedure, values: Mapping[str, Any], history: History) -> Iterator[OwedCopy]:
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
    """When the data must be reviewed, masked or deleted. These limits protect persons, so they never move."""
    for rule in procedure.rules.retention:
        if rule.unless and procedure.test(rule.unless, values).value is True:
            continue
        yield _keeping(procedure, rule, work)


def _keeping(procedure: BoundProcedure, rule: Retention, work: Clockwork) -> Keeping:
    moment = work.moment(rule.from_)
    actor = work.facts.actor("requested")
    calendar = work.view.book.calendar(actor.country if actor else None) or UTC_ONLY
    end = None
    if moment:
        end = periods.period(moment, rule.after, "calendar-days", calendar).at.astimezone(
            calendar.zone or UTC
        )
    return Keeping(
        after=rule.after,
        from_=rule.from_,
        do=rule.do,
        article=rule.article,
        at=end,
        fields=rule.fields,
        then_every=rule.then_every,
        checked=rule.checked is not None,
    )
