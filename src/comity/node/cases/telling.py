"""Telling the other parties of a case: one message each, all in the transaction of the change they tell of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from comity.node.authorities import Authority
from comity.node.cases import parties, rules
from comity.node.cases.models import Case
from comity.node.exchange import sending
from comity.node.exchange.models import Outbox


def recipients(case: Case) -> list[Authority]:
    """The other parties that our directory knows, each once, always in the same order.

    Each message locks the chain with its recipient: in one order, two changes at once cannot wait for one another.
    """
    known = {
        each.holder.pk: each.holder for each in parties.others(case, rules.bound_of(case)) if each.holder
    }
    return [known[key] for key in sorted(known)]


def tell(
    case: Case,
    kind: str,
    body: Mapping[str, Any],
    *,
    articles: Sequence[str] = (),
    handling: Sequence[str] = (),
    parts: Sequence[str] = (),
) -> list[Outbox]:
    """Send a message about a case to every other party, the main partner's first; by hand to those without Comity."""
    sent = [
        sending.send(
            partner,
            kind,
            dict(body),
            conversation=case.conversation,
            procedure=case.procedure,
            purpose=str(case.facts.get("purpose") or case.title)[:200],
            articles=articles,
            handling=handling,
            parts=parts,
        )
        for partner in recipients(case)
    ]
    return sorted(sent, key=lambda message: message.partner_id != case.partner_id)
