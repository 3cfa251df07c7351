"""A manifest, or any list of what is to be screened: CSV, one party, vessel, container or paper a row.

    role              free text: consignor, carrier, master ... (optional)
    kind              person, organization, vessel, container, vehicle, aircraft or document
    name              of the party or the vessel; not needed where a number is given
    birth_date        of a person: 1965-03-17, 1965-03 or 1965 (optional)
    country           nationality, seat or flag: name or ISO 3166 code (optional)
    identifier_type   imo, mmsi, call_sign, container, plate, vin, passport, identity, registration,
                      tax, vat, eori, lei, serial or document; several are set apart by `;` (optional)
    identifier        the numbers, in the same order

Further columns are passed over. Entities carry `row` (the line of the file) and `role` beside the usual
fields.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from comity.base.errors import InputError
from comity.base.files import Rejects
from comity.base.text import say
from comity.match.identifiers import check, compact
from comity.match.results import Entity
from comity.match.sources.entities import EntityMaker
from comity.match.sources.lines import rows

COLUMNS = ("role", "kind", "name", "birth_date", "country", "identifier_type", "identifier")
NEEDED = ("kind", "name", "identifier_type", "identifier")
SCHEMAS = {
    "person": "Person",
    "organization": "LegalEntity",
    "vessel": "Vessel",
    "container": "Vehicle",
    "vehicle": "Vehicle",
    "aircraft": "Airplane",
    "document": "Identification",
}
_PARTY = {
    "passport": "passportNumber", "identity": "idNumber", "registration": "registrationNumber",
    "tax": "taxNumber", "vat": "vatCode", "eori": "taxNumber", "lei": "leiCode",
}  # fmt: skip
PROPERTIES = {
    "person": _PARTY,
    "organization": {kind: name for kind, name in _PARTY.items() if kind != "passport"},
    "vessel": {
        "imo": "imoNumber",
        "mmsi": "mmsi",
        "call_sign": "callSign",
        "registration": "registrationNumber",
    },
    "container": {"container": "registrationNumber"},
    "vehicle": {"plate": "registrationNumber", "vin": "registrationNumber"},
    "aircraft": {"registration": "registrationNumber", "serial": "serialNumber"},
    "document": {"document": "number", "passport": "number", "identity": "number"},
}
_COUNTRY = {"person": "nationality", "vessel": "flag"}
_FORMS = {
    "imo": "an IMO number: 7 digits, the last one a check digit",
    "mmsi": "an MMSI: 9 digits",
    "container": "an ISO 6346 container number: 4 letters and 7 digits, the last one a check digit",
    "vin": "a vehicle identification number: 17 letters and digits without I, O and Q",
    "lei": "a legal entity identifier: 20 letters and digits, the last two check digits",
    "vat": "a VAT number of a member state, with its country code",
}


def read(path: Path, rejects: Rejects) -> Iterator[Entity]:
    """Query entities of a manifest, in its order; rows that cannot be screened as they are go to `rejects`.

    InputError when the file cannot be read or a needed column is missing.
    """
    numbered = rows(path)
    _, header = next(numbered, (0, []))
    columns = [name.strip().lower() for name in header]
    if missing := [name for name in NEEDED if name not in columns]:
        message = f"has no column {missing[0]!r}; expected {', '.join(COLUMNS)}"
        raise InputError(message, file=str(path), line=1, field=missing[0])
    for line, row in numbered:
        try:
            if len(row) != len(columns):
                raise InputError(
                    say("has {count} columns, expected {expected}", count=len(row), expected=len(columns))
                )
            values = {name: text.strip() for name, text in zip(columns, row, strict=True)}
            yield entity(values, str(line)) | {"row": line, "role": values.get("role", "")}
        except InputError as error:
            rejects.add(InputError(error.message, file=str(path), line=line, field=error.field), row)


def entity(values: dict[str, str], key: str) -> Entity:
    """The entity of one row, `values` by column (all of COLUMNS but role). InputError names the column."""
    kind = values["kind"].lower()
    if kind not in SCHEMAS:
        raise InputError(
            say("{kind!r} is unknown; expected one of {schemas}", kind=kind, schemas=", ".join(SCHEMAS)),
            field="kind",
        )
    maker = EntityMaker("manifest", key, SCHEMAS[kind])
    if kind == "container":
        maker.add("type", "container")
    if values["name"] and kind not in ("container", "document"):
        maker.add("name", values["name"])
    numbers = list(_identifiers(values))
    for number_kind, number in numbers:
        _add_identifier(maker, kind, number_kind, number)
    if not numbers and not maker.has("name"):
        raise InputError("is empty, and so is identifier; expected one of them", field="name")
    if kind == "person" and (born := values.get("birth_date")):
        maker.add_strictly("birthDate", born, "birth_date")
    if country := values.get("country"):
        maker.add_strictly(_COUNTRY.get(kind, "country"), country, "country")
    return maker.entity()


def _identifiers(values: dict[str, str]) -> Iterator[tuple[str, str]]:
    kinds = [kind.strip().lower() for kind in values["identifier_type"].split(";") if kind.strip()]
    numbers = [number.strip() for number in values["identifier"].split(";") if number.strip()]
    if len(kinds) != len(numbers):
        message = f"{len(numbers)} numbers for {len(kinds)} types; expected as many"
        raise InputError(message, field="identifier")
    yield from zip(kinds, numbers, strict=True)


def _add_identifier(maker: EntityMaker, kind: str, number_kind: str, number: str) -> None:
    properties = PROPERTIES[kind]
    if number_kind not in properties:
        message = f"{number_kind!r} is none of a {kind}; expected {', '.join(properties)}"
        raise InputError(message, field="identifier_type")
    if number_kind in _FORMS and not check(number_kind, compact(number)):
        raise InputError(
            say("{number!r} is not {form}", number=number, form=_FORMS[number_kind]), field="identifier"
        )
    maker.add(properties[number_kind], number)
