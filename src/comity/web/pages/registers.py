"""Registers: what they hold, searching them, reading one record, loading a file into one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods

from comity.base.errors import InputError
from comity.base.text import say
from comity.base.time import now
from comity.match.sources import KINDS, Mapping
from comity.node import access
from comity.node.cases import rules
from comity.node.registers import loading, reading, screening, sight
from comity.node.registers.models import Import, Register
from comity.web import entities
from comity.web.forms import Attempt, page_of, uploaded
from comity.web.middleware import purpose

LOADED = {kind: title for kind, title in KINDS.items() if kind != "manifest"}


@require_http_methods(["GET", "POST"])
def registers(request: HttpRequest) -> HttpResponse:
    """The registers with what they hold; a new one is set up with its basis and purpose."""
    attempt = Attempt()
    if request.method == "POST":
        with attempt:
            return redirect("register", open_register(request.POST).code)
    laws = rules.book().registers.values()
    context = {"registers": reading.registers(), "laws": laws, **attempt.context(request)}
    return render(request, "registers/list.html", context, status=attempt.status)


def open_register(given: Any) -> Register:
    """Set up a register from a form or from JSON; InputError names what is missing or too long."""
    access.require("register.load")
    for field, longest in (("code", 40), ("name", 120), ("basis", 200), ("use", 200)):
        if not 0 < len(str(given.get(field) or "").strip()) <= longest:
            raise InputError(say("expected 1 to {longest} characters", longest=longest), field=field)
    code, name, basis, use = (str(given[field]).strip() for field in ("code", "name", "basis", "use"))
    under, compared_for = (str(given.get(field) or "").strip() for field in ("law", "compared_for"))
    return loading.open_register(code, name, basis, use, law=under, compared_for=compared_for)


@require_http_methods(["GET", "POST"])
def register(request: HttpRequest, code: str) -> HttpResponse:
    """One register: its imports, a search for a stated purpose, a file to be loaded."""
    holding = reading.read_register(code)
    attempt, found = Attempt(), None
    with attempt:
        if request.method == "POST":
            done = _load(request, holding.register)
            return redirect("register-import", code, done.pk)
        if "q" in request.GET:
            found = _search(request, code)
    context = {
        "holding": holding,
        "law": sight.law_of(holding.register),
        "page": page_of(request, reading.imports(holding.register), 20),
        "kinds": LOADED,
        "found": found,
        "purpose": purpose(request),
        **attempt.context(request),
    }
    return render(request, "registers/register.html", context, status=attempt.status)


def _search(request: HttpRequest, code: str) -> Any:
    if not purpose(request):
        raise InputError("say what the search is for", field="purpose")
    return screening.search(request.GET.get("q", ""), code, use=request.GET.get("use", ""))


def _load(request: HttpRequest, register: Register) -> Import:
    access.require("register.load")
    files, mappings = request.FILES.getlist("file"), request.FILES.getlist("mapping")
    with uploaded(files) as paths:
        mapping = None
        if mappings:
            with uploaded(mappings, "mapping") as given:
                mapping = Mapping.load(given[0])
        return load(
            register,
            paths,
            request.POST.get("kind", ""),
            mapping,
            "complete" in request.POST,
            request.POST.get("holding", ""),
        )


def load(
    register: Register, paths: list[Path], kind: str, mapping: Mapping | None, complete: bool, entry: str = ""
) -> Import:
    """Load uploaded files: the one file, or for a list that comes in several, the folder of them."""
    if kind not in LOADED:
        raise InputError(say("expected one of {loaded}", loaded=", ".join(LOADED)), field="kind")
    if kind == "table" and mapping is None:
        raise InputError("a table needs a mapping (YAML)", field="mapping")
    path = paths[0].parent if len(paths) > 1 or kind == "ofac" else paths[0]
    return loading.load(register, path, kind, mapping, complete=complete, name=paths[0].name, holding=entry)


@require_GET
def import_page(request: HttpRequest, code: str, import_id: int) -> HttpResponse:
    """What an import did."""
    holding = reading.read_register(code)
    done = reading.read_import(holding.register, import_id)
    return render(request, "registers/import.html", {"holding": holding, "done": done})


@require_GET
def rejects(request: HttpRequest, import_id: int) -> FileResponse:
    """The rows that an import could not take in, each with what was expected (JSON lines)."""
    file = reading.reject_file(import_id)
    return FileResponse(
        file.open("rb"), as_attachment=True, filename=file.name, content_type="application/jsonl"
    )


@require_GET
def record(request: HttpRequest, record_id: int) -> HttpResponse:
    """One record in full, for a purpose; without one it is asked for first and nothing is shown."""
    use = request.GET.get("use", "")
    stated = {"record_id": record_id, "purpose": purpose(request)}
    if not purpose(request):
        return render(request, "registers/purpose.html", stated)
    asked = screening.find_record(record_id)
    if asked.register.law and not use:
        context = stated | {"law": sight.law_of(asked.register), "purposes": sight.purposes(asked)}
        return render(request, "registers/purpose.html", context)
    found, seen = screening.read_record(record_id, use)
    context = {
        "record": found,
        "seen": seen,
        "law": sight.law_of(found.register),
        "kept": sight.kept(found, at=now()),
        "facts": entities.facts(found.entity),
        "kind": entities.schema_label(found.schema),
        "purpose": purpose(request),
    }
    return render(request, "registers/record.html", context)


urlpatterns = [
    path("registers/", registers, name="registers"),
    path("registers/<slug:code>/", register, name="register"),
    path("registers/<slug:code>/imports/<int:import_id>/", import_page, name="register-import"),
    path("imports/<int:import_id>/rejects.jsonl", rejects, name="register-rejects"),
    path("records/<int:record_id>/", record, name="record"),
]
