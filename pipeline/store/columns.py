"""What the columns of a table are: made from the fields of its row model, and from nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from itertools import groupby
from operator import itemgetter
from types import NoneType
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from pipeline.schema import SCHEMA_VERSION, Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pyarrow as pa
    from pydantic.fields import FieldInfo

AnyRow = TypeVar("AnyRow", bound=Row)
Value = str | int | float | bool | datetime | tuple[str, ...] | None
Record = dict[str, Value]  # one row as it is stored: column to plain value


class Kind(StrEnum):
    """What a column holds, by the names of Table Schema."""

    TEXT = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    TIME = "datetime"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `choices` are the values of a closed list; the bounds are included."""

    name: str
    kind: Kind
    nullable: bool
    description: str
    choices: tuple[str, ...] = ()
    at_least: int | None = None
    at_most: int | None = None


# The column that names a row, for the tables that have one. Its values are unique.
KEYS = {
    "documents": "source_id",
    "mentions": "mention_id",
    "claims": "claim_id",
    "citations": "citation_id",
    "conflicts": "conflict_id",
    "explained": "explained_id",
}

# (table, column): the table whose key the column holds. A list holds many. `failures` is free: a failure of the
# whole run belongs to no document.
REFERENCES = {
    ("blocks", "source_id"): "documents",
    ("mentions", "source_id"): "documents",
    ("mentions", "thing"): "mentions",
    ("mentions", "property"): "mentions",
    ("claims", "source_id"): "documents",
    ("claims", "subject_mention"): "mentions",
    ("claims", "object_mention"): "mentions",
    ("claims", "citations"): "citations",
    ("citations", "source_id"): "documents",
    ("citations", "reference_id"): "citations",
    ("conflict_members", "conflict_id"): "conflicts",
    ("conflict_members", "claim_id"): "claims",
    ("conflict_members", "source_id"): "documents",
    ("explained", "claim_ids"): "claims",
    ("unclaimed", "source_id"): "documents",
}

KINDS: dict[Any, Kind] = {
    str: Kind.TEXT,
    int: Kind.INTEGER,
    float: Kind.NUMBER,
    bool: Kind.BOOLEAN,
    datetime: Kind.TIME,
    tuple[str, ...]: Kind.LIST,
}


@cache
def list_columns(model: type[Row]) -> tuple[Column, ...]:
    """The columns of a table, in the order of the model's fields."""
    return tuple(_describe(name, field) for name, field in model.model_fields.items())


def _describe(name: str, field: FieldInfo) -> Column:
    inner = [part for part in get_args(field.annotation) if part is not NoneType]
    nullable = NoneType in get_args(field.annotation)
    held: Any = inner[0] if nullable else field.annotation
    choices = tuple(choice.value for choice in held) if isinstance(held, type) and issubclass(held, StrEnum) else ()
    return Column(
        name,
        Kind.TEXT if choices else KINDS[held],
        nullable,
        field.description or "",
        choices,
        next((bound.ge for bound in field.metadata if hasattr(bound, "ge")), None),
        next((bound.le for bound in field.metadata if hasattr(bound, "le")), None),
    )


def arrow_schema(model: type[Row]) -> pa.Schema:
    """The fixed Arrow schema of a table: types, nullability, descriptions; the table and the schema's version."""
    import pyarrow as pa

    types = {
        Kind.TEXT: pa.string(),
        Kind.INTEGER: pa.int64(),
        Kind.NUMBER: pa.float64(),
        Kind.BOOLEAN: pa.bool_(),
        Kind.TIME: pa.timestamp("us", tz="UTC"),
        Kind.LIST: pa.list_(pa.field("element", pa.string(), nullable=False)),
    }
    fields = [
        pa.field(
            column.name,
            types[column.kind],
            nullable=column.nullable,
            metadata={"description": column.description},
        )
        for column in list_columns(model)
    ]
    return pa.schema(fields, metadata={"table": model.table, "schema_version": SCHEMA_VERSION})


def to_record(row: Row) -> Record:
    """One row as it is stored: enums as their text, times in UTC (a time without a zone is taken for UTC)."""
    return {name: _to_value(value) for name, value in vars(row).items()}


def restore_record(stored: dict[str, Any]) -> Record:
    """A record as `to_record` made it, from what Arrow gives for its columns."""
    return {
        name: tuple(value) if isinstance(value, list) else _to_value(value) if isinstance(value, datetime) else value
        for name, value in stored.items()
    }


def _to_value(value: Any) -> Value:  # noqa: ANN401  (whatever a field of a row can hold)
    if value is None:  # as are most
        return None
    if isinstance(value, str):
        return escape_text(str(value))  # the plain text of an enum's member
    if isinstance(value, int | float):
        return value
    if isinstance(value, tuple):
        return tuple(escape_text(item) for item in value)
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    return value  # type: ignore[no-any-return]


def escape_text(text: str) -> str:
    r"""The same text, but half a surrogate pair, which UTF-8 cannot write, as the six characters `\ud800`.

    No quote can hold one, since files are decoded strictly; a `\ud800` in the JSON of a page can make one.
    """
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


def sort_rows(rows: Iterable[AnyRow]) -> tuple[AnyRow, ...]:
    """The rows by their model's `sort_by`, nulls first, text by code point; equal keys by all the other columns.

    The order of the same rows is the same, in whatever order they come.
    """
    return tuple(_sorted(rows))


def _sorted(rows: Iterable[AnyRow]) -> Iterator[AnyRow]:
    keyed = sorted(((_sort_key(row), row) for row in rows), key=itemgetter(0))
    for _, group in groupby(keyed, key=itemgetter(0)):
        equal = [row for _, row in group]
        yield from sorted(equal, key=lambda row: repr(to_record(row))) if len(equal) > 1 else equal


def _sort_key(row: Row) -> tuple[tuple[bool, Value], ...]:
    values = (_to_value(getattr(row, name)) for name in row.sort_by)
    return tuple((value is not None, value) for value in values)
