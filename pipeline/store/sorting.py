"""Rows in order, however many they are: what does not fit into memory is sorted on disk, by DuckDB."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from itertools import chain, groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING, Self

from pipeline.store.columns import arrow_schema, restore_record, to_record
from pipeline.store.extras import has_duckdb, load_duckdb
from pipeline.store.parts import TableWriter, make_part, pack_records

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import pyarrow as pa

    from pipeline.schema import Row
    from pipeline.store.columns import Record, Value

ROWS_A_TIME = 5_000
ROWS_HELD = 200_000  # of one table; more wait on disk
MEMORY = "1GB"  # for DuckDB, which takes a quarter more than it is told
THREADS = 2

# Nothing is fetched or loaded, and no variable of ours is taken for a table.
ALONE = {
    "allow_community_extensions": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "python_enable_replacements": False,
}


def sort_on_disk(
    batches: Iterable[pa.RecordBatch], schema: pa.Schema, key: Sequence[str], folder: Path
) -> Iterator[pa.RecordBatch]:
    """All rows by the columns of `key`: nulls first, text by code point; equal keys in any order.

    What does not fit into memory waits in a folder of its own in `folder`. Raises UsageError where DuckDB is missing.
    """
    import pyarrow as pa

    duckdb = load_duckdb()
    order = ", ".join(f'"{name}" ASC NULLS FIRST' for name in key)
    with ExitStack() as stack:
        waiting = stack.enter_context(tempfile.TemporaryDirectory(prefix="sorting-", dir=folder))
        sizes = {"temp_directory": waiting, "memory_limit": MEMORY, "threads": THREADS}
        connection = stack.enter_context(duckdb.connect(":memory:", config=ALONE | sizes))
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("unsorted", pa.RecordBatchReader.from_batches(schema, batches))
        sql = f"SELECT * FROM unsorted ORDER BY {order}"  # noqa: S608  (our names)
        yield from connection.sql(sql).to_arrow_reader(ROWS_A_TIME)


class SortedTable:
    """Writes a table whose rows come in any order: the same rows give the same bytes as `write_table`.

    Where there are many they wait on disk until all are there; without DuckDB, in memory.
    """

    def __init__(self, folder: Path, model: type[Row]) -> None:
        self.rows = 0
        self.model, self._folder = model, folder
        self._held: list[Row] = []
        self._stack = ExitStack()
        self._spill: _Spill | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        with self._stack:
            if kind is None:
                self._write()

    def add(self, rows: Iterable[Row]) -> None:
        """Take some rows in."""
        self._held.extend(rows)
        if len(self._held) >= ROWS_HELD and has_duckdb():
            if self._spill is None:
                self._spill = self._stack.enter_context(_Spill(self._folder, self.model))
            self._spill.add(self._held)
            self.rows += len(self._held)
            self._held = []

    def _write(self) -> None:
        self.rows += len(self._held)
        with TableWriter(self._folder, self.model) as writer:
            if self._spill is None:
                writer.add(make_part(self.model, self._held))
                return
            self._spill.add(self._held)
            records = _order_equals(self.model, self._spill.sort())
            while some := list(islice(records, ROWS_A_TIME)):
                writer.add(pack_records(self.model, some))


class _Spill:
    """Rows that wait on disk."""

    def __init__(self, folder: Path, model: type[Row]) -> None:
        self._model, self._schema = model, arrow_schema(model)
        self._waiting = tempfile.TemporaryDirectory(prefix="waiting-", dir=folder)
        self._path = Path(self._waiting.name, model.table)
        self._parts = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._waiting.cleanup()

    def add(self, rows: Iterable[Row]) -> None:
        """Put rows on the disk."""
        import pyarrow as pa

        options = pa.ipc.IpcWriteOptions(compression="zstd")
        rest = iter(rows)
        with pa.ipc.new_stream(f"{self._path}.{self._parts}", self._schema, options=options) as stream:
            while records := [to_record(row) for row in islice(rest, ROWS_A_TIME)]:
                stream.write_batch(pa.RecordBatch.from_pylist(records, self._schema))
        self._parts += 1

    def sort(self) -> Iterator[Record]:
        """All of them by the model's `sort_by`."""
        batches = chain.from_iterable(self._read(part) for part in range(self._parts))
        for batch in sort_on_disk(batches, self._schema, self._model.sort_by, self._path.parent):
            yield from map(restore_record, batch.to_pylist())

    def _read(self, part: int) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa

        with pa.ipc.open_stream(f"{self._path}.{part}") as stream:
            yield from stream


def _order_equals(model: type[Row], records: Iterable[Record]) -> Iterator[Record]:
    """Records that are sorted by their keys, those of equal keys by all the other columns."""

    def read_key(record: Record) -> list[Value]:
        return [record[name] for name in model.sort_by]

    for _, equal in groupby(records, key=read_key):
        yield from sorted(equal, key=repr)
