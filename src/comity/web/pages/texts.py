"""Text blocks: the list that all officers use, written and changed by supervisors."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from comity.node import access, lawbook
from comity.node.texts import blocks
from comity.node.texts.models import TextBlock
from comity.web.forms import Attempt, whole_number

FIELDS = ("title", "language", "text", "procedure", "step")


@require_http_methods(["GET", "POST"])
def texts(request: HttpRequest) -> HttpResponse:
    """All text blocks by language; POST writes a new one."""
    attempt = Attempt()
    if request.method == "POST":
        access.require("text.manage")
        with attempt:
            blocks.write(**_given(request))
            messages.success(request, _("The text was written."))
            return redirect("texts")
    context = {"blocks": blocks.all_blocks(), **_choices(), **attempt.context(request)}
    return render(request, "texts/list.html", context, status=attempt.status)


@require_http_methods(["GET", "POST"])
def text(request: HttpRequest, text_id: int) -> HttpResponse:
    """One text block; POST changes it."""
    attempt = Attempt()
    if request.method == "POST":
        access.require("text.manage")
        with attempt:
            version = whole_number(request.POST.get("version", ""), "version", least=1, most=2**31 - 1)
            blocks.change(text_id, **_given(request), version=version)
            messages.success(request, _("The text was changed."))
            return redirect("texts")
    block = blocks.find(text_id)
    context = {"written": block, **_choices(), **attempt.context(request)}
    context["given"] = request.POST or _shown(block)
    return render(request, "texts/text.html", context, status=attempt.status)


def _given(request: HttpRequest) -> dict[str, str]:
    return {name: request.POST.get(name, "") for name in FIELDS}


def _shown(block: TextBlock) -> dict[str, Any]:
    return {name: getattr(block, name) for name in FIELDS}


def _choices() -> dict[str, Any]:
    """The procedures with their titles and steps, and the placeholders with their meanings."""
    bound = [lawbook.book().procedure(each) for each in lawbook.book().procedures]
    steps = {name: step.title for each in bound for name, step in each.steps.items()}
    return {
        "procedures": [(each.id, each.title) for each in bound],
        "steps": sorted(steps.items()),
        "placeholders": blocks.PLACEHOLDERS,
    }


@require_POST
def retire(request: HttpRequest, text_id: int) -> HttpResponse:
    """Take a text block out of use."""
    blocks.retire(text_id)
    messages.success(request, _("The text is out of use."))
    return redirect("texts")


@require_POST
def starter(request: HttpRequest) -> HttpResponse:
    """Write the text blocks that Comity brings along."""
    blocks.load_starter()
    return redirect("texts")


urlpatterns = [
    path("texts/", texts, name="texts"),
    path("texts/starter/", starter, name="texts-starter"),
    path("texts/<int:text_id>/", text, name="text"),
    path("texts/<int:text_id>/retire/", retire, name="text-retire"),
]
