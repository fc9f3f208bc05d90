"""PDF and Word documents made from nothing, for the tests that read them."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

import docx

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docx.document import Document

WIDTH, HEIGHT = 612, 792  # points, a page of letter paper


@dataclass(frozen=True, slots=True)
class Ink:
    """A text at a place: points from the left and from the bottom of the page."""

    x: float
    y: float
    text: str
    size: float = 11
    font: str = "F1"  # F2 is bold


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the page: its left end, its height, its width, in points."""

    x: float
    y: float
    width: float


def stack(x: float, y: float, *lines: str, size: float = 11, font: str = "F1") -> list[Ink]:
    """Lines below each other, as a paragraph has them."""
    return [Ink(x, y - number * size * 1.2, line, size, font) for number, line in enumerate(lines)]


def make_pdf(*pages: Sequence[Ink | Rule], trailer: str = "", packed: bool = True, count: int | None = None) -> bytes:
    """A PDF with these pages, in Helvetica. `trailer` is put into its trailer as it stands."""
    kids = " ".join(f"{5 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {count or len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
    ]
    for number, page in enumerate(pages):
        drawn = b"\n".join(map(_draw, page))
        body = zlib.compress(drawn) if packed else drawn
        head = f"<< /Length {len(body)} {'/Filter /FlateDecode ' if packed else ''}>>".encode()
        fonts = "<< /Font << /F1 3 0 R /F2 4 0 R >> >>"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Resources {fonts} "
            f"/Contents {6 + 2 * number} 0 R >>".encode()
        )
        objects.append(head + b"\nstream\n" + body + b"\nendstream")
    return _bind(objects, trailer)


def _draw(ink: Ink | Rule) -> bytes:
    if isinstance(ink, Rule):
        return f"{ink.x} {ink.y} {ink.width} 0.5 re f".encode()
    text = ink.text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    return f"BT /{ink.font} {ink.size} Tf {ink.x} {ink.y} Td (".encode() + text + b") Tj ET"


def _bind(objects: Sequence[bytes], trailer: str) -> bytes:
    """The objects as a file, with the table that says where each begins."""
    file = BytesIO()
    file.write(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(file.tell())
        file.write(f"{number} 0 obj\n".encode() + content + b"\nendobj\n")
    start = file.tell()
    file.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode())
    file.write(b"".join(f"{place:010} 00000 n \n".encode() for place in places))
    file.write(f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode())
    return file.getvalue()


def save_docx(document: Document) -> bytes:
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def make_docx(*paragraphs: str) -> bytes:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    return save_docx(document)
