"""Who asks, for what purpose, in which transaction; and the headers that keep a page to itself.

A view runs inside `access.acting_as`: one transaction for one officer and one stated purpose.
An error leaves the view as an exception, so that whatever it had changed is undone before the answer is made.
"""

from __future__ import annotations

import logging
import secrets
import sys
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils import timezone

from comity.base.errors import ComityError, InputError
from comity.node import access, scope
from comity.node.authorities import Identity, Officer
from comity.node.cases import rules
from comity.web import errors
from comity.web.forms import LARGEST_UPLOAD

log = logging.getLogger("comity.web")

Respond = Callable[[HttpRequest], HttpResponse]
View = Callable[..., HttpResponse]

OPEN = {"home-health", "inbox", "signin", "language", "api:openapi-json", "api:openapi-view"}
"""Reached without signing in: by partners' nodes, by the supervisor, and in order to sign in."""

BY_ALLAUTH = ("account_", "mfa_", "signout")
"""Views of django-allauth: they ask for a sign-in themselves and touch no row of the node."""

PURPOSES = {
    "worklist": "work on cases",
    "cases": "work on cases",
    "desk": "work at the desk",
    "work": "work on cases",
    "handovers": "work on cases",
    "messages": "work on cases",
    "matches": "review of a match",
    "attachments": "work on cases",
    "reviews": "review of what is kept",
}
"""What a page is for when nobody says otherwise, by the first part of its path."""

SUPERVISION = "supervision"

DATABASE_AWAY = (OperationalError, InterfaceError)
"""What a request meets while the database is being started again."""
FRAMES = 12


class ActingOfficer:
    """Runs each view on behalf of the officer who is signed in, or whom a bearer token speaks for."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.officer = None  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Answer the request as the officer; None lets Django call an open view as it is."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        try:
            identity = _identify(request)
            if identity:
                request.officer = _officer(identity)  # type: ignore[attr-defined]
        except DATABASE_AWAY:
            return errors.unavailable(request)
        if name in OPEN or name.startswith(BY_ALLAUTH):
            return None
        if identity is None:
            return errors.not_known(request)
        with _local_time(request):
            return _answer(request, identity, lambda: view(request, *args, **kwargs))

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Say in a page or as JSON what went wrong in an open view."""
        return errors.respond(request, error) if isinstance(error, ComityError) else None


def _identify(request: HttpRequest) -> Identity | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and errors.is_api(request):
        return Identity.of_token(token.strip())
    return Identity.of_user(request.user.pk) if request.user.is_authenticated else None


def _officer(identity: Identity) -> Officer:
    with scope.acting(identity.authority, identity.officer):
        return access.acting_officer()


def _local_time(request: HttpRequest) -> AbstractContextManager[None]:
    """Pages show and take instants on the clock of the officer's state."""
    return timezone.override(rules.zone(request.officer.authority))  # type: ignore[attr-defined]


def purpose(request: HttpRequest) -> str:
    """What the request is for, stated in its form, address or `X-Purpose` header, or by default."""
    stated = request.POST.get("purpose") or request.GET.get("purpose") or request.headers.get("X-Purpose", "")
    if stated.strip():
        return stated.strip()[:300]
    noun = request.path.removeprefix("/api").strip("/").partition("/")[0]
    usual = PURPOSES.get(noun, "")
    supervises = set(request.officer.roles) == {access.DPO}  # type: ignore[attr-defined]
    return SUPERVISION if usual and supervises else usual


def _answer(request: HttpRequest, identity: Identity, call: Callable[[], HttpResponse]) -> HttpResponse:
    try:
        _check_text(request)
        with access.acting_as(identity, purpose(request)):
            response = call()
            if callable(getattr(response, "render", None)):
                response = response.render()  # type: ignore[attr-defined]
            return response
    except ComityError as error:
        return errors.respond(request, error)
    except (Http404, PermissionDenied, BadRequest, SuspiciousOperation, MultiPartParserError):
        raise
    except DATABASE_AWAY:
        return errors.unavailable(request)
    except Exception:
        got_request_exception.send(type(request), request=request)
        return errors.broken(request, note_incident())


def _check_text(request: HttpRequest) -> None:
    fields = [request.GET, request.POST]
    texts = [text for field in fields for values in field.lists() for text in (values[0], *values[1])]
    if any("\x00" in text for text in (request.path, *texts)):
        raise InputError("the text holds a character that cannot be kept (NUL)")


def note_incident() -> str:
    """Log where the present exception came from, without its message, which may hold personal data."""
    kind, _, trace = sys.exc_info()
    number = secrets.token_hex(4)
    places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
    name = kind.__name__ if kind else "unknown"
    log.error("incident %s: %s at %s", number, name, " < ".join(places[: -FRAMES - 1 : -1]))
    return number


class UploadLimit:
    """Refuses, unread, what is larger than its place takes, before anything looks into it."""

    PLACES = ("registers", "screen", "screenings")
    """Where whole registers and manifests are loaded."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        noun = request.path.removeprefix("/api").strip("/").partition("/")[0]
        limit = 2 * LARGEST_UPLOAD if noun in self.PLACES else settings.FILE_UPLOAD_MAX_MEMORY_SIZE
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length) > limit:
            return errors.too_large(request, limit)
        return self.get_response(request)


class SecurityHeaders:
    """No script, style or frame but our own; nothing of a page with data stays in a cache."""

    POLICY = (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    )

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.POLICY)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        return response
