"""Alarms: the list, the bell in the header, seeing to them; how an officer is told; programs that are told."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import condition, require_GET, require_http_methods, require_POST

from comity.node.alarms import choices, reading, sources, webhooks
from comity.web.forms import Attempt, page_of


def _tag(request: HttpRequest) -> str:
    return f'"{reading.version(_view(request))}"'


def _view(request: HttpRequest) -> str:
    return request.GET.get("view", "mine")


@require_GET
def alarms(request: HttpRequest) -> HttpResponse:
    """The active alarms by reference, those that are due first; `?view=` is mine or all."""
    return render(request, "alarms/page.html", _listed(request))


@require_GET
@condition(etag_func=_tag)
def rows(request: HttpRequest) -> HttpResponse:
    """The live part of the page alone; 304 while nothing has changed."""
    return render(request, "alarms/rows.html", _listed(request))


def _listed(request: HttpRequest) -> dict[str, object]:
    view = _view(request)
    page = page_of(request, reading.alarms(view))
    return {"page": page, "view": view, "levels": sources.LEVELS, "tag": _tag(request)}


@require_GET
@condition(etag_func=_tag)
def bell(request: HttpRequest) -> HttpResponse:
    """The bell alone, with the number of alarms that wait for the officer."""
    reading.version()
    return render(request, "alarms/bell_alone.html")


@require_POST
def acknowledge(request: HttpRequest, alarm_id: UUID) -> HttpResponse:
    """Say that an alarm is seen to."""
    reading.acknowledge(alarm_id)
    return redirect("alarms")


@require_POST
def acknowledge_all(request: HttpRequest) -> HttpResponse:
    """Say that all alarms for the officer are seen to."""
    count = reading.acknowledge_all()
    said = ngettext("{count} alarm is seen to.", "{count} alarms are seen to.", count)
    messages.success(request, said.format(count=count))
    return redirect("alarms")


@require_http_methods(["GET", "POST"])
def how(request: HttpRequest) -> HttpResponse:
    """How the officer is told of alarms, and whether keys stand for steps."""
    attempt = Attempt()
    if request.method == "POST":
        with attempt:
            given = request.POST
            choices.choose(
                given.get("mail", ""), "by_mail" in given, "shortcuts" in given, given.get("language") or "en"
            )
            messages.success(request, _("Kept."))
            return redirect("alarm-choices")
    kept = choices.of(request.officer)  # type: ignore[attr-defined]
    context = {"kept": kept, "languages": settings.LANGUAGES, **attempt.context(request)}
    return render(request, "alarms/choices.html", context, status=attempt.status)


@require_http_methods(["GET", "POST"])
def hooks(request: HttpRequest) -> HttpResponse:
    """The programs that are told of alarms; a new one is shown its secret once."""
    attempt, made = Attempt(), None
    found = webhooks.listed()
    if request.method == "POST":
        with attempt:
            made = webhooks.add(request.POST.get("url", "").strip())
            found = webhooks.listed()
    context = {
        "hooks": found,
        "made": made,
        "secret": webhooks.secret(made) if made else "",
        "hosts": webhooks.hosts(),
        **attempt.context(request),
    }
    return render(request, "alarms/webhooks.html", context, status=attempt.status)


@require_POST
def end_hook(request: HttpRequest, hook_id: UUID) -> HttpResponse:
    """Tell a program of alarms no more."""
    webhooks.end(hook_id)
    return redirect("webhooks")


urlpatterns = [
    path("alarms/", alarms, name="alarms"),
    path("alarms/rows/", rows, name="alarm-rows"),
    path("alarms/bell/", bell, name="alarm-bell"),
    path("alarms/acknowledge/", acknowledge_all, name="alarms-acknowledge"),
    path("alarms/<uuid:alarm_id>/acknowledge/", acknowledge, name="alarm-acknowledge"),
    path("alarms/how/", how, name="alarm-choices"),
    path("alarms/webhooks/", hooks, name="webhooks"),
    path("alarms/webhooks/<uuid:hook_id>/end/", end_hook, name="webhook-end"),
]
