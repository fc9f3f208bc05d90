"""Is a result what the contract says? Every table against its schema, its twin, its neighbours and the raw files."""

from __future__ import annotations

import errno
import hashlib
import os
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from pipeline.address import find_pages, is_folder
from pipeline.errors import UsageError
from pipeline.schema import SCHEMA_VERSION, TABLES, Row
from pipeline.store.columns import KEYS, REFERENCES, Column, arrow_schema, list_columns, sort_rows
from pipeline.store.layers import is_below
from pipeline.store.output import RUN, former_result, list_written, read_run_json
from pipeline.store.passages import PASSAGE_TABLES, find_fault
from pipeline.store.tables import describe_invalid, load_parquet, read_cells, spell_csv, split_cells

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    import pyarrow as pa

MANY = 20  # sentences about one matter in one table; then the others are counted

Records = list[dict[str, Any]]  # the rows of a table as Parquet holds them
Tables = dict[str, Records]  # those that could be read and have the right columns
Where = tuple[str, str, int]  # table, column and row; the first row is 1


@dataclass(frozen=True, slots=True)
class _Passage:
    table: str
    row: int
    values: dict[str, Any]


def check_result(out: Path, raw: Path | None = None) -> tuple[str, ...]:
    """What is wrong with the result in OUT, one sentence each, with table, row (the first is 1) and column.

    Both files of every table, their columns and types, closed lists, keys, references between tables, order,
    counts, and every passage against the raw files in `raw` (else in the folder that run.json names).
    """
    return tuple(_find_problems(out, raw))


def _find_problems(out: Path, raw: Path | None) -> Iterator[str]:
    try:
        run = read_run_json(out)
    except UsageError as error:
        yield str(error)
        return
    if former_result(out) is None:
        yield f"{RUN}: has schema {run.get('schema_version')}, this version reads {SCHEMA_VERSION}."
        return
    yield from _check_files(out, run)
    tables: Tables = {}
    for model in TABLES:
        records = yield from _check_table(out, model)
        if records is not None:
            tables[model.table] = records
    for (table, column), target in REFERENCES.items():
        yield from _limit(_check_reference(tables, table, column, target), table)
    yield from _limit(_check_counts(tables), "documents")
    yield from _check_raw(tables, _find_raw(run, raw), out)


def _limit(problems: Iterable[str], table: str) -> Iterator[str]:
    more = 0
    for number, problem in enumerate(problems):
        if number < MANY:
            yield problem
        else:
            more += 1
    if more:
        yield f"{table}: {more} more of the same kind."


def _check_files(out: Path, run: dict[str, Any]) -> Iterator[str]:
    tables = {f"{model.table}{suffix}" for model in TABLES for suffix in (".parquet", ".csv")}
    for name in list_written(run):
        if name not in tables and not (is_below(name) and (out / name).is_file()):
            yield f"{name}: is missing, though {RUN} lists it."


# ---------------------------------------------------------------------------------------------- one table


def _check_table(out: Path, model: type[Row]) -> Generator[str, None, Records | None]:
    """Problems of one table by itself; gives its rows if they have the right columns."""
    name = f"{model.table}.parquet"
    try:
        table = load_parquet(out / name)
    except UsageError as error:
        yield str(error)
        if not (out / f"{model.table}.csv").is_file():
            yield f"{model.table}.csv: is missing."
        return None
    wrong = list(_check_columns(table.schema, arrow_schema(model), name))
    yield from wrong
    if wrong:
        return None
    records: Records = table.to_pylist()
    yield from _limit(_check_csv(out / f"{model.table}.csv", model, records), model.table)
    yield from _limit(_check_rows(model, records), model.table)
    yield from _limit(_check_key(model, records), model.table)
    return records


