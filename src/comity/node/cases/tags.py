"""Tags of a case: offences of the taxonomy, and nothing else; rules of law may hang on the lists they stand in."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from comity.base.errors import InputError
from comity.law.offences import taxonomy
from comity.node import access, ledger
from comity.node.cases import finding, rules
from comity.node.cases.models import Case

MOST = 40


def tag(case_id: UUID, offences: Iterable[str]) -> Case:
    """Say which offences a case is about, all of them; none takes the tags away. FactError on a free word."""
    access.require("case.step")
    case = finding.find(case_id, lock=True)
    given = list(offences)
    if len(given) > MOST:
        raise InputError("too many offences", field="offences")
    before, case.offences = case.offences, taxonomy().read(given)
    if case.offences != before:
        case.version += 1
        rules.refresh(case)
        case.save()
        ledger.record(
            "case.tagged",
            article="Framework Decision 2002/584/JHA art. 2(2); Regulation (EU) 2016/794 Annex I",
            case=str(case.conversation),
            body={"offences": case.offences, "before": before},
        )
    return case
