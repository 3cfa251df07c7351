"""Every route of the API, from its own OpenAPI description."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from comity.web.api import api
from reference import markdown as md


def page() -> str:
    """How to call it, the routes by noun, the shapes that go in and out."""
    description = api.get_openapi_schema(path_prefix="/api/")
    routes = [
        (method, path, route)
        for path, methods in description["paths"].items()
        for method, route in methods.items()
    ]
    by_tag = groupby(routes, key=lambda each: each[2]["tags"][0])
    return md.page(
        "API",
        "What officers do on the pages, programs do here: the same functions, the same gate, the same ledger entries. "
        "A running node shows this interactively at `/api/docs` and as OpenAPI at `/api/openapi.json`.",
        "- **Who asks**: `Authorization: Bearer TOKEN` (`comity token make`, or the account page), or the session "
        "cookie of a browser together with its CSRF token.\n"
        "- **What for**: routes that show personal data need a purpose, in `?purpose=` or the header `X-Purpose`; it "
        "is kept in the ledger. Casework has a purpose of its own if none is stated.\n"
        "- **What went wrong**: any error is a [`Problem`](#problem), with the status of "
        "[errors.md](errors.md).",
        *(part for tag, group in by_tag for part in _noun(tag, list(group))),
        "## Shapes",
        *(_shape(name, shape) for name, shape in sorted(description["components"]["schemas"].items())),
    )


def _noun(tag: str, routes: list[tuple[str, str, dict[str, Any]]]) -> Iterator[str]:
    rows = [
        (md.code(f"{m.upper()} {path}"), r.get("description", ""), _takes(r), _gives(r))
        for m, path, r in routes
    ]
    yield f"## {tag.capitalize()}"
    yield md.table(("route", "what it does", "takes", "gives"), rows)


def _takes(route: dict[str, Any]) -> str:
    names = [md.code(each["name"]) for each in route.get("parameters", ()) if each["in"] == "query"]
    body = route.get("requestBody", {}).get("content", {})
    return ", ".join([*names, *(_type(content["schema"]) for content in body.values())])


def _gives(route: dict[str, Any]) -> str:
    good = {status: answer for status, answer in route["responses"].items() if int(status) < 300}
    return ", ".join(
        f"{status} {' '.join(_type(content.get('schema', {})) for content in answer.get('content', {}).values())}"
        for status, answer in good.items()
    )


def _shape(name: str, shape: dict[str, Any]) -> str:
    needed = shape.get("required", ())
    rows = [
        (md.code(field), _type(told), "yes" if field in needed else "", told.get("description", ""))
        for field, told in shape.get("properties", {}).items()
    ]
    return f"### {name}\n\n{shape.get('description', '')}\n\n" + md.table(
        ("field", "type", "always", "meaning"), rows
    )


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(_type(each) for each in schema["anyOf"])
    if "allOf" in schema:
        return _type(schema["allOf"][0])
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    kind = str(schema.get("type", "any"))
    return f"{kind} ({schema['format']})" if schema.get("format") else kind
