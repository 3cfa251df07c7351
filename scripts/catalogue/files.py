"""The catalogues: one file for each language, held in step with what the sources show."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from catalogue import law, python, templates

SOURCE = Path(__file__).parents[2] / "src" / "comity"
LOCALE = SOURCE / "web" / "locale"
LANGUAGES = ("fr", "de")
WITHOUT = (
    "cli/", "sample/", "node/database/", "node/home.py", "node/migrate.py", "law/book.py",
    "law/conditions.py", "law/files.py", "law/scenarios.py", "law/offences.py", "law/periods.py",
    "law/procedures.py", "law/schema/", "match/arrays.py", "match/index.py", "match/segments.py",
    "wire/export/", "wire/secrets.py",
)  # fmt: skip
"""What speaks English to those who run the node or write law files, or holds data."""

Found = str | tuple[str, str]


def modules() -> list[Path]:
    """The modules whose strings a page can show."""
    found = sorted(SOURCE.rglob("*.py"))
    return [path for path in found if not path.relative_to(SOURCE).as_posix().startswith(WITHOUT)]


def sources() -> Iterator[tuple[Path, Iterator[Found]]]:
    """Every source of strings with its strings."""
    for path in modules():
        yield path, python.strings(path)
    for path in sorted((SOURCE / "web" / "templates").rglob("*.html")):
        yield path, templates.strings(path)
    laws = [
        *(SOURCE / "law" / f"{name}.yaml" for name in ("offences", "advice", "values")),
        *SOURCE.glob("law/instruments/*.yaml"),
    ]
    for folder in ("lifecycles", "registers", "national"):
        laws += SOURCE.glob(f"law/{folder}/*.yaml")
    for path in sorted([*laws, *SOURCE.glob("node/pccc/*.yaml")]):
        yield path, law.strings(path)


def extracted() -> Catalog:
    """All strings of the sources, with the files that show them."""
    catalogue = Catalog(project="Comity", fuzzy=False)
    for path, found in sources():
        for text in found:
            if "".join(text).strip():
                catalogue.add(text, locations=[(path.relative_to(SOURCE).as_posix(), 0)])
    return catalogue


def path_of(language: str) -> Path:
    """The file of a language."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    """The catalogue of a language as it was kept; an empty one when there is none yet."""
    path = path_of(language)
    if not path.exists():
        return Catalog(language, project="Comity", last_translator="", language_team=language, fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def updated(language: str) -> Catalog:
    """The catalogue of a language with exactly the strings of the sources."""
    kept, wanted = read(language), extracted()
    wanted.creation_date = kept.creation_date
    kept.update(wanted, no_fuzzy_matching=True)
    kept.obsolete.clear()
    return kept


def missing(catalogue: Catalog) -> dict[str, str | list[str]]:
    """What has no translation: a string with nothing, a counted one with its two English forms."""
    return {
        message.id if isinstance(message.id, str) else message.id[0]: ""
        if isinstance(message.id, str)
        else list(message.id)
        for message in catalogue
        if message.id and not (all(message.string) if message.pluralizable else message.string)
    }


def fill(catalogue: Catalog, given: dict[str, str | list[str]]) -> list[str]:
    """Put translations in; returns what is no string of the catalogue."""
    unknown = []
    for key, text in given.items():
        message = catalogue.get(key)
        if message is None:
            unknown.append(key)
        elif text:
            message.string = tuple(text) if isinstance(text, list) else text
    return unknown


def written(catalogue: Catalog) -> tuple[bytes, bytes]:
    """The file that people edit and the one that the node reads."""
    edited, compiled = io.BytesIO(), io.BytesIO()
    write_po(edited, catalogue, include_lineno=False, sort_output=True, width=0)
    write_mo(compiled, catalogue)
    return edited.getvalue(), compiled.getvalue()


def keep(language: str, catalogue: Catalog) -> None:
    """Write both files of a language."""
    path = path_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    edited, compiled = written(catalogue)
    path.write_bytes(edited)
    path.with_suffix(".mo").write_bytes(compiled)
