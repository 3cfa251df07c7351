"""The shape of each kind of law file as JSON Schema, so that editors can help whoever writes one."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from comity.law.advise import Words
from comity.law.offences import Taxonomy
from comity.law.schema import Instrument, Lifecycle, Register, State

FILES: dict[str, type[BaseModel]] = {
    "instrument": Instrument,
    "lifecycle": Lifecycle,
    "state": State,
    "register": Register,
    "offences": Taxonomy,
    "advice": Words,
}
"""What the files of `instruments/`, `lifecycles/`, `national/`, `registers/` and the two lists hold."""


def schemas() -> dict[str, dict[str, Any]]:
    """The JSON Schema (2020-12) of each kind of file, by its name."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return {name: head | model.model_json_schema() for name, model in FILES.items()}
