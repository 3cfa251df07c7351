"""The API: every page, for programs. OpenAPI at `/api/docs`; the same functions, gate and ledger.

A session cookie (with its CSRF token) or `Authorization: Bearer` says who asks; `?purpose=` or `X-Purpose`
what for.
Every error is `{"error", "field", "articles", "rule", "grantor"}`.
"""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser
from ninja.security import APIKeyCookie, HttpBearer

from comity.node.authorities import Officer
from comity.web.api import (
    accounts,
    advice,
    alarms,
    attachments,
    cases,
    desk,
    dossier,
    exports,
    forwarding,
    keeping,
    law,
    law_registers,
    ledger,
    partners,
    parts,
    registers,
    screening,
    search,
    statistics,
    targets,
    texts,
    work,
)
from comity.web.api.schemas import Problem


class Token(HttpBearer):
    """A token made on the account page; the middleware has found its officer."""

    def authenticate(self, request: HttpRequest, token: str) -> Officer | None:
        return request.officer  # type: ignore[attr-defined,no-any-return]


class Session(APIKeyCookie):
    """The session of a browser; what changes something needs the CSRF token as well."""

    param_name = settings.SESSION_COOKIE_NAME

    def authenticate(self, request: HttpRequest, key: str | None) -> Officer | None:
        return request.officer  # type: ignore[attr-defined,no-any-return]


class Json(Parser):
    """Reads JSON as its standard has it; refuses text that the database cannot keep (NUL, half a surrogate)."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The JSON of the body. Raises ValueError, which is answered with 400."""
        data = json.loads(request.body, parse_constant=_refuse)
        text = json.dumps(data, ensure_ascii=False)
        text.encode()
        if "\\u0000" in text:
            _refuse("NUL")
        return data


def _refuse(token: str) -> None:
    raise ValueError(token)


api = NinjaAPI(title="Comity", version="1", urls_namespace="api", auth=[Token(), Session()], parser=Json())


def _answer(error: str, status: int, field: str | None = None) -> HttpResponse:
    return JsonResponse(Problem(error=error, field=field).model_dump(), status=status)


@api.exception_handler(ValidationError)
def _not_valid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    first: dict[str, Any] = error.errors[0]
    field = ".".join(str(part) for part in first["loc"][1:])
    return _answer(f"{field}: {first['msg']}", 422, field)


@api.exception_handler(HttpError)
def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    return _answer(str(error), error.status_code)


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return _answer("Nothing is found at this address.", 404)


for noun in (
    accounts,
    alarms,
    attachments,
    forwarding,
    cases,
    desk,
    dossier,
    exports,
    advice,
    keeping,
    law_registers,
    law,
    ledger,
    parts,
    partners,
    registers,
    screening,
    search,
    statistics,
    targets,
    texts,
    work,
):
    api.add_router("", noun.router, tags=[noun.__name__.rpartition(".")[2]])
