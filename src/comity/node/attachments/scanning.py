"""The scan of a file by a program of the node's own choice (`attachments.scan` in node.json)."""

from __future__ import annotations

import logging
import subprocess

from django.conf import settings

from comity.node.attachments.models import Attachment

log = logging.getLogger("comity.attachments")

NO_SCANNER = "No scanner is set up at this node."
NO_ANSWER = "The scanner did not answer: the file waits to be scanned again."
FOUND = "The scanner says that it is infected."


def scan(data: bytes) -> tuple[str, str]:
    """The verdict on some bytes and, where they are not clean, one sentence about it.

    Without a scanner the verdict is NOT_SCANNED; with one that does not answer the file waits in quarantine.
    """
    rules = settings.HOME.attachments
    if rules.scan is None:
        return Attachment.NOT_SCANNED, NO_SCANNER
    try:
        done = subprocess.run(rules.scan, input=data, capture_output=True, timeout=rules.scan_seconds)
    except (OSError, subprocess.TimeoutExpired, ValueError) as error:
        log.warning("the scanner did not answer: %s", type(error).__name__)
        return Attachment.WAITING, NO_ANSWER
    if done.returncode == 0:
        return Attachment.CLEAN, ""
    if done.returncode == 1:
        return Attachment.INFECTED, FOUND
    log.warning("the scanner ended with %d", done.returncode)
    return Attachment.WAITING, NO_ANSWER
