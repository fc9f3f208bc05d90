"""SQL over a result: its tables as views over the Parquet files, and nothing else in reach of the query."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pipeline.errors import UsageError
from pipeline.schema import TABLES
from pipeline.store import load_duckdb, read_result
from pipeline.store.sorting import ALONE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb

ROWS_A_TIME = 1_000

# And nothing is written beside the result.
CLOSED = {**ALONE, "temp_directory": ""}


@contextmanager
def open_tables(out: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that reads the Parquet files of the result in OUT, and no other file; nobody can widen it.

    Raises UsageError where there is no result, or where DuckDB is missing.
    """
    duckdb = load_duckdb()
    read_result(out)
    paths = {model.table: out.resolve() / f"{model.table}.parquet" for model in TABLES}
    with duckdb.connect(":memory:", config=CLOSED) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"SET allowed_paths = [{', '.join(_quote(str(path)) for path in paths.values())}]")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        for name, path in paths.items():
            try:
                connection.execute(f'CREATE VIEW "{name}" AS SELECT * FROM read_parquet({_quote(str(path))})')  # noqa: S608  (our names)
            except duckdb.Error as error:
                raise UsageError(f"{path}: cannot be read; run 'claims extract' into another folder.") from error
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
        except duckdb.Error as error:
            raise UsageError(f"The query does not work: {' '.join(str(error).split())}") from error


def _quote(text: str) -> str:
    escaped = text.replace("'", "''")
    return f"'{escaped}'"
