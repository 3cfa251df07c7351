from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from comity.law.schema import Clock, Extension, Field, Instrument, Lifecycle, Procedure
from comity.law.schema.basic import InForce

CLOCK = {"id": "a", "owed_by": "requested", "from": "sent", "article": "1"}


@pytest.mark.parametrize(
    "rule",
    [
        {"counting": "exact-hours", "within": "PT8H"},
        {"counting": "calendar-days", "within": "P3D"},
        {"counting": "working-days", "within": "P2D"},
        {"counting": "calendar-days", "before": "P4M"},
        {"counting": "calendar-days", "within": "P1Y", "before": "P4M"},
        {"counting": "calendar-days", "every": "P6M", "done_by": "answered"},
        {"counting": "fixed-date", "on": "03-01"},
        {"counting": "at-once"},
        {"counting": "fixed-instant", "end": "wanted_by"},
        {"counting": "fixed-date", "end": "wanted_by"},
    ],
)
def test_a_clock_counts_in_one_way(rule):
    assert Clock.model_validate(CLOCK | rule).article == "1"


@pytest.mark.parametrize(
    "rule",
    [
        {"counting": "exact-hours", "within": "P3D"},
        {"counting": "calendar-days", "within": "PT8H"},
        {"counting": "calendar-days"},
        {"counting": "calendar-days", "within": "P3D", "every": "P3D", "done_by": "answered"},
        {"counting": "at-once", "within": "P3D"},
        {"counting": "calendar-days", "every": "P6M"},
        {"counting": "calendar-days", "within": "soon"},
        {"counting": "fixed-date", "from": None},
        {"counting": "fixed-instant"},
        {"counting": "fixed-instant", "end": "wanted_by", "from": None},
        {"counting": "exact-hours", "within": "PT8H", "end": "wanted_by"},
        {"counting": "by-heart", "within": "P3D"},
    ],
)
def test_a_clock_that_makes_no_sense_is_refused(rule):
    with pytest.raises(ValidationError):
        Clock.model_validate(CLOCK | rule)


def test_every_rule_needs_its_article():
    with pytest.raises(ValidationError, match="article"):
        Clock.model_validate({"id": "a", "owed_by": "requested", "counting": "at-once"})


def test_a_check_needs_a_source_and_a_day():
    with pytest.raises(ValidationError, match="on"):
        Clock.model_validate({**CLOCK, "counting": "at-once", "checked": {"source": "EUR-Lex"}})


def test_an_extension_is_open_or_has_a_length():
    for rule in ({}, {"open": True, "by": "P3D"}):
        with pytest.raises(ValidationError, match="either open or by"):
            Extension.model_validate({"clock": "a", "when": "urgent", "article": "1", **rule})


def test_only_a_choice_has_choices():
    with pytest.raises(ValidationError, match="for choice fields"):
        Field.model_validate({"id": "a", "type": "choice", "label": "A", "article": "1"})


def test_two_fields_cannot_share_a_name():
    field = {"id": "a", "type": "text", "label": "A", "article": "1"}
    parties = {"requester": {"article": "1"}}
    with pytest.raises(ValidationError, match="share one id"):
        Procedure.model_validate(
            {
                "title": "T",
                "article": "1",
                "lifecycle": "question",
                "parties": parties,
                "fields": [field, field],
            }
        )


def test_a_period_in_force_ends_after_it_begins():
    with pytest.raises(ValidationError, match="is not before"):
        InForce(since=date(2026, 1, 2), until=date(2026, 1, 2))


def test_a_lifecycle_names_its_own_states_and_steps():
    step = {"title": "Go", "by": ["a"], "from": ["draft"]}
    good = {
        "id": "x",
        "title": "X",
        "opening": "go",
        "start": "draft",
        "states": {"draft": "Draft"},
        "steps": {"go": step},
    }
    assert Lifecycle.model_validate(good).opening == "go"
    for wrong in ({"opening": "come"}, {"start": "nowhere"}, {"final": ["nowhere"]}):
        with pytest.raises(ValidationError, match="is not among"):
            Lifecycle.model_validate(good | wrong)


def test_the_files_have_a_json_schema():
    assert "procedures" in Instrument.model_json_schema()["properties"]
