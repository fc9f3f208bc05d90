"""Word documents to a text layer: python-docx opens the package, and the body is walked here, part by part.

Read is what Word shows: no deleted and no hidden text, but inserted text, content controls, text boxes and footnotes.
"""

from __future__ import annotations

import re
import zipfile
from collections import defaultdict
from dataclasses import dataclass, field
from io import BytesIO
from itertools import count
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml

from pipeline.office.layer import PAGE_BREAK, LayerWriter, Table, TextLayer, clean_text
from pipeline.office.problems import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docx.document import Document as Opened

UNPACKED = 10  # times max_bytes that all parts of a document may have; pictures are packed already
LONGEST_URL = 500  # characters
PLAIN_URL = re.compile(rf"https?://[^\s()<>\[\]]{{1,{LONGEST_URL}}}")
HEADING_STYLE = re.compile(r"heading (?P<level>[1-9])", re.IGNORECASE)
TITLE_STYLE = "title"
MOST_LEVELS = 6  # of headings in the layer
STRONG_CHARS = 150  # of a bold paragraph that can be a heading
MOST_COLUMNS = 1000  # of a merged cell
STYLE_DEPTH = 20  # styles that are based on each other
NOTES = ("footnotes", "endnotes")
# What a paragraph holds and Word does not show, or shows twice.
UNSEEN = frozenset(map(qn, ("w:del", "w:moveFrom", "w:pPr", "w:rPr", "w:sdtPr")))
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
SHIFTS = {"superscript": "sup", "subscript": "sub"}
SIGNS = {qn("w:tab"): "\t", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "‑", qn("w:ptab"): "\t"}


def read_word(data: bytes, max_bytes: int, max_pages: int) -> TextLayer:
    """The text layer of a .docx. Raises Unreadable with what is wrong with it."""
    _check_parts(data, max_bytes)
    document = Document(BytesIO(data))
    layer = _Walk(document).write()
    if not layer.text.strip():
        raise Unreadable("is a Word document without text; leave it out with 'ignore' in the settings")
    if len(layer.pages) > max_pages:
        raise Unreadable(f"has more pages than max_pages = {max_pages} in the settings; split it, or raise max_pages")
    return layer


def _check_parts(data: bytes, max_bytes: int) -> None:
    """Raise Unreadable for what is packed so tightly that it would fill the memory, and for what is no document."""
    try:
        parts = zipfile.ZipFile(BytesIO(data)).infolist()
    except zipfile.BadZipFile as error:
        raise Unreadable("is a Word document that is damaged (its end is missing); fetch it again") from error
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable("is an encrypted Word document; save it without a password")
    text = (part.file_size for part in parts if part.filename.endswith((".xml", ".rels")))
    if max(text, default=0) > max_bytes or sum(part.file_size for part in parts) > UNPACKED * max_bytes:
        raise Unreadable(
            f"unpacks to more than max_bytes = {max_bytes} in the settings allows; split it, or raise max_bytes"
        )


@dataclass
class _Written:
    """The text of one paragraph while it is put together."""

    parts: list[str] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)  # text boxes that hang in it
    letters: int = 0
    bold: int = 0  # letters that are bold

    @property
    def text(self) -> str:
        return "".join(self.parts).strip(" \t\n")


