r"""One table as Parquet, the truth, and as CSV, the same rows for people and spreadsheets.

How a CSV cell is spelled, where the rules of the format leave a choice:

- a null is empty; a text is quoted even when it is empty (`""`), and so is the header; numbers, true and false, and
  times are not;
- a number has the fewest digits that read back to the same number: `20`, `1419.5`, `1e-9`; beyond all numbers `INF`;
- a time is `2026-11-21T12:00:00Z`, with a fraction of a second only where it has one;
- a list is joined with `; `, and an empty list is an empty text;
- a text that a spreadsheet would run gets one apostrophe in front (see `DANGEROUS`);
- U+0000, at which many readers of CSV cut a cell off, becomes U+FFFD. Parquet keeps it.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from itertools import accumulate, chain, groupby
from typing import TYPE_CHECKING, Any, Generic

from pydantic import ValidationError

from pipeline.errors import UsageError
from pipeline.schema import SCHEMA_VERSION, Row, is_readable
from pipeline.store.columns import AnyRow, Column, Kind, Record, Value, arrow_schema, list_columns
from pipeline.store.output import say_other_version

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    import pyarrow as pa
    import pyarrow.parquet as pq

# "=1+1", "@SUM(A1)", "-3", "'=1"; not "'tis". Apostrophes in front count, so that one can be taken away again.
DANGEROUS = re.compile(r"'*[=+\-@\t\r]")
GUARDED = re.compile(r"'(?='*[=+\-@\t\r])")

# '"a ""word"", quoted",' or '12.5,' or '\n' alone: one cell with what ends it.
CELL = re.compile(
    r"""
    (?: " (?P<quoted> [^"]*+ (?: "" [^"]*+ )*+ ) "
      | (?P<bare> [^",\r\n]*+ )
    )
    (?P<end> , | \r?\n | \Z )
    """,
    re.VERBOSE,
)

ROWS_A_TIME = 5_000  # that are read at once
GROUPS_HELD = 4  # row groups, some 20 MB each
AGAIN = "run 'claims extract' into another folder"


def read_table(folder: Path, model: type[AnyRow]) -> tuple[AnyRow, ...]:
    """All rows of a table, from Parquet, in their order.

    Raises UsageError where the file is missing, damaged, or of other columns or types than the model's.
    """
    return tuple(StoredTable(folder, model))


class StoredTable(Generic[AnyRow]):
    """The rows of a table, read from Parquet anew each time and some at a time, in their order.

    Raises UsageError where the file is missing, damaged, or of other columns or types than the model's.
    """

    def __init__(self, folder: Path, model: type[AnyRow]) -> None:
        self.model, self.schema = model, arrow_schema(model)
        self._held: dict[int, pa.Table] = {}  # row groups that were read last
        self._path = folder / f"{model.table}.parquet"
        with self._open() as file:
            self._rows: int = file.metadata.num_rows

    def __len__(self) -> int:
        return self._rows

    def __iter__(self) -> Iterator[AnyRow]:
        records = chain.from_iterable(batch.to_pylist() for batch in self.read_batches())
        return _build_rows(self.model, records, self._path.name)

    def read_batches(self) -> Iterator[pa.RecordBatch]:
        """The rows as columns."""
        with self._open() as file:
            yield from file.iter_batches(ROWS_A_TIME, use_threads=False)

    def read_columns(self, *names: str) -> Iterator[tuple[Any, ...]]:
        """The rows, but of each only these columns, as they are stored: a closed list as its text."""
        with self._open() as file:
            for batch in file.iter_batches(ROWS_A_TIME, columns=list(names), use_threads=False):
                yield from zip(*(batch.column(name).to_pylist() for name in names), strict=True)

    def rows_of(self, source_id: str) -> range:
        """Numbers of the rows of a source, the first row of the table being 0."""
        return self._places.get(source_id, range(0))

    def take(self, rows: Sequence[int]) -> list[AnyRow]:
        """The rows with these numbers. Rows that stand near those of the last time are quick to come by."""
        found: dict[int, AnyRow] = {}
        for number, some in groupby(sorted(set(rows)), key=lambda row: bisect_right(self._groups, row) - 1):
            wanted = list(some)
            part = _pick(self._read_group(number), [row - self._groups[number] for row in wanted])
            found.update(zip(wanted, _build_rows(self.model, part.to_pylist(), self._path.name), strict=True))
        return [found[row] for row in rows]

    @cached_property
    def _places(self) -> dict[str, range]:
        places: dict[str, range] = {}
        first = 0
        for (source_id,), rows in groupby(self.read_columns("source_id")):
            end = first + sum(1 for _ in rows)
            places[source_id] = range(first, end)
            first = end
        return places

    @cached_property
    def _groups(self) -> list[int]:
        """The first row of each row group."""
        with self._open() as file:
            sizes = [file.metadata.row_group(number).num_rows for number in range(file.num_row_groups)]
        return list(accumulate(sizes, initial=0))[:-1]

    def _read_group(self, number: int) -> pa.Table:
        if number not in self._held:
            while len(self._held) >= GROUPS_HELD:
                del self._held[next(iter(self._held))]
            with self._open() as file:
                self._held[number] = file.read_row_group(number, use_threads=False)
        return self._held[number]

    @contextmanager
    def _open(self) -> Iterator[pq.ParquetFile]:
        with open_parquet(self._path) as file:
            version = (file.schema_arrow.metadata or {}).get(b"schema_version", SCHEMA_VERSION.encode()).decode()
            if not is_readable(version):
                raise UsageError(f"{self._path}: {say_other_version(version)}")
            if not file.schema_arrow.equals(self.schema):
                raise UsageError(f"{self._path}: has other columns than this version writes; {AGAIN}.")
            yield file


def _pick(table: pa.Table, rows: list[int]) -> pa.Table:
    """Rows of a table, ascending; those that follow each other need not be copied."""
    together = rows[-1] - rows[0] == len(rows) - 1
    return table.slice(rows[0], len(rows)) if together else table.take(rows)


@contextmanager
def open_parquet(path: Path) -> Iterator[pq.ParquetFile]:
    """One Parquet file. Raises UsageError where it, or what is read of it inside the block, cannot be read."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        # Without pyarrow's datasets and threads: a pool that still works when Python ends aborts the process.
        with path.open("rb") as source, pq.ParquetFile(source, pre_buffer=False) as file:
            yield file
    except (OSError, pa.ArrowException) as error:
        reason = getattr(error, "strerror", None) or "damaged, or no Parquet"
        raise UsageError(f"{path}: cannot be read ({reason}); {AGAIN}.") from error


def load_parquet(path: Path) -> pa.Table:
    """One Parquet file as it stands. Raises UsageError where it cannot be read."""
    with open_parquet(path) as file:
        return file.read(use_threads=False)


# -------------------------------------------------------------------------------------------------- CSV out


def spell_csv(model: type[Row], records: Iterable[Record]) -> Iterator[str]:
    """The lines of a table's CSV, header first, each with its line end."""
    yield spell_header(model)
    yield from spell_lines(model, records)


def spell_header(model: type[Row]) -> str:
    """The first line of a table's CSV."""
    return ",".join(_quote(column.name) for column in list_columns(model)) + "\n"


def spell_lines(model: type[Row], records: Iterable[Record]) -> Iterator[str]:
    """The other lines, each with its line end."""
    columns = list_columns(model)
    for record in records:
        yield ",".join(spell_cell(record[column.name]) for column in columns) + "\n"


def spell_cell(value: Value) -> str:
    """One value as it stands in CSV, quotes included; the module's docstring gives the rules."""
    match value:
        case None:
            return ""
        case str():
            return _quote(guard_text(value))
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case float():
            return _spell_number(value)
        case int():
            return str(value)
        case _:
            return _quote(guard_text("; ".join(value)))


def guard_text(text: str) -> str:
    """The text with an apostrophe in front where a spreadsheet would run it. `unguard_text` takes it away."""
    return f"'{text}" if DANGEROUS.match(text) else text


def unguard_text(cell: str) -> str:
    """The text of a CSV cell, as it was before `guard_text`."""
    return cell[1:] if GUARDED.match(cell) else cell


def _quote(text: str) -> str:
    escaped = text.replace('"', '""').replace("\0", "\ufffd")
    return f'"{escaped}"'


def _spell_number(value: float) -> str:
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "INF" if value > 0 else "-INF"
    digits, _, exponent = repr(value).removesuffix(".0").partition("e")
    return f"{digits}e{int(exponent)}" if exponent else digits


# --------------------------------------------------------------------------------------------------- CSV in


def read_csv_rows(folder: Path, model: type[AnyRow]) -> tuple[AnyRow, ...]:
    """All rows of a table, from CSV. What CSV cannot tell apart comes back changed: U+0000, a list item with `; `.

    Raises UsageError that names the row and the column that cannot be read.
    """
    path = folder / f"{model.table}.csv"
    header, *rows = read_cells(path)
    columns = list_columns(model)
    if header != [column.name for column in columns]:
        raise UsageError(f"{path}: has other columns than this version writes; {AGAIN}.")
    records = (_read_row(path, number, columns, row) for number, row in enumerate(rows, start=1))
    return tuple(_build_rows(model, records, path.name))


def read_cells(path: Path) -> list[list[str | None]]:
    """The cells of a CSV file, row by row with the header first: text without its quotes, None for an empty cell.

    Raises UsageError where the file cannot be read or is not CSV.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8"
        raise UsageError(f"{path}: cannot be read ({reason}); {AGAIN}.") from error
    rows = split_cells(text, path)
    if not rows:
        raise UsageError(f"{path}: is empty; {AGAIN}.")
    return rows


def split_cells(text: str, path: Path) -> list[list[str | None]]:
    """The cells of the text of a CSV file, row by row. Raises UsageError, with the path, where it is not CSV."""
    rows: list[list[str | None]] = [[]]
    place = 0
    while place < len(text) or rows[-1]:
        cell = CELL.match(text, place)
        if cell is None:
            raise UsageError(f"{path}: row {len(rows) - 1}: a quote stands where none can; {AGAIN}.")
        quoted: str | None = cell["quoted"]
        rows[-1].append(quoted.replace('""', '"') if quoted is not None else cell["bare"] or None)
        place = cell.end()
        if cell["end"] != ",":
            rows.append([])
    return rows[:-1]


def _read_row(path: Path, number: int, columns: tuple[Column, ...], cells: list[str | None]) -> Record:
    if len(cells) != len(columns):
        raise UsageError(f"{path}: row {number}: has {len(cells)} cells, not {len(columns)}; {AGAIN}.")
    record: Record = {}
    for column, cell in zip(columns, cells, strict=True):
        try:
            record[column.name] = _read_cell(column, cell)
        except ValueError as error:
            message = f"{path}: row {number}, column {column.name}: {cell!r} is no {column.kind}; {AGAIN}."
            raise UsageError(message) from error
    return record


def _read_cell(column: Column, cell: str | None) -> Value:
    if cell is None:
        return None
    match column.kind:
        case Kind.TEXT:
            return unguard_text(cell)
        case Kind.LIST:
            return tuple(unguard_text(cell).split("; ")) if cell else ()
        case Kind.INTEGER:
            return int(cell)
        case Kind.NUMBER:
            return float(cell)
        case Kind.TIME:
            return datetime.fromisoformat(cell)
        case Kind.BOOLEAN:
            return {"true": True, "false": False}.get(cell)


def _build_rows(model: type[AnyRow], records: Iterable[dict[str, Any]], name: str) -> Iterator[AnyRow]:
    for number, record in enumerate(records, start=1):
        try:
            yield model.model_validate(record, strict=False)
        except ValidationError as error:
            raise UsageError(f"{name}, {describe_invalid(error, number)}; {AGAIN}.") from error


def describe_invalid(error: ValidationError, number: int) -> str:
    """Row, column and what is wrong with the first bad value of a row, in words."""
    first = error.errors(include_url=False)[0]
    column = first["loc"][0] if first["loc"] else "?"
    return f"row {number}, column {column}: {first['msg'][0].lower()}{first['msg'][1:]}"
