from __future__ import annotations

import hashlib
import sys

import psycopg
import pytest

from comity.base.errors import InputError, NotFound, Tampered
from comity.node import database
from comity.node.attachments import storing
from comity.node.attachments.models import Attachment, AttachmentContent

PDF = b"%PDF-1.7\nThree calls in Hamburg.\n%%EOF\n"


def store(node, case, name="report.pdf", data=PDF):
    return storing.store(case.pk, name, data, node.officer())


def test_a_file_comes_back_as_it_was_kept(node, draft):
    case = draft(node.de)
    with node.act():
        kept = store(node, case, "../Report of May.pdf")
        assert storing.load(kept) == PDF
    assert (kept.name, kept.media_type, kept.size) == ("Report of May.pdf", "application/pdf", len(PDF))
    assert kept.sha256 == hashlib.sha256(PDF).hexdigest()


def test_the_bytes_are_nowhere_in_the_database(node, draft):
    with node.act():
        store(node, draft(node.de))
    with psycopg.connect(database.urls(node.home).owner) as owner:
        for name in ("node_attachment", "node_attachmentcontent", "node_outbox", "node_body"):
            rows = owner.execute(f"SELECT * FROM {name}").fetchall()
            assert b"Three calls" not in b"".join(
                bytes(value) for row in rows for value in row if isinstance(value, bytes | memoryview)
            )
            assert "Three calls" not in str(rows)


def test_bytes_that_were_exchanged_for_anothers_are_noticed(node, draft):
    case = draft(node.de)
    with node.act():
        one, two = store(node, case), store(node, case, "note.txt", b"other")
    with psycopg.connect(database.urls(node.home).owner, autocommit=True) as owner:
        owner.execute("ALTER TABLE node_attachmentcontent DISABLE ROW LEVEL SECURITY")
        owner.execute("ALTER TABLE node_attachmentcontent NO FORCE ROW LEVEL SECURITY")
        owner.execute(
            "UPDATE node_attachmentcontent a SET ciphertext = b.ciphertext, wrapped_key = b.wrapped_key "
            "FROM node_attachmentcontent b WHERE a.attachment_id = %s AND b.attachment_id = %s",
            [one.pk, two.pk],
        )
        owner.execute("ALTER TABLE node_attachmentcontent ENABLE ROW LEVEL SECURITY")
        owner.execute("ALTER TABLE node_attachmentcontent FORCE ROW LEVEL SECURITY")
    with node.act(), pytest.raises(Tampered, match="does not decrypt"):
        storing.load(one)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM node_attachmentcontent",
        "UPDATE node_attachmentcontent SET ciphertext = ''",
        "DELETE FROM node_attachment",
        "UPDATE node_attachment SET sha256 = ''",
        "DELETE FROM node_enclosure",
        "UPDATE node_enclosure SET step_id = step_id",
    ],
)
def test_the_application_cannot_change_or_delete_what_was_kept(node, draft, statement):
    from django.db import ProgrammingError, connection

    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        node.act(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_a_file_that_is_too_large_is_refused(node, draft, rules):
    case = draft(node.de)
    rules(largest_mb=1)
    with node.act(), pytest.raises(InputError, match="at most 1 MB"):
        store(node, case, data=PDF + b" " * 2**20)


def test_the_files_of_a_case_are_limited_together(node, draft, rules):
    case = draft(node.de)
    rules(case_mb=1)
    big = PDF + b" " * (700 * 1024)
    with node.act():
        store(node, case, data=big)
        with pytest.raises(InputError, match="files of a case"):
            store(node, case, data=big)
        store(node, draft(node.de), data=big)


@pytest.mark.parametrize(
    ("code", "verdict"), [(0, Attachment.CLEAN), (1, Attachment.INFECTED), (2, Attachment.WAITING)]
)
def test_the_exit_code_of_the_scanner_decides(node, draft, scanner, code, verdict):
    case = draft(node.de)
    scanner(code)
    with node.act():
        kept = store(node, case)
    assert kept.verdict == verdict
    assert kept.quarantined is (code != 0)
    assert bool(kept.note) is (code != 0)


@pytest.mark.parametrize(
    "command", [["/nowhere/scanner"], [sys.executable, "-c", "import time; time.sleep(60)"]]
)
def test_a_scanner_that_does_not_answer_leaves_the_file_waiting(node, draft, rules, command):
    case = draft(node.de)
    rules(scan=command, scan_seconds=1)
    with node.act():
        assert store(node, case).verdict == Attachment.WAITING


def test_without_a_scanner_it_says_so_and_the_file_is_used(node, draft):
    with node.act():
        kept = store(node, draft(node.de))
    assert (kept.verdict, kept.quarantined) == (Attachment.NOT_SCANNED, False)
    assert kept.note == "No scanner is set up at this node."


def test_the_scanner_gets_the_bytes_themselves(node, draft, rules):
    case = draft(node.de)
    rules(scan=[sys.executable, "-c", "import sys; sys.exit(b'Hamburg' in sys.stdin.buffer.read())"])
    with node.act():
        assert store(node, case).verdict == Attachment.INFECTED


def test_no_file_of_a_hash_that_is_in_quarantine_leaves(node, draft, scanner):
    case = draft(node.de)
    scanner(1)
    with node.act():
        kept = store(node, case)
        with pytest.raises(NotFound):
            storing.load_part(kept.sha256)
        assert AttachmentContent.objects.count() == 1
