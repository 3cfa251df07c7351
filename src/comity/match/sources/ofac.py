"""The list of Specially Designated Nationals of the US Treasury (OFAC), as its three CSV files.

The files have no header and are joined on their first column; `-0-` stands for nothing. Dates of birth,
papers and ships' numbers stand in the free text of the remarks and are read from there.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rigour.names import extract_org_types

from comity.base.errors import InputError
from comity.base.files import Rejects
from comity.base.text import say
from comity.match.results import Entity
from comity.match.sources.entities import EntityMaker, joined
from comity.match.sources.lines import rows
from comity.match.sources.ofac_remarks import facts

(
    _NUMBER,
    _NAME,
    _TYPE,
    _PROGRAM,
    _TITLE,
    _CALL_SIGN,
    _VESSEL_TYPE,
    _TONNAGE,
    _GROSS,
    _FLAG,
    _OWNER,
    _REMARKS,
) = range(12)
_ALIASES = {"fka": "previousName"}
_Rows = dict[str, list[list[str]]]


def read(path: Path, rejects: Rejects) -> Iterator[Entity]:
    """Entities of a folder that holds sdn, alt and add files, or of the sdn file beside the others.

    Ids are `ofac-` and OFAC's own number. InputError when one of the three files is missing or unreadable.
    """
    main = _main_file(path)
    aliases = _by_number(_beside(main, "alt"), 5, rejects)
    addresses = _by_number(_beside(main, "add"), 6, rejects)
    for line, row in rows(main):
        values = [_value(text) for text in row]
        if len(values) != 12 or not values[_NUMBER].isdigit() or not values[_NAME]:
            message = f"has {len(row)} columns; expected 12, the first a number, the second a name"
            rejects.add(InputError(message, file=str(main), line=line), row)
            continue
        number = values[_NUMBER]
        yield _entity(values, aliases.get(number, []), addresses.get(number, []))


def _main_file(path: Path) -> Path:
    if not path.is_dir():
        return path
    found = sorted(file for file in path.iterdir() if file.name.lower().endswith(("sdn.csv", "sdn.csv.gz")))
    if not found:
        raise InputError("holds no sdn.csv", file=str(path))
    return found[0]


def _beside(main: Path, part: str) -> Path:
    start, found, end = main.name.lower().rpartition("sdn")
    beside = main.with_name(main.name[: len(start)] + part + main.name[len(start) + len(found) :])
    if not found or not beside.is_file():
        raise InputError(
            say("has no {part} file beside it; expected {start}{part}{end}", part=part, start=start, end=end),
            file=str(main),
        )
    return beside


def _by_number(path: Path, columns: int, rejects: Rejects) -> _Rows:
    found: _Rows = {}
    for line, row in rows(path):
        if len(row) < columns - 1 or not row[0].strip().isdigit():
            message = f"has {len(row)} columns; expected {columns}, the first a number"
            rejects.add(InputError(message, file=str(path), line=line), row)
            continue
        values = [_value(text) for text in row]
        found.setdefault(values[0], []).append(values + [""] * (columns - len(values)))
    return found


def _value(text: str) -> str:
    stripped = text.strip().strip("\x1a")
    return "" if stripped == "-0-" else stripped


def _entity(row: list[str], aliases: list[list[str]], addresses: list[list[str]]) -> Entity:
    maker = EntityMaker("ofac", row[_NUMBER], _schema(row))
    is_person = maker.schema == "Person"
    maker.add("name", _in_order(row[_NAME]) if is_person else row[_NAME])
    for alias in aliases:
        maker.add(_ALIASES.get(alias[2], "alias"), _in_order(alias[3]) if is_person else alias[3])
    for address in addresses:
        maker.add("address", joined(address[2:5], ", "))
        maker.add("country", address[4])
    maker.add("topics", "sanction")
    maker.add("program", *(f"OFAC {code}" for code in row[_PROGRAM].split("] [") if code))
    maker.add("summary", f"OFAC list, number {row[_NUMBER]}")
    maker.add("notes", row[_REMARKS])
    if is_person:
        maker.add("position", row[_TITLE])
    if maker.schema == "Vessel":
        _vessel(maker, row)
    if maker.schema == "Airplane" and " " not in row[_NAME]:
        maker.add("registrationNumber", row[_NAME])
    for name, value in facts(row[_REMARKS], maker.schema):
        maker.add(name, _in_order(value) if is_person and name == "weakAlias" else value)
    return maker.entity()


def _schema(row: list[str]) -> str:
    known = {"individual": "Person", "vessel": "Vessel", "aircraft": "Airplane"}.get(row[_TYPE])
    return known or ("Company" if extract_org_types(row[_NAME].casefold()) else "Organization")


def _vessel(maker: EntityMaker, row: list[str]) -> None:
    maker.add("callSign", row[_CALL_SIGN])
    maker.add("type", row[_VESSEL_TYPE])
    maker.add("tonnage", row[_TONNAGE].replace(",", ""))
    maker.add("grossRegisteredTonnage", row[_GROSS].replace(",", ""))
    maker.add("flag", row[_FLAG])


def _in_order(name: str) -> str:
    """`SURNAME, Given names` as `Given names SURNAME`."""
    surname, comma, given = name.partition(",")
    return f"{given.strip()} {surname.strip()}" if comma else name
