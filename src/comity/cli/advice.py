"""`comity law advise`: which instrument to use, from a file of facts. Needs no node."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated

import typer

from comity.base.errors import ComityError
from comity.base.text import spelled
from comity.cli.law import app, fail, read_book, read_json
from comity.law import Advice
from comity.law import advise as advise_on
from comity.law.advise.answers import GROUPS, Candidate
from comity.law.clocks import ClockRun


@app.command()
def advise(
    ctx: typer.Context,
    facts: Annotated[
        str, typer.Option(help="A JSON file with me, partner, want, about, offences, urgent; or -")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object")] = False,
) -> None:
    """Say which procedures serve what is wanted, best first, and why the others do not."""
    try:
        advice = advise_on(read_book(ctx), read_json(facts))
    except ComityError as error:
        fail(error)
        raise
    if as_json:
        typer.echo(json.dumps(advice.as_json(), ensure_ascii=False, indent=2))
        return
    for line in _lines(advice):
        typer.echo(line)


def _lines(advice: Advice) -> Iterator[str]:
    for number, each in enumerate(advice.open, 1):
        yield f"{number}. {each.procedure.title} [{each.status}]"
        yield from (f"   {line}" for line in _about(each))
    if not advice.open:
        yield "No procedure of the book serves this."
    for group, found in advice.grouped():
        yield f"\n{GROUPS[group]}: {len(found)}"
        yield from (
            f"   {each.procedure.id:44} {each.reason.text} (article {each.reason.article})" for each in found
        )


def _about(each: Candidate) -> Iterator[str]:
    yield f"{each.procedure.id}, article {each.procedure.article}, {each.procedure.instrument.title}"
    if each.partner_kinds:
        yield f"addressed to: {', '.join(map(spelled, each.partner_kinds))}"
    yield from (f"- {reason.text} (article {reason.article})" for reason in each.reasons)
    yield from (f"clock: {_clock(each, clock)}" for clock in each.clocks)
    yield from (f"to be sure: {question.text} (article {question.article})" for question in each.questions)
    yield from (f"may be refused: {found.text} (article {found.rule.article})" for found in each.refusals)
    yield from (f"after others: {reason.text} (article {reason.article})" for reason in each.before)


def _clock(each: Candidate, clock: ClockRun) -> str:
    length = _length(each, clock)
    checked = "" if clock.checked else ", not verified"
    assumed = ", the strictest still possible" if clock.assumed else ""
    name = clock.text or spelled(clock.id)
    return f"{name}: {spelled(clock.owed_by)} {length} (article {clock.article}{checked}{assumed})"


def _length(each: Candidate, clock: ClockRun) -> str:
    if clock.counting == "at-once":
        return "at once"
    if clock.within is None:
        return "by the day or moment that is said"
    rules = each.procedure.rules.clocks
    back = any(rule.id == clock.id and rule.before == clock.within for rule in rules)
    return f"{clock.within} before" if back else f"within {clock.within}"
