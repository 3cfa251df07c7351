"""Every error Comity raises on purpose, as one tree.

    ComityError
    ├── InputError            what was given cannot be read; names file, line and field where it can
    ├── NotFound              no such thing, or none that the asker may know of
    ├── Conflict              the thing has moved on since it was read
    ├── Denied                access refused; names the rule and who may grant it
    ├── Unavailable           a part of the node, or a partner, cannot be reached now; try again
    ├── LawError
    │   ├── InstrumentError   an instrument file is not well formed
    │   ├── UnknownProcedure  no such procedure in the book at that instant
    │   ├── FactError         a fact is unknown, of the wrong type, or a time without an offset
    │   ├── StepError         a step that cannot follow the steps before it
    │   └── NotLawful         the instrument does not allow it; carries the articles
    └── WireError
        ├── Malformed         not of the agreed form: size, encoding, algorithm or fields
        ├── Misdirected       addressed or sealed to somebody else
        ├── UnknownSender     no trusted key of that name
        ├── ExpiredKey        a key used outside its period of validity
        ├── Tampered          a signature, seal, commitment or proof that does not verify
        ├── Replay            a message handled before
        └── Gap               a message whose predecessor has not arrived

Errors carry a message fit for an officer's eyes; no secret and no personal data goes into it.
"""

from __future__ import annotations

from comity.base.text import joined, say


def located(message: str, *, file: str | None, line: int | None, field: str | None) -> str:
    """The message after its place: `list.csv, line 3, field 'imo': is no number`. What is None is left out."""
    known = [
        *([file] if file else []),
        *([say("line {number}", number=line)] if line else []),
        *([say("field {name}", name=repr(field))] if field else []),
    ]
    if not known:
        return message
    return say("{where}: {message}", where=joined("{first}, {then}", known), message=message)


class ComityError(Exception):
    """Root of the tree. `str(error)` is one sentence that can be shown to a person."""

    @property
    def sentence(self) -> str:
        """The sentence as it was given, so that it can be put into another language."""
        return self.args[0] if self.args else ""


class InputError(ComityError):
    """Input that cannot be read. `file`, `line` (1-based) and `field` are None where they do not apply."""

    def __init__(
        self, message: str, *, file: str | None = None, line: int | None = None, field: str | None = None
    ) -> None:
        self.message, self.file, self.line, self.field = message, file, line, field
        super().__init__(located(message, file=file, line=line, field=field))


class NotFound(ComityError):
    """No such thing, or none that the asker may know of: the two read the same on purpose."""


class Conflict(ComityError):
    """The thing has moved on since it was read; read it again and decide anew."""


class Denied(ComityError):
    """Access refused. `rule` names the rule that decided, `grantor` who may grant it."""

    def __init__(self, message: str, *, rule: str = "", grantor: str = "", article: str = "") -> None:
        self.rule, self.grantor, self.article = rule, grantor, article
        super().__init__(message)


class Unavailable(ComityError):
    """A part of the node or a partner cannot be reached now; the same call may succeed later."""


class LawError(ComityError):
    """Root of what the law engine raises. `articles` are those the answer rests on."""

    def __init__(self, message: str, *, articles: tuple[str, ...] = (), field: str | None = None) -> None:
        self.articles, self.field = articles, field
        super().__init__(message)


class InstrumentError(LawError):
    """An instrument file is not well formed: schema, CEL type, dangling reference."""


class UnknownProcedure(LawError):
    """No such procedure in the book at that instant."""


class FactError(LawError):
    """A fact that the procedure does not know, of the wrong type, or a time without an offset."""


class StepError(LawError):
    """A step that cannot follow the steps before it."""


class NotLawful(LawError):
    """The instrument does not allow it."""


class WireError(ComityError):
    """Root of what the wire raises about messages and ledgers."""


class Malformed(WireError):
    """Not of the agreed form: size, encoding, algorithm or fields."""


class Misdirected(WireError):
    """Addressed or sealed to somebody else."""


class UnknownSender(WireError):
    """No trusted key of that name."""


class ExpiredKey(WireError):
    """A key used outside its period of validity."""


class Tampered(WireError):
    """A signature, seal, commitment or proof that does not verify."""


class Replay(WireError):
    """A message that was handled before."""


class Gap(WireError):
    """A message whose predecessor has not arrived. `expected` and `got` are sequence numbers."""

    def __init__(self, message: str, *, expected: int, got: int) -> None:
        self.expected, self.got = expected, got
        super().__init__(message)
