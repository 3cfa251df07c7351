"""The addresses of the node: pages, the API beside them, and the inbox for partners' nodes."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.urls import path

from comity.web.api import api
from comity.web.inbox import take_in

PAGES = (
    "home",
    "accounts",
    "worklist",
    "drafts",
    "cases",
    "steps",
    "messages",
    "screening",
    "registers",
    "partners",
    "ledger",
    "law",
)

urlpatterns = [
    path("inbox/<slug:code>", take_in, name="inbox"),
    path("api/", api.urls),
]
for _noun in PAGES:
    if find_spec(f"comity.web.pages.{_noun}"):
        urlpatterns += import_module(f"comity.web.pages.{_noun}").urlpatterns

handler400 = "comity.web.errors.bad_request"
handler403 = "comity.web.errors.denied"
handler404 = "comity.web.errors.not_found"
handler500 = "comity.web.errors.server_error"
