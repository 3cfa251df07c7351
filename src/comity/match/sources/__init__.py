"""Readers of lists and registers: files in, FollowTheMoney entities out, bad rows to a reject file.

Ids come from the source and the record's own number, so that importing again updates and never duplicates.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from comity.base.errors import InputError
from comity.base.files import Rejects
from comity.base.text import say
from comity.match.results import Entity
from comity.match.sources import ftm, manifest, ofac, table, un
from comity.match.sources.table import Mapping

KINDS = {
    "ftm": "FollowTheMoney JSON lines",
    "un": "UN Security Council consolidated list (XML)",
    "ofac": "OFAC SDN list (folder with sdn, alt and add CSV)",
    "table": "CSV with a mapping",
    "manifest": "Manifest to be screened (CSV)",
}

__all__ = ["KINDS", "Mapping", "read"]


def read(path: Path, kind: str, rejects: Rejects, mapping: Mapping | None = None) -> Iterator[Entity]:
    """Entities of the file or folder `path` of a `kind` (see `KINDS`); bad rows go to `rejects`.

    A table without `mapping` takes the YAML file of the same name beside it. InputError when the file cannot
    be read at all, raised at the first entity asked for.
    """
    if kind == "table":
        yield from table.read(path, rejects, mapping or Mapping.load(_mapping_beside(path)))
        return
    reader = {"ftm": ftm.read, "un": un.read, "ofac": ofac.read, "manifest": manifest.read}.get(kind)
    if reader is None:
        raise InputError(
            say("{kind!r} is no kind of source; expected one of {kinds}", kind=kind, kinds=", ".join(KINDS)),
            field="kind",
        )
    yield from reader(path, rejects)


def _mapping_beside(path: Path) -> Path:
    beside = path.with_name(path.name.split(".")[0] + ".yaml")
    if not beside.is_file():
        raise InputError(
            say("needs a mapping: none was given and there is no {name}", name=beside.name), file=str(path)
        )
    return beside
