"""Files of a case: added, opened, scanned again. A file is never shown in the browser, only saved."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comity.base.errors import InputError
from comity.node import access
from comity.node.attachments import storing
from comity.node.attachments.models import Attachment
from comity.node.cases import attaching, finding
from comity.web.forms import Attempt


@require_http_methods(["GET", "POST"])
def files(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The files of a case on a page of their own; POST adds some."""
    attempt = Attempt()
    if request.method == "POST":
        access.require("attachment.add")
        finding.find(case_id)
        with attempt:
            add(request, case_id)
            messages.success(request, _("The files were added."))
            here = "case-files" if request.htmx else "case"  # type: ignore[attr-defined]
            return redirect(f"{reverse(here, args=[case_id])}#files")
    found = attaching.list_files(case_id)
    status = 200 if request.htmx else attempt.status  # type: ignore[attr-defined]
    context = {"case": finding.find(case_id), "files": found, **attempt.context(request)}
    return render(request, "attachments/page.html", context, status=status)


def add(request: HttpRequest, case_id: UUID, field: str = "files") -> list[Attachment]:
    """Add the files of a form to a case. Raises InputError when there is none, or one that is not taken."""
    given = request.FILES.getlist(field)
    if not given:
        raise InputError("choose a file that is not empty", field="file")
    return [attaching.attach(case_id, str(file.name), read(file)) for file in given]


def read(file: UploadedFile[Any]) -> bytes:
    """The bytes of an uploaded file; one that is too large for any node is not read."""
    storing.check_size_of_one(file.size or 0)
    return b"".join(file.chunks())


@require_GET
def attachment(request: HttpRequest, attachment_id: UUID) -> HttpResponse:
    """A file, to be saved; the opening is an entry."""
    return download(*attaching.open_file(attachment_id))


def download(found: Attachment, data: bytes) -> HttpResponse:
    """The answer that holds a file: to be saved under its name, to be run or shown by no browser."""
    response = HttpResponse(data, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, found.name)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
def scan(request: HttpRequest, attachment_id: UUID) -> HttpResponse:
    """Have a file scanned once more."""
    found = attaching.scan_again(attachment_id)
    return redirect(f"{reverse('case', args=[found.case_id])}#files")


urlpatterns = [
    path("cases/<uuid:case_id>/files/", files, name="case-files"),
    path("attachments/<uuid:attachment_id>/", attachment, name="attachment"),
    path("attachments/<uuid:attachment_id>/scan/", scan, name="attachment-scan"),
]
