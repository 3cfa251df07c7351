"""Handling codes: what the one who gave information allows to be done with it, enforced when it is sent.

The codes are those of Europol's practice (Council practical adviser on law enforcement information exchange):
H0 for preventing and combating crime only; H1 not in judicial proceedings without the provider's permission;
H2 not to be passed on without it; H3 other restrictions, in words, which a person must read and confirm.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from comity.base.errors import Denied, InputError
from comity.base.text import say

CODES = {
    "H0": "For preventing and combating crime only",
    "H1": "Not to be disclosed in judicial proceedings without the provider's permission",
    "H2": "Not to be passed on without the provider's permission",
    "H3": "Other restrictions, as stated",
}
ARTICLE = "Directive (EU) 2023/977 art. 3(d); Regulation (EU) 2016/794 art. 19(2)"

PASS_ON, COURT = "pass-on", "court"
JUDICIAL = ("court", "judicial-authority", "prosecutor")
"""Kinds of authority to whom information goes for use in judicial proceedings."""


@dataclass(frozen=True, slots=True)
class Marking:
    """The handling of one piece of information: codes, the words of H3, and whose information it is."""

    codes: tuple[str, ...]
    text: str = ""
    provider: str = ""
    permitted: tuple[str, ...] = ()

    @classmethod
    def read(cls, given: Mapping[str, Any], provider: str = "") -> Marking:
        """Read `{"codes": ["H1"], "text": ""}`; InputError on an unknown code or an H3 without words."""
        codes = tuple(dict.fromkeys(given.get("codes") or ["H0"]))
        for code in codes:
            if code not in CODES:
                raise InputError(
                    say("{code!r} is no handling code; expected {codes}", code=code, codes=", ".join(CODES)),
                    field="handling",
                )
        text = str(given.get("text", "")).strip()
        if "H3" in codes and not text:
            raise InputError("H3 needs the restriction in words", field="handling_text")
        return cls(codes, text, str(given.get("provider", provider)), tuple(given.get("permitted", ())))

    def as_json(self) -> dict[str, Any]:
        """The form kept with a step and sent in a message."""
        return {
            "codes": list(self.codes),
            "text": self.text,
            "provider": self.provider,
            "permitted": list(self.permitted),
        }


def forbids(marking: Marking, use: str) -> str:
    """Why the marking forbids a use (`PASS_ON`, `COURT`), or nothing when it does not."""
    if use in marking.permitted:
        return ""
    whose = marking.provider or say("the provider")
    if use == PASS_ON and "H2" in marking.codes:
        return say("H2: not to be passed on without the permission of {whose}.", whose=whose)
    if use == COURT and "H1" in marking.codes:
        return say(
            "H1: not to be disclosed in judicial proceedings without the permission of {whose}.", whose=whose
        )
    if "H3" in marking.codes:
        return say("H3, restriction of {whose}: {text}", whose=whose, text=marking.text)
    return ""


def uses(recipient_kind: str) -> tuple[str, ...]:
    """What passing information on to an authority of a kind amounts to."""
    return (PASS_ON, COURT) if recipient_kind in JUDICIAL else (PASS_ON,)


def enforce(markings: Iterable[Marking], recipient_kind: str) -> None:
    """Let information of others go to an authority of a kind, or raise Denied naming the code and who may grant it."""
    for marking in markings:
        for use in uses(recipient_kind):
            reason = forbids(marking, use)
            if reason:
                raise Denied(reason, rule=f"handling.{use}", grantor=marking.provider, article=ARTICLE)


def strictest(markings: Iterable[Marking]) -> Marking:
    """The marking of information put together: every code and every restriction of its parts."""
    markings = list(markings)
    codes = sorted({code for marking in markings for code in marking.codes} - {"H0"}) or ["H0"]
    texts = [marking.text for marking in markings if marking.text]
    providers = sorted({marking.provider for marking in markings if marking.provider})
    return Marking(tuple(codes), "; ".join(texts), ", ".join(providers))
