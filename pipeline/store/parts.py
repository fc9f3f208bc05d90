"""A table is written part by part, so that no more of it is in memory than a few documents.

A part is made where its rows are, in a worker, in the form in which it is stored: columns for Parquet,
lines for CSV. The process that writes the tables only puts parts behind each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from pipeline.store.columns import arrow_schema, sort_rows, to_record
from pipeline.store.tables import spell_header, spell_lines

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import pyarrow as pa

    from pipeline.schema import Row
    from pipeline.store.columns import Record

ROWS_A_GROUP = 50_000  # rows of a Parquet row group, but for the last: what is in memory at a time
PARTS_HELD = 200  # that wait as they are: one of two rows takes 30 kB


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows of a table in their order: a record batch of Arrow without its schema, and lines of CSV in UTF-8."""

    rows: int
    columns: bytes
    lines: bytes


def make_part(model: type[Row], rows: Iterable[Row]) -> Part:
    """The rows, sorted, as they are stored."""
    return pack_records(model, [to_record(row) for row in sort_rows(rows)])


def pack_records(model: type[Row], records: list[Record]) -> Part:
    """The records as they are stored, in their order."""
    import pyarrow as pa

    schema = arrow_schema(model)
    columns = [pa.array([record[field.name] for record in records], field.type) for field in schema]
    batch = pa.RecordBatch.from_arrays(columns, schema=schema)
    lines = "".join(spell_lines(model, records)).encode()
    return Part(len(records), batch.serialize().to_pybytes(), lines)


class TableWriter:
    """Writes `<table>.parquet` and `<table>.csv`: the same parts in the same order give the same bytes.

    The types are the model's also where a table, or a column, holds nothing.
    """

    def __init__(self, folder: Path, model: type[Row]) -> None:
        import pyarrow.parquet as pq

        self.rows = 0
        self._schema = arrow_schema(model)
        self._waiting: list[pa.RecordBatch] = []
        # A file object, since pyarrow takes some paths for addresses and others for partitions.
        self._file = (folder / f"{model.table}.parquet").open("wb")
        self._parquet = pq.ParquetWriter(self._file, self._schema, compression="zstd", version="2.6")
        self._csv = (folder / f"{model.table}.csv").open("wb")
        self._csv.write(spell_header(model).encode())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._write_groups(1)
        self._parquet.close()
        self._file.close()
        self._csv.close()

    def add(self, part: Part) -> None:
        """Write a part behind the others. Its rows must sort behind theirs."""
        import pyarrow as pa

        self.rows += part.rows
        self._csv.write(part.lines)
        self._waiting.append(pa.ipc.read_record_batch(pa.py_buffer(part.columns), self._schema))
        if len(self._waiting) >= PARTS_HELD or sum(batch.num_rows for batch in self._waiting) >= ROWS_A_GROUP:
            self._write_groups(ROWS_A_GROUP)

    def _write_groups(self, least: int) -> None:
        """Write row groups while as many rows are waiting, and hold the rest as one part.

        Which parts the rows came in does not show in the file.
        """
        import pyarrow as pa

        waiting = pa.Table.from_batches(self._waiting, self._schema)
        while waiting.num_rows >= least:
            self._parquet.write_table(waiting.slice(0, ROWS_A_GROUP).combine_chunks(), row_group_size=ROWS_A_GROUP)
            waiting = waiting.slice(ROWS_A_GROUP)
        self._waiting = waiting.combine_chunks().to_batches()


def write_table(folder: Path, model: type[Row], rows: Iterable[Row]) -> None:
    """Write a table at once: its rows, sorted. The same rows give the same bytes, in whatever order they come."""
    with TableWriter(folder, model) as writer:
        writer.add(make_part(model, rows))
