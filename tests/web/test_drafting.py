from __future__ import annotations

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict
from django.utils import timezone

from comity.base.errors import InputError
from comity.law.schema import Field
from comity.node.authorities import Authority
from comity.web import drafting

PARTNER = Authority(code="de", name="SPOC Germany", country="DE", kind="spoc", languages=["de", "en"])


def rule(type_, **more):
    return Field(id="thing", type=type_, label="Thing", article="1", **more)


def given(**values):
    data = QueryDict(mutable=True)
    for name, value in values.items():
        data.setlist(name.replace("__", "-"), value if isinstance(value, list) else [value])
    return data


def read(known, *values):
    return drafting.read([known], given(**{"fact__thing": list(values)}))


OF = [{"id": "U1", "text": "one"}, {"id": "U2", "text": "two"}]


@pytest.mark.parametrize(
    ("known", "typed", "value"),
    [
        (rule("boolean"), ["yes"], True),
        (rule("boolean"), ["no"], False),
        (rule("choice", of=OF), ["U1"], "U1"),
        (rule("choice", of=OF, multiple=True), ["U1", "U2"], ["U1", "U2"]),
        (rule("longtext"), [" a\r\nb "], "a\nb"),
        (rule("number"), ["2.5"], 2.5),
        (rule("date"), ["2026-03-05"], "2026-03-05"),
    ],
)
def test_a_control_gives_the_value_of_its_type(known, typed, value):
    assert read(known, *typed) == {"thing": value}


def test_what_is_left_empty_is_no_fact():
    assert read(rule("boolean"), "") == {}
    assert read(rule("longtext"), "  ") == {}
    assert drafting.read([rule("list")], given()) == {}


def test_nobody_on_purpose_is_an_empty_list():
    assert drafting.read([rule("list")], given(**{"fact__thing__nobody": "yes"})) == {"thing": []}


def test_an_instant_is_taken_on_the_clock_of_the_page():
    with timezone.override(ZoneInfo("Europe/Berlin")):
        assert read(rule("instant"), "2026-03-05T10:20") == {"thing": "2026-03-05T10:20:00+01:00"}
        shown = drafting.controls([rule("instant")], {"thing": "2026-03-05T09:20:00+00:00"}, PARTNER)[0]
    assert shown.value == "2026-03-05T10:20"


@pytest.mark.parametrize(
    ("known", "typed", "expected"),
    [(rule("number"), "many", "a number"), (rule("instant"), "soon", "a day and a time")],
)
def test_what_cannot_be_read_says_what_was_expected(known, typed, expected):
    with pytest.raises(InputError, match=expected) as caught:
        read(known, typed)
    assert caught.value.field == "thing"


def test_what_was_typed_stays_typed():
    known = rule("longtext")
    shown = drafting.controls([known], {"thing": "old"}, PARTNER, given=given(fact__thing="new"))[0]
    assert shown.value == "new"


def test_a_language_is_one_that_the_partner_reads():
    shown = drafting.controls([rule("language")], {}, PARTNER)[0]
    assert [value for value, _, _ in shown.options] == ["en", "de"]
    assert [value for value, _, chosen in shown.options if chosen] == ["en"]


def test_a_page_that_is_not_complete_is_told_so():
    with pytest.raises(InputError, match="not complete"):
        drafting.version_of(given(version="x"))
    with pytest.raises(InputError, match="no id"):
        drafting.uuid_of("x", "step")
    assert drafting.local_instant("2026-03-05T10:20", "at").astimezone(UTC)
