from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ConfigDict

from comity.base.errors import Malformed
from comity.wire.canonical import STRICT, Instant, Text, canonical, decode, encode, instant, parse

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)


@dataclass(frozen=True, kw_only=True)
class Note:
    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    text: Text
    at: Instant
    codes: tuple[Text, ...] = ()


NOTE = Note(text="é", at=datetime(2026, 11, 22, tzinfo=UTC), codes=("a", "b"))


@given(JSON)
def test_a_value_survives_and_its_form_is_a_fixed_point(value: Any):
    data = canonical(value)
    assert canonical(json.loads(data)) == data
    assert json.loads(data) == value


def test_the_order_in_which_keys_were_set_leaves_no_trace():
    assert canonical({"b": 1, "a": [True, None, "é"]}) == '{"a":[true,null,"é"],"b":1}'.encode()


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), {1, 2}, b"bytes", "\ud800", "a\0b", "\\\0", {"\0": 1}, datetime.now]
)
def test_what_has_no_canonical_form_is_refused(value: Any):
    with pytest.raises(Malformed):
        canonical({"value": value})


def test_a_backslash_before_u0000_is_text_and_no_nul():
    assert json.loads(canonical({"value": "\\u0000"})) == {"value": "\\u0000"}


def test_a_value_nested_too_deeply_is_refused():
    value: Any = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(Malformed):
        canonical(value)


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30))]),
                    min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1)))  # fmt: skip
def test_an_instant_is_written_in_utc_with_microseconds(at: datetime):
    text = instant(at)
    assert datetime.fromisoformat(text) == at
    assert len(text) == 27
    assert text.endswith("Z")


def test_an_instant_without_an_offset_is_refused():
    with pytest.raises(Malformed, match="offset"):
        instant(datetime(2026, 11, 22))


def test_a_record_reads_back_as_it_was():
    assert decode(Note, encode(NOTE)) == NOTE


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b'{"at":"2026-11-22T00:00:00.000000Z","codes":[]}', "'text'"),
        (b'{"at":"2026-11-22T00:00:00.000000Z","codes":[],"text":"a","more":1}', "'more'"),
        (b'{"at":"2026-11-22T00:00:00.000000Z","codes":[],"text":5}', "'text'"),
        (b'{"at":"2026-11-22T00:00:00.000000","codes":[],"text":"a"}', "'at'"),
        (b'{"at":"2026-11-22 00:00:00.000000Z","codes":[],"text":"a"}', "expected an instant"),
        (b'{"at":"2026-02-30T00:00:00.000000Z","codes":[],"text":"a"}', "'at'"),
        (b'{"at":"0000-01-01T00:00:00.000000Z","codes":[],"text":"a"}', "'at'"),
        (b'{"at":0,"codes":[],"text":"a"}', "expected an instant"),
        (b'{"at":"2026-11-22T00:00:00.000000Z","codes":[],"text":"' + b"a" * 201 + b'"}', "'text'"),
        (b"[]", "not a note"),
        (b"", "not a note"),
        (b"\xff", "not a note"),
    ],
)
def test_a_record_that_is_not_as_agreed_is_refused_with_the_field(data: bytes, said: str):
    with pytest.raises(Malformed, match=said):
        parse(Note, data)


@pytest.mark.parametrize(
    "data",
    [
        encode(NOTE) + b" ",
        encode(NOTE).replace(b'"codes"', b' "codes"'),
        encode(NOTE).replace("é".encode(), b"\\u00e9"),
        encode(NOTE).replace(b'{"at"', b'{"text":"x","at"'),
    ],
)
def test_a_record_in_another_form_is_refused(data: bytes):
    with pytest.raises(Malformed, match="canonical"):
        decode(Note, data)
