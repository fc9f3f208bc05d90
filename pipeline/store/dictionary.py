"""The published schemas: JSON Schema, Table Schema and a data dictionary to read, all from the row models."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pipeline.schema import SCHEMA_VERSION, TABLES, Row
from pipeline.store.columns import KEYS, REFERENCES, Column, Kind, list_columns
from pipeline.store.tables import guard_text

if TYPE_CHECKING:
    from pathlib import Path

HEAD = f"""# Data dictionary

Schema version {SCHEMA_VERSION}. Made from the program's own row types; each table is one Parquet file (the truth,
typed) and one CSV file with the same rows in the same order.

- Every `start` and `end` counts Unicode code points in the raw file, decoded with the codec that `documents.encoding`
  names, without newline translation; `end` is excluded:
  `open(RAW / source_id, encoding=encoding, newline="").read()[start:end] == quote`.
- CSV is UTF-8 without a byte-order mark, lines end with LF, a null is an empty cell, a text is quoted (an empty one is
  `""`), numbers have the fewest digits that read back to the same number, times are ISO 8601 in UTC, lists are joined
  with `; `.
- A CSV text that begins with `=`, `+`, `-`, `@`, a tab or a carriage return, or with apostrophes before one of
  these, has one more apostrophe in front, since spreadsheets run such cells; Parquet has none. The lists of values in
  `*.table.json` are spelled as in CSV.
- U+0000 is U+FFFD in CSV. Half of a surrogate pair, which UTF-8 cannot write, is `\\ud800` in letters.
- pandas takes a text such as `NA` for a missing one: `read_csv(path, keep_default_na=False)`. A program in another
  language checks all CSV files with `datapackage.json`, one folder up, and any Table Schema tool.
"""


def write_schema(folder: Path) -> None:
    """Write into the folder of a result what describes its tables.

    `schema/<table>.schema.json` (JSON Schema of a row), `schema/<table>.table.json` (Table Schema of the CSV),
    `schema/README.md` (the data dictionary), and `datapackage.json`. The last stands beside the tables, since the
    standard forbids a package to name files above itself.
    """
    schemas = folder / "schema"
    schemas.mkdir(exist_ok=True)
    for model in TABLES:
        _write_json(schemas / f"{model.table}.schema.json", make_json_schema(model))
        _write_json(schemas / f"{model.table}.table.json", make_table_schema(model))
    _write(schemas / "README.md", make_dictionary())
    _write_json(folder / "datapackage.json", make_package())


def make_json_schema(model: type[Row]) -> dict[str, object]:
    """JSON Schema (2020-12) of one row, as read from Parquet; what orders the table is in `x-sorted-by`."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "x-table": model.table,
        "x-schema-version": SCHEMA_VERSION,
        "x-sorted-by": list(model.sort_by),
        **model.model_json_schema(),
    }


def make_table_schema(model: type[Row]) -> dict[str, object]:
    """Table Schema of one CSV file, with its key, its references and (`sortedBy`) the key that orders it."""
    key = KEYS.get(model.table)
    references = [
        {"fields": [column.name], "reference": _make_reference(model.table, REFERENCES[model.table, column.name])}
        for column in list_columns(model)
        if (model.table, column.name) in REFERENCES and column.kind is not Kind.LIST
    ]
    return {
        "fields": [make_field(model, column, in_csv=True) for column in list_columns(model)],
        "missingValues": [""],
        **({"primaryKey": [key]} if key else {}),
        **({"foreignKeys": references} if references else {}),
        "sortedBy": list(model.sort_by),
    }


def _make_reference(table: str, target: str) -> dict[str, object]:
    # Table Schema writes "" for the table itself.
    return {"resource": "" if table == target else target, "fields": [KEYS[target]]}


def make_field(model: type[Row], column: Column, *, in_csv: bool) -> dict[str, object]:
    """A column in the words of Table Schema: as CSV spells it, where lists are texts, or as Parquet holds it."""
    constraints: dict[str, object] = {}
    if _is_required(model, column):
        constraints["required"] = True
    if column.choices:
        constraints["enum"] = [guard_text(choice) if in_csv else choice for choice in column.choices]
    if column.at_least is not None:
        constraints["minimum"] = column.at_least
    if column.at_most is not None:
        constraints["maximum"] = column.at_most
    is_list = column.kind is Kind.LIST
    return {
        "name": column.name,
        "type": column.kind.value if not is_list else "string" if in_csv else "array",
        **({"format": "any"} if column.kind is Kind.TIME else {}),
        "description": f"{column.description}; joined with '; '" if is_list and in_csv else column.description,
        **({"constraints": constraints} if constraints else {}),
    }


def _is_required(model: type[Row], column: Column) -> bool:
    """Whether an empty CSV cell is an error. A text or a list that may not be null may still be empty."""
    if column.nullable or column.kind is Kind.LIST:
        return False
    named = column.name == KEYS.get(model.table) or (model.table, column.name) in REFERENCES
    return named or bool(column.choices) or column.kind is not Kind.TEXT


def make_package() -> dict[str, object]:
    """The Data Package that names all CSV files and their Table Schemas, relative to the folder of the result."""
    return {
        "profile": "tabular-data-package",
        "name": "claimsift",
        "title": "Claims and conflicts of web pages about research peptides",
        "description": "What pages claim, with the place of every claim. No advice.",
        "version": SCHEMA_VERSION,
        "resources": [
            {
                "profile": "tabular-data-resource",
                "name": model.table,
                "path": f"{model.table}.csv",
                "description": describe_table(model),
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "schema": f"schema/{model.table}.table.json",
            }
            for model in TABLES
        ],
    }


def describe_table(model: type[Row]) -> str:
    """What one row of a table is, in one sentence."""
    return (model.__doc__ or "").strip().splitlines()[0]


def make_dictionary() -> str:
    """The data dictionary in Markdown: each table with its key, its order and its columns."""
    return "\n".join([HEAD, *(_make_chapter(model) for model in TABLES)])


def _make_chapter(model: type[Row]) -> str:
    key = f" Key: `{KEYS[model.table]}`." if model.table in KEYS else ""
    order = ", ".join(f"`{name}`" for name in model.sort_by)
    lines = [
        f"## {model.table}",
        "",
        f"One row: {describe_table(model)}{key} Sorted by {order}, nulls first.",
        "",
        "| column | type | null | meaning |",
        "|---|---|---|---|",
        *(_make_line(model, column) for column in list_columns(model)),
        "",
    ]
    return "\n".join(lines)


def _make_line(model: type[Row], column: Column) -> str:
    meaning = column.description
    if column.choices:
        meaning += f" ({', '.join(f'`{choice}`' for choice in column.choices)})"
    if (model.table, column.name) in REFERENCES:
        target = REFERENCES[model.table, column.name]
        meaning += f" → `{target}.{KEYS[target]}`"
    null = "yes" if column.nullable else "no"
    meaning = meaning.replace("|", "\\|")
    return f"| `{column.name}` | {column.kind} | {null} | {meaning} |"


def _write_json(path: Path, content: dict[str, object]) -> None:
    _write(path, json.dumps(content, ensure_ascii=False, indent=2) + "\n")


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
