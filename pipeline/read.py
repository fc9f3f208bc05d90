"""Find the raw files and decode them: bytes to text in which every raw offset counts.

The content decides what a file is, never its suffix. Nothing here changes a character: `Source.text` is exactly what
`open(path, encoding=source.encoding, newline="").read()` gives.
"""

from __future__ import annotations

import codecs
import hashlib
import os
import re
import stat
import unicodedata
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

import charset_normalizer

from pipeline.errors import DocumentError, Refused
from pipeline.office import read_office
from pipeline.page import Source
from pipeline.plugins import read_with_plugins

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.settings import Settings

OVERRIDES = "sources.csv"

# The first bytes of formats that hold pages, but not as text; and what to do about them.
CONTAINERS = (
    (b"\x1f\x8b", "a gzip archive; unpack it first"),
    (b"PK\x03\x04", "a zip archive or an office document; unpack or convert it to text or HTML first"),
    (b"PK\x05\x06", "a zip archive; unpack it first"),
    (b"BZh", "a bzip2 archive; unpack it first"),
    (b"\xfd7zXZ\x00", "an xz archive; unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive; unpack it first"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive; unpack it first"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old or encrypted office document; save it as .docx without a password"),
    (b"{\\rtf", "a rich text document; convert it to text or HTML first"),
    (b"\x89PNG\r\n\x1a\n", "an image; leave it out, or put its text beside it"),
    (b"\xff\xd8\xff", "an image; leave it out, or put its text beside it"),
    (b"GIF8", "an image; leave it out, or put its text beside it"),
)

# Longest first: the mark of UTF-32 begins with the mark of UTF-16.
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

LINE = re.compile(r"[^\r\n]*")
SAMPLE = 65_536  # bytes that are enough to name an encoding
MOSTLY_ASCII = 0.10  # share of bytes above 0x7F below which a Western page is assumed
MANY_CONTROLS = 0.02  # share of control bytes above which no text is assumed
WIDE_ZEROS = 0.3  # share of zero bytes on one side of each pair in UTF-16 text of mostly Latin letters

# <meta charset="windows-1251">, <?xml version="1.0" encoding='koi8-r'?>
DECLARED = re.compile(
    rb"(?:charset|encoding)\s{0,4}=\s{0,4}[\"']?\s{0,4}(?P<name>[A-Za-z0-9._:-]{2,40})", re.IGNORECASE
)
CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\r\f\x1b") + b"\x7f"

# ---------------------------------------------------------------------------------------------- which files


@dataclass(frozen=True, slots=True)
class _Place:
    """A path below RAW, with its written and its composed (NFC) name."""

    path: Path
    written: str
    composed: str


def list_sources(root: Path, settings: Settings) -> Iterator[tuple[Path, str]]:
    """Every file below `root` with its source_id (relative, NFC, forward slashes), sorted by source_id.

    Left out: names that start with a dot, `README*`, `sources.csv` of the root, and what `settings.ignore` matches.
    What cannot be read (a link that is not followed, a closed folder) is listed too, so that it gets a row.
    Two names that differ in their normal form alone are both kept; the one that is not NFC keeps its written form.
    A name that is no UTF-8, and is told as another file is named, gets a tilde.
    """
    places = sorted(_walk(root, settings), key=lambda place: (place.composed, place.written, str(place.path)))
    taken = {place.composed for place in places if place.written == place.composed}
    given: set[str] = set()
    for place in places:
        name = place.composed if place.written == place.composed or place.composed not in taken else place.written
        while name in given:
            name += "~"
        taken.add(place.composed)
        given.add(name)
        yield place.path, name


def _walk(root: Path, settings: Settings) -> Iterator[_Place]:
    """Files below `root` in no particular order. A followed link that leads back to a folder above it is listed."""
    stack: list[tuple[Path, frozenset[tuple[int, int]]]] = [(root, frozenset({_identity(root)}))]
    while stack:
        folder, above = stack.pop()
        try:
            entries = list(os.scandir(folder))
        except OSError:
            if folder == root:
                raise
            yield _place(folder, root)
            continue
        for entry in entries:
            path = Path(entry.path)
            place = _place(path, root)
            if _is_no_source(entry.name, place.composed, settings):
                continue
            if not entry.is_dir(follow_symlinks=settings.follow_links) or (identity := _identity(path)) in above:
                yield place
            else:
                stack.append((path, above | {identity}))


def is_left_out(path: str, settings: Settings) -> bool:
    """Whether `list_sources` leaves out a file with this path below its root, or a folder above it."""
    parts = unicodedata.normalize("NFC", path).split("/")
    return any(_is_no_source(part, "/".join(parts[: at + 1]), settings) for at, part in enumerate(parts))


