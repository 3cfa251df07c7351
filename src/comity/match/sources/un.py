"""The consolidated list of the United Nations Security Council, as the XML that the UN publishes.

Persons keep dates of birth at the precision the list gives; a range of up to ten years becomes its years.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from comity.base.errors import InputError
from comity.base.files import Rejects
from comity.match.results import Entity
from comity.match.sources.entities import EntityMaker, joined
from comity.match.sources.lines import xml_records

_NAME = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
_ADDRESS = ("STREET", "CITY", "STATE_PROVINCE", "ZIP_CODE", "COUNTRY")
_ALIASES = {"Low": "weakAlias", "f.k.a.": "previousName"}


def read(path: Path, rejects: Rejects) -> Iterator[Entity]:
    """Persons and organisations of the list; ids are `un-` and the list's own DATAID."""
    for line, record in xml_records(path, "CONSOLIDATED_LIST", frozenset(("INDIVIDUAL", "ENTITY"))):
        key, name = _text(record, "DATAID"), joined(_text(record, part) for part in _NAME)
        if not key or not name:
            field = "FIRST_NAME" if key else "DATAID"
            rejects.add(
                InputError("is missing", file=str(path), line=line, field=field), _text(record, "DATAID")
            )
            continue
        yield _person(record, key, name) if record.tag == "INDIVIDUAL" else _organization(record, key, name)


def _person(record: Element, key: str, name: str) -> Entity:
    maker = EntityMaker("un", key, "Person")
    _common(maker, record, name, "INDIVIDUAL")
    maker.add("gender", _text(record, "GENDER"))
    maker.add("title", *_texts(record, "TITLE/VALUE"))
    maker.add("position", *_texts(record, "DESIGNATION/VALUE"))
    maker.add("nationality", *_texts(record, "NATIONALITY/VALUE"))
    for birth in record.iter("INDIVIDUAL_DATE_OF_BIRTH"):
        maker.add("birthDate", *_dates(birth))
    for place in record.iter("INDIVIDUAL_PLACE_OF_BIRTH"):
        maker.add("birthPlace", joined((_text(place, part) for part in _ADDRESS), ", "))
        maker.add("birthCountry", _text(place, "COUNTRY"))
    for document in record.iter("INDIVIDUAL_DOCUMENT"):
        kind = joined((_text(document, "TYPE_OF_DOCUMENT"), _text(document, "TYPE_OF_DOCUMENT2"))).lower()
        is_passport = "pass" in kind or "pasaporte" in kind
        maker.add("passportNumber" if is_passport else "idNumber", _text(document, "NUMBER"))
    return maker.entity()


def _organization(record: Element, key: str, name: str) -> Entity:
    maker = EntityMaker("un", key, "Organization")
    _common(maker, record, name, "ENTITY")
    return maker.entity()


def _common(maker: EntityMaker, record: Element, name: str, kind: str) -> None:
    maker.add("name", name)
    maker.add("alias", _text(record, "NAME_ORIGINAL_SCRIPT"))
    for alias in record.iter(f"{kind}_ALIAS"):
        maker.add(_ALIASES.get(_text(alias, "QUALITY"), "alias"), _text(alias, "ALIAS_NAME"))
    for address in record.iter(f"{kind}_ADDRESS"):
        maker.add("address", joined((_text(address, part) for part in _ADDRESS), ", "))
        maker.add("country", _text(address, "COUNTRY"))
    reference, since = _text(record, "REFERENCE_NUMBER"), _text(record, "LISTED_ON")
    program = _text(record, "UN_LIST_TYPE")
    maker.add("topics", "sanction")
    maker.add("program", joined(("UN Security Council,", program)))
    maker.add("summary", f"UN list {program}, reference {reference}, listed on {since}")
    maker.add("notes", _text(record, "COMMENTS1"))


def _dates(birth: Element) -> list[str]:
    first, last = _text(birth, "FROM_YEAR"), _text(birth, "TO_YEAR")
    if first.isdigit() and last.isdigit():
        years = range(int(first), int(last) + 1)
        return [str(year) for year in years] if len(years) <= 10 else [first, last]
    return [date for date in (_text(birth, "DATE") or _text(birth, "YEAR"),) if date]


def _text(record: Element, path: str) -> str:
    return " ".join((record.findtext(path) or "").split())


def _texts(record: Element, path: str) -> list[str]:
    return [" ".join((found.text or "").split()) for found in record.iterfind(path)]
