"""Identifiers, read by their own rules: which kind, which check digit, how much a shared or another one says.

Check digits: IMO number (resolution A.1117(30)), ISO 6346 container number, ISO 17442 LEI, VAT numbers by
member state. Of a vehicle identification number only the form is checked (ISO 3779): its check digit is used
in North America alone. Weights are log-odds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from stdnum import imo, iso6346, lei
from stdnum.eu import vat

from comity.base.text import say


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of identifier: its name in words, and the evidence of the same and of another number."""

    label: str
    same: float
    other: float


KINDS = {
    "imo": Kind(say("IMO number"), 9.5, -14.0),
    "mmsi": Kind(say("MMSI"), 6.5, -1.0),
    "call_sign": Kind(say("call sign"), 4.0, -0.5),
    "container": Kind(say("container number"), 10.0, -14.0),
    "vin": Kind(say("vehicle identification number"), 9.5, -14.0),
    "plate": Kind(say("registration plate"), 7.0, -4.0),
    "aircraft_serial": Kind(say("aircraft serial number"), 6.0, -4.0),
    "passport": Kind(say("passport number"), 7.5, -0.7),
    "identity": Kind(say("identity number"), 7.0, -1.0),
    "registration": Kind(say("registration number"), 7.0, -1.5),
    "tax": Kind(say("tax number"), 7.0, -1.5),
    "vat": Kind(say("VAT number"), 8.0, -1.5),
    "lei": Kind(say("legal entity identifier"), 9.0, -9.0),
    "document": Kind(say("document number"), 6.5, 0.0),
}
SAME_VALUE_OTHER_KIND = 5.5
"""Evidence of one value that stands under two kinds, say a passport number given as a document number."""
FAILED_CHECK_DIGIT = 0.75
"""Share of the evidence that is left when the shared number's check digit is wrong."""

_PROPERTIES = {
    "imoNumber": "imo", "mmsi": "mmsi", "callSign": "call_sign", "passportNumber": "passport",
    "idNumber": "identity", "socialSecurityNumber": "identity", "personalNumber": "identity",
    "registrationNumber": "registration", "ogrnCode": "registration", "uscCode": "registration",
    "dunsCode": "registration", "licenseNumber": "document", "taxNumber": "tax", "innCode": "tax",
    "vatCode": "vat", "leiCode": "lei", "serialNumber": "aircraft_serial", "number": "document",
}  # fmt: skip
_IN_FAMILY = {
    ("vehicle", "registration"): "plate",
    ("airplane", "registration"): "plate",
    ("passport", "document"): "passport",
}
_clean = re.compile(r"[^0-9A-Z]+")
_vin = re.compile(r"[A-HJ-NPR-Z0-9]{17}")
_LONGEST = 64


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number in its compact form (upper case, no separators); `sound` when its check digit is right."""

    kind: str
    value: str
    sound: bool


def compact(value: str) -> str:
    """Upper-case letters and digits only; a leading `IMO` is dropped."""
    text = _clean.sub("", value[: 4 * _LONGEST].upper())[:_LONGEST]
    return text[3:] if text.startswith("IMO") and text[3:].isdigit() else text


def check(kind: str, value: str) -> bool:
    """Whether a compact `value` obeys form and check digit of its `kind`; kinds without a rule always do."""
    if kind == "imo":
        return bool(imo.is_valid(value)) and not _is_filler(value)
    if kind == "mmsi":
        return len(value) == 9 and value.isdigit() and not _is_filler(value)
    if kind == "vin":
        return _vin.fullmatch(value) is not None
    rule = {"container": iso6346, "lei": lei, "vat": vat}.get(kind)
    return bool(rule.is_valid(value)) if rule else True


def _is_filler(value: str) -> bool:
    """Numbers that are typed when there is none: one digit repeated, or counting up or down."""
    return len(set(value)) == 1 or value in "01234567890" or value in "9876543210"


@lru_cache(maxsize=65536)
def identifier(kind: str, family: str, raw: str) -> Identifier | None:
    """The identifier that `raw` is, or None when it tells nothing (too short, without digits, filler)."""
    value = compact(raw)
    if len(value) < 4 or _is_filler(value) or not any(sign.isdigit() for sign in value):
        return None
    kind = _IN_FAMILY.get((family, kind), kind)
    if kind in ("plate", "registration", "document"):
        if len(value) == 11 and iso6346.is_valid(value):
            kind = "container"
        elif family == "vehicle" and _vin.fullmatch(value):
            kind = "vin"
    return Identifier(kind, value, check(kind, value))


def read(family: str, properties: Mapping[str, Sequence[str]]) -> tuple[Identifier, ...]:
    """Every identifier among the properties of an entity of a `family`, each once."""
    found: Iterable[Identifier | None] = (
        identifier(kind, family, value)
        for name, kind in _PROPERTIES.items()
        for value in properties.get(name, ())
    )
    return tuple(dict.fromkeys(one for one in found if one))
