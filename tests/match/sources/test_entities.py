from __future__ import annotations

import pytest

from comity.base.errors import InputError
from comity.match.sources.entities import EntityMaker, property_named, schema_named


def test_values_are_cleaned_and_kept_once():
    maker = EntityMaker("list", "1", "Person")
    maker.add("nationality", "Netherlands", "nl", "Utopia", None, "")
    maker.add("gender", "Male")
    assert maker.entity() == {
        "id": "list-1",
        "schema": "Person",
        "properties": {"nationality": ["nl"], "gender": ["male"]},
        "datasets": ["list"],
    }


def test_a_value_that_cannot_be_understood_names_its_field_and_what_was_expected():
    with pytest.raises(InputError, match="expected a date such as") as caught:
        EntityMaker("list", "1", "Person").add_strictly("birthDate", "next Tuesday", "born")
    assert caught.value.field == "born"


def test_unknown_schemata_and_properties_are_refused():
    with pytest.raises(InputError, match="no FollowTheMoney schema"):
        schema_named("Spaceship")
    with pytest.raises(InputError, match="has no property"):
        property_named("Person", "imoNumber")
    with pytest.raises(InputError, match="has no property"):
        property_named("Vessel", "owner")
