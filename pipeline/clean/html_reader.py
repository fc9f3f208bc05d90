"""HTML, whole pages and fragments: one pass over tags and texts, blocks in the order of the file.

A block is what stands between two block-level tags, so blocks never overlap, however the tags are nested or left
open. Text outside any element (a fragment pasted into a text file) goes to the line reader.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from html import unescape
from typing import TYPE_CHECKING

from pipeline.clean.drafts import Draft, DraftCell, are_column_heads, make_row
from pipeline.clean.fields import is_known
from pipeline.clean.furniture import find_row, why_class
from pipeline.clean.grid import Grid
from pipeline.clean.inline import SHIFTS, add_shifted
from pipeline.clean.layers import Fragment, Layer, TextBuilder, cut_fragment
from pipeline.clean.tags import BLOCKS, VOID, Sort, Token, find_tokens, read_attributes
from pipeline.clean.values import why_field
from pipeline.schema import BlockKind

if TYPE_CHECKING:
    from pipeline.clean.tags import Attribute

ReadStretch = Callable[[Layer, int, int], Iterator[Draft]]

SKIPPED = frozenset({
    "script", "style", "svg", "template", "noscript", "iframe", "canvas", "object", "audio", "video", "map",
    "math", "textarea"
})  # fmt: skip
HEADINGS = {f"h{level}": level for level in range(1, 7)}
KINDS = {
    "li": BlockKind.LIST_ITEM,
    "summary": BlockKind.QUESTION,
    "caption": BlockKind.CAPTION,
    "figcaption": BlockKind.CAPTION,
}
CELLS = frozenset({"td", "th"})
SECTIONING = frozenset({"main", "article", "section"})
# Elements that are furniture by their name; the last three only outside a section of content.
BY_NAME = {
    "nav": "navigation",
    "dialog": "dialog",
    "button": "button",
    "select": "form",
    "option": "form",
    "footer": "footer",
    "header": "navigation",
    "menu": "navigation",
}
BY_ROLE = {
    "navigation": "navigation",
    "contentinfo": "footer",
    "dialog": "dialog",
    "alertdialog": "dialog",
    "search": "form",
    "menu": "navigation",
}
NEVER_FURNITURE = frozenset({"html", "body", "main", "article", "h1", "table", "tbody", "tr", "td", "th"})
# Text blocks do not go on inside a heading, caption or summary that was left open.
RESTARTING = frozenset({
    "p", "ul", "ol", "table", "dl", "blockquote", "section", "article", "main", "footer", "nav", "details",
    "figure", "form"
})  # fmt: skip
# What an open element of this name closes when it begins again, and how far up that reaches.
REOPENED = {
    "li": frozenset({"li"}),
    "td": CELLS,
    "th": CELLS,
    "tr": frozenset({"td", "th", "tr"}),
    "dt": frozenset({"dt", "dd"}),
    "dd": frozenset({"dt", "dd"}),
    "option": frozenset({"option"}),
}
REACH = 4  # elements that are looked at above
HOLDERS = frozenset({"ul", "ol", "table", "dl", "select"})
# Set apart by style alone when one follows the other without a blank: <span>Half-life</span><span>30 min</span>
APART = frozenset({
    "span", "a", "button", "label", "small", "time", "strong", "b", "em", "i"
})  # fmt: skip
# A badge behind a name, set apart by style alone: "Examplotide<span class="tag">FDA".
BADGE = re.compile(r"[a-z]{3}<[^<>]*>[A-Z]{2}")
LONGEST_SIZE = 6  # digits of a rowspan that are read
MOST_ROWS = 65_534  # that a cell can cover (HTML Living Standard, attributes of td and th)
PAIR_KEY = 60  # characters of the first of two such elements that make a field
META = {
    "description": "description",
    "og:title": "og:title",
    "og:description": "og:description",
    "og:site_name": "og:site_name",
    "og:url": "og:url",
    "article:published_time": "datePublished",
    "article:modified_time": "dateModified",
    "date": "date",
    "datepublished": "datePublished",
    "datemodified": "dateModified",
}
REPEATED = frozenset({"og:title", "og:description"})
BULLET = re.compile(r"(?:[•◦▪▸►‣·●○✓✔✗☑✅➡👉🔹🔸⭐✨➤➢❖]\ufe0f?|--(?=[A-Z]))\s*")
LAYOUT_WINDOW = 20_000  # characters below the start of a table that are searched for a heading
HEADING_TAG = re.compile(r"<h[1-6][\s>]|</table", re.IGNORECASE)
ENTITY = re.compile(r"&(?:#\d{1,7};?|#[xX][0-9a-fA-F]{1,6};?|[A-Za-z][A-Za-z0-9]{1,31};)")
QUESTION_WORD = re.compile(
    r"(?:what|how|is|are|does|do|did|can|could|which|why|when|where|who|should|will|would|has|have|was|were)\b",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Element:
    """An open element and what it says of the text in it."""

    name: str
    kind: BlockKind
    level: int = 0
    reason: str | None = None
    content: bool = False  # inside a section of content
    hint: str = ""
    scope: str = ""  # what the microdata around it describes: "Product", "Question"


@dataclass(slots=True)
class _Table:
    """An open table and its unfinished row."""

    number: int
    grid: Grid
    cells: list[Fragment] = field(default_factory=list)
    heads: list[bool] = field(default_factory=list)
    sizes: list[tuple[int, int]] = field(default_factory=list)  # columns and rows that each cell covers
    bold: list[bool] = field(default_factory=list)  # of each cell of the row, whether all of it is
    rows: int = 0
    in_head: bool = False
    in_cell: bool = False
    is_layout: bool = False  # it holds headings: a page built with a table


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the HTML reader needs from its neighbours, and its limits."""

    read_loose: ReadStretch  # text outside any element
    read_script: ReadStretch  # the inside of a JSON-LD script
    next_table: Callable[[], int]
    columns: int
    nesting: int


