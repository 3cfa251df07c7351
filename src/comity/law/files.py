"""Reading law files: YAML into strict models, with a message that names file and field."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, TypeVar, cast

import yaml
from pydantic import BaseModel, ValidationError

from comity.base.errors import InstrumentError

HOME = Path(__file__).parent
"""The folder of the law files that Comity ships."""

Model = TypeVar("Model", bound=BaseModel)
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc]
    """YAML as of version 1.2: only true and false are booleans, so that `on` is a word and NO is Norway."""

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
        for first, resolvers in _Base.yaml_implicit_resolvers.items()
    }


_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


def read_mapping(path: Path) -> dict[str, Any]:
    """The mapping that a YAML file holds; InstrumentError when it cannot be read or holds something else."""
    try:
        content = yaml.load(path.read_bytes(), Loader=_Loader)
    except OSError as error:
        raise InstrumentError(f"{path.name}: cannot be opened: {error.strerror}") from None
    except yaml.YAMLError as error:
        raise InstrumentError(f"{path.name}: is not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(content, dict):
        raise InstrumentError(f"{path.name}: expected a mapping at the top")
    return cast(dict[str, Any], content)


def read_model(model: type[Model], raw: Any, path: Path) -> Model:
    """The content as a model; InstrumentError names the first field that is wrong."""
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise InstrumentError(f"{path.name}: {field or 'file'}: {first['msg']}", field=field) from None
