from __future__ import annotations

import json

import pytest

from comity.law.files import HOME, read_mapping
from comity.law.schemas import FILES, schemas


def test_each_kind_of_law_file_has_a_schema_that_is_json():
    found = json.loads(json.dumps(schemas()))
    assert set(found) == {"instrument", "lifecycle", "state", "register", "offences", "advice"}
    assert all(each["$schema"] and each["properties"] for each in found.values())


def test_a_schema_uses_the_words_of_the_files():
    clock = schemas()["instrument"]["$defs"]["Clock"]["properties"]
    assert {"from", "within", "owed_by"} <= set(clock)
    assert "from_" not in clock


def test_a_schema_refuses_what_the_files_may_not_say():
    assert schemas()["instrument"]["additionalProperties"] is False
    assert "article" in schemas()["instrument"]["$defs"]["Refusal"]["required"]


@pytest.mark.parametrize("name", FILES)
def test_the_shipped_files_use_no_key_that_the_schema_does_not_know(name):
    folders = {
        "instrument": "instruments",
        "lifecycle": "lifecycles",
        "state": "national",
        "register": "registers",
    }
    paths = (HOME / folders[name]).glob("*.yaml") if name in folders else [HOME / f"{name}.yaml"]
    known = set(schemas()[name]["properties"])
    for path in paths:
        assert set(read_mapping(path)) <= known, path.name
