"""What rules are made of: articles, checks, dates, durations, conditions, references."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

DURATION = re.compile(
    r"P(?=\d|T\d)(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?)?"
)


def _is_duration(text: str) -> str:
    if not DURATION.fullmatch(text):
        raise ValueError(f"{text!r} is no ISO 8601 duration such as PT8H, P7D, P2W or P6M")
    return text


Duration = Annotated[str, AfterValidator(_is_duration)]
"""ISO 8601 duration in whole units: `PT8H`, `P3D`, `P2W`, `P6M`, `P5Y`. Read by `comity.law.periods`."""

Condition = Annotated[str, Field(min_length=1, description="a CEL expression that yields a boolean")]
"""A CEL expression over the facts; type-checked when the book is loaded."""

Reference = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.(sent|received))?$")]
"""A moment: a step (`answered`), one of its two times (`sent.received`), or a date or instant field."""

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
"""A word that conditions can use: lower case, digits, underscores."""

Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
"""A word in an identifier: lower case, digits, hyphens."""

Country = Annotated[
    str, Field(pattern=r"^[A-Z]{2}$", description="ISO 3166-1 alpha-2; EU for its institutions")
]

Kind = Literal[
    "spoc", "designated-authority", "law-enforcement-authority", "police", "pccc", "customs", "border-guard",
    "piu", "fiu", "aro", "sirene", "central-access-point", "operating-unit", "special-intervention-unit",
    "prosecutor", "judge", "court", "judicial-authority", "data-protection-authority", "member-state",
    "commission", "council", "europol", "eurojust", "olaf", "frontex", "eu-lisa", "eu-agency", "interpol",
    "national-central-bureau", "third-country", "international-organisation", "carrier", "economic-operator",
    "central-coordinating-unit", "immigration-authority", "asylum-authority", "visa-authority", "environmental-unit",
    "tax-authority", "registration-authority", "national-contact-point", "national-coordinator",
    "managing-authority", "training-body", "network", "cepol", "euda", "euaa", "eppo", "edps", "parliament",
    "bank", "private-body", "data-subject",
    "european-central-bank",
]  # fmt: skip
"""The kinds of authority, or of others, that a party can be."""

ListOfOffences = Literal[
    "eaw", "europol", "pnr", "cisa_40_7", "naples_19_2", "empact_2018", "empact_2022", "empact_2026"
]
"""The lists of offences that acts refer to; a condition reads `offence.eaw`: whether one of the case is listed."""


Area = Literal[
    "exchange", "registers", "operations", "customs", "money", "third-states", "steering", "data-protection"
]
"""What an act is mainly about; the law book is ordered by it."""


class Strict(BaseModel):
    """Base of every block: an unknown key is an error, nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Checked(Strict):
    """Where and when a rule was read in the act itself or an official summary."""

    source: str = Field(min_length=3)
    on: date


class InForce(Strict):
    """From `since` (its first day) until `until` (the first day no longer)."""

    since: date | None = None
    until: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> InForce:
        if self.since and self.until and self.since >= self.until:
            raise ValueError(f"since {self.since} is not before until {self.until}")
        return self

    def on(self, day: date) -> bool:
        """Whether `day` lies within."""
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


class Dated(Strict):
    """Something that may have begun or ended; a value that changed stands twice, each with its dates."""

    in_force: InForce = InForce()


class Rule(Dated):
    """A rule of law: always with its article; `checked` once it was read, else it counts as not verified."""

    article: str = Field(min_length=1)
    checked: Checked | None = None


class LatestOf(Strict):
    """The latest of several moments; none of them may be missing."""

    latest_of: list[Reference] = Field(min_length=2)
