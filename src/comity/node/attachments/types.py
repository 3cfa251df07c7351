"""Which files are taken: what they are by their content, which their name must agree with. Pure.

Only what is on the list is taken. Programs, scripts, web pages, drawings with scripts (SVG) and documents with
macros are refused; so is a container (ZIP, office document, mail) that holds any of them.
"""

from __future__ import annotations

import email
import io
import json
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from email.message import Message
from pathlib import PurePosixPath
from xml.parsers import expat

from comity.base.errors import InputError
from comity.base.text import say

LONGEST_NAME = 120
MOST_ENTRIES = 1000
UNPACKED_AT_MOST = 200 * 2**20
"""The most that a container may unpack to, in bytes."""

_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
TYPES: dict[str, str] = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "mp4": "video/mp4",
    "an2": "application/vnd.ansi.nist-itl",
    "nist": "application/vnd.ansi.nist-itl",
    "docx": _OOXML + "wordprocessingml.document",
    "xlsx": _OOXML + "spreadsheetml.sheet",
    "pptx": _OOXML + "presentationml.presentation",
    "odt": _ODF + "text",
    "ods": _ODF + "spreadsheet",
    "zip": "application/zip",
    "eml": "message/rfc822",
    "xml": "application/xml",
    "json": "application/json",
    "csv": "text/csv",
    "txt": "text/plain",
}
"""The types that are taken, by the extension of the name."""
UNKNOWN = "application/octet-stream"

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", TYPES["pdf"]),
    (b"\x89PNG\r\n\x1a\n", TYPES["png"]),
    (b"\xff\xd8\xff", TYPES["jpg"]),
    (b"GIF87a", TYPES["gif"]),
    (b"GIF89a", TYPES["gif"]),
    (b"II*\x00", TYPES["tif"]),
    (b"MM\x00*", TYPES["tif"]),
    (b"1.001:", TYPES["an2"]),
    (b"PK\x03\x04", TYPES["zip"]),
)
_MP4_BRANDS = (
    b"isom",
    b"iso2",
    b"iso4",
    b"iso5",
    b"iso6",
    b"mp41",
    b"mp42",
    b"avc1",
    b"M4V ",
    b"M4A ",
    b"qt  ",
)
_MACROS = re.compile(r"(^|/)(vbaproject|macrosheets|activex|oleobject|basic/|scripts/)", re.IGNORECASE)
_PARTS = {
    "word/document.xml": TYPES["docx"],
    "xl/workbook.xml": TYPES["xlsx"],
    "ppt/presentation.xml": TYPES["pptx"],
}
_WEB = re.compile(r"<\s*(!doctype\s+html|html|svg|script|body|iframe|\?php)|^#!", re.IGNORECASE)
_WEB_ELEMENTS = {"html", "svg", "script", "stylesheet", "transform"}
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_FORBIDDEN = re.compile(r'[<>:"|?*]')


def clean_name(name: str) -> str:
    """A file name without folders, control and hidden characters, at most LONGEST_NAME long with its extension.

    Raises InputError when nothing is left of it.
    """
    text = unicodedata.normalize("NFC", name.encode("utf-8", "ignore").decode())
    text = re.split(r"[/\\]", text)[-1]
    kept = "".join(" " if each.isspace() else each for each in text if not _hidden(each))
    kept = re.sub(r" +", " ", _FORBIDDEN.sub("", kept)).strip(" .")
    stem, dot, extension = kept.rpartition(".")
    if not kept or (dot and not stem.strip(" .")):
        raise InputError("the file has no name", field="file")
    if dot and len(extension) <= 10:
        return f"{stem[: LONGEST_NAME - len(extension) - 1].rstrip(' .')}.{extension}"
    return kept[:LONGEST_NAME].rstrip(" .")


def _hidden(character: str) -> bool:
    return unicodedata.category(character).startswith("C") and not character.isspace()


def check(name: str, data: bytes) -> str:
    """The media type of a file whose content is on the list and agrees with its (clean) name.

    Raises InputError saying what it is instead, or what is wrong inside it.
    """
    if not data:
        raise InputError("the file is empty", field="file")
    expected = TYPES.get(PurePosixPath(name).suffix.lower().removeprefix("."))
    if expected is None:
        raise InputError(
            say("not taken: {name}; only these are: {types}", name=name, types=", ".join(TYPES)), field="file"
        )
    try:
        found = _READERS.get(expected, _by_magic)(data)
    except InputError as error:
        raise InputError(
            say("not taken: {name}; {reason}", name=name, reason=error.message), field="file"
        ) from None
    if found != expected:
        raise InputError(
            say("not taken: {name}; the content is not that of a file of this name", name=name), field="file"
        )
    return expected


