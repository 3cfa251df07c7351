"""The ledger: reading it for a stated purpose, proving it, taking it away, erasing a body whose term has ended."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comity.node import access, authorities, oversight
from comity.web.context import may
from comity.web.forms import Attempt, whole_number
from comity.web.middleware import purpose

PAGE = 100
LAST_PAGE = 100_000


@require_GET
def ledger(request: HttpRequest) -> HttpResponse:
    """Entries, newest first, for a purpose; who may only verify the ledger sees the form for that."""
    if not may(request.officer, "ledger.read"):  # type: ignore[attr-defined]
        access.require("ledger.verify")
        return render(request, "ledger/list.html", {"lines": None})
    if not purpose(request):
        return render(request, "ledger/list.html", {"lines": None, "ask": True})
    number = whole_number(request.GET.get("page", "1"), "page", least=1, most=LAST_PAGE)
    kind, case = request.GET.get("kind", "").strip(), request.GET.get("case", "").strip()
    lines = oversight.read_ledger(kind=kind, case=case, limit=PAGE + 1, offset=(number - 1) * PAGE)
    context = {
        "lines": lines[:PAGE],
        "more": len(lines) > PAGE,
        "number": number,
        "kind": kind,
        "case": case,
        "purpose": purpose(request),
        "names": authorities.actor_names(),
    }
    return render(request, "ledger/list.html", context)


@require_GET
def entry(request: HttpRequest, sequence: int) -> HttpResponse:
    """One entry with its body and the proof that it is in the sealed tree; a purpose is asked for first."""
    if not purpose(request) and may(request.officer, "ledger.read"):  # type: ignore[attr-defined]
        return render(request, "ledger/list.html", {"lines": None, "ask": True})
    return _entry(request, sequence, Attempt())


def _entry(request: HttpRequest, sequence: int, attempt: Attempt) -> HttpResponse:
    line, proof = oversight.read_entry(sequence)
    context = {
        "line": line,
        "proof": proof,
        "purpose": purpose(request),
        "names": authorities.actor_names(),
        **attempt.context(request),
    }
    return render(request, "ledger/entry.html", context, status=attempt.status)


@require_http_methods(["GET", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Recompute the whole ledger, and show what was found."""
    if request.method != "POST":
        access.require("ledger.verify")
        return render(request, "ledger/verify.html", {})
    return render(request, "ledger/verify.html", {"report": oversight.verify_ledger()})


@require_POST
def export(request: HttpRequest) -> FileResponse:
    """The ledger as a file that anyone can verify offline."""
    return FileResponse(
        exported("bodies" in request.POST), as_attachment=True, filename="ledger.jsonl",
        content_type="application/jsonl",
    )  # fmt: skip


def exported(bodies: bool) -> tempfile.SpooledTemporaryFile[bytes]:
    """The export, open for reading; it is gone once closed."""
    with tempfile.TemporaryDirectory(prefix="comity-export-") as folder:
        file = Path(folder) / "ledger.jsonl"
        oversight.export_ledger(file, bodies=bodies)
        return file.open("rb")  # type: ignore[return-value]


@require_POST
def erase(request: HttpRequest, sequence: int) -> HttpResponse:
    """Forget the body of an entry."""
    attempt = Attempt()
    with attempt:
        oversight.erase_body(sequence, request.POST.get("reason", ""))
        return redirect("entry", sequence)
    return _entry(request, sequence, attempt)


urlpatterns = [
    path("ledger/", ledger, name="ledger"),
    path("ledger/verify/", verify, name="ledger-verify"),
    path("ledger/export/", export, name="ledger-export"),
    path("ledger/<int:sequence>/", entry, name="entry"),
    path("ledger/<int:sequence>/erase/", erase, name="entry-erase"),
]