class HtmlReader:
    """Reads one stretch of HTML."""

    def __init__(self, layer: Layer, around: Surroundings) -> None:
        self.layer = layer
        self.text = layer.text
        self.around = around
        self.stack: list[_Element] = []
        self.open: defaultdict[str, int] = defaultdict(int)
        self.builder = TextBuilder(layer)
        self.tables: list[_Table] = []
        self.item_numbers: list[int] = []
        self.term: Fragment | None = None  # the <dt> that waits for its <dd>; without pieces once it has one
        self.skipping = ""  # name of the element that is skipped
        self.reading_data = False  # it is a JSON-LD script
        self.skipped = 0  # how deep inside equal elements
        self.shift = ""
        self.linked = 0  # characters of the block that stand in links
        self.bold = 0
        self.bounds: list[int] = []  # clean offsets where one inline element directly follows another
        self.breaks: list[int] = []  # clean offsets of <br>
        self.ended_inline = -1  # where the last inline element was closed
        self.asked_at = 0  # elements that hold the last question and its answer; 0: none is waiting
        self.answered = False
        self.after_answer = False
        self.out: list[Draft] = []

    def read(self, start: int, end: int) -> Iterator[Draft]:
        """The pieces of characters `start` to `end` (excluded)."""
        loose: int | None = None
        for token in find_tokens(self.text, start, end):
            if not self.stack and not self.skipping and _is_loose(token):
                loose = token.start if loose is None else loose
                continue
            if loose is not None:
                self._flush()
                self._put_term()
                self.out += self.around.read_loose(self.layer, loose, token.start)
                loose = None
            self._take(token)
            if self.out:
                yield from self.out
                self.out.clear()
        self._flush()
        while self.tables:
            self._end_table()
        self._put_term()
        yield from self.out
        if loose is not None:
            yield from self.around.read_loose(self.layer, loose, end)

    # ------------------------------------------------------------------------------------------ tokens

    def _take(self, token: Token) -> None:
        if self.skipping:
            self._skip(token)
        elif token.sort is Sort.TEXT:
            self._take_text(token)
        elif token.sort is Sort.OPEN:
            self._open(token)
        else:
            self._close(token)

    def _skip(self, token: Token) -> None:
        if token.sort is Sort.TEXT and self.reading_data:
            for draft in self.around.read_script(self.layer, token.start, token.end):
                self._put(draft)
        if token.sort is Sort.TEXT or token.name != self.skipping:
            return
        self.skipped += 1 if token.sort is Sort.OPEN else -1
        if not self.skipped:
            self.skipping, self.reading_data = "", False

    def _take_text(self, token: Token) -> None:
        if token.name == "title":
            self._take_value(token.start, token.end, "title")
            return
        before = self.builder.length
        add_text(self.builder, token.start, token.end, self.shift)
        grown = self.builder.length - before
        self.linked += grown if self.open["a"] else 0
        self.bold += grown if self.open["strong"] or self.open["b"] else 0

    def _take_value(self, start: int, end: int, key: str, reason: str | None = None) -> None:
        """A title or the value of an attribute as a field of its own."""
        self._break_out()
        builder = TextBuilder(self.layer)
        add_text(builder, start, end, "")
        if body := builder.finish():
            cells = (DraftCell(0, len(body.text), header=key),)
            self._put(Draft(kind=BlockKind.METADATA, body=body, key=key, cells=cells, reason=reason))

    def _open(self, token: Token) -> None:
        name = token.name
        if name in SKIPPED:
            self._start_skipping(token)
        elif name in {"meta", "link"}:
            self._take_meta(token)
        elif name in BLOCKS:
            self._open_block(token)
        else:
            self._open_inline(token)

    def _start_skipping(self, token: Token) -> None:
        if self.text[token.end - 2] == "/" and token.name != "script":
            return
        self.skipping, self.skipped = token.name, 1
        self.reading_data = token.name == "script" and "ld+json" in self.text[token.inner : token.end].lower()
        if self.reading_data:
            self._break_out()

    def _take_meta(self, token: Token) -> None:
        attributes = read_attributes(self.text, token)
        value = attributes.get("content") or attributes.get("href")
        if value is None or value.start == value.end:
            return
        names = (attributes[name].value.lower() for name in ("name", "property", "itemprop") if name in attributes)
        key = next((META[name] for name in names if name in META), None)
        if token.name == "link" and "rel" in attributes and attributes["rel"].value.lower() == "canonical":
            key = "canonical"
        reason = "repeats the page" if key in REPEATED else None
        if key is None and token.name == "meta" and "itemprop" in attributes:
            key = attributes["itemprop"].value.strip()
            reason = why_field((key,), value.value)
        if key:
            self._take_value(value.start, value.end, key, reason)

    def _open_inline(self, token: Token) -> None:
        name = token.name
        if name == "br":
            if self.builder.length:
                self.breaks.append(self.builder.length)
                self.builder.separate()
            return
        if name in SHIFTS:
            self.shift = name
        if token.start == self.ended_inline and name in APART and self.builder.length:
            self.bounds.append(self.builder.length)
            self.builder.separate()
        elif name in APART and self.builder.length and BADGE.match(self.text, token.start - 3, token.end + 2):
            self.builder.separate()
        if name not in VOID:
            self.open[name] += 1

    def _open_block(self, token: Token) -> None:
        name = token.name
        self._flush()
        if self.stack and self.stack[-1].name == "p":
            self._pop()
        self._close_reopened(name)
        if name in VOID:
            return
        attributes = read_attributes(self.text, token) if token.end - token.inner > 1 else {}
        if len(self.stack) < self.around.nesting:
            self.stack.append(self._element(name, attributes))
            self.open[name] += 1
        self._enter(name, token.end, attributes)

    def _element(self, name: str, attributes: dict[str, Attribute]) -> _Element:
        if name == "h1":
            self._open_header()
        above = self.stack[-1] if self.stack else _Element("", BlockKind.PARAGRAPH)
        names = " ".join(attributes[key].value for key in ("class", "id") if key in attributes)
        prop = attributes["itemprop"].value if "itemprop" in attributes else ""
        kind = (
            (BlockKind.QUESTION if prop == "name" and above.scope == "Question" else None)
            or _kind_of(name)
            or (BlockKind.PARAGRAPH if name in RESTARTING and above.level else above.kind)
        )
        return _Element(
            name,
            BlockKind.PARAGRAPH if name in RESTARTING and kind is not BlockKind.LIST_ITEM else kind,
            HEADINGS.get(name, 0 if name in RESTARTING else above.level),
            above.reason or _why(name, names, attributes, inside_content=above.content) or _why_property(prop),
            above.content or name in SECTIONING,
            f"{above.hint} {names}"[-200:] if names else above.hint,
            attributes["itemtype"].value.rpartition("/")[2].strip() if "itemtype" in attributes else above.scope,
        )

    def _open_header(self) -> None:
        """A page header that holds the title is content."""
        for element in self.stack:
            if element.reason == "navigation":
                element.reason = None

    def _enter(self, name: str, at: int, attributes: Mapping[str, Attribute]) -> None:
        if name == "table":
            self._start_table(at)
        elif name in {"thead", "tbody"} and self.tables:
            self.tables[-1].in_head = name == "thead"
        elif name == "tr" and self.tables:
            self._end_row()
        elif name in CELLS and self.tables:
            self._start_cell(name, attributes)
        elif name in HEADINGS and self.tables:
            self._end_row()
            self.tables[-1].is_layout = True
        elif name in {"ol", "ul"}:
            self.item_numbers.append(0)
        elif name == "li" and self.item_numbers:
            self.item_numbers[-1] += 1

    def _close(self, token: Token) -> None:
        name = token.name
        if name not in BLOCKS:
            self.ended_inline = token.end
            self.shift = "" if name in SHIFTS else self.shift
            self.open[name] = max(0, self.open[name] - 1)
            return
        self._flush()
        if not self.open[name]:
            return
        while self.stack:
            closing = self.stack[-1].name
            self._leave(closing)
            self._pop()
            if closing == name:
                return

    def _leave(self, name: str) -> None:
        if name == "table" and self.tables:
            self._end_table()
        elif name == "thead" and self.tables:
            self._end_row()
            self.tables[-1].in_head = False
        elif name == "tr" and self.tables:
            self._end_row()
        elif name in CELLS and self.tables:
            self._end_cell()
        elif name in {"ol", "ul"} and self.item_numbers:
            self.item_numbers.pop()
        elif name in {"dt", "dl"}:
            self._flush()
            if name == "dl":
                self._put_term()
                self.term = None

    def _close_reopened(self, name: str) -> None:
        """End what the new element closes: an <li> its brother, a <tr> the row and cell before."""
        closed = REOPENED.get(name)
        if not closed:
            return
        for height in range(1, min(REACH, len(self.stack)) + 1):
            above = self.stack[-height].name
            if above in HOLDERS:
                return
            if above in closed:
                for _ in range(height):
                    self._pop()
                self._close_reopened(name)
                return

    def _pop(self) -> None:
        self.open[self.stack.pop().name] -= 1
        if len(self.stack) >= self.asked_at:
            return
        # The element around a question ends: if its answer was in it, whatever follows is none.
        self.asked_at = 0 if self.answered else len(self.stack)
        self.after_answer = self.after_answer or self.answered

    # ------------------------------------------------------------------------------------------ blocks

    def _flush(self) -> None:
        """End the block that is being written; inside a cell, what follows belongs to the same cell."""
        if not self.builder.length:
            return
        if self.tables and self.tables[-1].in_cell:
            self.builder.separate()
            return
        body = self.builder.finish()
        if body:
            if self.tables and self.tables[-1].cells:
                self._end_row()  # loose text between two cells ends their row: no character stands in two blocks
            element = self.stack[-1] if self.stack else _Element("", BlockKind.PARAGRAPH)
            if self.open["dt"]:
                self._take_term(body, element)
            elif self.open["dd"] and self.term is not None:
                self._put_description(body, element)
            else:
                for draft in self._make(body, element):
                    self._put(draft)
        self._reset()

    def _break_out(self) -> None:
        """End the block and the row that are being written: what comes is put out at once."""
        self._flush()
        if self.tables:
            self._end_row()

    def _reset(self) -> None:
        self.linked = self.bold = 0
        self.bounds.clear()
        self.breaks.clear()

    def _put(self, draft: Draft) -> None:
        self._put_term()
        self.out.append(replace(draft, closes_question=True) if self.after_answer else draft)
        self.after_answer = False
        self.answered = True

    def _make(self, body: Fragment, element: _Element) -> Iterator[Draft]:
        draft = Draft(
            kind=element.kind,
            body=body,
            level=element.level if element.kind is BlockKind.HEADING else 0,
            reason=element.reason,
            hint=element.hint,
            link=self.linked >= len(body.text),
            strong=self.bold >= len(body.text),
        )
        is_button = element.name == "button" and asks(body.text)
        if element.kind is BlockKind.QUESTION or is_button:
            reason = None if element.reason == "button" else element.reason
            is_question = asks(body.text)
            kind = BlockKind.QUESTION if is_question else BlockKind.HEADING
            self._put(replace(draft, kind=kind, reason=reason, level=0 if is_question else 6))
            self.asked_at, self.answered = len(self.stack) - 1, False
            return
        if element.kind is BlockKind.LIST_ITEM and self.item_numbers and self.item_numbers[-1] and self.open["ol"]:
            draft = replace(draft, ordinal=str(self.item_numbers[-1]))
        if element.kind not in {BlockKind.PARAGRAPH, BlockKind.LIST_ITEM}:
            yield draft
        elif self.breaks:
            yield from map(_take_bullet, _split(draft, self.breaks))
        else:
            yield _take_bullet(_pair(draft, self.bounds))

    def _take_term(self, body: Fragment, element: _Element) -> None:
        self._put_term()
        if asks(body.text):
            self.term = None
            self._put(Draft(kind=BlockKind.QUESTION, body=body, reason=element.reason))
        else:
            self.term = body

    def _put_term(self) -> None:
        """A term that no description followed is a paragraph."""
        term, self.term = self.term, None
        if term:
            self.out.append(Draft(kind=BlockKind.PARAGRAPH, body=term))
        elif term is not None:
            self.term = term

    def _put_description(self, body: Fragment, element: _Element) -> None:
        term = self.term if self.term is not None else Fragment("", b"")
        alone = make_row((body,), (False,), (term.text,))
        row = make_row((term, body), (True, False), ("", term.text)) if term else alone
        self.term = Fragment(term.text, b"")
        if row:
            self._put(replace(row, reason=element.reason, hint=element.hint))

    # ------------------------------------------------------------------------------------------ tables

    def _start_table(self, at: int) -> None:
        if self.tables:
            self._end_row()  # a table inside a cell: the row ends here, so that no two rows overlap
        if len(self.tables) < self.around.nesting:
            inside = HEADING_TAG.search(self.text, at, at + LAYOUT_WINDOW)
            is_layout = inside is not None and not inside.group().startswith("</")
            self.tables.append(_Table(self.around.next_table(), Grid(self.around.columns), is_layout=is_layout))

    def _start_cell(self, name: str, attributes: Mapping[str, Attribute]) -> None:
        table = self.tables[-1]
        self._end_cell()
        if table.is_layout:
            return
        table.in_cell = True
        table.heads.append(name == "th")
        table.sizes.append((_read_size(attributes, "colspan"), _read_size(attributes, "rowspan")))

    def _end_cell(self) -> None:
        table = self.tables[-1]
        if not table.in_cell:
            return
        table.in_cell = False
        body = self.builder.finish()
        if len(table.cells) < self.around.columns:
            table.cells.append(body)
            table.bold.append(bool(body) and self.bold >= len(body.text))
        self._reset()

    def _end_row(self) -> None:
        table = self.tables[-1]
        self._end_cell()
        if not table.cells:
            return
        cells, heads = table.cells, table.heads[: len(table.cells)]
        texts = [cell.text for cell in cells]
        is_marked = all(heads) or (not table.rows and (all(table.bold) or are_column_heads(texts)))
        is_head = table.in_head or (is_marked and len(cells) > 1)
        columns = table.grid.place(table.sizes[: len(cells)])
        if is_head:
            table.grid.name(texts, columns)
        else:
            heads = [head or (not columns[place].start and len(cells) > 1) for place, head in enumerate(heads)]
        headers = [""] * len(cells) if is_head else table.grid.find_names(texts, columns)
        row = make_row(cells, [True] * len(cells) if is_head else heads, headers, table=table.number)
        if row:
            reason = self.stack[-1].reason if self.stack else None
            hint = self.stack[-1].hint if self.stack else ""
            self._put(replace(row, reason=reason, hint=hint, shares_head=not is_head and columns[0].start > 0))
        table.cells, table.heads, table.sizes, table.bold = [], [], [], []
        table.rows += 1

    def _end_table(self) -> None:
        self._end_row()
        self.tables.pop()


