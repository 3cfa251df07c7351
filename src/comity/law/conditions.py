"""Conditions in CEL, type-checked at load, with three outcomes: true, false, unknown.

A fact that is not given is unknown, and so is what depends on it: `false && unknown` is false and
`true || unknown` is true, whichever comes first; everything else is unknown and names the missing facts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
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
NOTHING: Mapping[str, str] = MappingProxyType({})

_STRINGS = re.compile(r"'[^']*'|\"[^\"]*\"")
_NAMES = re.compile(r"[a-zA-Z_]\w*(?:\.[a-zA-Z_]\w*)*")


@dataclass(frozen=True, slots=True)
class Truth:
    """The outcome of a condition: `value` None is unknown; `missing` then names the facts it waits for."""

    value: bool | None
    missing: tuple[str, ...] = ()


TRUE, FALSE = Truth(True), Truth(False)


class Condition:
    """One compiled condition. `names` are the facts it reads; `given_by` those that say what follows from them."""

    __slots__ = ("_expression", "given_by", "names", "text")

    def __init__(
        self, text: str, expression: Any, names: tuple[str, ...], given_by: Mapping[str, str] = NOTHING
    ) -> None:
        self.text, self._expression, self.names, self.given_by = text, expression, names, given_by

    def test(self, values: Mapping[str, Any]) -> Truth:
        """Evaluate over facts; a fact that `values` does not hold is unknown."""
        result = self._expression.eval(data=values)
        if result.type() == BOOLEAN:
            return TRUE if result.value() else FALSE
        missing = (self.given_by.get(name, name) for name in self.names if name not in values)
        return Truth(None, tuple(dict.fromkeys(missing)))


class Vocabulary:
    """The facts that conditions of one procedure may read, with their types.

    `given_by`: of facts that follow from another one, which that is; it is named when they are missing.
    """

    def __init__(self, types: Mapping[str, Any], given_by: Mapping[str, str] = NOTHING) -> None:
        self._types, self._given_by = dict(types), given_by
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
        found = map(self._fact, _NAMES.findall(_STRINGS.sub("''", text)))
        return Condition(text, expression, tuple(dict.fromkeys(filter(None, found))), self._given_by)

    def _fact(self, name: str) -> str:
        """The fact that a dotted name begins with: `offences.exists` asks of `offences`; empty where there is none."""
        while name and name not in self._types:
            name = name.rpartition(".")[0]
        return name