def _check_columns(found: pa.Schema, wanted: pa.Schema, name: str) -> Iterator[str]:
    for field in wanted:
        if field.name not in found.names:
            yield f"{name}, column {field.name}: is missing."
        elif not found.field(field.name).equals(field):
            yield f"{name}, column {field.name}: is {_spell(found.field(field.name))}, not {_spell(field)}."
    for column in found.names:
        if column not in wanted.names:
            yield f"{name}, column {column!r}: is not in the schema."
    if sorted(found.names) == sorted(wanted.names) and found.names != wanted.names:
        yield f"{name}: has its columns in another order than the schema."
    for key, value in wanted.metadata.items():
        if (found.metadata or {}).get(key) != value:
            yield f"{name}: does not name its {key.decode()}, {value.decode()}."


def _spell(field: pa.Field) -> str:
    return f"{field.type}" if field.nullable else f"{field.type} without nulls"


def _check_csv(path: Path, model: type[Row], records: Records) -> Iterator[str]:
    wanted = "".join(spell_csv(model, records)).encode("utf-8")
    try:
        if path.read_bytes() == wanted:
            return
        rows = read_cells(path)
    except OSError:
        yield f"{path.name}: is missing, or cannot be read."
        return
    except UsageError as error:
        yield str(error)
        return
    header, *expected = split_cells(wanted.decode("utf-8"), path)
    if rows[0] != header:
        yield f"{path.name}: has another header than the schema."
        return
    differences = list(_compare_cells(path.name, list_columns(model), rows[1:], expected))
    yield from differences
    if len(rows) - 1 != len(records):
        yield f"{path.name}: has {len(rows) - 1} rows, {model.table}.parquet has {len(records)}."
    elif not differences:
        yield f"{path.name}: has the same rows in another spelling (quotes, line ends, byte-order mark)."


def _compare_cells(
    name: str, columns: tuple[Column, ...], found: list[list[str | None]], wanted: list[list[str | None]]
) -> Iterator[str]:
    for number, (cells, expected) in enumerate(zip(found, wanted, strict=False), start=1):
        if len(cells) != len(columns):
            yield f"{name}, row {number}: has {len(cells)} cells, not {len(columns)}."
            continue
        for column, cell, other in zip(columns, cells, expected, strict=True):
            if cell != other:
                yield f"{name}, row {number}, column {column.name}: differs from Parquet."


def _check_rows(model: type[Row], records: Records) -> Iterator[str]:
    """Values that the model does not allow; the order, once all of them are allowed."""
    rows: list[Row] = []
    for number, record in enumerate(records, start=1):
        try:
            rows.append(model.model_validate(record, strict=False))
        except ValidationError as error:
            yield f"{model.table}, {describe_invalid(error, number)}."
    if len(rows) < len(records):
        return
    for number, (found, wanted) in enumerate(zip(rows, sort_rows(rows), strict=True), start=1):
        if found != wanted:
            yield f"{model.table}, row {number}: stands out of order; the key is {', '.join(model.sort_by)}."
            return


def _check_key(model: type[Row], records: Records) -> Iterator[str]:
    key = KEYS.get(model.table)
    if key is None:
        return
    first: dict[str, int] = {}
    for number, record in enumerate(records, start=1):
        if record[key] in first:
            yield f"{model.table}, row {number}, column {key}: is the same as in row {first[record[key]]}."
        first.setdefault(record[key], number)


# ------------------------------------------------------------------------------------------- between tables


def _check_reference(tables: Tables, table: str, column: str, target: str) -> Iterator[str]:
    if table not in tables or target not in tables:
        return
    known = {record[KEYS[target]] for record in tables[target]}
    for number, record in enumerate(tables[table], start=1):
        held = record[column]
        for name in held if isinstance(held, list) else [held]:
            if name is not None and name not in known:
                yield f"{table}, row {number}, column {column}: {name!r} is in no row of {target}."


def _check_counts(tables: Tables) -> Iterator[str]:
    for table in ("blocks", "claims"):
        if not {"documents", table} <= set(tables):
            continue
        counts = Counter(record["source_id"] for record in tables[table])
        for number, record in enumerate(tables["documents"], start=1):
            if record[table] != counts[record["source_id"]]:
                rows = f"{counts[record['source_id']]} rows of {table}"
                yield f"documents, row {number}, column {table}: is {record[table]}, but there are {rows}."


