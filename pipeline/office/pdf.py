"""PDF pages to a text layer: pdfminer.six finds lines and their order; what they are to each other is told here.

All lengths are points (1/72 inch); y grows upwards.
"""

from __future__ import annotations

import logging
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from io import BytesIO
from itertools import islice, takewhile
from typing import TYPE_CHECKING

from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import LAParams, LTChar, LTContainer, LTRect, LTTextLineHorizontal
from pdfminer.layout import LTLine as LTRule
from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import resolve1

from pipeline.office.grid import Cell, find_tables
from pipeline.office.layer import LayerWriter, Table, TextLayer, clean_text, join_lines
from pipeline.office.problems import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pdfminer.layout import LTAnno, LTComponent, LTPage

TAIL = 1024  # bytes at the end of the file, in which the standard wants its end mark
UNMAPPED = re.compile(r"\(cid:\d+\)")  # what pdfminer writes for a sign of which the font does not say what it means
MOST_UNMAPPED = 0.3  # share of signs without a meaning above which a text is noise

RAISED_SIZE = 0.8  # of the size of the line: a smaller sign may be raised or lowered
RAISED_BY = 0.15  # of the size of the line, from its baseline
COLUMN_GAP = 1.2  # of the size of the line: a wider gap may set two columns of a table apart

RULED = 0.3  # of the width of a page that is drawn at one height, at least; less is an underlined word
THIN = 3.0  # points: a lower rectangle is a line, another the frame of a cell

MARGIN = 0.1  # of the height of a page, above and below, where running heads stand
MARGIN_GAP = 0.9  # of the size of the line, between a running head and the text
MARGIN_PAGES = 0.3  # share of the pages that repeat a running head, and at least two
# "3", "Page 3 of 12", "- 3 -", "3/12"
PAGE_NUMBER = re.compile(r"[-–—]?\s?(?:page\s|p\.\s?)?\d{1,4}(?:\s?(?:of|/)\s?\d{1,4})?\s?[-–—]?", re.IGNORECASE)

HEADING_SIZE = 1.12  # of the size of running text
HEADING_CHARS = 200
HEADING_DEPTH = 6
SAME_SIZE = 0.6  # points between two lines of one paragraph
INDENT = 0.8  # of the size of the line: the first line of a paragraph
RAGGED = 0.15  # of the width of a column: a line that ends earlier could have held the next word
ENDS_SENTENCE = re.compile(r"[.!?:;][\"'”’)\]]*(?:<sup>[^<]*</sup>)?$")
NO_HEADING_END = re.compile(r"[.,;]$")
# A bullet or a number before an item: "• First", "1. First", "[3] First", "a) first"
ITEM = re.compile(r"(?P<bullet>[•◦▪▸►‣·●○■□*\uf0b7-])\s+(?=\S)|(?:\[\d{1,3}\]|\d{1,3}[.)]|[a-z]\))\s+(?=\S)")
FIELD = re.compile(r"[A-Z][^:.]{1,40}:\s")  # "CAS number: 50-00-0"
SECTION = re.compile(r"\d{1,2}(?:\.\d{1,2})+\s+[A-Z]")  # "2.1 Storage"
WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text. `segments` are its parts that wide gaps set apart."""

    page: int
    text: str
    x0: float
    x1: float
    y0: float
    y1: float
    size: float
    bold: bool
    box: int  # lines of one box stand in one column
    segments: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class PageLines:
    """The lines of a page in reading order, and the heights at which something is ruled across it."""

    page: int
    height: float
    lines: tuple[Line, ...]
    rules: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that read on."""

    lines: tuple[Line, ...]


def read_pdf(data: bytes, max_pages: int) -> TextLayer:
    """The text layer of a PDF. Raises Unreadable with what is wrong with it."""
    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    pages = list(_read_pages(data, max_pages))
    signs = sum(len(line.text) for page in pages for line in page.lines)
    if not signs:
        raise Unreadable(
            f"is a PDF without text on any of its {len(pages)} pages (a scan, or drawings); "
            "run text recognition over it first"
        )
    if sum(line.text.count("\ufffd") for page in pages for line in page.lines) > MOST_UNMAPPED * signs:
        raise Unreadable(
            "is a PDF whose fonts do not say which letters they draw; print it anew, or run text recognition over it"
        )
    return _write_layer(pages)


# ---------------------------------------------------------------------------------------------- lines


