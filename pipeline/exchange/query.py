"""SQL over a result: its tables as views over the Parquet files, and nothing else in reach of the query."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pipeline.errors import UsageError
from pipeline.schema import TABLES
from pipeline.store import list_files, load_duckdb
from pipeline.store.partitions import read_values
from pipeline.store.sorting import ALONE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import duckdb

    from pipeline.schema import Row

ROWS_A_TIME = 1_000

# And nothing is written beside the result.
CLOSED = {**ALONE, "temp_directory": ""}


@contextmanager
def open_tables(out: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that reads the Parquet files of the tables in OUT, and no other file; nobody can widen it.

    OUT is a result, or has its tables in partitions; then what parts them is a column, and a condition on it skips
    files. Raises UsageError where there is neither, or where DuckDB is missing.
    """
    duckdb = load_duckdb()
    folder = out.resolve()
    files = {model: list_files(folder, model) for model in TABLES}
    paths = [path for of_table in files.values() for path in of_table]
    with duckdb.connect(":memory:", config=CLOSED) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"SET allowed_paths = {_quote_all(paths)}")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        for model, of_table in files.items():
            try:
                connection.execute(_make_view(model, of_table, folder))
            except duckdb.Error as error:
                place = of_table[0] if of_table else out / model.table
                raise UsageError(f"{place}: cannot be read; run 'claims extract' into another folder.") from error
        yield connection


def query_tables(out: Path, sql: str) -> Iterator[tuple[list[str], list[list[Any]]]]:
    """The answer of one SELECT over the tables of OUT: the names of its columns with some rows at a time.

    The first piece comes also where there is no row. Raises UsageError with DuckDB's words where the query is wrong,
    where it is more than one statement, and where it would do anything but read.
    """
    duckdb = load_duckdb()
    with open_tables(out) as connection:
        try:
            statements = connection.extract_statements(sql)
            # EXPLAIN neither: with ANALYZE it does what it explains.
            if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
                raise UsageError("A query is one SELECT; nothing else is run.")
            reader = connection.sql(statements[0].query).to_arrow_reader(ROWS_A_TIME)
            names = list(reader.schema.names)
            yield names, []
            for batch in reader:
                columns = [column.to_pylist() for column in batch.columns]
                yield names, [list(row) for row in zip(*columns, strict=True)]
        except (duckdb.Error, OSError) as error:  # the latter for a file that turns out to be damaged on the way
            raise UsageError(f"The query does not work: {' '.join(str(error).split())}") from error


def _make_view(model: type[Row], files: Sequence[Path], folder: Path) -> str:
    told = [name for path in files[:1] for name in read_values(path.relative_to(folder))]
    more = [name for name in told if name not in model.model_fields]
    columns = ", ".join(f'"{name}"' for name in (*model.model_fields, *more))
    hive = f", hive_partitioning = {'true' if told else 'false'}, hive_types_autocast = false"
    return f'CREATE VIEW "{model.table}" AS SELECT {columns} FROM read_parquet({_quote_all(files)}{hive})'  # noqa: S608  (our names)


def _quote_all(paths: Sequence[Path]) -> str:
    return f"[{', '.join(_quote(str(path)) for path in paths)}]"


def _quote(text: str) -> str:
    escaped = text.replace("'", "''")
    return f"'{escaped}'"
