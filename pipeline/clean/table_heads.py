"""The rows of a table under its heads, also where nothing marks them: text of pages often loses the marks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.clean.drafts import CODE_HEAD, KEY_HEAD, NAME_HEAD, are_column_heads, make_row, name_columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.clean.drafts import Draft
    from pipeline.clean.layers import Fragment

LONGEST_HEAD = 40  # code points of the name of a column
MOST_WORDS = 5
FEWEST_COLUMNS = 3  # of fewer, the first row is more often a name and its value
FEWEST_ROWS = 3  # with the heads
WIDER = 1.3  # the cells below heads are so many times as long
# "5 mg", "99%", "30 min", "Yes.": what a cell says, and no head does.
VALUE = re.compile(r"^\W*\d|\d\s?(?:%|[µmk]?g\b|m?l\b|mcg\b|min\b|h\b|hours?\b|days?\b)|[.!?;:]$", re.IGNORECASE)
FIRST_HEAD = re.compile(
    rf"(?:{KEY_HEAD.pattern}|{NAME_HEAD.pattern}|{CODE_HEAD.pattern}|aspects?|categor(?:y|ies)|criteri(?:on|a)|factors?|topics?"
    r"|compar\w+|metrics?|measures?|outcomes?|medicines?|stud(?:y|ies)|trials?)",
    re.IGNORECASE,
)


def make_rows(
    rows: Iterable[Sequence[Fragment]], *, has_head: bool, table: int, spans: Iterable[tuple[int, int] | None]
) -> list[Draft]:
    """The rows of one table under its head row, if it has one; the first cell of a row is the row's name.

    All cells of a head row are heads; a row without any text is left out. A first row that says "Property | Value" is
    a head row, marked or not.
    """
    placed = list(rows)
    texts = [[fragment.text for fragment in row] for row in placed]
    heads = (shift_heads(texts[0], texts[1:]) or texts[0]) if has_head and texts else find_heads(texts)
    drafts: list[Draft] = []
    for number, (row, span) in enumerate(zip(placed, spans, strict=True)):
        is_head = not number and heads is not None
        names = [is_head or (not place and len(row) > 1) for place in range(len(row))]
        headers = [""] * len(row) if is_head else name_columns(texts[number], heads or ())
        if draft := make_row(row, names, headers, table=table, span=span):
            drafts.append(draft)
    return drafts


def find_heads(rows: Sequence[Sequence[str]]) -> list[str] | None:
    """The names of the columns, where the first of some rows gives them; `rows` are the texts of their cells."""
    if not rows or not rows[0]:
        return None
    first, below = list(rows[0]), rows[1:]
    if are_column_heads(first):
        return first
    if max(map(len, rows)) < FEWEST_COLUMNS or len(rows) < FEWEST_ROWS or not _may_be_heads(first):
        return None
    if shifted := shift_heads(first, below):
        return shifted
    if not first[0].strip() or FIRST_HEAD.fullmatch(first[0].strip()):
        return first
    long = sum(map(len, (cell for row in below for cell in row))) / max(1, sum(map(len, below)))
    return first if long > WIDER * sum(map(len, first)) / len(first) else None


def shift_heads(first: Sequence[str], below: Sequence[Sequence[str]]) -> list[str] | None:
    """Heads that lost the empty cell above the names of the rows, with that cell: "Semax | Selank |"."""
    names = [text for text in first if text.strip()]
    width = min(map(len, below), default=0)
    if (
        len(names) != width - 1
        or width < FEWEST_COLUMNS
        or not first[0].strip()
        or FIRST_HEAD.fullmatch(first[0].strip())
    ):
        return None
    full = all(row[0].strip() and row[width - 1].strip() for row in below)
    return ["", *names] if full and not any(text.strip() for text in first[len(names) :]) else None


def _may_be_heads(texts: Sequence[str]) -> bool:
    named = [text.strip() for text in texts if text.strip()]
    short = all(len(text) <= LONGEST_HEAD and len(text.split()) <= MOST_WORDS for text in named)
    return short and len(named) > 1 and len({*named}) == len(named) and not any(VALUE.search(text) for text in named)
