from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.base.errors import InputError
from comity.node.attachments.types import LONGEST_NAME, TYPES, check, clean_name

PDF = b"%PDF-1.7\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00"


def archive(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        for name, data in files.items():
            file.writestr(name, data)
    return made.getvalue()


def office(part: str, **more: bytes) -> bytes:
    return archive(**{"[Content_Types].xml": b"<Types/>", part: b"<document/>", **more})


def mail(name: str = "", data: bytes = b"") -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Date"] = (
        "a@example.org",
        "b@example.org",
        "Sun, 22 Nov 2026 10:00:00 +0000",
    )
    message.set_content("As agreed.")
    if name:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


GOOD = {
    "report.pdf": PDF,
    "photo.png": PNG,
    "photo.JPG": b"\xff\xd8\xff\xe0" + b"\0" * 8,
    "scan.tiff": b"II*\x00" + b"\0" * 8,
    "turn.gif": b"GIF89a" + b"\0" * 8,
    "camera.mp4": b"\x00\x00\x00\x18ftypisom" + b"\0" * 8,
    "prints.an2": b"1.001:249\x1d1.002:0300\x1d",
    "letter.docx": office("word/document.xml"),
    "list.xlsx": office("xl/workbook.xml"),
    "text.odt": archive(mimetype=TYPES["odt"].encode(), **{"content.xml": b"<a/>"}),
    "all.zip": archive(**{"one.pdf": PDF, "folder/two.txt": b"two"}),
    "said.eml": mail(),
    "sent.eml": mail("report.pdf", PDF),
    "facts.xml": b"<?xml version='1.0'?><facts><a/></facts>",
    "named.xml": b"<?xml version='1.0' encoding='nowhere'?><facts/>",
    "facts.json": b'{"a": [1, 2]}',
    "rows.csv": "name;börn\r\nÆrø;1999\r\n".encode(),
    "note.txt": b"\xef\xbb\xbfKnown since 2019.\n",
}
BAD = {
    "program.exe": PROGRAM,
    "report.pdf": PROGRAM,
    "photo.png": PDF,
    "page.html": b"<html></html>",
    "drawing.svg": b"<svg/>",
    "page.txt": b"<!DOCTYPE html><p>hello",
    "script.txt": b"#!/bin/sh\nrm -rf /\n",
    "drawing.xml": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "laughs.xml": b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
    "broken.xml": b"<a>",
    "broken.json": b"{",
    "binary.txt": b"a\x00b",
    "latin.csv": "Ærø".encode("latin-1"),
    "old.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "letter.docm": office("word/document.xml"),
    "letter.docx": office("word/document.xml", **{"word/vbaProject.bin": b"x"}),
    "list.xlsx": office("word/document.xml"),
    "text.odt": archive(mimetype=TYPES["odt"].encode(), **{"Basic/Standard/Module.xml": b"<a/>"}),
    "all.zip": archive(**{"one.pdf": PDF, "two.exe": PROGRAM}),
    "more.zip": archive(**{"one.zip": archive(a=b"b")}),
    "half.zip": archive(**{"one.txt": b"one"})[:-30],
    "sent.eml": mail("invoice.exe", PROGRAM),
    "hidden.eml": mail("invoice.pdf", PROGRAM),
    "none.eml": b"hello",
    "deep.eml": b"From: a\nDate: b\n" + b"Content-Type: message/rfc822\n\n" * 3000,
    "said-to-be-zip.zip": archive(mimetype=TYPES["zip"].encode(), **{"two.exe": PROGRAM}),
    "said-to-be.docx": archive(mimetype=TYPES["docx"].encode(), **{"two.exe": PROGRAM}),
    "empty.pdf": b"",
    "noextension": PDF,
}


@pytest.mark.parametrize("name", GOOD)
def test_what_is_on_the_list_and_what_it_says_is_taken(name: str):
    assert check(name, GOOD[name]) == TYPES[name.rpartition(".")[2].lower()]


@pytest.mark.parametrize("name", BAD)
def test_anything_else_is_refused_with_a_reason(name: str):
    with pytest.raises(InputError) as refused:
        check(name, BAD[name])
    assert refused.value.field == "file"


def test_a_container_packed_in_an_unusual_way_is_refused():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_LZMA) as file:
        file.writestr("note.txt", b"note")
    with pytest.raises(InputError, match="unusual way"):
        check("all.zip", made.getvalue())


def test_a_container_that_unpacks_to_too_much_is_refused(monkeypatch):
    monkeypatch.setattr("comity.node.attachments.types.UNPACKED_AT_MOST", 1000)
    with pytest.raises(InputError, match="too much"):
        check("bomb.zip", archive(**{"zeros.txt": b"0" * 1001}))


@pytest.mark.parametrize(
    ("given_name", "cleaned"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\x\\Report  of\tMay.pdf", "Report of May.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\x00b\r\n.pdf", "ab.pdf"),
        ("..hidden.pdf", "hidden.pdf"),
        ('q"uote<d>.pdf', "quoted.pdf"),
        ("e\u0301te\u0301.pdf", "été.pdf"),
        ("\ud800x.pdf", "x.pdf"),
        ("x" * 300 + ".pdf", "x" * (LONGEST_NAME - 4) + ".pdf"),
    ],
)
def test_a_name_keeps_what_a_person_can_see(given_name: str, cleaned: str):
    assert clean_name(given_name) == cleaned


@pytest.mark.parametrize("name", ["", "...", "/", "a/", "\u200b"])
def test_a_file_without_a_name_is_refused(name: str):
    with pytest.raises(InputError, match="no name"):
        clean_name(name)


@given(st.text())
def test_a_clean_name_is_short_safe_and_stays_as_it_is(name: str):
    try:
        cleaned = clean_name(name)
    except InputError:
        return
    assert 0 < len(cleaned) <= LONGEST_NAME
    assert not set(cleaned) & set('/\\\x00\r\n"')
    assert clean_name(cleaned) == cleaned


@given(
    st.sampled_from(sorted(TYPES)),
    st.binary(max_size=200) | st.sampled_from(sorted(GOOD.values())),
    st.integers(0, 400),
)
def test_no_content_breaks_the_check(extension: str, data: bytes, cut: int):
    with suppress(InputError):
        assert check(f"file.{extension}", data[:cut]) == TYPES[extension]
