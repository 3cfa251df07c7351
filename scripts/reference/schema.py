"""The JSON Schema of each kind of law file, a file each."""

from __future__ import annotations

import json

from comity.law.schemas import schemas


def pages() -> dict[str, str]:
    """`schema/instrument.json` and the like."""
    return {f"schema/{name}.json": json.dumps(each, indent=2) + "\n" for name, each in schemas().items()}