# ---------------------------------------------------------------------------------------------- helpers of a block


def add_text(builder: TextBuilder, start: int, end: int, shift: str) -> None:
    """Take a text of HTML: its character references are decoded."""
    if not shift and builder.layer.text.find("&", start, end) < 0:
        builder.add(start, end)
        return
    at = start
    for entity in ENTITY.finditer(builder.layer.text, start, end):
        meant = unescape(entity.group())
        if meant == entity.group():
            continue
        add_shifted(builder, at, entity.start(), shift)
        builder.replace(meant, *entity.span())
        at = entity.end()
    add_shifted(builder, at, end, shift)


def asks(text: str) -> bool:
    """Whether a short text is a question."""
    return text.endswith("?") or (bool(QUESTION_WORD.match(text)) and text[-1] not in ".!:;")


def _read_size(attributes: Mapping[str, Attribute], name: str) -> int:
    """How many columns or rows a cell covers; 0 rows are all that follow."""
    value = attributes[name].value.strip() if name in attributes else "1"
    if not (value.isascii() and value.isdecimal()):
        return 1
    size = min(int(value[:LONGEST_SIZE]), MOST_ROWS)
    return size or (MOST_ROWS if name == "rowspan" else 1)


def _is_loose(token: Token) -> bool:
    if token.sort is Sort.TEXT:
        return not token.name
    return token.name not in BLOCKS and token.name not in SKIPPED and token.name not in {"meta", "link", "title"}


