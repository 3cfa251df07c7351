"""What the demo's nodes load: the sample data of the package, or the real lists of a folder."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import comity
from comity.base.errors import InputError
from comity.base.files import Rejects
from comity.match.sources import Mapping, read

SAMPLE = Path(comity.__file__).parent / "sample"
VESSEL_MAPPING = SAMPLE / "vessels.yaml"
LOOKED_THROUGH = 2000
"""So many vessels of the real register are looked through for the one of the story."""


@dataclass(frozen=True)
class Source:
    """One file or folder to load into a register."""

    register: str
    name: str
    basis: str
    purpose: str
    kind: str
    path: str
    mapping: str | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Data:
    """The sources of both nodes, and the manifest: its rows `carrying vessel` and `master` will match."""

    dutch: tuple[Source, ...]
    german: tuple[Source, ...]
    manifest: Path


def sample() -> Data:
    """The data of our own making; every name in it is invented."""
    return Data(
        _dutch(SAMPLE / "sanctions_un.xml", SAMPLE / "ofac", SAMPLE / "vessels.csv"),
        (_german(SAMPLE / "german_register.jsonl"),),
        SAMPLE / "manifest.csv",
    )


def real(folder: Path, work: Path) -> Data:
    """The real UN, OFAC and IMO files of a folder; manifest and German register are written into `work`.

    The manifest names a vessel of the register, written otherwise under its own number, and a listed person
    by an alias. Raises InputError when a file is missing.
    """
    lists = folder / "alerts" if (folder / "alerts").is_dir() else folder
    un, vessels = lists / "un_consolidated.xml", lists / "imo_vessels.csv.gz"
    for file in (un, vessels, lists / "ofac_sdn.csv"):
        if not file.is_file():
            raise InputError("is not there; expected the UN, OFAC and IMO files", file=str(file))
    vessel, person = _pick_vessel(vessels), _pick_person(un)
    manifest, police = work / "manifest.csv", work / "german_register.jsonl"
    _write_manifest(manifest, vessel, person)
    known = [{**each, "id": f"police-{number}"} for number, each in enumerate((vessel, person), 1)]
    police.write_text("".join(json.dumps(each) + "\n" for each in known), encoding="utf-8")
    return Data(_dutch(un, lists, vessels), (_german(police),), manifest)


def end_mark(source: Source) -> int | None:
    """How many lines an OFAC file has when the last holds only a DOS end-of-file mark; else None."""
    file = Path(source.path) / "ofac_sdn.csv"
    if source.kind != "ofac" or not file.is_file():
        return None
    with file.open(encoding="utf-8", errors="replace", newline="") as opened:
        rows = list(csv.reader(opened))
    return len(rows) if rows and rows[-1] == ["\x1a"] else None


def _dutch(un: Path, ofac: Path, vessels: Path) -> tuple[Source, ...]:
    sanctions, ships = "To find listed persons and firms", "To tell vessels apart"
    return (
        Source("un", "UN consolidated list", "UN Charter art. 41", sanctions, "un", str(un)),
        Source("ofac", "OFAC list", "Public list of the US Treasury", sanctions, "ofac", str(ofac)),
        Source(
            "vessels", "Vessel register", "Public register", ships, "table", str(vessels), str(VESSEL_MAPPING)
        ),
    )


def _german(path: Path) -> Source:
    purpose = "To prevent, detect and investigate crime"
    return Source("police", "Police register", "National police law", purpose, "ftm", str(path))


def _pick_vessel(path: Path) -> dict[str, Any]:
    """The first vessel whose name is long enough to be written otherwise and still be known."""
    for entity in islice(_entities(path, "table", Mapping.load(VESSEL_MAPPING)), LOOKED_THROUGH):
        name = (entity["properties"].get("name") or [""])[0]
        if len(name) >= 12 and name.replace(" ", "").isalpha() and entity["properties"].get("imoNumber"):
            return entity
    raise InputError("no vessel with a name that the story could use", file=str(path))


def _pick_person(path: Path) -> dict[str, Any]:
    """The first listed person with a date of birth and an alias of several words."""
    for entity in _entities(path, "un", None):
        properties = entity["properties"]
        aliases = [alias for alias in properties.get("alias", ()) if _latin_words(alias) >= 3]
        born = [date for date in properties.get("birthDate", ()) if len(date) == 10]
        if entity["schema"] == "Person" and aliases and born:
            return {**entity, "properties": {**properties, "alias": aliases}}
    raise InputError("no person that the story could use", file=str(path))


def _entities(path: Path, kind: str, mapping: Mapping | None) -> Iterator[dict[str, Any]]:
    return read(path, kind, Rejects(), mapping)


def _latin_words(text: str) -> int:
    return len(text.split()) if text.isascii() else 0


def _write_manifest(path: Path, vessel: dict[str, Any], person: dict[str, Any]) -> None:
    ship, human = vessel["properties"], person["properties"]
    name = ship["name"][0]
    misspelt = name[: len(name) // 2] + name[len(name) // 2 + 1 :]
    born, nationality = human["birthDate"][0], (human.get("nationality") or [""])[0]
    rows = (
        ("role", "kind", "name", "birth_date", "country", "identifier_type", "identifier"),
        ("carrying vessel", "vessel", misspelt, "", "", "imo", ship["imoNumber"][0]),
        ("master", "person", human["alias"][0], born, nationality, "", ""),
        ("crew", "person", "Marijke van Oosterzele", "1988-09-30", "NL", "passport", "NX0000017"),
        ("carrier", "organization", "Wadden Line B.V.", "", "NL", "", ""),
        ("container", "container", "", "", "", "container", "QQZU7700410"),
    )
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
