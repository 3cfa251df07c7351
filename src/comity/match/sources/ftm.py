"""FollowTheMoney entities as JSON lines, the form in which OpenSanctions and Aleph exchange them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from comity.base.errors import InputError
from comity.base.files import Rejects
from comity.base.text import say
from comity.match.results import Entity
from comity.match.sources.entities import has_plain_properties, model
from comity.match.sources.lines import lines


def read(path: Path, rejects: Rejects) -> Iterator[Entity]:
    """Entities of a file; lines that are none go to `rejects`. InputError when the file is unreadable."""
    for number, line in lines(path):
        if not line.strip():
            continue
        try:
            yield parse(line)
        except InputError as error:
            rejects.add(
                InputError(error.message, file=str(path), line=number, field=error.field), line[:2000]
            )


def parse(line: str) -> Entity:
    """One entity, its values cleaned by their types. InputError names the field and what was expected."""
    try:
        data: Any = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise InputError(say("is no JSON ({error})", error=str(error))) from None
    if not isinstance(data, dict):
        raise InputError("is no JSON object; expected a FollowTheMoney entity")
    key, schema = data.get("id"), data.get("schema")
    if not isinstance(key, str) or not key.strip():
        raise InputError("is missing; expected a text", field="id")
    if not isinstance(schema, str) or model().get(schema) is None:
        raise InputError(say("{schema!r} is no FollowTheMoney schema", schema=schema), field="schema")
    if not has_plain_properties(data.get("properties")):
        raise InputError("expected an object of lists of texts", field="properties")
    properties = _cleaned(key, schema, data["properties"])
    datasets = data.get("datasets")
    entity: Entity = {"id": key, "schema": schema, "properties": properties}
    if isinstance(datasets, list):
        entity["datasets"] = [one for one in datasets if isinstance(one, str)]
    return entity


def _cleaned(key: str, schema: str, properties: dict[str, Any]) -> dict[str, list[str]]:
    from followthemoney.exc import FollowTheMoneyException

    try:
        proxy = model().get_proxy({"id": key, "schema": schema, "properties": properties}, cleaned=False)
    except (FollowTheMoneyException, ValueError) as error:
        raise InputError(say("is no valid entity ({error})", error=str(error)), field="properties") from None
    return {name: list(values) for name, values in proxy.to_dict()["properties"].items()}
