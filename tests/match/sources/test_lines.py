from __future__ import annotations

import gzip

import pytest

from comity.base.errors import InputError
from comity.match.sources.lines import LONGEST_LINE, lines, rows, xml_records

RECORDS = frozenset(("R",))


def write(tmp_path, content: bytes, name: str = "file.csv"):
    path = tmp_path / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"", "file.csv", "is empty"),
        (b"a,b\nc,\xff\xfe\n", "file.csv", "is not UTF-8 text"),
        ("a,b\n".encode("utf-16"), "file.csv", "is not UTF-8 text"),
        (b"plain text", "file.csv.gz", "is damaged or no file of this kind"),
        (gzip.compress(b"a,b\n" * 1000, mtime=0)[:-9], "file.csv.gz", "is damaged or no file of this kind"),
        (b"x" * (LONGEST_LINE + 10), "file.csv", "is longer than"),
    ],
)
def test_a_bad_file_is_named_with_what_is_wrong(tmp_path, content, name, message):
    path = write(tmp_path, content, name)
    with pytest.raises(InputError, match=message) as caught:
        list(rows(path))
    assert caught.value.file == str(path)


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(InputError, match="cannot be opened"):
            list(lines(path))
        with pytest.raises(InputError, match="cannot be opened"):
            list(xml_records(path, "L", RECORDS))


def test_rows_know_their_line_and_pass_over_the_dos_end_mark(tmp_path):
    path = write(tmp_path, b'\xef\xbb\xbfa,"b\nb"\nc,d\n\x1a')
    assert list(rows(path)) == [(2, ["a", "b\nb"]), (3, ["c", "d"])]


def test_an_overlong_csv_field_is_refused(tmp_path):
    path = write(tmp_path, b"a,b\n" + b'"' + b"x\n" * LONGEST_LINE)
    with pytest.raises(InputError, match=r"is no CSV|quotation mark left open"):
        list(rows(path))


def test_xml_records_come_one_by_one_with_their_line(tmp_path):
    path = write(tmp_path, b"<L>\n<R><A>1</A></R>\n<X/><R><A>2</A></R></L>")
    assert [(line, record.findtext("A")) for line, record in xml_records(path, "L", RECORDS)] == [
        (2, "1"),
        (3, "2"),
    ]


BOMB = b'<?xml version="1.0"?><!DOCTYPE L [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><L><R>&b;</R></L>'
READS_FILES = b'<!DOCTYPE L [<!ENTITY a SYSTEM "file:///etc/passwd">]><L><R>&a;</R></L>'


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (BOMB, "document type declaration"),
        (READS_FILES, "document type declaration"),
        (b"", "no element found"),
        (b"<L><R></L>", "mismatched tag"),
        (b"<L><R>", "no element found"),
        (b"<M><R/></M>", "begins with <M>, expected <L>"),
        (b'<?xml version="1.0" encoding="no-such"?><L/>', "is no"),
        (b"\x00\x01\x02", "is no well-formed XML"),
        (b"a" * (2 * LONGEST_LINE), "is no well-formed XML|longer than"),
        (b"<L a='" + b"a" * (2 * LONGEST_LINE), "longer than"),
        (b"<L><R>" + b"x" * (LONGEST_LINE + 10) + b"</R></L>", "longer than"),
    ],
)
def test_bad_xml_is_refused_with_what_is_wrong(tmp_path, content, message):
    path = write(tmp_path, content, "list.xml")
    with pytest.raises(InputError, match=message) as caught:
        list(xml_records(path, "L", RECORDS))
    assert caught.value.file == str(path)


def test_gzipped_xml_is_read_and_damage_is_named(tmp_path):
    whole = gzip.compress(b"<L><R/></L>" + b" " * 9000)
    assert len(list(xml_records(write(tmp_path, whole, "a.xml.gz"), "L", RECORDS))) == 1
    with pytest.raises(InputError, match="is damaged"):
        list(xml_records(write(tmp_path, whole[:-12], "b.xml.gz"), "L", RECORDS))
