"""Facts in OFAC's remarks: `DOB 18 Jul 1964; POB Niger; Passport H649956 (Sudan); a.k.a. 'ABU X'; ...`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

_split = re.compile(r";\s+")
_quoted = re.compile(r"'(.+)'")
_number = re.compile(
    r"^(?:(?:No\.?|Number|ID|#|Card|CUD:)\s+)*[:#]?\s*(?P<number>[A-Z]{0,4}[ -]?[0-9A-Z./-]*\d[0-9A-Z./-]*)"
)
_country = re.compile(r"\(([^()]+)\)")

_NUMBERS = (
    ("Passport", "passportNumber"),
    ("Diplomatic Passport", "passportNumber"),
    ("Stateless Person Passport", "passportNumber"),
    ("Cedula", "idNumber"),
    ("National ID", "idNumber"),
    ("D.N.I.", "idNumber"),
    ("C.U.R.P.", "idNumber"),
    ("SSN", "idNumber"),
    ("Personal ID Card", "idNumber"),
    ("Identification Number", "idNumber"),
    ("Birth Certificate Number", "idNumber"),
    ("R.F.C.", "taxNumber"),
    ("NIT", "taxNumber"),
    ("RUC", "taxNumber"),
    ("RIF", "taxNumber"),
    ("RTN", "taxNumber"),
    ("Tax ID", "taxNumber"),
    ("V.A.T. Number", "vatCode"),
    ("D-U-N-S Number", "dunsCode"),
    ("Registration Number", "registrationNumber"),
    ("Registration ID", "registrationNumber"),
    ("Commercial Registry Number", "registrationNumber"),
    ("Company Number", "registrationNumber"),
    ("Business Registration Number", "registrationNumber"),
    ("Chamber of Commerce Number", "registrationNumber"),
    ("Matricula Mercantil", "registrationNumber"),
    ("Folio Mercantil", "registrationNumber"),
    ("C.R. No.", "registrationNumber"),
    ("United Social Credit Code Certificate (USCCC)", "uscCode"),
)
_TEXTS = {
    "Person": (
        ("POB", "birthPlace"),
        ("nationality", "nationality"),
        ("citizen", "citizenship"),
        ("Gender", "gender"),
    ),
    "Vessel": (
        ("Former Vessel Flag", "pastFlags"),
        ("Vessel Flag", "flag"),
        ("MMSI", "mmsi"),
        ("Vessel Type", "type"),
    ),
    "Airplane": (
        ("Aircraft Model", "model"),
        ("Aircraft Tail Number", "registrationNumber"),
        ("Aircraft Manufacturer's Serial Number (MSN)", "serialNumber"),
        ("Aircraft Construction Number (also called L/N or S/N or F/N)", "serialNumber"),
    ),
}
_CONTACTS = (("Website", "website"), ("Email Address", "email"), ("SWIFT/BIC", "swiftBic"))


def facts(remarks: str, schema: str) -> Iterator[tuple[str, str]]:
    """Pairs of a FollowTheMoney property of `schema` and its value."""
    for part in _split.split(remarks.strip().rstrip(".")):
        text = part.removeprefix("alt. ").strip()
        if found := _quoted.search(text) if text.startswith(("a.k.a.", "f.k.a.")) else None:
            yield ("weakAlias" if text.startswith("a.k.a.") else "previousName"), found.group(1)
            continue
        imo = re.search(r"\bIMO (\d{7})\b", text)
        if imo and schema in ("Vessel", "Company", "Organization"):
            yield "imoNumber", imo.group(1)
        elif schema == "Person" and text.startswith("DOB "):
            yield from (("birthDate", date) for date in dates(text.removeprefix("DOB ")))
        else:
            yield from _labelled(text, schema)


def _labelled(text: str, schema: str) -> Iterator[tuple[str, str]]:
    for label, name in _TEXTS.get(schema, ()):
        if text.startswith(label + " "):
            yield name, text.removeprefix(label).strip()
            return
    if schema not in ("Person", "Organization", "Company"):
        return
    for label, name in _CONTACTS:
        if text.startswith(label + " "):
            yield name, text.removeprefix(label).strip()
            return
    for label, name in _NUMBERS:
        if name == "passportNumber" and schema != "Person":
            continue
        if text.startswith(label + " ") and (found := _number.match(text.removeprefix(label).strip())):
            yield name, found["number"].strip(" ./-")
            if country := _country.search(text.removeprefix(label)):
                yield "country", country.group(1)
            return


def dates(text: str) -> list[str]:
    """ISO dates of `18 Jul 1964`, `Jul 1964`, `circa 1964`, `1961 to 1963` (each of its years)."""
    first, _, last = text.removeprefix("circa ").partition(" to ")
    begin, end = _date(first), _date(last)
    if not begin or not end:
        return [date for date in (begin, end) if date]
    years = range(int(begin[:4]), int(end[:4]) + 1)
    return [str(year) for year in years] if 0 < len(years) <= 10 else [begin[:4], end[:4]]


def _date(text: str) -> str | None:
    text = text.strip()
    for read, write in (("%d %b %Y", "%Y-%m-%d"), ("%b %Y", "%Y-%m"), ("%Y", "%Y")):
        try:
            return datetime.strptime(text, read).strftime(write)
        except ValueError:
            continue
    return None
