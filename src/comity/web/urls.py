"""The addresses of the node: pages, the API beside them, and the inbox for partners' nodes."""

from __future__ import annotations

from django.urls import path

from comity.web.api import api
from comity.web.inbox import take_in
from comity.web.pages import (
    accounts,
    advice,
    alarms,
    attachments,
    board,
    by_hand,
    cases,
    commands,
    desk,
    dossier,
    drafts,
    exports,
    filters,
    forwarding,
    home,
    keeping,
    languages,
    law,
    law_registers,
    ledger,
    lists,
    messages,
    partners,
    parts,
    registers,
    rota,
    screening,
    search,
    statistics,
    steps,
    targets,
    teams,
    texts,
    work,
    worklist,
)

PAGES = (
    home, accounts, worklist, work, targets, teams, filters,
    drafts, cases, parts, keeping, attachments, dossier, forwarding, by_hand, steps, messages, screening,
    registers, languages, partners, ledger, advice, law_registers, law, search, desk, lists, statistics, exports,
    alarms, rota, board, commands, texts,
)  # fmt: skip

urlpatterns = [
    path("inbox/<slug:code>", take_in, name="inbox"),
    path("api/", api.urls),
    *(pattern for page in PAGES for pattern in page.urlpatterns),
]

handler400 = "comity.web.errors.bad_request"
handler403 = "comity.web.errors.denied"
handler404 = "comity.web.errors.not_found"
handler500 = "comity.web.errors.server_error"
