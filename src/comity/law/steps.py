"""Which steps a case has taken, in what state that leaves it, and which step may follow, by whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from comity.base.errors import StepError
from comity.base.text import joined, say
from comity.law.conditions import Truth
from comity.law.facts import Facts, Taken
from comity.law.procedures import BoundProcedure, BoundStep
from comity.law.schema import Approval, Field


@dataclass(frozen=True, slots=True)
class History:
    """The steps taken up to an instant, and the state they lead to."""

    taken: tuple[Taken, ...]
    state: str

    def of(self, step: str, part: str | None = None) -> list[Taken]:
        """Each time a step was taken, for a part of the case or for the case itself."""
        return [taken for taken in self.taken if taken.step == step and taken.part in (part, None)]


@dataclass(frozen=True, slots=True)
class StepOption:
    """A step and whether it may be taken now; `reason` says why not. `by` are roles."""

    step: str
    title: str
    by: tuple[str, ...]
    allowed: bool
    reason: str
    article: str
    effect: str
    duty: str
    consent: str
    checked: bool
    fields: tuple[Field, ...]
    approval: Approval | None

    def as_json(self) -> dict[str, Any]:
        return {
            "step": self.step,
            "title": self.title,
            "by": list(self.by),
            "allowed": self.allowed,
            "reason": self.reason,
            "article": self.article,
            "effect": self.effect,
            "duty": self.duty,
            "checked": self.checked,
        }


def replay(procedure: BoundProcedure, facts: Facts, until: datetime | None = None) -> History:
    """Follow the steps through the lifecycle; those sent after `until` have not been taken yet.

    Raises StepError naming the step that cannot follow, the state it was tried in and the steps that could.
    """
    state = procedure.lifecycle.start
    kept: list[Taken] = []
    for taken in facts.steps:
        opening = taken.step == procedure.lifecycle.opening
        if until and taken.moment > until and not opening:
            break
        step = procedure.steps[taken.step]
        _check(procedure, step, taken, state)
        if kept:
            _check_order(procedure, kept[-1], step, taken)
        kept.append(taken)
        if _consented(step, kept, facts):
            state = _next_state(step, taken, state)
    return History(tuple(kept), state)


def options(procedure: BoundProcedure, facts: Facts, history: History) -> tuple[StepOption, ...]:
    """Every step of the procedure, allowed or not, in the lifecycle's order."""
    values = {**facts.values, **taken_values(procedure, history)}
    return tuple(_option(procedure, step, history, values) for step in procedure.steps.values())


def taken_values(procedure: BoundProcedure, history: History) -> dict[str, bool]:
    """`taken.<step>` for conditions: whether a step has been taken."""
    done = {taken.step for taken in history.taken}
    return {f"taken.{step}": step in done for step in procedure.steps}


def _check(procedure: BoundProcedure, step: BoundStep, taken: Taken, state: str) -> None:
    if not _follows(procedure, step, state):
        possible = [other.id for other in procedure.steps.values() if _follows(procedure, other, state)]
        raise StepError(
            say(
                "step {id!r} cannot follow in state {state!r}; possible: {possible}",
                id=step.id,
                state=state,
                possible=", ".join(possible) or "none",
            ),
            articles=(step.article,),
        )
    if taken.by is not None and taken.by not in step.move.by:
        raise StepError(
            say(
                "step {id!r} is not for {by!r}; it is for {right}",
                id=step.id,
                by=taken.by,
                right=" or ".join(step.move.by),
            ),
            articles=(step.article,),
        )
    if taken.partial and not step.move.partial_to:
        raise StepError(say("step {id!r} cannot cover only a part", id=step.id), articles=(step.article,))


def _check_order(procedure: BoundProcedure, before: Taken, step: BoundStep, taken: Taken) -> None:
    """A step comes no earlier than the one before it; whoever is addressed acts only on what has arrived."""
    earliest, opening = before.moment, procedure.lifecycle.opening
    if before.step == opening and before.received:
        addressed = not set(step.move.by) & set(procedure.steps[opening].move.by)
        earliest = before.received if addressed else earliest
    if taken.moment < earliest:
        raise StepError(
            say(
                "step {step!r} at {moment} is earlier than {before!r} before it",
                step=taken.step,
                moment=taken.moment.isoformat(),
                before=before.step,
            )
        )


def _consented(step: BoundStep, kept: list[Taken], facts: Facts) -> bool:
    """Whether a step counts: where all must consent, once each party has taken it, or one for them all."""
    last = kept[-1]
    if step.consent != "all" or last.party is None:
        return True
    role = last.by or step.move.by[0]
    parties = {taken.party for taken in kept if taken.step == step.id}
    return len(parties) >= len(facts.parties.get(role, ()))


def _follows(procedure: BoundProcedure, step: BoundStep, state: str) -> bool:
    if "any" in step.move.from_:
        return state not in procedure.lifecycle.final and state != procedure.lifecycle.start
    return state in step.move.from_


def _next_state(step: BoundStep, taken: Taken, state: str) -> str:
    if taken.part is not None:
        return state
    if taken.partial and step.move.partial_to:
        return step.move.partial_to
    if taken.received and step.move.received_to:
        return step.move.received_to
    return step.move.to or state


def _option(
    procedure: BoundProcedure, step: BoundStep, history: History, values: dict[str, Any]
) -> StepOption:
    reason = joined("{first}; {then}", _hindrances(procedure, step, history, values))
    return StepOption(
        step=step.id,
        title=step.title,
        by=tuple(step.move.by),
        allowed=not reason,
        reason=reason,
        article=step.article,
        effect=step.effect,
        duty=step.duty,
        consent=step.consent,
        checked=step.checked is not None,
        fields=tuple(step.needs),
        approval=step.approval,
    )


def _hindrances(
    procedure: BoundProcedure, step: BoundStep, history: History, values: dict[str, Any]
) -> Iterator[str]:
    if not _follows(procedure, step, history.state):
        yield say("not from the state {state!r}", state=procedure.states[history.state])
        return
    truth = procedure.test(step.when, values)
    if truth.value is not True:
        yield _why_not(step.when or "", truth, step.article)
    approval = step.approval
    if approval and procedure.test(approval.after_the_fact, values).value is True and approval.after_the_fact:
        return
    if approval and not values.get("taken.approved", False):
        yield say(
            "needs the approval of {by} first (article {article})", by=approval.by, article=approval.article
        )


def _why_not(condition: str, truth: Truth, article: str) -> str:
    if truth.value is None:
        return say("not known: {names} (article {article})", names=", ".join(truth.missing), article=article)
    return say("only when {condition} (article {article})", condition=condition, article=article)
