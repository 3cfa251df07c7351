"""What is answered when something cannot be done: a page for a person, JSON for a program."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import PurePath
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_htmx.http import HttpResponseClientRedirect

from comity.base.errors import (
    ComityError,
    Conflict,
    Denied,
    InputError,
    LawError,
    NotFound,
    Unavailable,
    WireError,
    located,
)
from comity.base.text import say
from comity.web.language import t

STATUS: tuple[tuple[type[ComityError], int], ...] = (
    (Denied, 403),
    (NotFound, 404),
    (Conflict, 409),
    (InputError, 422),
    (LawError, 422),
    (WireError, 422),
    (Unavailable, 503),
)

TITLES = {
    400: gettext_lazy("That cannot be read"),
    403: gettext_lazy("This is not open to you"),
    404: gettext_lazy("There is no such page"),
    405: gettext_lazy("This cannot be done here"),
    409: gettext_lazy("It has moved on"),
    413: gettext_lazy("This is too large"),
    422: gettext_lazy("That cannot be done as given"),
    429: gettext_lazy("Too many attempts"),
    500: gettext_lazy("Something went wrong here"),
    503: gettext_lazy("Not available just now"),
}


def is_api(request: HttpRequest) -> bool:
    """Whether a program asks: the answer is JSON then."""
    return request.path.startswith("/api/")


def status_of(error: ComityError) -> int:
    """The HTTP status that fits an error of the tree."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), 400)


def sentence(error: ComityError) -> str:
    """The error as one sentence; of a file only its name is told, not where it lies."""
    if not isinstance(error, InputError) or not error.file:
        return t(error.sentence)
    name = PurePath(error.file).name
    return t(located(error.message, file=name, line=error.line, field=error.field))


def said(error: ComityError) -> dict[str, Any]:
    """The error as the API gives it: `{"error", "field", "articles", "rule", "grantor"}`."""
    article = getattr(error, "article", "")
    return {
        "error": sentence(error),
        "field": getattr(error, "field", None),
        "articles": list(getattr(error, "articles", ())) or ([article] if article else []),
        "rule": getattr(error, "rule", None) or None,
        "grantor": t(getattr(error, "grantor", None) or "") or None,
    }


def respond(request: HttpRequest, error: ComityError) -> HttpResponse:
    """Answer with an error of the tree."""
    return _answer(request, status_of(error), **said(error))


def _answer(request: HttpRequest, status: int, error: str, **details: Any) -> HttpResponse:
    if is_api(request):
        blank: dict[str, Any] = {"field": None, "articles": [], "rule": None, "grantor": None}
        return JsonResponse({"error": error, **blank, **details}, status=status)
    title = TITLES.get(status, HTTPStatus(status).phrase)
    context = {"status": status, "title": title, "error": error, **details}
    return render(request, "errors/error.html", context, status=status)


def not_known(request: HttpRequest) -> HttpResponse:
    """Answer somebody who is not signed in, or whose sign-in belongs to no officer."""
    if request.user.is_authenticated:
        return render(request, "errors/no_officer.html", {"title": TITLES[403]}, status=403)
    if is_api(request):
        response = _answer(request, 401, _("Sign in, or send a token that is still valid."))
        response.headers["WWW-Authenticate"] = "Bearer"
        return response
    address = f"{settings.LOGIN_URL}?{urlencode({'next': request.get_full_path()})}"
    return HttpResponseClientRedirect(settings.LOGIN_URL) if request.htmx else redirect(address)  # type: ignore[attr-defined]


def broken(request: HttpRequest, incident: str) -> HttpResponse:
    """Answer when the fault is ours; the incident number finds the line in the log."""
    error = t(
        say(
            "The fault is the node's. Tell your administrator incident {incident}. Nothing was changed.",
            incident=incident,
        )
    )
    return _bare(request, 500, error)


def unavailable(request: HttpRequest) -> HttpResponse:
    """Answer while the database is away. Whether the last change was kept, only looking again can tell."""
    error = _("The database is being started again. Look whether it was done, then try again.")
    return _bare(request, 503, error)


def too_large(request: HttpRequest, limit: int) -> HttpResponse:
    """Answer to more than is read."""
    return _bare(request, 413, t(say("At most {size} MB can be sent at once.", size=limit // 2**20)))


def _bare(request: HttpRequest, status: int, error: str) -> HttpResponse:
    """A page that needs nothing of what the ordinary pages need: it may be what is broken."""
    if is_api(request):
        return _answer(request, status, error)
    page = render_to_string("errors/broken.html", {"title": TITLES[status], "error": error})
    return HttpResponse(page, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's answer to a request that is not well formed or too large."""
    return _answer(request, 400, _("The request is not well formed, or it is too large."))


def denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's answer where permission is missing outside of the node's own gate."""
    return _answer(request, 403, _("It is not allowed."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's answer to an address that leads nowhere."""
    return _answer(request, 404, _("Nothing is found at this address."))


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's answer to an exception outside of a view."""
    from comity.web.middleware import note_incident

    return broken(request, note_incident())


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer to a form without the token of its page: an old page, or one of another site."""
    return _answer(request, 403, _("The page was too old to be sent. Open it again, then send it."))


def locked_out(request: HttpRequest, response: Any, credentials: Any) -> HttpResponse:
    """Answer to a sign-in that has failed too often (django-axes)."""
    return _answer(request, 429, _("Too many sign-ins have failed. Wait fifteen minutes, then try again."))
