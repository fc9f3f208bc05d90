"""What readers hand on: the pieces of a page in order, before anybody knows its headings, questions and furniture."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from pipeline.clean.layers import Fragment
from pipeline.page import Pieces
from pipeline.schema import BlockKind

if TYPE_CHECKING:
    from collections.abc import Sequence

# What stands above the names and above the values in a table of two columns: "Property | Details".
KEY_HEAD = re.compile(
    r"propert(?:y|ies)|parameters?|attributes?|fields?|features?|specifications?|specs?|characteristics?|items?|tests?|analys[ie]s",
    re.IGNORECASE,
)
VALUE_HEAD = re.compile(
    r"details?|values?|descriptions?|specifications?|information|info|data|entr(?:y|ies)|results?", re.IGNORECASE
)

# A column that numbers the rows of a list, and the one beside it that names them: "SKU | Product".
CODE_HEAD = re.compile(
    r"(?:(?:cat(?:alog(?:ue)?)?|item|product|order|part|art(?:icle)?|ref(?:erence)?)\.?\s*)?"
    r"(?:code|no|nr|number|#|№|sku|id)\.?\s*:?|cat\.?|ref\.?|rank|lot(?: no\.?)?|batch(?: no\.?)?",
    re.IGNORECASE,
)
NAME_HEAD = re.compile(
    r"(?:(?:product|peptide|compound|drug|substance|active)(?: name)?|name|item|description)s?", re.IGNORECASE
)

CELL_GAP = " | "  # between the cells of a table row
HEAD_GAP = " > "  # between the heads above one column, outermost first


class DraftCell(NamedTuple):
    """A cell; offsets count in the draft's own text."""

    start: int
    end: int
    header: str = ""
    is_head: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One leaf piece of a page, in the order of the raw file."""

    kind: BlockKind
    body: Fragment
    cells: tuple[DraftCell, ...] = ()
    level: int = 0  # depth of a heading, 1 the outermost; 0 for what is none
    key: str | None = None  # path of a field
    ordinal: str | None = None  # number or key that a list item or footnote is called by
    reason: str | None = None  # why it is furniture
    table: int | None = None
    shares_head: bool = False  # the first cell of a row above reaches into this row
    bare: bool = False  # one line of plain text: it may turn out to be a heading
    strong: bool = False  # all of it is bold
    link: bool = False  # all of it is a link
    closes_question: bool = False  # what was asked above is answered before this draft
    span: tuple[int, int] | None = None  # raw range, where it is wider than the body's
    hint: str = ""  # class names of the elements around it

    @property
    def text(self) -> str:
        """The clean text."""
        return self.body.text

    @property
    def raw(self) -> tuple[int, int]:
        """The raw range of the block."""
        return self.span or self.body.raw


def join_fragments(fragments: Sequence[Fragment], gap: str) -> tuple[Fragment, tuple[tuple[int, int], ...]]:
    """One fragment with `gap` between, and where each of the parts stands in it."""
    texts: list[str] = []
    pieces = Pieces()
    places: list[tuple[int, int]] = []
    at = 0
    for number, fragment in enumerate(fragments):
        if number:
            texts.append(gap)
            at += len(gap)
        texts.append(fragment.text)
        pieces.add(fragment.packed, shift=at)
        places.append((at, at + len(fragment.text)))
        at += len(fragment.text)
    return Fragment("".join(texts), pieces.pack()), tuple(places)


def are_column_heads(texts: Sequence[str]) -> bool:
    """Whether texts are the heads of a table of names and values, or of a list of goods: "Code | Product | Purity"."""
    if len(texts) != len(("name", "value")):
        return _are_list_heads(texts)
    return bool(KEY_HEAD.fullmatch(texts[0].strip())) and bool(VALUE_HEAD.fullmatch(texts[1].strip()))


def _are_list_heads(texts: Sequence[str]) -> bool:
    first = texts[0].strip() if len(texts) > len(("name", "value")) else ""
    named = CODE_HEAD.fullmatch(first) or NAME_HEAD.fullmatch(first)
    return bool(named) and all(text.strip() and not any(map(str.isdigit, text)) for text in texts)


def name_columns(cells: Sequence[str], columns: Sequence[str]) -> tuple[str, ...]:
    """What stands above each cell of a row, or before it where the row itself says what its value is.

    That is so in a table of two columns without heads, and under heads such as "Property" and "Value".
    """
    if not columns and len(cells) == len(("name", "value")):
        return ("", cells[0])
    names = [columns[place] if place < len(columns) else "" for place in range(len(cells))]
    for place, pair in enumerate(pairwise(tuple(names))):
        if are_column_heads(pair) and not _is_named(columns, place):
            names[place : place + 2] = ["", cells[place]]
    return tuple(names)


def _is_named(columns: Sequence[str], place: int) -> bool:
    """Whether the first column names the rows, so that a later "Specification" beside a "Result" is a value too."""
    return place > 0 and columns[0] != columns[place] and bool(KEY_HEAD.fullmatch(columns[0].strip()))


def make_row(
    fragments: Sequence[Fragment],
    heads: Sequence[bool],
    headers: Sequence[str],
    *,
    table: int | None = None,
    span: tuple[int, int] | None = None,
) -> Draft | None:
    """A table row from its cells; nothing if no cell holds text."""
    body, places = join_fragments(fragments, CELL_GAP)
    if not body:
        return None
    heads = _head_by_name(heads, headers)
    cells = tuple(
        DraftCell(start, end, header, is_head)
        for (start, end), header, is_head in zip(places, headers, heads, strict=True)
    )
    return Draft(kind=BlockKind.TABLE_ROW, body=body, cells=cells, table=table, span=span)


def _head_by_name(heads: Sequence[bool], headers: Sequence[str]) -> Sequence[bool]:
    """Which cells name a row: the one below "Product", where the first only bears a code."""
    if len(heads) < len(("code", "name", "value")) or not heads[0] or heads[1]:
        return heads
    if not CODE_HEAD.fullmatch(headers[0].strip()) or not NAME_HEAD.fullmatch(headers[1].strip()):
        return heads
    return [place == 1 for place in range(len(heads))]


def make_field(key: Fragment, value: Fragment, *, kind: BlockKind, path: str) -> Draft:
    """A field as it is written, "key: value"; its cells are the key and the value."""
    body, (head, rest) = join_fragments((key, value), ": ")
    cells = (DraftCell(*head, is_head=True), DraftCell(*rest, header=key.text))
    return Draft(kind=kind, body=body, cells=cells, key=path)
