"""The files of a case as parts of its pages: the list with its form, and the choice of those to send."""

from __future__ import annotations

from typing import Any

from django import template

from comity.node.attachments.models import Attachment
from comity.node.cases import attaching

register = template.Library()


@register.inclusion_tag("cases/attachments.html", takes_context=True)
def case_files(context: dict[str, Any]) -> dict[str, Any]:
    """The files of the case that the page shows, and the form that adds more."""
    case = context["case"]
    shown = {name: context.get(name) for name in ("may", "csrf_token", "errors")}
    return {"case": case, "files": context.get("files") or attaching.files(case), **shown}


@register.inclusion_tag("steps/attachments.html", takes_context=True)
def step_files(context: dict[str, Any], received: bool = False) -> dict[str, Any]:
    """The files that can go with the step of the form; `received`: those that came with it by another channel."""
    case, request = context["case"], context["request"]
    fit = case.attachments.all() if received else attaching.sendable(case)
    chosen = context.get("attached") or request.POST.getlist("attachments")
    return {
        "case": case,
        "files": fit,
        "chosen": [str(each) for each in chosen],
        "received": received,
        "errors": context.get("errors"),
    }


@register.filter
def kilobytes(size: int) -> str:
    """A size as a person says it: `12 kB`, `3.4 MB`."""
    return f"{size / 2**20:.1f} MB" if size >= 2**20 else f"{max(1, round(size / 1024))} kB"


@register.filter
def verdict_mark(found: Attachment) -> str:
    """The style of the mark that says what the scan found."""
    return "bad" if found.quarantined else "good" if found.verdict == Attachment.CLEAN else "warn"
