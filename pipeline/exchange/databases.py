"""The tables as one database file: SQLite with keys and indexes for any tool, DuckDB for many rows."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from pipeline.errors import UsageError
from pipeline.schema import SCHEMA_VERSION, TABLES, Row
from pipeline.store.columns import KEYS, REFERENCES, Column, Kind, list_columns
from pipeline.store.extras import load_duckdb
from pipeline.store.tables import load_parquet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.exchange.result import Result
    from pipeline.store.columns import Record, Value

SQLITE_TYPES = {
    Kind.TEXT: "TEXT",
    Kind.INTEGER: "INTEGER",
    Kind.NUMBER: "REAL",
    Kind.BOOLEAN: "INTEGER",
    Kind.TIME: "TEXT",
    Kind.LIST: "TEXT",
}
# Columns, besides keys and references, that people look rows up by.
SOUGHT = (("claims", "subject_id"), ("claims", "predicate"), ("claims", "object_id"), ("mentions", "concept_id"))

# ------------------------------------------------------------------------------------------------------ SQLite


def write_sqlite(result: Result, path: Path) -> None:
    """All tables into a new SQLite file: primary and foreign keys, closed lists as checks, indexes.

    A list is a JSON array; one whose items are keys is a table of its own too, `claims_citations` and
    `explained_claim_ids`. Times are ISO 8601 in UTC, true is 1. The same tables give the same bytes from the same
    SQLite. Raises UsageError where rows contradict each other, as no result of ours does.
    """
    with closing(sqlite3.connect(path)) as connection, _tell_contradictions(result):
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION.partition('.')[0]}")
        for model in TABLES:
            for statement in _declare_table(model):
                connection.execute(statement)
            columns = list_columns(model)
            places = ", ".join("?" * len(columns))
            rows = (_to_sqlite(columns, record) for record in result.records(model))
            connection.executemany(f"INSERT INTO {model.table} VALUES ({places})", rows)  # noqa: S608  (our names)
            for column in _list_linked(model):
                links = _list_links(result, model, column)
                connection.executemany(f"INSERT INTO {model.table}_{column.name} VALUES (?, ?, ?)", links)  # noqa: S608
        for statement in _declare_indexes():
            connection.execute(statement)
        connection.commit()


@contextmanager
def _tell_contradictions(result: Result) -> Iterator[None]:
    try:
        yield
    except sqlite3.IntegrityError as error:
        raise UsageError(f"{result.out}: its tables do not hold ({error}); see 'claims check {result.out}'.") from error


def _declare_table(model: type[Row]) -> Iterator[str]:
    key = KEYS.get(model.table)
    lines = [_declare_column(column, is_key=column.name == key) for column in list_columns(model)]
    lines += [
        f"FOREIGN KEY ({_name(column.name)}) REFERENCES {target} ({KEYS[target]})"
        for column in list_columns(model)
        if column.kind is not Kind.LIST and (target := REFERENCES.get((model.table, column.name)))
    ]
    yield f"CREATE TABLE {model.table} ({', '.join(lines)}) STRICT"
    for column in _list_linked(model):
        target = REFERENCES[model.table, column.name]
        yield (
            f"CREATE TABLE {model.table}_{column.name} ("
            f"{key} TEXT NOT NULL REFERENCES {model.table} ({key}), position INTEGER NOT NULL, "
            f"item TEXT NOT NULL REFERENCES {target} ({KEYS[target]}), PRIMARY KEY ({key}, position)) STRICT"
        )


def _declare_column(column: Column, *, is_key: bool) -> str:
    name = _name(column.name)
    words = [name, SQLITE_TYPES[column.kind]]
    if is_key:
        words.append("PRIMARY KEY")
    if not column.nullable:
        words.append("NOT NULL")
    if column.choices:
        choices = ", ".join(f"'{choice}'" for choice in column.choices)
        words.append(f"CHECK ({name} IN ({choices}))")
    if column.kind is Kind.BOOLEAN:
        words.append(f"CHECK ({name} IN (0, 1))")
    return " ".join(words)


def _declare_indexes() -> Iterator[str]:
    named = [place for place in REFERENCES if not _is_list(*place)]
    for table, column in (*named, *SOUGHT):
        yield f"CREATE INDEX {table}_by_{column} ON {table} ({_name(column)})"


def _is_list(table: str, name: str) -> bool:
    return any(column.name == name for model in TABLES if model.table == table for column in _list_linked(model))


def _list_linked(model: type[Row]) -> list[Column]:
    """The columns that hold lists of keys of another table."""
    return [
        column
        for column in list_columns(model)
        if column.kind is Kind.LIST and (model.table, column.name) in REFERENCES
    ]


def _list_links(result: Result, model: type[Row], column: Column) -> Iterator[tuple[Value, int, str]]:
    for record in result.records(model):
        items = record[column.name]
        assert isinstance(items, tuple)  # noqa: S101  (a list column is never null)
        for position, item in enumerate(items):
            yield record[KEYS[model.table]], position, item


def _to_sqlite(columns: tuple[Column, ...], record: Record) -> list[str | float | None]:
    return [_to_cell(record[column.name]) for column in columns]


def _to_cell(value: Value) -> str | float | None:
    match value:
        case None | str() | float() | int():
            return value
        case datetime():
            return write_time(value)
        case _:
            return json.dumps(list(value), ensure_ascii=False)


def write_time(value: datetime) -> str:
    """A time as the CSV files have it: `2026-11-21T12:00:00Z`."""
    return value.isoformat().replace("+00:00", "Z")


def _name(column: str) -> str:
    """A column's name quoted: `start`, `end` and `values` are words of SQL."""
    return f'"{column}"'


# ------------------------------------------------------------------------------------------------------ DuckDB


def write_duckdb(result: Result, path: Path) -> None:
    """All tables into a new DuckDB file, with their types, keys, and the meaning of each column as its comment.

    Its bytes differ from time to time; its rows do not. Raises UsageError where DuckDB is missing.
    """
    duckdb = load_duckdb()
    with duckdb.connect(str(path), config={"autoinstall_known_extensions": False}) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for model in TABLES:
            held = load_parquet(result.out / f"{model.table}.parquet")
            connection.register("held", held)
            connection.execute(f"CREATE TABLE {model.table} AS SELECT * FROM held")  # noqa: S608  (our names)
            connection.unregister("held")
            for statement in _describe_table(model):
                connection.execute(statement)


def _describe_table(model: type[Row]) -> Iterator[str]:
    if model.table in KEYS:
        yield f"ALTER TABLE {model.table} ADD PRIMARY KEY ({KEYS[model.table]})"
    for column in list_columns(model):
        if not column.nullable and column.name != KEYS.get(model.table):
            yield f"ALTER TABLE {model.table} ALTER COLUMN {_name(column.name)} SET NOT NULL"
    for column in list_columns(model):
        meaning = column.description.replace("'", "''")
        yield f"COMMENT ON COLUMN {model.table}.{_name(column.name)} IS '{meaning}'"
