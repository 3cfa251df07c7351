from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.base.errors import InputError
from comity.base.files import Rejects
from comity.match.sources import ftm


def test_good_lines_go_in_and_bad_ones_are_rejected_with_line_and_field(tmp_path):
    path = tmp_path / "list.jsonl"
    good = {"id": "p1", "schema": "Person", "properties": {"name": ["Ann"], "nationality": ["Germany"]}}
    bad = [
        "{",
        "[]",
        '{"id": "", "schema": "Person"}',
        json.dumps(good | {"schema": "Elf"}),
        json.dumps(good | {"properties": {"name": [1]}}),
        json.dumps(good | {"properties": None}),
    ]
    path.write_text("\n".join([json.dumps(good), "", *bad]))
    with Rejects(tmp_path / "rejects.jsonl") as rejects:
        entities = list(ftm.read(path, rejects))
    assert entities == [good | {"properties": {"name": ["Ann"], "nationality": ["de"]}}]
    assert [(error.line, error.field) for error in rejects.first] == [
        (3, None), (4, None), (5, "id"), (6, "schema"), (7, "properties"), (8, "properties"),
    ]  # fmt: skip
    written = [json.loads(line) for line in (tmp_path / "rejects.jsonl").read_text().splitlines()]
    assert {line["file"] for line in written} == {str(path)}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "id": json_values,
            "schema": st.sampled_from(["Person", "Thing", "Interval", 3]),
            "properties": json_values
            | st.dictionaries(st.sampled_from(["name", "birthDate", "holder", "x"]), json_values),
        },
    )
)
def test_any_json_is_an_entity_or_an_input_error(data):
    try:
        entity = ftm.parse(json.dumps(data))
    except InputError:
        return
    assert entity["id"] == data["id"]


@given(st.text())
def test_any_text_is_refused_kindly(text):
    with pytest.raises(InputError):
        ftm.parse(text)