def _kind_of(name: str) -> BlockKind | None:
    return BlockKind.HEADING if name in HEADINGS else KINDS.get(name)


def _why(name: str, names: str, attributes: dict[str, Attribute], *, inside_content: bool) -> str | None:
    """Why an element is furniture, by its role, its name and its classes."""
    if "role" in attributes and (reason := BY_ROLE.get(attributes["role"].value.lower())):
        return reason
    if not (inside_content and name in {"header", "footer", "menu"}) and (reason := BY_NAME.get(name)):
        return reason
    return why_class(names) if names and name not in NEVER_FURNITURE else None


def _why_property(prop: str) -> str | None:
    """Why a property of microdata is furniture: a price, a rating, a stock number."""
    row = find_row("field", prop) if prop else None
    return row.reason if row else None


def _split(draft: Draft, breaks: list[int]) -> Iterator[Draft]:
    """The lines of a paragraph, where its line breaks separate sentences or fields."""
    text = draft.text
    at = 0
    for place in sorted({place for place in breaks if 0 < place < len(text)}):
        runs_on = text[place - 1] not in ".:;!?" and text[place + 1 : place + 2].islower()
        if runs_on or place <= at:
            continue
        yield replace(draft, body=cut_fragment(draft.body, at, place))
        at = place + 1
    if at < len(text):
        yield replace(draft, body=cut_fragment(draft.body, at, len(text)))


