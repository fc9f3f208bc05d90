"""The tables as an Excel workbook: a sheet each, header frozen, filters on, every text a text."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from pipeline.exchange.databases import write_time
from pipeline.schema import TABLES
from pipeline.store.columns import KEYS, list_columns
from pipeline.store.extras import load_xlsxwriter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pipeline.exchange.result import Result
    from pipeline.schema import Row
    from pipeline.store.columns import Record, Value

# Excel's specifications and limits: rows of a sheet, and UTF-16 code units of a cell.
SHEET_ROWS = 1_048_576
CELL_UNITS = 32_767
MARK = " […]"  # where a text was cut
# What XML 1.0 cannot hold, even escaped; XlsxWriter escapes the other control characters.
NOT_XML = re.compile("[\ufffe\uffff]")
NOTES = "notes"
# Some texts are long enough to hide all other columns.
WIDTHS = {"quote": 60, "text": 60, "headline": 60, "arbiter": 60, "message": 60, "detail": 60}
WIDTH = 18  # characters of any other column

# A cell that begins with = + - @ is a text like any other, an address no link, a number in a text no number.
AS_WRITTEN = {
    "constant_memory": True,
    "nan_inf_to_errors": False,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
EPOCH = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # of creation: the same tables give the same bytes


def write_xlsx(result: Result, path: Path, *, sheet_rows: int = SHEET_ROWS) -> tuple[str, ...]:
    """A sheet for each table, further ones (`mentions 2`) where it has more rows than a sheet holds.

    Returns what could not be kept, one sentence each, which also stand on the sheet `notes`: a text longer than
    a cell is cut. Raises UsageError where XlsxWriter is missing.
    """
    notes: list[str] = []
    with load_xlsxwriter().Workbook(str(path), AS_WRITTEN) as book:
        book.set_properties({"title": "claimsift", "created": EPOCH})
        head = book.add_format({"bold": True})
        for model in TABLES:
            for number, rows in enumerate(_split(result.records(model), sheet_rows - 1), start=1):
                sheet = book.add_worksheet(model.table if number == 1 else f"{model.table} {number}")
                _fill_sheet(sheet, model, rows, head, notes)
        sheet = book.add_worksheet(NOTES)
        for place, line in enumerate(notes or ["Every value is here as it stands in the tables."]):
            sheet.write_string(place, 0, line)
    return tuple(notes)


def _split(records: Iterable[Record], size: int) -> Iterator[Iterable[Record]]:
    """Pieces of at most so many records; one empty piece where there is none. Each is used up before the next."""
    source = iter(records)
    yield islice(source, size)
    for record in source:
        yield chain([record], islice(source, size - 1))


def _fill_sheet(sheet: Any, model: type[Row], rows: Iterable[Record], head: Any, notes: list[str]) -> None:  # noqa: ANN401
    columns = list_columns(model)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, WIDTHS.get(column.name, WIDTH))
        sheet.write_string(0, place, column.name, head)
    sheet.freeze_panes(1, 0)
    last = 0
    for last, record in enumerate(rows, start=1):
        for place, column in enumerate(columns):
            text = _write_cell(sheet, last, place, record[column.name])
            if text:
                key = record.get(KEYS.get(model.table, ""), f"row {last}")
                notes.append(f"{sheet.get_name()}, {key}: {column.name} has {text} characters and is cut.")
    sheet.autofilter(0, 0, last, len(columns) - 1)


def _write_cell(sheet: Any, row: int, place: int, value: Value) -> int | None:  # noqa: ANN401  (XlsxWriter's types)
    """Write one value; says how many characters a text has that had to be cut."""
    match value:
        case None:
            return None
        case bool():
            sheet.write_boolean(row, place, value)
        case int() | float() if math.isfinite(value):
            sheet.write_number(row, place, value)
        case _:
            text = NOT_XML.sub("\ufffd", _spell(value))
            kept = cut_text(text)
            sheet.write_string(row, place, kept)
            return len(text) if kept != text else None
    return None


def _spell(value: Value) -> str:
    match value:
        case datetime():
            return write_time(value)
        case str() | float() | int():
            return str(value)
        case _:
            return "; ".join(value or ())


def cut_text(text: str, units: int = CELL_UNITS) -> str:
    """A text that fits into a cell, whose length Excel counts in UTF-16 code units; a mark where it was cut."""
    if len(text) * 2 <= units or len(text.encode("utf-16-le")) <= units * 2:
        return text
    kept = text.encode("utf-16-le")[: (units - len(MARK)) * 2]
    return kept.decode("utf-16-le", "ignore") + MARK
