"""Tables from the places of their cells: what stands side by side in several rows, in the same columns.

All lengths are points; y grows upwards.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from pipeline.office.layer import join_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

OVERLAP = 0.5  # of the lower of two cells: so much of their heights is shared by two that stand side by side
ROW_GAP = 3.0  # of the height of a cell: a wider gap ends a table
LINE_GAP = 0.6  # of the height of a cell: a wider gap begins a row
GRID_RULES = 3  # inside a table: more than the lines under its head and above its foot
GAP_JUMP = 0.3  # of the height of a line: by so much more rows are apart than the lines of one row
FEWEST_ROWS = 2
FULL = 0.85  # of the width of a column: a line of running text fills that much
PROSE = 28  # characters in a line of a narrow column of running text, at least
MOSTLY = 0.6  # share of full lines that makes a column running text
MARK = re.compile(
    r"[^\w\s]|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,5})[.)]|\[\d{1,3}\]|(?:\d{1,3}\.)+\d{1,3}"
)  # "•", "3.", "(a)", "[12]", "3.1"


@dataclass(frozen=True, slots=True)
class Cell:
    """A stretch of text in one line."""

    text: str
    x0: float
    x1: float
    y0: float
    y1: float


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its rows as texts, and the stretches that they are made of."""

    rows: tuple[tuple[str, ...], ...]
    has_head: bool
    cells: tuple[Cell, ...]


Row = list[Cell]


def find_tables(cells: Sequence[Cell], rules: Sequence[float], words: frozenset[str]) -> list[Grid]:
    """The tables among the stretches of a page, from its top down.

    `rules` are heights of lines drawn across it, `words` those of the document, by which broken words are mended.
    """
    found = []
    for band in _list_bands(_list_rows(cells), rules):
        columns = _find_columns(band)
        while band and columns and not _fits(band[-1], columns):
            band.pop()
        if columns and sum(len(row) > 1 for row in band) >= FEWEST_ROWS and not _is_prose(band, columns):
            found.append(_make_grid(band, columns, rules, words))
    return found


def _list_rows(cells: Sequence[Cell]) -> list[Row]:
    """Stretches side by side, from the top down, each row from the left."""
    rows: list[Row] = []
    for cell in sorted(cells, key=lambda cell: -(cell.y0 + cell.y1)):
        row = rows[-1] if rows else []
        if row and _share(row[0], cell) > OVERLAP:
            row.append(cell)
        else:
            rows.append([cell])
    return [sorted(row, key=lambda cell: cell.x0) for row in rows]


def _share(one: Cell, other: Cell) -> float:
    lower = min(one.y1 - one.y0, other.y1 - other.y0)
    return (min(one.y1, other.y1) - max(one.y0, other.y0)) / lower if lower > 0 else 0


def _list_bands(rows: Sequence[Row], rules: Sequence[float]) -> list[list[Row]]:
    """Rows that may be one table: the first has several cells, and so has at least every third of the others.

    Between two rules, one row of several cells is enough.
    """
    ordered = sorted(rules)
    bands: list[list[Row]] = []
    lone, ruled = 0, -1  # rows of one cell in sequence; between which rules the last row of several cells stands
    for row in rows:
        place = bisect_left(ordered, row[0].y0)
        ruled = place if len(row) > 1 and 0 < place < len(ordered) else ruled
        lone = 0 if len(row) > 1 or place == ruled else lone + 1
        if bands and bands[-1] and lone <= FEWEST_ROWS and _gap(bands[-1][-1], row) < ROW_GAP * _height(row):
            bands[-1].append(row)
        elif len(row) > 1:
            bands.append([row])
        elif bands and bands[-1]:
            bands.append([])
    return [band for band in bands if band]


def _gap(above: Row, below: Row) -> float:
    return min(cell.y0 for cell in above) - max(cell.y1 for cell in below)


def _height(row: Row) -> float:
    return max(cell.y1 - cell.y0 for cell in row)


def _find_columns(band: Sequence[Row]) -> list[tuple[float, float]]:
    """The columns of the rows that have the most usual number of cells; none if they are not side by side."""
    counts = Counter(len(row) for row in band if len(row) > 1)
    if not counts:
        return []
    usual = max(counts, key=lambda count: (counts[count], count))
    columns: list[tuple[float, float]] = []
    for cell in sorted((cell for row in band if len(row) == usual for cell in row), key=lambda cell: cell.x0):
        if columns and cell.x0 < columns[-1][1]:
            columns[-1] = columns[-1][0], max(columns[-1][1], cell.x1)
        else:
            columns.append((cell.x0, cell.x1))
    return columns if len(columns) >= usual else []


