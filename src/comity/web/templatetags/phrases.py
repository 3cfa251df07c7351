"""The choice of a text block for a form."""

from __future__ import annotations

from typing import Any

from django import template

from comity.node.texts import blocks

register = template.Library()


@register.inclusion_tag("texts/insert.html", takes_context=True)
def insert_text(context: dict[str, Any], procedure: str, step: str, language: str = "") -> dict[str, Any]:
    """The blocks that fit the step of the form, those in its language first, and the fields that can take one."""
    fields = [
        (control.name, control.rule.label)
        for control in context["controls"]
        if control.rule.type == "longtext"
    ]
    if context.get("note"):
        fields.append(("text", ""))
    found = sorted(blocks.blocks(procedure, step), key=lambda block: block.language != language)
    return {"blocks": found if fields else [], "fields": fields, "errors": context.get("errors")}