def _is_no_source(name: str, source_id: str, settings: Settings) -> bool:
    if name.startswith((".", "README")) or source_id == OVERRIDES:
        return True
    return any(
        fnmatchcase(source_id, pattern + "*" if pattern.endswith("/") else pattern) for pattern in settings.ignore
    )


def _identity(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:
        return (0, 0)
    return status.st_dev, status.st_ino


def _place(path: Path, root: Path) -> _Place:
    written = path.relative_to(root).as_posix()
    # A name that is no UTF-8 cannot stand in a table as it is.
    written = written.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return _Place(path, written, unicodedata.normalize("NFC", written))


# ---------------------------------------------------------------------------------------------- one file


def read_source(path: Path, source_id: str, settings: Settings) -> Source:
    """One raw file, decoded strictly; an empty file gives the empty text, a PDF or Word document its text layer.

    So does a file that a plug-in reads. Raises Refused for what is not ours to read (a link, no regular file, too
    large, a line too long, binary, no known encoding) and DocumentError for a file that should have been readable
    and was not.
    """
    return decode_source(read_bytes(path, source_id, settings), source_id, settings)


def read_bytes(path: Path, source_id: str, settings: Settings) -> bytes:
    """The bytes of a file. Raises Refused for a link, for what is no regular file, and for one that is too large.

    Raises DocumentError where the system does not give them.
    """
    try:
        status = path.stat() if settings.follow_links else path.lstat()
        _refuse_by_status(status, source_id, settings)
        with path.open("rb") as file:
            data = file.read(settings.max_bytes + 1)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise DocumentError(f"{source_id}: cannot be read ({reason}); check the file and its permissions.") from error
    if len(data) > settings.max_bytes:
        raise _too_large(source_id, len(data), settings)
    return data


def decode_source(data: bytes, source_id: str, settings: Settings) -> Source:
    """The bytes of a file as `read_source` gives them. Raises Refused and DocumentError as that does."""
    if layer := read_office(data, source_id, settings):
        return layer
    if (layer_text := read_with_plugins(data, source_id)) is not None:
        source = take_text(layer_text, source_id, settings)
        return replace(source, sha256=hashlib.sha256(data).hexdigest(), size=len(data), text_layer=True)
    for magic, advice in CONTAINERS:
        if data.startswith(magic):
            raise Refused(f"{source_id}: is {advice}.")
    encoding, text = _decode(data, source_id)
    _refuse_by_lines(text, source_id, settings)
    return Source(source_id, hashlib.sha256(data).hexdigest(), len(data), encoding, name_media_type(text), text)


def take_text(text: str, source_id: str, settings: Settings) -> Source:
    """A text in memory as if it had been read from a file in UTF-8.

    Raises Refused for a line that is too long, and for half a surrogate pair, which is no character.
    """
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise Refused(
            f"{source_id}: holds half a surrogate pair at character {error.start}; decode it anew."
        ) from error
    _refuse_by_lines(text, source_id, settings)
    return Source(source_id, hashlib.sha256(data).hexdigest(), len(data), "utf-8", name_media_type(text), text)


def _refuse_by_status(status: os.stat_result, source_id: str, settings: Settings) -> None:
    if stat.S_ISLNK(status.st_mode):
        raise Refused(f"{source_id}: is a symbolic link; copy the file here, or set follow_links = true.")
    if stat.S_ISDIR(status.st_mode):
        reason = "leads back to a folder above it" if settings.follow_links else "cannot be listed"
        raise DocumentError(f"{source_id}: the folder {reason}; check the folder and its permissions.")
    if not stat.S_ISREG(status.st_mode):
        raise Refused(f"{source_id}: is not a regular file; leave it out with 'ignore' in the settings.")
    if status.st_size > settings.max_bytes:
        raise _too_large(source_id, status.st_size, settings)


def _too_large(source_id: str, size: int, settings: Settings) -> Refused:
    return Refused(
        f"{source_id}: has {size} bytes, more than max_bytes = {settings.max_bytes} in the settings; "
        "split it, or raise max_bytes."
    )


def _refuse_by_lines(text: str, source_id: str, settings: Settings) -> None:
    if len(text) <= settings.max_line:
        return
    longest = max(line.end() - line.start() for line in LINE.finditer(text))
    if longest > settings.max_line:
        raise Refused(
            f"{source_id}: has a line of {longest} characters, more than max_line = {settings.max_line} in the "
            "settings; break it, or raise max_line."
        )


# ---------------------------------------------------------------------------------------------- encoding


def _decode(data: bytes, source_id: str) -> tuple[str, str]:
    """A codec that decodes `data` strictly, gives it back unchanged, and keeps a byte-order mark; and the text."""
    candidates = _wide_candidates(data)
    if not candidates and _looks_binary(data):
        raise Refused(f"{source_id}: is binary, not text; leave it out with 'ignore' in the settings.")
    names: Iterable[str] = candidates or _narrow_candidates(data)
    for name in names:
        if (text := _decode_with(data, name)) is not None:
            return name, text
    raise Refused(f"{source_id}: is in no encoding that could be told; save it as UTF-8.")


def _wide_candidates(data: bytes) -> tuple[str, ...]:
    """Codecs that a byte-order mark, or zero bytes on one side of each pair, speak for."""
    for mark, name in MARKS:
        if data.startswith(mark):
            return (name,)
    sample = data[:SAMPLE]
    if len(data) % 2 or 0 not in sample:
        return ()
    even, odd = sample[::2].count(0) / len(sample) * 2, sample[1::2].count(0) / len(sample) * 2
    if odd > WIDE_ZEROS > even * 10:
        return ("utf-16-le",)
    if even > WIDE_ZEROS > odd * 10:
        return ("utf-16-be",)
    return ()


def _looks_binary(data: bytes) -> bool:
    if 0 in data:
        return True
    sample = data[:SAMPLE]
    return len(sample) - len(sample.translate(None, CONTROLS)) > MANY_CONTROLS * len(sample)


def _narrow_candidates(data: bytes) -> Iterator[str]:
    yield "utf-8"
    sample = data[:SAMPLE]
    if declared := DECLARED.search(sample):
        name: bytes = declared["name"]
        yield name.decode("ascii")
    high = len(sample) - len(sample.translate(None, bytes(range(128, 256))))
    if high < MOSTLY_ASCII * len(sample):
        yield "windows-1252"
    best = charset_normalizer.from_bytes(sample).best()
    if best is not None:
        yield best.encoding
    yield "windows-1252"


def _decode_with(data: bytes, name: str) -> str | None:
    """The text of `data` in a codec; nothing if it is not, or if the text would not give the same bytes again."""
    try:
        canonical = codecs.lookup(name).name
        if canonical in {"utf-8-sig", "utf-16", "utf-32", "utf-7", "idna", "punycode"}:
            return None
        text = data.decode(name)
        # Strict UTF-8 knows one way to write a character: the largest pages need not be encoded to find out.
        return text if canonical == "utf-8" or text.encode(name) == data else None
    except (LookupError, ValueError, TypeError, AttributeError):
        return None


# ---------------------------------------------------------------------------------------------- media type

HEAD = 400_000  # characters that decide what a page is

# {"id":477, … ; [{"name": … : an object, or a list of objects
JSON_START = re.compile(r"\s*(?:\[\s*)?\{\s*(?:\"|\}|\Z)")
FRONT_MATTER = re.compile(r"\ufeff?---[ \t]*(?:\r\n?|\n)")
HTML_START = re.compile(r"\s*(?:<!--[^>]{0,2000}-->\s*)?<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
HTML_CLOSER = re.compile(
    r"</(?:p|div|h[1-6]|ul|ol|li|table|tr|td|th|section|article|dl|dd|details|span)\s*>", re.IGNORECASE
)
MARKDOWN_LINE = re.compile(
    r"""
    ^[ \t]{0,3}
    (?:
        \#{1,6}[ \t]+\S                 # a heading
      | \|.*\|[ \t]*$                   # a row of a pipe table
      | (?:[-*+]|\d{1,3}\.)[ \t]+\S     # a list item
      | >[ \t]+\S                       # a quotation
      | ```                             # a fence
      | \[\^[^\]\n]+\]:                 # a footnote
    )
    """,
    re.VERBOSE | re.MULTILINE,
)
MARKDOWN_INLINE = re.compile(r"\*\*[^*\n]{1,200}\*\*|\]\([^()\s]{1,500}\)|\[\[[^\[\]\n]{1,200}\]\]")
FEW_CLOSERS = 3  # closing tags that make a page HTML, if they outnumber its Markdown lines


def name_media_type(text: str) -> str:
    """What a text is by its content: JSON, HTML (whole, or fragments inside text), Markdown, or plain text."""
    head = text[:HEAD].removeprefix("\ufeff")
    if JSON_START.match(head):
        return "application/json"
    if FRONT_MATTER.match(head):
        return "text/markdown"
    if HTML_START.match(head):
        return "text/html"
    closers = sum(1 for _ in HTML_CLOSER.finditer(head))
    marked = sum(1 for _ in MARKDOWN_LINE.finditer(head))
    if closers >= FEW_CLOSERS and closers > marked:
        return "text/html"
    if marked or MARKDOWN_INLINE.search(head):
        return "text/markdown"
    return "text/plain"