def _fits(row: Row, columns: Sequence[tuple[float, float]]) -> bool:
    """Whether every cell stands below one column alone."""
    return all(sum(cell.x0 < right and left < cell.x1 for left, right in columns) <= 1 for cell in row)


def _is_prose(band: Sequence[Row], columns: Sequence[tuple[float, float]]) -> bool:
    """Whether the first column is running text, in lines that fill it, or the marks of a list."""
    left, right = columns[0]
    first = [cell for row in band for cell in row if cell.x0 < right and left < cell.x1]
    if len(columns) == len(("mark", "item")) and all(MARK.fullmatch(cell.text) for cell in first):
        return True
    full = [cell for cell in first if cell.x1 - cell.x0 > FULL * (right - left)]
    return sum(len(cell.text) for cell in first) > PROSE * len(first) and len(full) > MOSTLY * len(first)


@dataclass
class _Shape:
    """What tells a new row from a further line of the row above."""

    columns: Sequence[tuple[float, float]]
    rules: Sequence[float]
    ruled: bool  # every row has a rule below it
    row_gap: float  # between two rows, as a rule
    wide_gap: float | None  # where rows are set apart: a wider gap than this does it, and nothing else
    rows: list[list[list[str]]] = field(default_factory=list)

    def begins(self, above: Row, row: Row) -> bool:
        """Whether a line begins a row."""
        top, bottom = min(cell.y0 for cell in above), max(cell.y1 for cell in row)
        if any(bottom - 1 <= rule <= top + 1 for rule in self.rules):
            return True
        if self.ruled:
            return False
        gap = _gap(above, row)
        if self.wide_gap is not None:
            return gap > self.wide_gap
        if len(row) == len(self.columns) or gap > LINE_GAP * _height(row):
            return True
        return self._place(row[0]) == 0 and gap > self.row_gap / 2

    def add(self, row: Row) -> None:
        """Put the cells of a line into the last row."""
        for cell in row:
            self.rows[-1][self._place(cell)].append(cell.text)

    def _place(self, cell: Cell) -> int:
        return max(
            range(len(self.columns)),
            key=lambda place: min(cell.x1, self.columns[place][1]) - max(cell.x0, self.columns[place][0]),
        )


def _make_grid(
    band: Sequence[Row], columns: Sequence[tuple[float, float]], rules: Sequence[float], words: frozenset[str]
) -> Grid:
    inner = {round(rule) for rule in rules if band[-1][0].y0 < rule < band[0][0].y1}
    full = [len(row) == len(columns) for row in band]
    gaps = [_gap(above, row) for above, row in pairwise(band)]
    between = [gap for gap, is_full in zip(gaps, full[1:], strict=True) if is_full]
    shape = _Shape(
        columns,
        sorted(inner),
        ruled=len(inner) >= min(GRID_RULES, sum(full) - 1),
        row_gap=median(between) if between else 0.0,
        wide_gap=_find_wide_gap(gaps, full[1:], median(map(_height, band))),
    )
    for number, row in enumerate(band):
        if not number or shape.begins(band[number - 1], row):
            shape.rows.append([[] for _ in columns])
        shape.add(row)
    rows = tuple(tuple(join_lines([(0, line) for line in cell], words) for cell in row) for row in shape.rows)
    return Grid(rows, _has_head(rows), tuple(cell for row in band for cell in row))


def _find_wide_gap(gaps: Sequence[float], full: Sequence[bool], height: float) -> float | None:
    """The gap that tells rows from the lines of one row; None where lines stand all equally far apart.

    `full` says of the line below each gap whether it has all cells: among further lines of a row, many have not.
    """
    ordered = sorted(gaps)
    jump, wide = max(
        ((after - before, (after + before) / 2) for before, after in pairwise(ordered)), default=(0.0, 0.0)
    )
    inner = [is_full for gap, is_full in zip(gaps, full, strict=True) if gap < wide]
    if jump < GAP_JUMP * height or len(gaps) - len(inner) < FEWEST_ROWS or 2 * sum(inner) > len(inner):
        return None
    return wide


def _has_head(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns: a row of three or more cells whose values are no numbers."""
    return len(rows[0]) > len(("name", "value")) and not any(cell[:1].isdecimal() for cell in rows[0][1:])
