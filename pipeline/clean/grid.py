"""Which column a table cell stands in, when cells cover several columns or rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.clean.drafts import HEAD_GAP, name_columns

if TYPE_CHECKING:
    from collections.abc import Sequence


# Columns in which a cell can reach into the rows below: enough for real tables, and a bound for the work on a row.
REACHED = 64


@dataclass(slots=True)
class Grid:
    """The columns of one table, of which no more than `limit` are told apart."""

    limit: int
    names: list[str] = field(default_factory=list)  # what stands above each column
    covered: dict[int, int] = field(default_factory=dict)  # column: the last row that a cell in it reaches into
    row: int = 0
    has_rows: bool = False  # below its heads

    def place(self, sizes: Sequence[tuple[int, int]]) -> list[range]:
        """The columns of each cell of the next row; `sizes` says how many columns and rows each covers."""
        placed: list[range] = []
        column = 0
        for width, _ in sizes:
            while self.covered.get(column, -1) >= self.row:
                column += 1
            placed.append(range(column, min(column + width, max(self.limit, column + 1))))
            column = placed[-1].stop
        for columns, (_, height) in zip(placed, sizes, strict=True):
            if height > 1:
                self.covered |= dict.fromkeys(range(columns.start, min(columns.stop, REACHED)), self.row + height - 1)
        self.row += 1
        return placed

    def name(self, texts: Sequence[str], placed: Sequence[range]) -> None:
        """Take a row of heads. A second one below the first names parts of its columns: "Mass > Average"."""
        if self.has_rows:
            self.names, self.has_rows = [], False
        for text, columns in zip(texts, placed, strict=True):
            self.names += [""] * (columns.stop - len(self.names))
            for column in columns:
                above = self.names[column]
                self.names[column] = HEAD_GAP.join(filter(None, dict.fromkeys((above, text))))

    def find_names(self, texts: Sequence[str], placed: Sequence[range]) -> tuple[str, ...]:
        """What stands above each cell of a row of values."""
        self.has_rows = True
        if not self.names:
            return name_columns(texts, ())
        return name_columns(texts, [self.names[at.start] if at.start < len(self.names) else "" for at in placed])