def _read_pages(data: bytes, max_pages: int) -> Iterator[PageLines]:
    document = _open(data)
    pages = list(islice(PDFPage.create_pages(document), max_pages + 1))
    if len(pages) > max_pages:
        raise Unreadable(f"has more pages than max_pages = {max_pages} in the settings; split it, or raise max_pages")
    _check_whole(document, len(pages))
    resources = PDFResourceManager()
    device = PDFPageAggregator(resources, laparams=LAParams(all_texts=True))
    interpreter = PDFPageInterpreter(resources, device)
    for number, page in enumerate(pages):
        interpreter.process_page(page)
        yield _read_page(device.get_result(), number)


def _open(data: bytes) -> PDFDocument:
    if b"%%EOF" not in data[-TAIL:]:
        raise Unreadable("is a PDF that is damaged (its end is missing); fetch it again")
    try:
        return PDFDocument(PDFParser(BytesIO(data)))
    except (PDFPasswordIncorrect, PDFEncryptionError) as error:
        raise Unreadable("is an encrypted PDF; save it without a password") from error


def _check_whole(document: PDFDocument, pages: int) -> None:
    """Raise Unreadable where the PDF says that it has other pages than were found."""
    tree = resolve1(document.catalog.get("Pages"))
    wanted = resolve1(tree.get("Count")) if isinstance(tree, dict) else None
    if not pages or (isinstance(wanted, int) and wanted > pages):
        raise Unreadable(f"is a PDF that is damaged ({pages} of its {wanted or 'unknown'} pages are there); mend it")


def _read_page(layout: LTPage, page: int) -> PageLines:
    lines: list[Line] = []
    rules: dict[float, float] = defaultdict(float)  # how much is drawn at each height
    for box, part in enumerate(_walk(layout)):
        if isinstance(part, LTContainer):
            found = (_read_line(line, page, box) for line in part if isinstance(line, LTTextLineHorizontal))
            lines += [line for line in found if line is not None]
        elif isinstance(part, LTRule | LTRect) and part.width > part.height:
            for y in {(part.y0 + part.y1) / 2} if part.height < THIN else {part.y0, part.y1}:
                rules[round(y, 1)] += part.width
    wide = (y for y, width in rules.items() if width > RULED * layout.width)
    return PageLines(page, layout.height, tuple(lines), tuple(sorted(wide)))


def _walk(container: LTContainer[LTComponent]) -> Iterator[LTComponent]:
    """Boxes of lines, and what is drawn, in reading order; figures are walked through."""
    stack: list[Iterator[LTComponent]] = [iter(container)]
    while stack:
        part = next(stack[-1], None)
        if part is None:
            stack.pop()
        elif isinstance(part, LTContainer) and not any(isinstance(child, LTTextLineHorizontal) for child in part):
            stack.append(iter(part))
        else:
            yield part


def _read_line(line: LTTextLineHorizontal, page: int, box: int) -> Line | None:
    signs = [sign for sign in line if isinstance(sign, LTChar)]
    if not any(sign.get_text().strip() for sign in signs):
        return None
    sizes = Counter(round(sign.size, 1) for sign in signs if sign.get_text().strip())
    size = max(sizes, key=lambda each: (sizes[each], each))
    usual = [sign for sign in signs if abs(sign.size - size) < SAME_SIZE]
    base = min(sign.y0 for sign in usual)
    bold = sum("bold" in sign.fontname.lower() or "black" in sign.fontname.lower() for sign in usual)
    text = _spell(line, size, base).strip()
    if not text:
        return None
    return Line(
        page=page,
        text=text,
        x0=line.x0,
        x1=line.x1,
        y0=base,
        y1=base + size,
        size=size,
        bold=bold * 2 > len(usual),
        box=box,
        segments=tuple(_cut(line, size, base)),
    )


def _cut(line: LTTextLineHorizontal, size: float, base: float) -> Iterator[Cell]:
    """The parts of a line between wide gaps."""
    parts: list[list[LTChar | LTAnno]] = []
    before: LTChar | None = None
    for sign in line:
        if isinstance(sign, LTChar) and not sign.get_text().isspace():
            if before is None or sign.x0 - before.x1 > COLUMN_GAP * size:
                parts.append([])
            before = sign
        if parts:
            parts[-1].append(sign)
    for part in parts:
        shown = [sign for sign in part if isinstance(sign, LTChar) and not sign.get_text().isspace()]
        text = _spell(part, size, base).strip()
        yield Cell(text, min(sign.x0 for sign in shown), max(sign.x1 for sign in shown), base, base + size)


