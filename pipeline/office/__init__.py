"""PDF and Word documents: their text as a text layer, in which all offsets count from then on.

The layer is text as the reader of plain text takes it: headings with `#`, list items with a bullet, tables as pipe
rows, a paragraph in one line, a form feed between two pages. The parsers come with the extra `claimsift[office]`.
"""

from __future__ import annotations

import hashlib
import zipfile
from importlib.util import find_spec
from io import BytesIO
from typing import TYPE_CHECKING

from pipeline.errors import Refused, TooCostly
from pipeline.office.fence import read_fenced
from pipeline.office.problems import Exhausting, Unreadable
from pipeline.page import Source

if TYPE_CHECKING:
    from pipeline.settings import Settings

__all__ = ["PARSERS", "find_missing", "read_office"]

PARSERS = {"pdfminer": "pdfminer.six", "docx": "python-docx"}  # module: distribution
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
KINDS = {"pdf": ("a PDF", "pdfminer", "application/pdf"), "word": ("a Word document", "docx", WORD)}


def read_office(data: bytes, source_id: str, settings: Settings) -> Source | None:
    """The text layer of a PDF or Word document as a source; None for anything else.

    Raises Refused where the parser is not installed, and for a document that is encrypted, damaged, without text,
    or above a limit of the settings; TooCostly for one that takes too much time or memory.
    """
    kind = _name_kind(data)
    if kind is None:
        return None
    name, parser, media_type = KINDS[kind]
    if PARSERS[parser] in find_missing():
        raise Refused(
            f"{source_id}: is {name}; install claimsift[office] to have it read, or convert it to text or HTML first."
        )
    try:
        layer = read_fenced(data, kind, settings.max_bytes, settings.max_pages, settings.max_seconds)
    except Exhausting as reason:
        raise TooCostly(f"{source_id}: {reason}.") from reason
    except Unreadable as reason:
        raise Refused(f"{source_id}: {reason}.") from reason
    return Source(
        source_id=source_id,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        encoding="utf-8",
        media_type=media_type,
        text=layer.text,
        text_layer=True,
        pages=layer.pages,
        margins=layer.margins,
    )


def find_missing() -> tuple[str, ...]:
    """The distributions of the extra that are not installed."""
    return tuple(name for module, name in PARSERS.items() if find_spec(module) is None)


def _name_kind(data: bytes) -> str | None:
    if data.startswith(b"%PDF-"):
        return "pdf"
    if not data.startswith(b"PK\x03\x04"):
        return None
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return "word" if any(name.startswith("word/") for name in archive.namelist()) else None
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return "word" if b"word/document.xml" in data else None  # cut off; the parser says so
