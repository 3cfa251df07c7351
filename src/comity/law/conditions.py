"""Conditions in CEL, type-checked at load, with three outcomes: true, false, unknown.

A fact that is not given is unknown, and so is what depends on it: `false && unknown` is false and
`true || unknown` is true, whichever comes first; everything else is unknown and names the missing facts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cel_expr_python import cel

from comity.base.errors import InstrumentError

BOOLEAN, TEXT, WHOLE, NUMBER, INSTANT = (
    cel.Type.BOOL,
    cel.Type.STRING,
    cel.Type.INT,
    cel.Type.DOUBLE,
    cel.Type.TIMESTAMP,
)
TEXTS = cel.Type.List(cel.Type.STRING)
ANYTHING = cel.Type.List(cel.Type.DYN)
RECORD = cel.Type.Map(cel.Type.STRING, cel.Type.DYN)

_STRINGS = re.compile(r"'[^']*'|\"[^\"]*\"")
_NAMES = re.compile(r"[a-zA-Z_]\w*(?:\.[a-zA-Z_]\w*)*")


@dataclass(frozen=True, slots=True)
class Truth:
    """The outcome of a condition: `value` None is unknown; `missing` then names the facts it waits for."""

    value: bool | None
    missing: tuple[str, ...] = ()


TRUE, FALSE = Truth(True), Truth(False)


class Condition:
    """One compiled condition. `names` are the facts it reads."""

    __slots__ = ("_expression", "names", "text")

    def __init__(self, text: str, expression: Any, names: tuple[str, ...]) -> None:
        self.text, self._expression, self.names = text, expression, names

    def test(self, values: Mapping[str, Any]) -> Truth:
        """Evaluate over facts; a fact that `values` does not hold is unknown."""
        result = self._expression.eval(data=values)
        if result.type() == BOOLEAN:
            return TRUE if result.value() else FALSE
        return Truth(None, tuple(name for name in self.names if name not in values))


class Vocabulary:
    """The facts that conditions of one procedure may read, with their types."""

    def __init__(self, types: Mapping[str, Any]) -> None:
        self._types = dict(types)
        self._environment = cel.NewEnv(variables=self._types)

    def compile(self, text: str, where: str) -> Condition:
        """Compile and type-check; InstrumentError naming `where` if it is no boolean over known facts."""
        try:
            expression = self._environment.compile(text)
        except RuntimeError as error:
            reason = str(error).partition("<input>:")[2].splitlines()[0] or str(error)
            raise InstrumentError(f"{where}: condition {text!r}: {reason}") from None
        if expression.return_type() != BOOLEAN:
            raise InstrumentError(f"{where}: condition {text!r} must be true or false, not a value")
        found = _NAMES.findall(_STRINGS.sub("''", text))
        return Condition(
            text, expression, tuple(dict.fromkeys(name for name in found if name in self._types))
        )