def _spell(line: Iterable[LTChar | LTAnno], size: float, base: float) -> str:
    """The text of signs; raised and lowered ones as in HTML, which the reader of text knows."""
    parts: list[str] = []
    shift = ""
    for sign in line:
        written = UNMAPPED.sub("\ufffd", sign.get_text())
        now = _find_shift(sign, size, base) if isinstance(sign, LTChar) and written.strip() else shift
        if now != shift or (shift and written.isspace()):
            parts.append(f"</{shift}>" if shift else "")
            shift = "" if written.isspace() else now
            parts.append(f"<{shift}>" if shift else "")
        parts.append(clean_text(written).replace("\n", " "))
    return "".join(parts) + (f"</{shift}>" if shift else "")


def _find_shift(sign: LTChar, size: float, base: float) -> str:
    if sign.size > RAISED_SIZE * size:
        return ""
    if sign.y0 > base + RAISED_BY * size:
        return "sup"
    return "sub" if sign.y0 < base - RAISED_BY * size / 2 else ""


# ---------------------------------------------------------------------------------------------- heads and feet


def _find_margins(pages: Sequence[PageLines]) -> frozenset[Line]:
    """Lines that several pages repeat at one edge, and page numbers that stand there."""
    edges = [line for page in pages for line in _list_edges(page)]
    counts = Counter(key for key, _ in {(_fold(line), line.page) for line in edges})
    fewest = max(2, MARGIN_PAGES * len(pages))
    return frozenset(
        line for line in edges if counts[_fold(line)] >= fewest or PAGE_NUMBER.fullmatch(line.text.strip())
    )


def _fold(line: Line) -> str:
    """What two running heads have in common: their words, not their numbers."""
    return re.sub(r"\d+", "#", line.text.casefold())


def _list_edges(page: PageLines) -> Iterator[Line]:
    """The lines in the margins that a gap sets apart from the text."""
    downwards = sorted(page.lines, key=lambda line: -line.y1)
    for ordered in (downwards, downwards[::-1]):
        held: list[Line] = []
        for number, line in enumerate(takewhile(lambda line: _is_in_margin(line, page.height), ordered)):
            held.append(line)
            following = ordered[number + 1] if number + 1 < len(ordered) else None
            if following is None or _gap(line, following) > MARGIN_GAP * line.size:
                yield from held
                held = []


def _is_in_margin(line: Line, height: float) -> bool:
    return line.y0 > height * (1 - MARGIN) or line.y1 < height * MARGIN


def _gap(one: Line, other: Line) -> float:
    return max(one.y0, other.y0) - min(one.y1, other.y1)


# ---------------------------------------------------------------------------------------------- pieces


def _write_layer(pages: Sequence[PageLines]) -> TextLayer:
    margins = _find_margins(pages)
    body = [line for page in pages for line in page.lines if line not in margins]
    words = frozenset(word.lower() for line in body for word in WORD.findall(line.text.rpartition(" ")[0]))
    pieces = _join_pieces([piece for page in pages for piece in _cut_page(page, margins, words)])
    ranks = _rank_sizes(body)
    writer = LayerWriter()
    pending = [line for page in pages for line in page.lines if line in margins]
    for piece in pieces:
        page = piece.rows[0][0] if isinstance(piece, Table) else piece.lines[0].page
        while pending and pending[0].page <= page:
            writer.add_margin(pending[0].text, pending.pop(0).page)
        if isinstance(piece, Table):
            writer.add_table(piece)
        else:
            _write_paragraph(writer, piece, ranks, words)
    for line in pending:
        writer.add_margin(line.text, line.page)
    return writer.finish(paged=True)


def _cut_page(page: PageLines, margins: frozenset[Line], words: frozenset[str]) -> Iterator[Paragraph | Table]:
    """The tables and paragraphs of a page; a table stands where the first of its lines does."""
    lines = [line for line in page.lines if line not in margins]
    cells = [cell for line in lines for cell in line.segments]
    tables = find_tables(cells, page.rules, words)
    owners = {cell: number for number, table in enumerate(tables) for cell in table.cells}
    written: set[int] = set()
    group: list[Line] = []
    for line in lines:
        owner = next((owners[cell] for cell in line.segments if cell in owners), None)
        if owner is None:
            group.append(line)
            continue
        yield from _cut_paragraphs(group)
        group = []
        if owner not in written:
            written.add(owner)
            yield Table(tuple((page.page, row) for row in tables[owner].rows), tables[owner].has_head)
    yield from _cut_paragraphs(group)