def _by_magic(data: bytes) -> str:
    if data[4:8] == b"ftyp" and data[8:12] in _MP4_BRANDS:
        return TYPES["mp4"]
    return next((kind for magic, kind in _MAGIC if data.startswith(magic)), "")


def _text(data: bytes) -> str:
    try:
        text = data.removeprefix(b"\xef\xbb\xbf").decode()
    except UnicodeDecodeError:
        raise InputError("not text in UTF-8") from None
    if _CONTROL.search(text):
        raise InputError("not plain text")
    return text


def _plain(kind: str) -> Callable[[bytes], str]:
    def read(data: bytes) -> str:
        if _WEB.search(_text(data)[:4096]):
            raise InputError("web pages and scripts are not taken")
        return kind

    return read


def _json(data: bytes) -> str:
    try:
        json.loads(_text(data))
    except (ValueError, RecursionError):
        raise InputError("not well-formed JSON") from None
    return TYPES["json"]


def _xml(data: bytes) -> str:
    if re.search(r"<!\s*(doctype|entity)|<\?xml-stylesheet", _text(data), re.IGNORECASE):
        raise InputError("XML with a document type or a style sheet is not taken")
    names: set[str] = set()
    parser = expat.ParserCreate("utf-8")  # whatever its head says: as such it was looked through above
    parser.StartElementHandler = lambda name, _: names.add(name.rpartition(":")[2].lower())
    try:
        parser.Parse(data, True)
    except expat.ExpatError:
        raise InputError("not well-formed XML") from None
    if names & _WEB_ELEMENTS:
        raise InputError("web pages and scripts are not taken")
    return TYPES["xml"]


def _mail(data: bytes) -> str:
    try:
        message = email.message_from_bytes(data)
    except RecursionError:
        raise InputError("it holds too many parts") from None
    if not {"from", "date"} <= {key.lower() for key in message}:
        raise InputError("not a mail")
    for number, part in enumerate(message.walk()):
        if number > MOST_ENTRIES:
            raise InputError("it holds too many parts")
        if not part.is_multipart():
            _check_part(part)
    return TYPES["eml"]


def _check_part(part: Message) -> None:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    name = part.get_filename()
    if name:
        _check_inside(str(name), data)
    elif part.get_content_maintype() != "text" and not _by_magic(data):
        raise InputError("it holds a part of an unknown type")


def _container(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            return _zip(file)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, zlib.error):
        raise InputError("not a whole ZIP file, or one with a password") from None


def _zip(file: zipfile.ZipFile) -> str:
    entries = [entry for entry in file.infolist() if not entry.is_dir()]
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_ENTRIES or unpacked > UNPACKED_AT_MOST:
        raise InputError("it unpacks to too much")
    names = {entry.filename for entry in entries}
    if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries):
        raise InputError("it is packed in an unusual way")
    if any(entry.flag_bits & 1 for entry in entries):
        raise InputError("it is locked with a password")
    if "[Content_Types].xml" in names or "mimetype" in names:
        return _office(file, names)
    for entry in entries:
        _check_inside(entry.filename, file.read(entry))
    return TYPES["zip"]


def _office(file: zipfile.ZipFile, names: set[str]) -> str:
    if any(_MACROS.search(name) for name in names) or (
        "[Content_Types].xml" in names and b"macroenabled" in file.read("[Content_Types].xml").lower()
    ):
        raise InputError("documents with macros or embedded objects are not taken")
    if "mimetype" in names:
        said = file.read("mimetype").decode("ascii", "replace").strip()
        return said if said.startswith(_ODF) else ""
    return next((kind for part, kind in _PARTS.items() if part in names), "")


def _check_inside(name: str, data: bytes) -> None:
    """What a container holds is on the list as well, and no container itself."""
    inner = clean_name(name)
    if TYPES.get(PurePosixPath(inner).suffix.lower().removeprefix(".")) in (TYPES["zip"], TYPES["eml"]):
        raise InputError(say("a container within a container: {name}", name=inner))
    check(inner, data)


_READERS: dict[str, Callable[[bytes], str]] = {
    **{TYPES[each]: _container for each in ("zip", "docx", "xlsx", "pptx", "odt", "ods")},
    TYPES["txt"]: _plain(TYPES["txt"]),
    TYPES["csv"]: _plain(TYPES["csv"]),
    TYPES["json"]: _json,
    TYPES["xml"]: _xml,
    TYPES["eml"]: _mail,
}
