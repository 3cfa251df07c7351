"""The same step in several cases at once: each case is judged, changed and entered in the ledger for itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from comity.base.errors import ComityError, Denied, InputError
from comity.base.text import say
from comity.law import Decision
from comity.node import access, ledger
from comity.node.cases import casework, finding, rules, tags
from comity.node.cases.models import Case
from comity.node.cases.rules import Option

AT_MOST = 200


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one case: done, or why not. A case that may not be known of has no reference."""

    case: UUID
    reference: str
    title: str
    done: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the chosen cases, and whether the step can be taken in it together with the others."""

    case: Case
    allowed: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a step would do in each of the chosen cases; `option` says what it asks for, once for all.

    `grounds` are those of refusal, which are the same in every case that is allowed.
    """

    choices: list[Choice]
    option: Option | None
    grounds: tuple[Any, ...]


def each(case_ids: Iterable[UUID], act: Callable[[UUID], object]) -> list[Outcome]:
    """Do something to each case, whole or not at all; what is refused in one case leaves the others be."""
    return [_outcome(case_id, act) for case_id in sorted(set(case_ids))]


def _outcome(case_id: UUID, act: Callable[[UUID], object]) -> Outcome:
    try:
        with transaction.atomic():
            act(case_id)
            done, reason = True, ""
    except ComityError as error:
        done, reason = False, error.sentence
        if isinstance(error, Denied):
            access.note_denied(error)
    known = Case.objects.filter(pk=case_id).values_list("reference", "title").first()
    reference, title = known or ("", "")
    return Outcome(case_id, reference, title, done, reason)


def chosen(case_ids: Iterable[UUID]) -> list[Case]:
    """The chosen cases that may be known of, by reference. Raises InputError when there are none or too many."""
    access.require("worklist.read")
    wanted = set(case_ids)
    if len(wanted) > AT_MOST:
        raise InputError(say("at most {limit} cases at once", limit=AT_MOST), field="case")
    found = Case.objects.filter(pk__in=wanted).select_related("partner", "authority", "assigned_to", "team")
    cases = list(found.prefetch_related("steps", "parties__holder").order_by("reference"))
    if not cases:
        raise InputError("choose at least one case", field="case")
    return cases


def steps(cases: Iterable[Case]) -> dict[str, tuple[str, int]]:
    """The steps that may be taken in at least one of the cases: name to title and in how many."""
    found: dict[str, tuple[str, int]] = {}
    for case in cases:
        for option in rules.options(case):
            if option.allowed:
                found[option.step] = (option.title, found.get(option.step, ("", 0))[1] + 1)
    return found


def preview(cases: Iterable[Case], step: str) -> Preview:
    """Say for each case whether the step can be taken in it now, together with the first one that allows it.

    Cases go together when the step asks for the same in all of them; in a refusal, when the act knows the same
    grounds in all of them.
    """
    first: Option | None = None
    grounds: tuple[Any, ...] = ()
    choices = []
    for case in cases:
        decision = rules.decision(case)
        option = next((each for each in rules.options(case, decision) if each.step == step), None)
        reason = _against(option, decision, first, grounds)
        if option and not reason and first is None:
            first, grounds = option, tuple(decision.refusals) if option.refusal else ()
        choices.append(Choice(case, not reason, reason))
    return Preview(choices, first, grounds)


def _against(
    option: Option | None, decision: Decision, first: Option | None, grounds: tuple[Any, ...]
) -> str:
    if option is None:
        return say("Its procedure has no such step for us.")
    if not option.allowed:
        return option.reason
    if first is None:
        return ""
    if option.needs != first.needs:
        return say("The step asks for other things here than in the others.")
    if option.refusal and [each.id for each in decision.refusals] != [each.id for each in grounds]:
        return say("Its act knows other grounds of refusal than the others.")
    return ""


def take(
    case_ids: Iterable[UUID],
    step: str,
    content: Mapping[str, Any],
    *,
    marking: Mapping[str, Any] | None = None,
    versions: Mapping[UUID, int] | None = None,
) -> list[Outcome]:
    """Take a step with the same content in each case where that is lawful; says of each whether it was done.

    `versions` are those that were seen: a case that has moved on since is left alone.
    """
    access.require("case.step")
    wanted = set(case_ids)
    against = {
        choice.case.pk: choice.reason for choice in preview(chosen(wanted), step).choices if choice.reason
    }

    def act(case_id: UUID) -> None:
        if case_id in against:
            raise InputError(against[case_id])
        version = (versions or {}).get(case_id)
        casework.take_step(case_id, step, content, marking=marking, version=version)

    return each(wanted, act)


def tag(case_ids: Iterable[UUID], offences: Iterable[str]) -> list[Outcome]:
    """Add the same offences to the tags of each case."""
    access.require("case.step")
    wanted, added = set(case_ids), list(offences)
    chosen(wanted)
    if not added:
        raise InputError("choose at least one offence", field="offences")

    def act(case_id: UUID) -> None:
        tags.tag(case_id, [*finding.find(case_id, lock=True).offences, *added])

    return each(wanted, act)


def note_chosen(cases: Iterable[Case]) -> None:
    """Put into the ledger which cases a selection has shown."""
    ledger.record(
        "cases.listed",
        article=access.RULES["case.read"].article,
        body={"cases": [case.reference for case in cases]},
    )