def _take_bullet(draft: Draft) -> Draft:
    """A paragraph that begins with a bullet or tick is an item of a list; the item starts after its mark."""
    bullet = BULLET.match(draft.text)
    if draft.kind is not BlockKind.PARAGRAPH or draft.cells or not bullet or bullet.end() == len(draft.text):
        return draft
    body = cut_fragment(draft.body, bullet.end(), len(draft.text))
    return replace(draft, kind=BlockKind.LIST_ITEM, body=body)


def _pair(draft: Draft, bounds: list[int]) -> Draft:
    """Two elements side by side are a key and its value."""
    if len(bounds) != 1 or draft.link or not 0 < bounds[0] <= PAIR_KEY or bounds[0] + 1 >= len(draft.text):
        return draft
    place = bounds[0]
    key, rest = draft.text[:place].rstrip(" :"), draft.text[place + 1 :]
    kind = BlockKind.TABLE_ROW if draft.kind is BlockKind.PARAGRAPH else draft.kind
    if is_known(rest) and not is_known(key):  # a card with the value above its label
        parts = cut_fragment(draft.body, 0, place), cut_fragment(draft.body, place + 1, len(draft.text))
        row = make_row(parts, (False, True), (rest, ""), span=draft.raw)
        return replace(draft, kind=kind, body=row.body, cells=row.cells, span=row.span) if row is not None else draft
    head, value = DraftCell(0, place, is_head=True), DraftCell(place + 1, len(draft.text), header=key)
    return replace(draft, kind=kind, cells=(head, value))