class _Walk:
    """One walk through the body of a document."""

    def __init__(self, document: Opened) -> None:
        self.document = document
        self.body: Any = document.element.body
        self.writer = LayerWriter()
        # Word notes where it broke pages when it last showed them; without that, only the breaks by hand are known.
        self.rendered = next(self.body.iter(qn("w:lastRenderedPageBreak")), None) is not None
        self.paged = self.rendered
        self.page = 0
        self.styles: dict[str, Any] = {
            style.get(qn("w:styleId")): style for style in document.styles.element.iter(qn("w:style"))
        }
        self.lists = _Lists(document)
        self.titled = any(self._is_title(paragraph) for paragraph in self.body.iter(qn("w:p")))

    def write(self) -> TextLayer:
        """The whole document."""
        for text in self._list_margins():
            self.writer.add_margin(text, 0)
        self._write_blocks(self.body)
        for kind in NOTES:
            self._write_notes(kind)
        return self.writer.finish(paged=self.paged)

    def _list_margins(self) -> list[str]:
        """The heads and feet of pages, each once."""
        found: dict[str, None] = {}
        for relation in self.document.part.rels.values():
            if relation.is_external or not relation.reltype.endswith(("/header", "/footer")):
                continue
            for paragraph in parse_xml(relation.target_part.blob).iter(qn("w:p")):
                found[" ".join(self._spell(paragraph).text.replace(PAGE_BREAK, " ").split())] = None
        return [text for text in found if text]

    def _write_blocks(self, container: Any) -> None:
        for element in container:
            if element.tag == qn("w:p"):
                self._write_paragraph(element)
            elif element.tag == qn("w:tbl"):
                self._write_table(element)
            elif element.tag not in UNSEEN and isinstance(element.tag, str) and element.tag != qn("w:sectPr"):
                self._write_blocks(element)  # a content control, or inserted paragraphs

    # ------------------------------------------------------------------------------------------ paragraphs

    def _write_paragraph(self, paragraph: Any) -> None:
        if not self.rendered and paragraph.find(f"{qn('w:pPr')}/{qn('w:pageBreakBefore')}") is not None:
            self._turn()
        written = self._spell(paragraph)
        before = len(written.text) - len(written.text.lstrip(PAGE_BREAK))
        start = self.page + before
        self.page += written.text.count(PAGE_BREAK)
        self.writer.add(written.text.strip(PAGE_BREAK).strip(), start, mark=self._name_mark(paragraph, written))
        for box in written.boxes:
            self._write_blocks(box)

    def _turn(self) -> None:
        self.page += 1
        self.paged = True

    def _name_mark(self, paragraph: Any, written: _Written) -> str:
        if level := self._find_level(paragraph):
            return f"{'#' * min(level, MOST_LEVELS)} " if "\n" not in written.text else ""
        return self.lists.name_mark(self._find(paragraph, "w:numPr"))

    def _find_level(self, paragraph: Any) -> int:
        """How deep a heading is, by its style or its place in the outline; 0 for what is none."""
        for style in self._list_styles(paragraph):
            name = _read_value(style.find(qn("w:name")))
            if found := HEADING_STYLE.fullmatch(name):
                return int(found["level"]) + self.titled
        if self._is_title(paragraph):
            return 1
        outline = _read_value(self._find(paragraph, "w:outlineLvl"))
        return int(outline) + 1 + self.titled if outline.isdecimal() and int(outline) < 9 else 0  # noqa: PLR2004  (9 is body text)

    def _is_title(self, paragraph: Any) -> bool:
        names = (_read_value(style.find(qn("w:name"))) for style in self._list_styles(paragraph))
        return any(name.lower() == TITLE_STYLE for name in names)

    def _find(self, paragraph: Any, name: str) -> Any:
        """A property of a paragraph, or of the styles that it has."""
        for holder in (paragraph, *self._list_styles(paragraph)):
            found = holder.find(f"{qn('w:pPr')}/{qn(name)}")
            if found is not None:
                return found
        return None

    def _list_styles(self, paragraph: Any) -> Iterator[Any]:
        style = self.styles.get(_read_value(paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")))
        for _ in range(STYLE_DEPTH):
            if style is None:
                return
            yield style
            style = self.styles.get(_read_value(style.find(qn("w:basedOn"))))

    # ------------------------------------------------------------------------------------------ text

    def _spell(self, paragraph: Any) -> _Written:
        """The text of a paragraph; a page break in it is a form feed."""
        written = _Written()
        self._spell_parts(paragraph, written)
        text = written.text
        if written.letters and written.bold == written.letters and len(text) <= STRONG_CHARS and "\n" not in text:
            written.parts = [f"**{text}**"] if PAGE_BREAK not in text and "*" not in text else [text]
        return written

    def _spell_parts(self, element: Any, written: _Written) -> None:
        for child in element:
            if child.tag in UNSEEN or child.tag == FALLBACK:
                continue
            if child.tag == qn("w:r"):
                self._spell_run(child, written)
            elif child.tag == qn("w:hyperlink"):
                self._spell_link(child, written)
            elif child.tag == MATH_TEXT:
                written.parts.append(clean_text(child.text or ""))
            elif child.tag == qn("w:txbxContent"):
                written.boxes.append(child)
            else:
                self._spell_parts(child, written)

    def _spell_link(self, link: Any, written: _Written) -> None:
        start = len(written.parts)
        self._spell_parts(link, written)
        text = "".join(written.parts[start:])
        relation = self.document.part.rels.get(link.get(qn("r:id"), ""))
        url = relation.target_ref if relation is not None and relation.is_external else ""
        if PLAIN_URL.fullmatch(url) and text.strip() and not re.search(r"[\[\]\n\f]|https?:", text):
            written.parts[start:] = [f"[{text}]({url})"]

    def _spell_run(self, run: Any, written: _Written) -> None:
        style = run.find(qn("w:rPr"))
        if style is not None and _is_on(style.find(qn("w:vanish"))):
            return
        is_bold = style is not None and _is_on(style.find(qn("w:b")))
        shift = SHIFTS.get(_read_value(style.find(qn("w:vertAlign"))) if style is not None else "", "")
        for child in run:
            text = self._spell_sign(child)
            if text is None:
                if child.tag not in UNSEEN:
                    self._spell_parts_of_run(child, written)
                continue
            letters = sum(letter.isalnum() for letter in text)
            written.letters += letters
            written.bold += letters if is_bold else 0
            written.parts.append(f"<{shift}>{text}</{shift}>" if shift and text.strip() else text)

    def _spell_sign(self, child: Any) -> str | None:
        """The text of one part of a run; None for what holds other parts."""
        if child.tag == qn("w:t"):
            return clean_text((child.text or "").replace("\n", " "))
        if child.tag in SIGNS:
            return SIGNS[child.tag]
        if child.tag == qn("w:br"):
            return self._break(child.get(qn("w:type")))
        if child.tag == qn("w:lastRenderedPageBreak"):
            return PAGE_BREAK
        for name, prefix in (("w:footnoteReference", ""), ("w:endnoteReference", "e")):
            if child.tag == qn(name):
                return f"[^{prefix}{child.get(qn('w:id'), '')}]"
        return None

    def _break(self, kind: str | None) -> str:
        if kind != "page":
            return "\n"
        if self.rendered:
            return ""
        self.paged = True
        return PAGE_BREAK

    def _spell_parts_of_run(self, child: Any, written: _Written) -> None:
        """Text boxes, wherever a picture or drawing holds them."""
        stack = [child]
        while stack:
            element = stack.pop()
            if element.tag == qn("w:txbxContent"):
                written.boxes.append(element)
            elif element.tag != FALLBACK:
                stack.extend(reversed(element))

    # ------------------------------------------------------------------------------------------ tables and notes

    def _write_table(self, table: Any) -> None:
        rows: list[tuple[int, tuple[str, ...]]] = []
        above: list[str] = []
        for row in table.iter(qn("w:tr")):
            if next(row.iterancestors(qn("w:tbl"))) is not table:
                continue  # of a table inside a cell, whose text stands in that cell
            start = self.page
            cells = self._spell_row(row, above, is_first=not rows)
            if any(cells):
                rows.append((start, tuple(cells)))
                above = cells
        width = max((len(cells) for _, cells in rows), default=0)
        marked = table.find(f"{qn('w:tr')}/{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        if rows:
            self.writer.add_table(Table(tuple(rows), has_head=marked or width > len(("name", "value"))))

    def _spell_row(self, row: Any, above: list[str], *, is_first: bool) -> list[str]:
        """The cells of a row. A merged cell says in every row, and in every column of the first row, what it says."""
        cells: list[str] = []
        for cell in row.iter(qn("w:tc")):
            if next(cell.iterancestors(qn("w:tr"))) is not row:
                continue
            paragraphs = [self._spell(paragraph).text for paragraph in cell.iter(qn("w:p"))]
            text = " ".join(paragraphs)
            self.page += text.count(PAGE_BREAK)
            text = text.replace(PAGE_BREAK, " ").replace("**", "").strip()
            merged = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
            if merged is not None and merged.get(qn("w:val")) != "restart" and len(cells) < len(above):
                text = above[len(cells)]
            span = _read_value(cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}"))
            wide = min(int(span), MOST_COLUMNS) if span.isdecimal() else 1
            cells += [text, *[text if is_first else ""] * (wide - 1)]
        return cells

    def _write_notes(self, kind: str) -> None:
        """Footnotes or endnotes, as Markdown writes them."""
        prefix = "e" if kind == "endnotes" else ""
        for relation in self.document.part.rels.values():
            if relation.is_external or not relation.reltype.endswith(f"/{kind}"):
                continue
            for note in parse_xml(relation.target_part.blob):
                texts = [self._spell(paragraph).text for paragraph in note.iter(qn("w:p"))]
                text = " ".join(" ".join(texts).replace(PAGE_BREAK, " ").split())
                if text and note.get(qn("w:type")) in {None, "normal"}:
                    self.writer.add(text, self.page, mark=f"[^{prefix}{note.get(qn('w:id'), '')}]: ")


def _read_value(element: Any) -> str:
    """What an element that has one value says; "" for none."""
    return "" if element is None else str(element.get(qn("w:val"), ""))


def _is_on(element: Any) -> bool:
    """Whether a property is switched on: it stands there, and does not say no."""
    return element is not None and _read_value(element) not in {"0", "false", "off"}


class _Lists:
    """The numbers and bullets of list items, counted as Word does."""

    def __init__(self, document: Opened) -> None:
        self.levels: dict[tuple[str, str], Any] = {}  # of a list and a depth
        self.counters: dict[tuple[str, str], Iterator[int]] = {}
        self.deeper: dict[str, set[str]] = defaultdict(set)
        parts = [part for part in document.part.rels.values() if part.reltype.endswith("/numbering")]
        for part in parts:
            if not part.is_external:
                self._read_levels(parse_xml(part.target_part.blob))

    def _read_levels(self, numbering: Any) -> None:
        kinds = {kind.get(qn("w:abstractNumId")): kind for kind in numbering.iter(qn("w:abstractNum"))}
        for number in numbering.iter(qn("w:num")):
            kind = kinds.get(_read_value(number.find(qn("w:abstractNumId"))))
            for level in () if kind is None else kind.iter(qn("w:lvl")):
                self.levels[number.get(qn("w:numId"), ""), level.get(qn("w:ilvl"), "0")] = level

    def name_mark(self, properties: Any) -> str:
        """What stands before a list item: "- ", "3. ", "[3] "; "" for what is none."""
        if properties is None:
            return ""
        number = _read_value(properties.find(qn("w:numId")))
        depth = _read_value(properties.find(qn("w:ilvl"))) or "0"
        level = self.levels.get((number, depth))
        if level is None:
            return ""
        if _read_value(level.find(qn("w:numFmt"))) != "decimal":
            return "- "
        for deeper in self.deeper[number]:
            if deeper > depth:
                self.counters.pop((number, deeper), None)
        self.deeper[number].add(depth)
        first = _read_value(level.find(qn("w:start")))
        counter = self.counters.setdefault((number, depth), count(int(first) if first.isdecimal() else 1))
        pattern = _read_value(level.find(qn("w:lvlText")))
        return f"[{next(counter)}] " if pattern.startswith("[") else f"{next(counter)}. "
