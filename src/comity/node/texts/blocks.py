"""Text blocks: written by supervisors, shared in the authority, filled in for one case."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from string import Formatter

import yaml
from django.db.models import Q, QuerySet

from comity.base.errors import Conflict, InputError, NotFound
from comity.base.text import say
from comity.base.time import now
from comity.node import access, ledger
from comity.node.lawbook import book
from comity.node.texts.models import TextBlock

PLACEHOLDERS = {
    "reference": say("Our reference of the case"),
    "partner_reference": say("The partner's reference"),
    "title": say("The title of the case"),
    "partner": say("The name of the partner"),
    "authority": say("The name of our authority"),
    "officer": say("The officer who writes"),
    "article": say("The article that the case rests on"),
    "received": say("The day the case was received"),
    "due": say("The day and hour until which an answer is owed"),
    "today": say("Today's date"),
}
BLANK = "____"
"""Stands where a case has no value for a placeholder yet."""
LONGEST = 20_000
STARTER = Path(__file__).with_name("starter.yaml")
_LANGUAGE = re.compile(r"[a-z]{2}")


def parts(text: str) -> list[tuple[str, str | None]]:
    """A text as (literal, placeholder after it) pairs; `{{` and `}}` stand for braces.

    Raises InputError naming a placeholder that there is none of, or saying which brace is alone.
    """
    try:
        found = [(literal, name, spec, how) for literal, name, spec, how in Formatter().parse(text)]
    except ValueError:
        raise InputError("a brace stands alone; write {{ or }} for one", field="text") from None
    for _, name, spec, how in found:
        if name is not None and (name not in PLACEHOLDERS or spec or how):
            raise InputError(
                say(
                    "there is no placeholder {name!r}; expected one of {known}",
                    name=name,
                    known=", ".join(PLACEHOLDERS),
                ),
                field="text",
            )
    return [(literal, name) for literal, name, _, _ in found]


def fill(text: str, values: Mapping[str, str]) -> str:
    """A text with its placeholders filled in; what has no value yet is left blank. Raises InputError."""
    return "".join(
        literal + ("" if name is None else values.get(name) or BLANK) for literal, name in parts(text)
    )


def blocks(procedure: str = "", step: str = "") -> QuerySet[TextBlock]:
    """The blocks in use; of a procedure and a step, with those that are for any."""
    access.require("worklist.read")
    found = TextBlock.objects.filter(active=True)
    if procedure:
        found = found.filter(Q(procedure="") | Q(procedure=procedure))
    return found.filter(Q(step="") | Q(step=step)) if step else found


def all_blocks() -> QuerySet[TextBlock]:
    """Every block, those out of use last."""
    access.require("worklist.read")
    return TextBlock.objects.select_related("changed_by").order_by("-active", "language", "title", "pk")


def find(block_id: int) -> TextBlock:
    """A block of the acting authority. Raises NotFound."""
    access.require("worklist.read")
    found = TextBlock.objects.filter(pk=block_id).first()
    if found is None:
        raise NotFound("There is no such text here.")
    return found


def write(title: str, language: str, text: str, procedure: str = "", step: str = "") -> TextBlock:
    """Write a new block. Raises InputError naming the field."""
    officer = access.require("text.manage")
    block = TextBlock(changed_at=now(), changed_by=officer)
    _put(block, title, language, text, procedure, step)
    block.save(force_insert=True)
    _note(block, "text.written")
    return block


def change(
    block_id: int, title: str, language: str, text: str, procedure: str, step: str, version: int
) -> TextBlock:
    """Change a block, which puts it into use again. Raises InputError, and Conflict when it was changed since."""
    officer = access.require("text.manage")
    block = _locked(block_id)
    if block.version != version:
        raise Conflict("The text has changed since you opened it. Read it again, then decide.")
    _put(block, title, language, text, procedure, step)
    block.active, block.version = True, block.version + 1
    block.changed_at, block.changed_by = now(), officer
    block.save()
    _note(block, "text.changed")
    return block


def retire(block_id: int) -> TextBlock:
    """Take a block out of use; it can be brought back by changing it. Raises NotFound."""
    officer = access.require("text.manage")
    block = _locked(block_id)
    block.active, block.version = False, block.version + 1
    block.changed_at, block.changed_by = now(), officer
    block.save()
    _note(block, "text.retired")
    return block


def load_starter() -> int:
    """Write the blocks that Comity brings along, as far as there are none of their title and language yet."""
    access.require("text.manage")
    known = set(TextBlock.objects.values_list("title", "language"))
    given = yaml.safe_load(STARTER.read_text(encoding="utf-8"))
    new = [each for each in given if (each["title"], each["language"]) not in known]
    for each in new:
        write(**each)
    return len(new)


def _locked(block_id: int) -> TextBlock:
    find(block_id)
    return TextBlock.objects.select_for_update().get(pk=block_id)


def _put(block: TextBlock, title: str, language: str, text: str, procedure: str, step: str) -> None:
    block.title, block.language = title.strip()[:120], language.strip().lower()
    block.text = text.replace("\r\n", "\n").strip()
    block.procedure, block.step = procedure.strip()[:80], step.strip()[:40]
    if not block.title:
        raise InputError("give the text a short title", field="title")
    if not _LANGUAGE.fullmatch(block.language):
        raise InputError("expected a language code such as en", field="language")
    law = book()
    if block.procedure and block.procedure not in law.procedures:
        raise InputError("there is no such procedure in the law book", field="procedure")
    known = [block.procedure] if block.procedure else law.procedures
    if block.step and not any(block.step in law.procedure(each).steps for each in known):
        raise InputError("there is no such step in the law book", field="step")
    if not block.text or len(block.text) > LONGEST:
        raise InputError(say("expected a text of at most {limit} characters", limit=LONGEST), field="text")
    parts(block.text)


def _note(block: TextBlock, kind: str) -> None:
    body = {"title": block.title, "language": block.language, "text": block.text, "version": block.version}
    ledger.record(kind, article="Directive (EU) 2023/977 art. 14", subject=f"text-{block.pk}", body=body)
