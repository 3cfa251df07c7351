"""What the node does by itself: carry messages, cross-check requests, seal the ledger, keep the index.

`python -m comity.node.process worker|sealer|matcher` runs one of the three processes beside the web. Nothing is
remembered by a job alone: each finds what there is to do in the database, so that a process that is killed
loses nothing. procrastinate wakes the worker and keeps the timetable.
"""

from __future__ import annotations

import logging
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

from django.db import close_old_connections
from procrastinate.contrib.django import app

from comity.base.errors import ComityError, Unavailable
from comity.base.time import now
from comity.node import ledger, scope, search
from comity.node.alarms import carrying, watching
from comity.node.authorities import Authority, Identity, current_keys, local_authorities
from comity.node.cases import receiving as case_messages
from comity.node.exchange import sending
from comity.node.exchange.models import Outbox
from comity.node.keeping import running as keeping
from comity.node.registers import matching

log = logging.getLogger("comity.jobs")

SEAL_SECONDS = 1.0


@app.task(name="deliver")
def deliver(authority: int, partner: int) -> None:
    """Carry all that is due from an authority to a partner, in order."""
    identity = Identity.of_node(Authority.objects.get(pk=authority))
    to = Authority.objects.get(pk=partner)
    while sending.deliver(identity, to):
        pass
    close_old_connections()


@app.task(name="cross-check")
def cross_check(authority: int) -> None:
    """Cross-check the requests that have come in since (Directive (EU) 2023/977 art. 16(1)(d))."""
    identity = Identity.of_node(Authority.objects.get(pk=authority))
    try:
        case_messages.cross_check_new(identity)
    except Unavailable as error:
        log.warning("%s Requests are cross-checked later.", error)
    close_old_connections()


@app.periodic(cron="* * * * * */2", periodic_id="sweep")
@app.task(name="sweep", queueing_lock="sweep", pass_context=False)
def sweep(timestamp: int) -> None:
    """Look for messages that are due and for requests not yet cross-checked, whatever was lost on the way."""
    for authority in local_authorities():
        identity = Identity.of_node(authority)
        with scope.acting(identity.authority, identity.officer, "look for messages that are due"):
            due = Outbox.objects.filter(state=Outbox.PENDING, due_at__lte=now())
            partners = list(due.values_list("partner", flat=True).distinct().order_by("partner"))
            unchecked = case_messages.not_cross_checked().exists()
        for partner in partners:
            deliver(authority.pk, partner)
        if unchecked:
            cross_check(authority.pk)
    close_old_connections()


@app.periodic(cron="* * * * * */30", periodic_id="watch")
@app.task(name="watch", queueing_lock="watch", pass_context=False)
def watch(timestamp: int) -> None:
    """Raise, clear and pass up the alarms of every authority."""
    for authority in local_authorities():
        identity = Identity.of_node(authority)
        with scope.acting(identity.authority, identity.officer, "watch the clocks"):
            watching.watch()
    close_old_connections()


@app.periodic(cron="* * * * * */10", periodic_id="tell")
@app.task(name="tell", queueing_lock="tell", pass_context=False)
def tell(timestamp: int) -> None:
    """Carry the mails and calls that tell of alarms."""
    for authority in local_authorities():
        identity = Identity.of_node(authority)
        while carrying.carry(identity):
            pass
    close_old_connections()


@app.periodic(cron="20 3 * * *", periodic_id="keep")
@app.task(name="keep", queueing_lock="keep", pass_context=False)
def keep(timestamp: int) -> None:
    """Propose reviews, and mask and delete what the law says, for every authority."""
    for authority in local_authorities():
        done = keeping.run(Identity.of_node(authority))
        log.info("%s: kept as the law says: %s", authority.code, done)
    close_old_connections()


def wake_for_message(sender: Any, message: Outbox, **_: Any) -> None:
    """Have the worker carry a message as soon as the transaction that made it is committed."""
    deliver.defer(authority=message.authority_id, partner=message.partner_id)


def wake_for_request(sender: Any, authority: int, **_: Any) -> None:
    """Have the worker cross-check a request as soon as the transaction that received it is committed."""
    cross_check.defer(authority=authority)


sending.enqueued.connect(wake_for_message, dispatch_uid="deliver")
case_messages.request_received.connect(wake_for_request, dispatch_uid="cross-check")
search.connect()


def seal_once() -> int:
    """Seal the new entries of every authority's ledger; returns how many there were."""
    sealed = 0
    for authority in local_authorities():
        identity = Identity.of_node(authority)
        with scope.acting(identity.authority, identity.officer, "seal the ledger"):
            sealed += ledger.seal(authority.code, current_keys(authority))
    return sealed


def work() -> None:
    """Run the worker until the process is ended."""
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        worker.run_worker(concurrency=2, delete_jobs="always", fetch_job_polling_interval=2.0)


def seal() -> None:
    """Seal the ledgers every second until the process is ended."""
    while True:
        try:
            seal_once()
        except ComityError as error:
            log.error("the ledger cannot be sealed: %s", error)
        close_old_connections()
        time.sleep(SEAL_SECONDS)


PROCESSES: dict[str, Callable[[], None]] = {"worker": work, "sealer": seal, "matcher": matching.serve}


def main(name: str) -> None:
    """Run one of PROCESSES; SIGTERM ends it in good order."""
    if name != "worker":
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    PROCESSES[name]()