# ------------------------------------------------------------------------------------------------ raw files


def _find_raw(run: dict[str, Any], raw: Path | None) -> Path | None:
    given = run.get("raw")
    return raw if raw is not None else find_pages(given) if isinstance(given, str) and given else None


@dataclass(frozen=True)
class _Folder:
    """A folder whose files are read by the names that the tables give them."""

    path: Path

    def read_bytes(self, name: str) -> bytes:
        """The bytes of a file. Raises OSError; FileNotFoundError also for a name that leads out of the folder."""
        if not is_below(name):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name)
        path = self.path / name
        return (path if path.exists() else self.spellings.get(name, path)).read_bytes()

    @cached_property
    def spellings(self) -> dict[str, Path]:
        """Files whose names on disk are not what the tables call them: not composed (NFC), or not UTF-8."""
        found: dict[str, Path] = {}
        for root, _, names in os.walk(self.path):
            for name in names:
                path = Path(root, name)
                written = os.fsencode(path.relative_to(self.path).as_posix()).decode("utf-8", "backslashreplace")
                told = unicodedata.normalize("NFC", written)
                while told in found or ((other := self.path / told) != path and other.exists()):
                    told += "~"  # as the reader tells apart what is told alike
                found[told] = path
        return found


def _check_raw(tables: Tables, given: Path | None, out: Path) -> Iterator[str]:
    """Every raw file against its digest, and every passage against its raw file."""
    if "documents" not in tables:
        return
    if given is None or not is_folder(given):
        yield f"The raw files are not at '{given or ''}'; name their folder with --raw."
        return
    raw = _Folder(given)
    yield from _limit(_check_digests(tables["documents"], raw), "documents")
    documents = {record["source_id"]: record for record in tables["documents"]}
    faults: dict[str, list[tuple[int, str]]] = defaultdict(list)
    # One text at a time, since all of them may not fit into memory.
    for source_id, passages in _group_passages(tables).items():
        text, why = _read_text(documents.get(source_id), raw, _Folder(out))
        for passage in passages:
            fault = why if text is None else find_fault(passage.values, text)
            if fault is not None:
                faults[passage.table].append((passage.row, fault))
    for table, found in faults.items():
        yield from _limit((f"{table}, row {row}, column start: {fault}." for row, fault in sorted(found)), table)


def _check_digests(documents: Records, raw: _Folder) -> Iterator[str]:
    for number, document in enumerate(documents, start=1):
        if document["sha256"] is None:
            continue
        try:
            digest = hashlib.sha256(raw.read_bytes(document["source_id"])).hexdigest()
        except OSError as error:
            yield f"documents, row {number}, column source_id: the raw file cannot be read ({_tell(error)})."
            continue
        if digest != document["sha256"]:
            yield f"documents, row {number}, column sha256: the raw file is another than the one that was read."


def _group_passages(tables: Tables) -> dict[str, list[_Passage]]:
    """The passages of all tables by source_id."""
    passages: dict[str, list[_Passage]] = defaultdict(list)
    for model in PASSAGE_TABLES:
        for number, record in enumerate(tables.get(model.table, ()), start=1):
            if any(record.get(name) is not None for name in ("start", "end", "quote")):
                passages[record["source_id"]].append(_Passage(model.table, number, record))
    return passages


def _read_text(document: dict[str, Any] | None, raw: _Folder, out: _Folder) -> tuple[str | None, str | None]:
    """The text in which the offsets of a document count; or None and why there is none."""
    if document is None:
        return None, "its source_id is in no row of documents"
    layer, encoding = document["text_path"], document["encoding"]
    try:
        data = raw.read_bytes(document["source_id"]) if layer is None else out.read_bytes(layer)
        return data.decode(encoding or "utf-8"), None
    except OSError as error:
        return None, f"the file that it points into cannot be read ({_tell(error)})"
    except (LookupError, ValueError):
        return None, f"the file that it points into cannot be decoded as {encoding!r}"


def _tell(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
