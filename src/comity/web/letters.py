"""A message as a letter: for a partner that is reached by another channel than Comity."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import typst
from django.conf import settings
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from comity.law.procedures import BoundProcedure
from comity.node.authorities import Authority
from comity.node.cases import numbers, rules
from comity.web import words
from comity.web.language import t
from comity.web.templatetags.comity import cite, fact_words, in_words
from comity.wire.envelope import Message

TEMPLATE = Path(__file__).parent / "templates" / "letters" / "message.typ"


def file_name(message: Message) -> str:
    """A name for the file: our reference and what it is."""
    reference = str(message.body.get("reference", message.id))
    return f"{reference}-{message.body.get('step', message.kind)}".replace("/", "-")


def language(message: Message) -> str:
    """The language of the letter: that of the request where the node speaks it, else English."""
    asked = (message.body.get("facts") or {}).get("language")
    return asked if asked in dict(settings.LANGUAGES) else "en"


def pdf(message: Message) -> bytes:
    """The message as PDF."""
    with override(language(message)):
        content = json.dumps(_letter(message), ensure_ascii=False)
    return bytes(typst.compile(str(TEMPLATE), sys_inputs={"letter": content}))


def plain(message: Message) -> str:
    """The message as plain text, to be copied into another channel."""
    with override(language(message)):
        letter = _letter(message)
    labels = letter["labels"]
    lines = [
        f"{labels['from']}: {letter['sender']['name']}",
        f"{labels['to']}: {letter['recipient']['name']}",
        " · ".join([letter["reference"], *letter["numbers"], letter["step"], letter["issued"]]),
        f"{letter['act']}: {letter['procedure']} ({letter['articles']})",
        letter["title"],
        *(f"{labels['handling']} {mark}" for mark in letter["handling"]),
        *(
            f"{fact['label']} ({labels['article']} {fact['article']})\n{fact['text']}"
            for fact in letter["facts"]
        ),
        *letter["texts"],
        *(f"{labels['ground']} {ground}" for ground in letter["grounds"]),
    ]
    return "\n\n".join(line for line in lines if line) + "\n"


def _letter(message: Message) -> dict[str, Any]:
    procedure = rules.procedure(message.procedure, message.issued_at)
    body = message.body
    content = body.get("content") or {}
    return {
        "title": str(body.get("title", "")),
        "step": t(words.STEPS.get(str(body.get("step")), str(body.get("step", message.kind)))),
        "reference": str(body.get("reference", "")),
        "numbers": numbers.of_conversation(UUID(message.conversation)),
        "act": t(procedure.instrument.title),
        "procedure": t(procedure.title),
        "articles": ", ".join(cite(each) for each in message.articles),
        "issued": _instant(message.issued_at),
        "sender": _authority(message.sender),
        "recipient": _authority(message.recipient),
        "facts": _facts(procedure, body.get("facts") or {}),
        "texts": _texts(procedure, str(body.get("step")), content.get("fields") or {}),
        "grounds": [f"{each['id']} ({cite(each['article'])})" for each in content.get("grounds", ())],
        "handling": [f"{code}: {text}" for code, text in words.handling_codes(body.get("handling") or {})],
        "attachments": [
            _("%(name)s, %(size)s bytes, SHA-256 %(sha256)s") % each
            for each in content.get("attachments", ())
        ],
        "id": message.id,
        "sequence": message.sequence,
        "language": get_language(),
        "labels": _labels(),
    }


def _labels() -> dict[str, str]:
    return {
        "from": _("From"),
        "to": _("To"),
        "handling": _("Handling"),
        "ground": _("Ground of refusal"),
        "attachment": _("File that goes with it"),
        "article": _("art."),
        "message": _("message"),
        "recipient": _("to this recipient"),
    }


def _instant(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%d %H:%M UTC")


def _authority(code: str) -> dict[str, str]:
    found = Authority.objects.filter(code=code).first()
    return {"name": found.name if found else code, "country": found.country if found else ""}


def _texts(procedure: BoundProcedure, step: str, fields: dict[str, Any]) -> list[str]:
    known = procedure.steps.get(step)
    needs = {need.id: need for need in known.needs} if known else {}
    return [
        str(fact_words(value, needs[name]) if name in needs else in_words(value))
        for name, value in fields.items()
    ]


def _facts(procedure: BoundProcedure, facts: dict[str, Any]) -> list[dict[str, str]]:
    return [
        {"label": t(rule.label), "article": rule.article, "text": str(fact_words(facts[rule.id], rule))}
        for rule in procedure.rules.fields
        if rule.id in facts
    ]
