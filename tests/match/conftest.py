"""Entities for the tests of the engine, and the folder of real data where there is one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from comity.match import Entity


def entity(key: str, schema: str, **properties: str | list[str]) -> Entity:
    lists = {name: [value] if isinstance(value, str) else value for name, value in properties.items()}
    return {"id": key, "schema": schema, "properties": lists}


@pytest.fixture(scope="session")
def make_entity():
    return entity


@pytest.fixture(scope="session")
def real_data() -> Path:
    default = Path(__file__).parents[2].parent / "shared" / "data"
    folder = Path(os.environ.get("COMITY_DATA", default))
    if not (folder / "alerts").is_dir():
        pytest.skip(f"the real lists are not here: {folder} has no alerts folder (set COMITY_DATA)")
    return folder


@pytest.fixture(scope="session")
def sample() -> Path:
    return Path(__file__).parents[2] / "src" / "comity" / "sample"
