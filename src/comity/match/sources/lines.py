"""Lines, CSV rows and XML records of files that may be broken, huge or hostile: bounded, InputError only."""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from comity.base.errors import InputError
from comity.base.files import open_text
from comity.base.text import say

LONGEST_LINE = 4_000_000
"""Characters of one line, and of one XML record; more is refused rather than read into memory."""
END_OF_FILE_MARK = "\x1a"


def lines(path: Path) -> Iterator[tuple[int, str]]:
    """Lines with their numbers, from 1. InputError: missing, empty, no UTF-8, damaged, over-long line."""
    number = 0
    with open_text(path) as file:
        while line := _next_line(file, path, number + 1):
            number += 1
            yield number, line
    if not number:
        raise InputError("is empty", file=str(path))


def _next_line(file: IO[str], path: Path, number: int) -> str:
    try:
        line = file.readline(LONGEST_LINE + 1)
    except UnicodeDecodeError:
        raise InputError("is not UTF-8 text", file=str(path), line=number) from None
    except (EOFError, zlib.error, OSError) as error:
        raise InputError(
            say("is damaged or no file of this kind ({error})", error=str(error)), file=str(path), line=number
        ) from None
    if len(line) > LONGEST_LINE:
        raise InputError(
            say("is longer than {most:,} characters", most=LONGEST_LINE),
            file=str(path),
            line=number,
        )
    return line


def rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """CSV rows with the line on which each ends. A DOS end-of-file mark and empty rows are passed over."""
    size = 0

    def bounded() -> Iterator[str]:
        nonlocal size
        for number, line in lines(path):
            size += len(line)
            if size > LONGEST_LINE:
                message = f"has a row longer than {LONGEST_LINE:,} characters; is a quotation mark left open?"
                raise InputError(message, file=str(path), line=number)
            yield line.replace("\0", "")

    reader = csv.reader(bounded())
    try:
        for row in reader:
            size = 0
            if row and row != [END_OF_FILE_MARK]:
                yield reader.line_num, row
    except csv.Error as error:
        raise InputError(
            say("is no CSV ({error})", error=str(error)), file=str(path), line=reader.line_num
        ) from None


def xml_records(path: Path, root: str, tags: frozenset[str]) -> Iterator[tuple[int, Element]]:
    """Every element named in `tags`, with its line, without ever holding more than one in memory.

    A document type declaration is refused: it is how an XML file makes itself huge or reads others' files.
    InputError: broken XML, another root element, over-long record.
    """
    reader = _XmlReader(path, root, tags)
    with _open_bytes(path) as file:
        while chunk := _read_chunk(file, path):
            yield from reader.feed(chunk, last=False)
    yield from reader.feed(b"", last=True)


def _open_bytes(path: Path) -> IO[bytes]:
    try:
        return cast("IO[bytes]", gzip.open(path, "rb")) if path.suffix == ".gz" else path.open("rb")
    except OSError as error:
        raise InputError(
            say("cannot be opened: {strerror}", strerror=error.strerror), file=str(path)
        ) from None


def _read_chunk(file: IO[bytes], path: Path) -> bytes:
    try:
        return file.read(65536)
    except (EOFError, zlib.error, OSError) as error:
        raise InputError(say("is damaged ({error})", error=str(error)), file=str(path)) from None


class _XmlReader:
    """expat with a tree builder that exists only inside a record."""

    def __init__(self, path: Path, root: str, tags: frozenset[str]) -> None:
        self._path, self._root, self._tags = path, root, tags
        self._builder: TreeBuilder | None = None
        self._depth = self._start_line = self._size = self._fed = 0
        self._done: list[tuple[int, Element]] = []
        self._seen_root = False
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._data

    def feed(self, chunk: bytes, *, last: bool) -> Iterator[tuple[int, Element]]:
        try:
            self._parser.Parse(chunk, last)
        except expat.ExpatError as error:
            message = f"is no well-formed XML ({expat.errors.messages[error.code]})"
            raise InputError(message, file=str(self._path), line=error.lineno) from None
        except (LookupError, ValueError) as error:
            raise InputError(
                say("is no readable XML ({error})", error=str(error)), file=str(self._path)
            ) from None
        self._fed += len(chunk)
        if self._fed - max(0, self._parser.CurrentByteIndex) > LONGEST_LINE:
            raise self._fail(f"has a tag or text longer than {LONGEST_LINE:,} bytes")
        done, self._done = self._done, []
        yield from done

    def _fail(self, message: str) -> InputError:
        return InputError(message, file=str(self._path), line=self._parser.CurrentLineNumber)

    def _refuse_doctype(self, *_: object) -> None:
        raise self._fail("has a document type declaration, which is refused")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if not self._seen_root:
            self._seen_root = True
            if tag != self._root:
                raise self._fail(f"begins with <{tag}>, expected <{self._root}>")
        if self._builder is None and tag in self._tags:
            self._builder, self._depth, self._size = TreeBuilder(), 0, 0
            self._start_line = self._parser.CurrentLineNumber
        if self._builder is not None:
            self._depth += 1
            self._grow(len(tag))
            self._builder.start(tag, attributes)

    def _end(self, tag: str) -> None:
        if self._builder is None:
            return
        self._builder.end(tag)
        self._depth -= 1
        if not self._depth:
            self._done.append((self._start_line, self._builder.close()))
            self._builder = None

    def _data(self, data: str) -> None:
        if self._builder is not None:
            self._grow(len(data))
            self._builder.data(data)

    def _grow(self, size: int) -> None:
        self._size += size
        if self._size > LONGEST_LINE:
            raise self._fail(f"has a record longer than {LONGEST_LINE:,} characters")
