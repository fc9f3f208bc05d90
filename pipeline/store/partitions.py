"""Tables in partitions, as Hive names them: a folder for each value of a column, files of bounded size in it.

`claims/predicate=half_life/part-0.parquet`: engines for many rows read the folders and row groups that they need. The
column that parts a table is told by its folders and does not stand in the files, as pyarrow, DuckDB and Spark expect.
Types, descriptions and the order of rows within a partition are those of the table.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, Self
from urllib.parse import quote, unquote

from pipeline.errors import UsageError
from pipeline.schema import SCHEMA_VERSION, TABLES, ClaimRow, DocumentRow, Row, is_readable
from pipeline.store.columns import KEYS, arrow_schema, list_columns
from pipeline.store.dictionary import describe_table, make_field
from pipeline.store.output import PROGRAM, RUN, read_result, say_other_version
from pipeline.store.parts import ROWS_A_GROUP
from pipeline.store.tables import AGAIN, StoredTable, load_parquet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyarrow as pa
    import pyarrow.parquet as pq

PACKAGE = "datapackage.json"
YEAR = "published_year"
NO_VALUE = "__HIVE_DEFAULT_PARTITION__"  # how Hive spells a null
ROWS_A_FILE = 2_000_000
ROWS_HELD = 100_000  # of all partitions of a table together
FILES_OPEN = 64


@dataclass(slots=True)
class OpenFile:
    """A file that is being written, and how many rows it has."""

    file: IO[bytes]
    writer: pq.ParquetWriter
    rows: int = 0


def is_partitioned(folder: Path) -> bool:
    """Whether a folder holds tables in partitions, and not a result of a run."""
    return (folder / PACKAGE).is_file() and not (folder / RUN).exists()


# ------------------------------------------------------------------------------------------------------- out


def write_partitions(out: Path, target: Path, *, by_year: bool, rows_a_file: int = ROWS_A_FILE) -> None:
    """Write the tables of the result in OUT into `target`, a folder for each, and what describes them.

    The predicate parts the claims; or the year of publication parts all that documents bear. The same tables give the
    same bytes. No more than some hundred thousand rows are in memory. Raises UsageError as `read_table` does.
    """
    years = _read_years(out) if by_year else {}
    resources = []
    for model in TABLES:
        column = name_column(model, by_year=by_year)
        files = _write_table(StoredTable(out, model), target / model.table, column, years, rows_a_file)
        resources.append(_describe_resource(model, column, [f"{model.table}/{name}" for name in files]))
    package = {
        "profile": "data-package",
        "name": PROGRAM,
        "title": "Claims and conflicts of web pages about research peptides, in partitions",
        "version": SCHEMA_VERSION,
        "resources": resources,
    }
    text = json.dumps(package, ensure_ascii=False, indent=2) + "\n"
    (target / PACKAGE).write_text(text, encoding="utf-8", newline="\n")


def name_column(model: type[Row], *, by_year: bool) -> str | None:
    """The column that parts a table; None for a table that stays in one piece."""
    if by_year:
        return YEAR if model.sort_by[0] == "source_id" else None
    return "predicate" if model is ClaimRow else None


def _read_years(out: Path) -> dict[str, str | None]:
    """The year in which each document was published; None where it does not say."""
    rows = StoredTable(out, DocumentRow).read_columns("source_id", "published")
    return {source_id: published[:4] if published else None for source_id, published in rows}


def _write_table(
    table: StoredTable[Any], folder: Path, column: str | None, years: dict[str, str | None], rows_a_file: int
) -> list[str]:
    """Write one table; returns its files, relative to its folder."""
    import pyarrow as pa

    schema = table.schema
    if column == YEAR:
        schema = schema.append(pa.field(YEAR, pa.string()))
    of_files = schema.remove(schema.get_field_index(column)) if column else schema
    with PartitionWriter(folder, column, of_files, rows_a_file) as writer:
        for batch in table.read_batches():
            whole = _add_year(batch, years, schema) if column == YEAR else batch
            for value, part in _split(whole, column):
                writer.add(value, part)
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.parquet"))


def _split(batch: pa.RecordBatch, column: str | None) -> Iterator[tuple[str | None, pa.RecordBatch]]:
    """The rows of each value of the column, without the column."""
    import pyarrow.compute as pc

    if column is None:
        yield None, batch
        return
    values = batch.column(column)
    rest = batch.drop_columns([column])
    for value in values.unique():
        mask = pc.equal(values, value) if value.is_valid else values.is_null()
        yield value.as_py(), rest.filter(mask)


class PartitionWriter:
    """Writes a table whose rows belong to partitions; what waits is bounded. pyarrow's writer of datasets has no bound.

    Few files are open at a time: pages may name as many years as they like.
    """

    def __init__(self, folder: Path, column: str | None, schema: pa.Schema, rows_a_file: int) -> None:
        self._folder, self._column, self._schema, self._rows_a_file = folder, column, schema, rows_a_file
        self._waiting: dict[str | None, list[pa.RecordBatch]] = {}
        self._rows: Counter[str | None] = Counter()  # that wait
        self._open: dict[str | None, OpenFile] = {}
        self._files: Counter[str | None] = Counter()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for value in list(self._waiting):
            self._write(value)
        if not self._files:  # a table without rows has one file, which tells its columns
            self._start(None)
        for value in list(self._open):
            self._end(value)

    def add(self, value: str | None, rows: pa.RecordBatch) -> None:
        """Put rows behind those of the same value. Where too many wait, those of one value are written."""
        self._waiting.setdefault(value, []).append(rows)
        self._rows[value] += rows.num_rows
        if self._rows.total() > ROWS_HELD:
            self._write(max(self._rows, key=self._rows.__getitem__))

    def _write(self, value: str | None) -> None:
        import pyarrow as pa

        del self._rows[value]
        rows = pa.Table.from_batches(self._waiting.pop(value), self._schema).combine_chunks()
        while rows.num_rows:
            file = self._open.get(value) or self._start(value)
            some = rows.slice(0, self._rows_a_file - file.rows)
            file.writer.write_table(some, row_group_size=ROWS_A_GROUP)
            file.rows += some.num_rows
            if file.rows >= self._rows_a_file:
                self._end(value)
            rows = rows.slice(some.num_rows)

    def _start(self, value: str | None) -> OpenFile:
        import pyarrow.parquet as pq

        while len(self._open) >= FILES_OPEN:
            self._end(next(iter(self._open)))
        folder = self._folder / name_partition(self._column, value) if self._column else self._folder
        folder.mkdir(parents=True, exist_ok=True)
        # A file object, since pyarrow takes some paths for addresses.
        file = (folder / f"part-{self._files[value]}.parquet").open("wb")
        self._files[value] += 1
        writer = pq.ParquetWriter(file, self._schema, compression="zstd", version="2.6")
        self._open[value] = OpenFile(file, writer)
        return self._open[value]

    def _end(self, value: str | None) -> None:
        ended = self._open.pop(value)
        ended.writer.close()
        ended.file.close()


def name_partition(column: str, value: str | None) -> str:
    """The folder of a value, as Hive spells it."""
    return f"{column}={NO_VALUE if value is None else quote(value, safe='')}"


def _add_year(batch: pa.RecordBatch, years: dict[str, str | None], schema: pa.Schema) -> pa.RecordBatch:
    import pyarrow as pa

    column = pa.array([years.get(source_id) for source_id in batch.column("source_id").to_pylist()], pa.string())
    return pa.RecordBatch.from_arrays([*batch.columns, column], schema=schema)


def _describe_resource(model: type[Row], column: str | None, paths: list[str]) -> dict[str, object]:
    """A resource of the Data Package: its files, and its columns with their meaning."""
    key = KEYS.get(model.table)
    fields = [make_field(model, each, in_csv=False) for each in list_columns(model)]
    if column == YEAR:
        fields.append({"name": YEAR, "type": "string", "description": "year of documents.published"})
    return {
        "profile": "data-resource",
        "name": model.table,
        "path": paths,
        "description": describe_table(model),
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        **({"partitionedBy": [column]} if column else {}),
        "schema": {"fields": fields, **({"primaryKey": [key]} if key else {})},
    }


# -------------------------------------------------------------------------------------------------------- in


def list_files(folder: Path, model: type[Row]) -> list[Path]:
    """The Parquet files of a table: the one of a result, or those of its partitions, in the order of their names.

    Raises UsageError where the folder holds neither, or tables of another major version.
    """
    if not is_partitioned(folder):
        read_result(folder)
        return [folder / f"{model.table}.parquet"]
    try:
        version = json.loads((folder / PACKAGE).read_bytes())["version"]
    except (OSError, ValueError, RecursionError, LookupError, TypeError) as error:
        raise UsageError(
            f"{folder / PACKAGE}: cannot be read, so its folder is taken for no tables of {PROGRAM}."
        ) from error
    if not is_readable(version):
        raise UsageError(f"{folder}: {say_other_version(version)}")
    return sorted(
        path for path in (folder / model.table).rglob("*.parquet") if path.is_file() and not path.is_symlink()
    )


def load_partitions(folder: Path, model: type[Row]) -> pa.Table:
    """A table from its partitions, the columns as in a result, one partition behind the other."""
    import pyarrow as pa

    schema = arrow_schema(model)
    parts = []
    for path in list_files(folder, model):
        part = load_parquet(path)
        for name, value in read_values(path.relative_to(folder)).items():
            part = part.append_column(name, pa.array([value] * part.num_rows, pa.string()))
        if not set(schema.names) <= set(part.schema.names):
            raise UsageError(f"{path}: has other columns than this version writes; {AGAIN}.")
        parts.append(part.select(schema.names).cast(schema))
    return pa.concat_tables(parts) if parts else schema.empty_table()


def read_values(path: Path) -> dict[str, str | None]:
    """What the folders of a path say: `claims/predicate=half_life/part-0.parquet` is of the predicate half_life."""
    told = (part.split("=", 1) for part in path.parts[:-1] if "=" in part)
    return {name: None if value == NO_VALUE else unquote(value) for name, value in told}
