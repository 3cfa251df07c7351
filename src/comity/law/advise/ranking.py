"""The procedures that are open, best first: special acts before general ones, what fits before what may fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from comity.base.errors import FactError
from comity.base.text import say
from comity.law.advise.answers import Advice, Against, Candidate, Reason
from comity.law.advise.inquiry import Inquiry, read_inquiry
from comity.law.advise.judging import judge
from comity.law.book import Book
from comity.law.schema.basic import Area

FIELDS: Mapping[str, Area] = {
    "customs": "customs",
    "central-coordinating-unit": "customs",
    "fiu": "money",
    "aro": "money",
}
"""Authorities that have acts of their own, which come before those made for all: customs law for customs."""


def advise(book: Book, facts: Mapping[str, Any]) -> Advice:
    """Which procedures of the book serve what is asked (see `read_inquiry`), and why the others do not.

    An act that yields to another which fits too comes after it and says so. Raises FactError.
    """
    inquiry = read_inquiry(facts)
    _check_names(book, inquiry)
    verdicts = [judge(book, procedure, inquiry) for procedure in book.procedures.values()]
    candidates = [each for each in verdicts if isinstance(each, Candidate)]
    found = sorted(_after_special(book, candidates), key=lambda each: _rank(each, inquiry))
    return Advice(inquiry.at, tuple(found), tuple(each for each in verdicts if isinstance(each, Against)))


def _check_names(book: Book, inquiry: Inquiry) -> None:
    """Refuse a fact that no procedure of the book asks for."""
    for name in inquiry.facts:
        if not any(name in procedure.fields for procedure in book.procedures.values()):
            raise FactError(say("no procedure asks for {name!r}", name=str(name)[:60]), field=str(name))


def _after_special(book: Book, candidates: list[Candidate]) -> list[Candidate]:
    """Say of each candidate which acts, also open, come first; it yields to those that fit."""
    open_acts = {each.procedure.instrument.id for each in candidates}
    fitting = {each.procedure.instrument.id for each in candidates if each.fits}
    found: list[Candidate] = []
    for each in candidates:
        yields = each.procedure.instrument.yields_to
        special = [act for act in yields.acts if act in open_acts] if yields else []
        before = tuple(
            Reason(
                say("{act} comes first where it regulates the exchange", act=book.title(act)), yields.article
            )
            for act in special
            if yields
        )
        found.append(replace(each, before=before, yields=bool(fitting & set(special))))
    return found


def _rank(each: Candidate, inquiry: Inquiry) -> tuple[int, ...]:
    """What yields last; the asker's own field first; then what fits, special acts, what is made for just this."""
    rules, act = each.procedure.rules, each.procedure.instrument
    offers = rules.offers
    named = bool(offers and inquiry.about and inquiry.about in offers.about)
    listed = any(effect.kind == "requirement" and effect.truth.value for effect in each.opened)
    own_field = FIELDS.get(inquiry.me.kind or "") == act.area
    return (
        each.yields,
        not own_field,
        bool(each.before) if own_field else 0,
        not each.fits,
        sum(question.decides for question in each.questions),
        len(act.yields_to.acts) if act.yields_to else 0,
        not listed,
        not named,
        len(offers.wants) if offers else 0,
        len(rules.parties[each.role].kinds) or 99,
    )
