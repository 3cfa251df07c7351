"""Evidence beside the name: identifiers, date of birth, country, sex, type. Weights are log-odds."""

from __future__ import annotations

from collections.abc import Iterator

from comity.base.text import say
from comity.match.identifiers import FAILED_CHECK_DIGIT, KINDS, SAME_VALUE_OTHER_KIND, Identifier
from comity.match.records import Record
from comity.match.results import Reason

CHECKED = {"imo", "container", "vin", "lei", "vat"}
SAME_COUNTRY, OTHER_COUNTRY, OTHER_FLAG = 0.4, -0.8, -0.3
OTHER_SEX = -3.0
SAME_TYPE, OTHER_TYPE = 0.3, -0.4


def identifiers(query: Record, candidate: Record) -> Iterator[Reason]:
    """Shared numbers, and kinds of which both sides have a sound number but share none."""
    by_value = {one.value: one for one in candidate.identifiers}
    shared: set[str] = set()
    for one in query.identifiers:
        other = by_value.get(one.value)
        if other is not None and one.kind not in shared:
            shared.update((one.kind, other.kind))
            yield _same(one, other)
    for kind, rule in KINDS.items():
        ours = [one.value for one in query.identifiers if one.kind == kind and one.sound]
        theirs = [one.value for one in candidate.identifiers if one.kind == kind and one.sound]
        if ours and theirs and kind not in shared and rule.other:
            text = say(
                "another {label}: {ours} and {theirs}", label=rule.label, ours=ours[0], theirs=theirs[0]
            )
            yield Reason(kind, ours[0], theirs[0], rule.other, text)


def _same(one: Identifier, other: Identifier) -> Reason:
    label = KINDS[one.kind].label
    if one.kind != other.kind:
        text = say(
            "the {label} {value} is the other's {other}",
            label=label,
            value=one.value,
            other=KINDS[other.kind].label,
        )
        return Reason("identifier", one.value, other.value, SAME_VALUE_OTHER_KIND, text)
    weight, text = KINDS[one.kind].same, say("same {label} {value}", label=label, value=one.value)
    if not one.sound:
        return Reason(
            one.kind,
            one.value,
            other.value,
            weight * FAILED_CHECK_DIGIT,
            say("{what}, not a valid one", what=text),
        )
    return Reason(
        one.kind,
        one.value,
        other.value,
        weight,
        say("{what}, check digit right", what=text) if one.kind in CHECKED else text,
    )


def birth_date(query: Record, candidate: Record) -> Iterator[Reason]:
    """The best agreement among the dates of birth of both sides; precision is that of the shorter date."""
    pairs = [(*_dates(a, b), a, b) for a in query.births for b in candidate.births]
    if pairs:
        weight, text, ours, theirs = max(pairs)
        yield Reason(
            "birth_date",
            ours,
            theirs,
            weight,
            say("{what}: {ours} and {theirs}", what=text, ours=ours, theirs=theirs),
        )


def _dates(a: str, b: str) -> tuple[float, str]:
    shortest = min(len(a), len(b))
    if a[:shortest] == b[:shortest]:
        if shortest == 10:
            return 3.0, say("same date of birth")
        return (1.8, say("same month of birth")) if shortest >= 7 else (1.2, say("same year of birth"))
    apart = abs(int(a[:4]) - int(b[:4]))
    if shortest == 10 and a[:4] == b[:4]:
        swapped = a[5:7] == b[8:] and a[8:] == b[5:7]
        return (
            (1.5, say("day and month of birth swapped"))
            if swapped
            else (-1.2, say("other day of birth in one year"))
        )
    if apart == 0:
        return -0.8, say("other month of birth in one year")
    if shortest == 10 and a[4:] == b[4:] and apart in (1, 10):
        return -1.5, say("same day, other year of birth")
    if shortest < 10 and apart <= 3:
        return -0.6 * apart, say("year of birth close by")
    return -6.0, say("other year of birth")


def country(query: Record, candidate: Record) -> Iterator[Reason]:
    """A country in common, or none though both sides name some. Ships change flags: that counts less."""
    if not query.countries or not candidate.countries:
        return
    ours, theirs = ", ".join(sorted(query.countries)), ", ".join(sorted(candidate.countries))
    if shared := query.countries & candidate.countries:
        yield Reason(
            "country",
            ours,
            theirs,
            SAME_COUNTRY,
            say("country in common: {countries}", countries=", ".join(sorted(shared))),
        )
    elif query.family in ("vessel", "airplane"):
        yield Reason(
            "country",
            ours,
            theirs,
            OTHER_FLAG,
            say("other flag: {ours} and {theirs}", ours=ours, theirs=theirs),
        )
    else:
        yield Reason(
            "country",
            ours,
            theirs,
            OTHER_COUNTRY,
            say("no country in common: {ours} and {theirs}", ours=ours, theirs=theirs),
        )


def sex(query: Record, candidate: Record) -> Iterator[Reason]:
    """One side male, the other female."""
    if query.genders and candidate.genders and not query.genders & candidate.genders:
        ours, theirs = min(query.genders), min(candidate.genders)
        yield Reason(
            "gender", ours, theirs, OTHER_SEX, say("other sex: {ours} and {theirs}", ours=ours, theirs=theirs)
        )


def kind_of_thing(query: Record, candidate: Record) -> Iterator[Reason]:
    """The type of a vessel, aircraft or vehicle."""
    if query.family not in ("vessel", "airplane", "vehicle") or not query.types or not candidate.types:
        return
    ours, theirs = " ".join(sorted(query.types)), " ".join(sorted(candidate.types))
    same = bool(query.types & candidate.types)
    text = (
        say("type in common: {theirs}", theirs=theirs)
        if same
        else say("other type: {ours} and {theirs}", ours=ours, theirs=theirs)
    )
    yield Reason("type", ours, theirs, SAME_TYPE if same else OTHER_TYPE, text)
