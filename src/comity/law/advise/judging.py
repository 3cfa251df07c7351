"""One procedure for what was asked: open, perhaps open, or not, with the first reason against it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from comity.base.errors import FactError
from comity.base.text import joined, say, spelled
from comity.law import typed
from comity.law.advise.answers import Against, Candidate, Group, Question, Reason
from comity.law.advise.inquiry import Inquiry, words
from comity.law.advise.roles import Cast, cast
from comity.law.answers import Missing
from comity.law.book import Book, View
from comity.law.clocks import Clockwork
from comity.law.decide import add_national, governs, judge_requirements, local_day, out_of_time
from comity.law.effects import of_procedure
from comity.law.facts import Facts, read_facts
from comity.law.procedures import OFFENCES, BoundProcedure
from comity.law.steps import replay

FILLED_IN = frozenset(
    {"text", "longtext", "texts", "language", "list", "entity", "countries", "date", "instant"}
)
"""Types of what the form of a procedure asks for anyway: being blank yet, they decide nothing."""


def judge(book: Book, whole: BoundProcedure, inquiry: Inquiry) -> Candidate | Against:
    """What becomes of one procedure; the cheap reasons against it are looked for first."""
    against = _not_offered(whole, inquiry)
    if against:
        return against
    for article, reason in out_of_time(book.at(_their_day(book, inquiry)), whole):
        return _against(whole, "date", reason, article)
    found = cast(whole, inquiry)
    if isinstance(found, Against):
        return found
    known = read_facts(whole, _facts(whole, inquiry, found))
    view = book.at(local_day(book, whole, known, inquiry.at))
    return _weighed(view, view.procedure(whole.id), known, inquiry, found)


def _their_day(book: Book, inquiry: Inquiry) -> datetime:
    """The instant on the local time of the other side, else on one's own: a law begins at a state's midnight."""
    country = inquiry.partner.country if inquiry.partner else None
    calendar = book.calendar(country or inquiry.me.country)
    return inquiry.at.astimezone(calendar.zone) if calendar else inquiry.at


def _not_offered(procedure: BoundProcedure, inquiry: Inquiry) -> Against | None:
    offers = procedure.rules.offers
    if offers is None:
        return _against(procedure, "want", say("does not say what it is for"))
    if inquiry.want not in offers.wants:
        texts = (words().wants[each].text for each in offers.wants)
        return _against(procedure, "want", joined("{first}; {then}", texts))
    if inquiry.about and offers.about and inquiry.about not in offers.about:
        texts = (words().about[each].text for each in offers.about)
        return _against(procedure, "about", joined("{first}; {then}", texts))
    return None


def _against(procedure: BoundProcedure, group: Group, text: str, article: str = "") -> Against:
    return Against(procedure, group, Reason(text, article or procedure.article))


def _facts(procedure: BoundProcedure, inquiry: Inquiry, roles: Cast) -> dict[str, Any]:
    """What was asked as facts of a case that arrives at the instant of the question."""
    given = dict(inquiry.facts) | ({} if inquiry.urgent is None else {"urgent": inquiry.urgent})
    own = {name: value for name, value in given.items() if _can_read(procedure, name, value)}
    parties = roles.facts(procedure, inquiry)
    return {**own, **parties, OFFENCES: inquiry.offences, "received": inquiry.at.isoformat()}


def _can_read(procedure: BoundProcedure, name: str, value: Any) -> bool:
    """Whether the procedure asks for such a fact; one of the same name and another type is not meant."""
    if name not in procedure.fields:
        return False
    try:
        return typed.read_value(procedure.fields[name], value, name) is not None
    except FactError:
        return False


def _weighed(
    view: View, procedure: BoundProcedure, known: Facts, inquiry: Inquiry, roles: Cast
) -> Candidate | Against:
    add_national(view, procedure, known)
    applies = governs(view, procedure, known)
    if applies.value is False:
        return _against(procedure, "place", applies.reason, applies.articles[0])
    unmet, waiting = judge_requirements(procedure, known.values)
    if unmet:
        return _against(procedure, "conditions", unmet[0][1], unmet[0][0])
    between = procedure.rules.between
    truth = procedure.test(between.test if between else None, known.values)
    if between:
        waiting = [*(Missing(name, between.article) for name in truth.missing), *waiting]
    work = Clockwork(view, procedure, known, replay(procedure, known, inquiry.at), known.values, inquiry.at)
    clocks = work.run()
    opened = tuple(of_procedure(procedure, known.values)) if inquiry.offences else ()
    theirs = procedure.rules.parties[roles.theirs] if roles.theirs else None
    return Candidate(
        procedure=procedure,
        role=roles.mine,
        partner_role=roles.theirs,
        partner_kinds=tuple(theirs.kinds) if theirs else (),
        reasons=tuple(_reasons(procedure, known, inquiry, roles)),
        clocks=clocks,
        questions=tuple(_questions(view, procedure, waiting, work, inquiry, roles)),
        opened=opened,
    )


def _reasons(procedure: BoundProcedure, known: Facts, inquiry: Inquiry, roles: Cast) -> Iterator[Reason]:
    """Why it fits: what it is for, who may use it, what ties the parties, which conditions the facts meet."""
    rules, named = procedure.rules, words()
    what = named.wants[inquiry.want].text
    about = named.about[inquiry.about].text if inquiry.about and rules.offers and rules.offers.about else ""
    yield Reason(joined("{first}, {then}", [what, about] if about else [what]), procedure.article)
    if rules.purpose:
        yield Reason(say("for the purpose: {purpose}", purpose=rules.purpose), procedure.article)
    party = rules.parties[roles.mine]
    kind = spelled(inquiry.me.kind or "")
    role = party.label or spelled(roles.mine)
    yield Reason(say("{kind} takes part as {role}", kind=kind, role=role), party.article)
    if rules.between and procedure.test(rules.between.test, known.values).value:
        yield Reason(rules.between.text, rules.between.article)
    for each in rules.requirements:
        if procedure.test(each.test, known.values).value:
            yield Reason(say("met: {what}", what=each.text), each.article)


def _questions(
    view: View,
    procedure: BoundProcedure,
    waiting: Iterable[Missing],
    work: Clockwork,
    inquiry: Inquiry,
    roles: Cast,
) -> Iterator[Question]:
    """What must still be known: first what decides, then what only the clock hangs on."""
    decides = [(one.field, one.article) for one in waiting]
    if roles.theirs and (inquiry.partner is None or inquiry.partner.country is None):
        party = procedure.rules.parties[roles.theirs]
        if party.min and not party.country:
            decides.insert(0, (f"{roles.theirs}.country", party.article))
    asked: set[str] = set()
    for deciding, facts in ((True, decides), (False, [(one.name, one.article) for one in work.unknown])):
        for name, article in facts:
            fact, text = _asked(view, procedure, name, roles)
            field = procedure.fields.get(name)
            known_by_us = field is None or (field.by in (None, roles.mine) and field.type not in FILLED_IN)
            if fact not in asked and known_by_us and not name.startswith("taken."):
                asked.add(fact)
                yield Question(fact, text, article, deciding)


def _asked(view: View, procedure: BoundProcedure, name: str, roles: Cast) -> tuple[str, str]:
    """The fact as the inquiry names it, and the question."""
    if name == OFFENCES:
        return name, say("Which offences it is about")
    if name in procedure.fields:
        return name, procedure.fields[name].label
    role, _, rest = name.partition(".")
    if role == roles.theirs and rest in ("", "kind", "country"):
        kind = rest == "kind"
        text = (
            say("Which kind of authority it is addressed to")
            if kind
            else say("Which state it is addressed to")
        )
        return f"partner.{rest or 'country'}", text
    if role in procedure.rules.parties and rest in ("", "kind", "country", "kinds", "countries", "count"):
        label = procedure.rules.parties[role].label or spelled(role)
        return name, say("Who takes part as {role}", role=label)
    if rest in view.book.values:
        return name, view.book.values[rest].text
    return name, spelled(name)