def _cut_paragraphs(lines: Sequence[Line]) -> Iterator[Paragraph]:
    columns: dict[int, tuple[float, float]] = {}
    for line in lines:
        left, right = columns.get(line.box, (line.x0, line.x1))
        columns[line.box] = min(left, line.x0), max(right, line.x1)
    group: list[Line] = []
    for line in lines:
        if group and (line.box != group[-1].box or _begins(group[-1], line, columns[line.box])):
            yield Paragraph(tuple(group))
            group = []
        group.append(line)
    if group:
        yield Paragraph(tuple(group))


def _begins(before: Line, line: Line, column: tuple[float, float]) -> bool:
    """Whether a line begins a paragraph below another line of its column."""
    if abs(before.size - line.size) > SAME_SIZE or before.bold != line.bold:
        return True
    if ITEM.match(line.text) or FIELD.match(line.text) or SECTION.match(line.text):
        return True
    left, right = column
    is_short = before.x1 < right - RAGGED * (right - left)
    if not ENDS_SENTENCE.search(before.text):
        return is_short and line.text[0].isupper() and FIELD.match(before.text) is not None
    return is_short or left + INDENT * line.size < line.x0 < left + 4 * line.size


def _join_pieces(pieces: Sequence[Paragraph | Table]) -> list[Paragraph | Table]:
    """Put together what a page, a column or a picture has cut in two."""
    joined: list[Paragraph | Table] = []
    for piece in pieces:
        before = joined[-1] if joined else None
        if isinstance(before, Paragraph) and isinstance(piece, Paragraph) and _goes_on(before, piece.lines[0]):
            joined[-1] = Paragraph((*before.lines, *piece.lines))
        elif isinstance(before, Table) and isinstance(piece, Table) and _is_rest(before, piece):
            rows = piece.rows[1:] if piece.rows[0][1] == before.rows[0][1] else piece.rows
            joined[-1] = Table((*before.rows, *rows), before.has_head)
        else:
            joined.append(piece)
    return joined


def _goes_on(paragraph: Paragraph, line: Line) -> bool:
    """Whether a line reads on from a paragraph elsewhere; with a capital only at the top of a new page or column."""
    before = paragraph.lines[-1]
    if abs(before.size - line.size) > SAME_SIZE or before.bold != line.bold or ITEM.match(line.text):
        return False
    if ENDS_SENTENCE.search(before.text):
        return False
    if line.text[0].islower() or line.text[0] in "([":
        return True
    left, right = min(each.x0 for each in paragraph.lines), max(each.x1 for each in paragraph.lines)
    is_full = len(paragraph.lines) > 1 and not before.bold and before.x1 > right - RAGGED * (right - left)
    return is_full and (line.page > before.page or line.y0 > before.y1)


def _is_rest(before: Table, table: Table) -> bool:
    return table.rows[0][0] > before.rows[-1][0] and len(before.rows[0][1]) == len(table.rows[0][1])


# ---------------------------------------------------------------------------------------------- headings


def _rank_sizes(lines: Sequence[Line]) -> dict[float, int]:
    """The level of a heading by its size, 1 for the largest; the size of running text has the last."""
    counts: Counter[float] = Counter()
    for line in lines:
        counts[round(line.size)] += len(line.text)
    if not counts:
        return {}
    usual = max(counts, key=lambda size: (counts[size], -size))
    larger = sorted((size for size in counts if size > HEADING_SIZE * usual), reverse=True)
    ranks = {size: min(level, HEADING_DEPTH) for level, size in enumerate(larger, start=1)}
    return {**ranks, usual: min(len(larger) + 1, HEADING_DEPTH)}


def _write_paragraph(writer: LayerWriter, paragraph: Paragraph, ranks: dict[float, int], words: frozenset[str]) -> None:
    first = paragraph.lines[0]
    text = join_lines([(line.page, line.text) for line in paragraph.lines], words)
    if level := _find_level(paragraph, text, ranks):
        writer.add(text, first.page, mark=f"{'#' * level} ")
        return
    item = ITEM.match(text)
    if item and item["bullet"]:
        writer.add(text[item.end() :], first.page, mark="- ")
    else:
        writer.add(text, first.page)


def _find_level(paragraph: Paragraph, text: str, ranks: dict[float, int]) -> int:
    """How deep a heading is; 0 for what is none."""
    first = paragraph.lines[0]
    level = ranks.get(round(first.size), 0)
    usual = max(ranks.values(), default=0)
    if not level or len(text) > HEADING_CHARS or "\f" in text or not WORD.search(text):
        return 0
    is_larger = list(ranks).index(round(first.size)) < len(ranks) - 1
    if is_larger:
        return level
    is_title = first.bold and len(paragraph.lines) == 1 and not NO_HEADING_END.search(text) and not FIELD.match(text)
    return usual if is_title else 0
