import csv
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar, get_args

import jsonschema
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from frictionless import Package
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.schema import (
    TABLES,
    BlockRow,
    CitationRow,
    ClaimRow,
    Comparator,
    ConflictMemberRow,
    ConflictRow,
    DocumentRow,
    ExplainedRow,
    FailureRow,
    MentionRow,
    Polarity,
    Row,
    UnclaimedRow,
)
from pipeline.store import (
    arrow_schema,
    check_result,
    find_bad_passages,
    former_result,
    open_output,
    output,
    read_csv_rows,
    read_frame,
    read_run_json,
    read_table,
    sort_rows,
    tables,
    write_run_json,
    write_schema,
    write_table,
)
from pipeline.store.columns import KEYS, REFERENCES, Kind, list_columns

AnyRow = TypeVar("AnyRow", bound=Row)
ROOT = Path(__file__).parents[1]
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
BLANK: dict[Kind, Any] = {
    Kind.TEXT: "x",
    Kind.INTEGER: 0,
    Kind.NUMBER: 0.0,
    Kind.BOOLEAN: False,
    Kind.TIME: NOON,
    Kind.LIST: (),
}


def make(model: type[AnyRow], **values: Any) -> AnyRow:
    """A row with the given values, null or blank in every other column."""
    blank = {column.name: None if column.nullable else BLANK[column.kind] for column in list_columns(model)}
    chosen = {column.name: column.choices[0] for column in list_columns(model) if column.choices}
    first = {name: None if blank[name] is None else choice for name, choice in chosen.items()}
    return model.model_validate({**blank, **first, **values}, strict=False)


# ------------------------------------------------------------------------------------------------ columns


def test_every_annotation_of_the_row_models_has_its_arrow_type() -> None:
    schema = arrow_schema(ConflictRow)
    assert schema.field("kind").type == pa.string()
    assert schema.field("sides").type == pa.int64()
    assert schema.field("decision_stale").type == pa.bool_()
    assert schema.field("decided_at").type == pa.timestamp("us", tz="UTC")
    assert arrow_schema(ClaimRow).field("value").type == pa.float64()
    assert arrow_schema(ClaimRow).field("citations").type == pa.list_(
        pa.field("element", pa.string(), nullable=False)
    )


def test_only_optional_columns_can_be_null() -> None:
    schema = arrow_schema(ConflictMemberRow)
    assert schema.field("start").nullable
    assert not schema.field("side").nullable
    assert not arrow_schema(MentionRow).field("candidates").nullable


def test_the_arrow_schema_carries_descriptions_table_and_version() -> None:
    schema = arrow_schema(BlockRow)
    assert schema.metadata == {b"table": b"blocks", b"schema_version": b"1.0"}
    assert schema.field("kept").metadata[b"description"].startswith(b"false for furniture")


def test_keys_and_references_name_columns_that_exist() -> None:
    columns = {model.table: [column.name for column in list_columns(model)] for model in TABLES}
    assert all(key in columns[table] for table, key in KEYS.items())
    assert all(column in columns[table] and target in KEYS for (table, column), target in REFERENCES.items())


def test_rows_are_sorted_by_their_key_with_nulls_first() -> None:
    rows = [
        make(ConflictMemberRow, conflict_id="c", side="B", start=2),
        make(ConflictMemberRow, conflict_id="c", side="A", start=10),
        make(ConflictMemberRow, conflict_id="c", side="A", start=9),
        make(ConflictMemberRow, conflict_id="c", side="A"),
    ]
    assert [(row.side, row.start) for row in sort_rows(rows)] == [("A", None), ("A", 9), ("A", 10), ("B", 2)]


def test_rows_with_equal_keys_have_one_order_too() -> None:
    rows = [make(UnclaimedRow, source_id="a", quote=quote, reason=why) for quote in "xyz" for why in "pq"]
    assert sort_rows(rows) == sort_rows(reversed(rows))


# ------------------------------------------------------------------------------------------------- tables


def text_values(*, without: str = "") -> st.SearchStrategy[str]:
    letters = st.characters(exclude_categories=["Cs"], exclude_characters=without)
    nasty = st.sampled_from([*"=+-@\t\r\n'\";,", "\r\n", '""', "'=", "''+", "NA", "None", "null", "\ufeff", "; "])
    return st.lists(nasty.filter(lambda part: part not in without) | letters, max_size=6).map("".join)


def rows_of(model: type[AnyRow], *, without: str = "") -> st.SearchStrategy[AnyRow]:
    texts = text_values(without=without)
    kinds: dict[Kind, st.SearchStrategy[Any]] = {
        Kind.TEXT: texts,
        Kind.INTEGER: st.integers(0, 3),
        Kind.NUMBER: st.floats(allow_nan=False),
        Kind.BOOLEAN: st.booleans(),
        Kind.TIME: st.datetimes(timezones=st.just(UTC)),
        Kind.LIST: st.lists(texts.filter(lambda item: item and ";" not in item), max_size=3).map(tuple),
    }
    columns = {
        column.name: (st.sampled_from(column.choices) if column.choices else kinds[column.kind])
        | (st.none() if column.nullable else st.nothing())
        for column in list_columns(model)
    }
    return st.fixed_dictionaries(columns).map(lambda values: model.model_validate(values, strict=False))


FEW = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.table)
@FEW
@given(data=st.data())
def test_rows_come_back_from_parquet_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, model: type[Row], data: st.DataObject
) -> None:
    rows = data.draw(st.lists(rows_of(model), max_size=3))
    folder = tmp_path_factory.mktemp("t")
    write_table(folder, model, rows)
    assert read_table(folder, model) == sort_rows(rows)


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.table)
@FEW
@given(data=st.data())
def test_rows_come_back_from_csv_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, model: type[Row], data: st.DataObject
) -> None:
    rows = data.draw(st.lists(rows_of(model, without="\0"), max_size=3))
    folder = tmp_path_factory.mktemp("t")
    write_table(folder, model, rows)
    assert read_csv_rows(folder, model) == sort_rows(rows)


@settings(max_examples=200)
@given(text=text_values())
def test_a_guard_can_be_taken_away_again(text: str) -> None:
    assert tables.unguard_text(tables.guard_text(text)) == text
    assert not tables.guard_text(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+7", "'+7"),
        ("-3", "'-3"),
        ("@A1", "'@A1"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("'=1", "''=1"),
        ("''=1", "'''=1"),
        ("'tis", "'tis"),
        ("−3", "−3"),
        ("a=1", "a=1"),
        ("", ""),
    ],
)
def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text: str, cell: str) -> None:
    assert tables.guard_text(text) == cell


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        ("", '""'),
        ('a "b"', '"a ""b"""'),
        ("one\r\ntwo", '"one\r\ntwo"'),
        (20.0, "20"),
        (1419.5, "1419.5"),
        (0.1, "0.1"),
        (1e-9, "1e-9"),
        (1e22, "1e22"),
        (-2.5e-7, "-2.5e-7"),
        (float("inf"), "INF"),
        (float("-inf"), "-INF"),
        (float("nan"), "NaN"),
        (7, "7"),
        (True, "true"),
        (False, "false"),
        (NOON, "2026-03-01T12:00:00Z"),
        (NOON.replace(microsecond=5000), "2026-03-01T12:00:00.005000Z"),
        ((), '""'),
        (("a", "b"), '"a; b"'),
        (("=a", "b"), "\"'=a; b\""),
        ("a\0b", '"a\ufffdb"'),
    ],
)
def test_each_value_is_spelled_as_the_docstring_says(value: Any, cell: str) -> None:
    assert tables.spell_cell(value) == cell


@given(number=st.floats(allow_nan=False))
def test_a_number_reads_back_the_same(number: float) -> None:
    assert float(tables.spell_cell(number)) == number


def test_csv_has_no_mark_lf_a_quoted_header_and_guarded_choices(tmp_path: Path) -> None:
    write_table(tmp_path, ClaimRow, [make(ClaimRow, comparator=Comparator.EQUAL, value=20.0)])
    content = (tmp_path / "claims.csv").read_bytes()
    assert content.startswith(b'"claim_id","source_id","start",')
    assert content.endswith(b"\n")
    assert b"\r" not in content
    assert b""",20,,"'=",,""" in content


def test_other_readers_of_csv_see_the_same_rows(tmp_path: Path) -> None:
    rows = [make(BlockRow, source_id=name, text=text) for name, text in [("a", "NA"), ("b", 'x,"y"\r\nz'), ("c", "")]]
    write_table(tmp_path, BlockRow, rows)
    with (tmp_path / "blocks.csv").open(encoding="utf-8", newline="") as file:
        assert [row["text"] for row in csv.DictReader(file)] == ["NA", 'x,"y"\r\nz', ""]
    frame = pd.read_csv(tmp_path / "blocks.csv", keep_default_na=False)
    assert frame["text"].tolist() == ["NA", 'x,"y"\r\nz', ""]
    assert frame["kept"].tolist() == [False, False, False]


def test_the_same_rows_give_the_same_bytes_in_any_order(tmp_path: Path) -> None:
    rows = [make(UnclaimedRow, source_id=name, quote=quote) for name in "ab" for quote in "xyz"]
    for name, order in [("one", rows), ("two", rows[::-1])]:
        (tmp_path / name).mkdir()
        write_table(tmp_path / name, UnclaimedRow, order)
    for name in ("unclaimed.csv", "unclaimed.parquet"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.table)
def test_an_empty_table_and_an_empty_column_keep_their_types(tmp_path: Path, model: type[Row]) -> None:
    for rows in ([], [make(model)]):
        write_table(tmp_path, model, rows)
        schema = pq.read_schema(tmp_path / f"{model.table}.parquet")
        assert schema.equals(arrow_schema(model), check_metadata=True)
        assert b"pandas" not in schema.metadata
        assert read_csv_rows(tmp_path, model) == read_table(tmp_path, model) == tuple(rows)


def test_times_of_any_zone_are_stored_in_utc(tmp_path: Path) -> None:
    east = NOON.astimezone(timezone(timedelta(hours=3)))
    rows = [make(ConflictRow, decided_at=when) for when in (east, NOON.replace(tzinfo=None))]
    write_table(tmp_path, ConflictRow, rows)
    assert [row.decided_at for row in read_table(tmp_path, ConflictRow)] == [NOON, NOON]
    assert (tmp_path / "conflicts.csv").read_text(encoding="utf-8").count("2026-03-01T12:00:00Z") == 2


def test_half_a_surrogate_pair_is_written_in_letters(tmp_path: Path) -> None:
    write_table(tmp_path, BlockRow, [make(BlockRow, text="a\ud800")])
    assert read_table(tmp_path, BlockRow)[0].text == r"a\ud800"
    assert read_csv_rows(tmp_path, BlockRow)[0].text == r"a\ud800"


def test_a_frame_has_nullable_types(tmp_path: Path) -> None:
    write_table(tmp_path, CitationRow, [make(CitationRow, year=None), make(CitationRow, year=1996)])
    write_table(tmp_path, ConflictRow, [])
    frame = read_frame(tmp_path, "citations")
    assert str(frame["year"].dtype) == "Int64"
    assert frame["year"].tolist() == [pd.NA, 1996]
    assert isinstance(frame["quote"].dtype, pd.StringDtype)
    assert {"decided_at": "datetime64[us, UTC]", "decision_stale": "boolean"}.items() <= {
        name: str(kind) for name, kind in read_frame(tmp_path, "conflicts").dtypes.items()
    }.items()


def test_a_folder_name_with_an_equals_sign_adds_no_column(tmp_path: Path) -> None:
    folder = tmp_path / "species=human"
    folder.mkdir()
    write_table(folder, BlockRow, [make(BlockRow)])
    assert len(read_table(folder, BlockRow)) == 1
    assert "species" not in read_frame(folder, "blocks")


def test_a_table_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"blocks\.parquet: cannot be read \(No such file"):
        read_table(tmp_path, BlockRow)
    (tmp_path / "blocks.parquet").write_bytes(b"PAR1 or not")
    with pytest.raises(UsageError, match="damaged, or no Parquet"):
        read_frame(tmp_path, "blocks")
    pq.write_table(pa.table({"source_id": ["a"]}), tmp_path / "blocks.parquet")
    with pytest.raises(UsageError, match="other columns"):
        read_table(tmp_path, BlockRow)
    with pytest.raises(UsageError, match="no table 'block'; the tables are documents, blocks"):
        read_frame(tmp_path, "block")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"\xff", "not UTF-8"),
        (b'"a"x\n', "row 0: a quote stands"),
        (b'"a"\n', "other columns"),
        (b'HEAD\n"a"\n', "row 1: has 1 cells, not 7"),
        (b'HEAD\n"a",1.5,2,"paragraph","","",true\n', "row 1, column start: '1.5' is no integer"),
    ],
)
def test_a_bad_csv_file_is_named_with_its_row(tmp_path: Path, content: bytes, sentence: str) -> None:
    write_table(tmp_path, UnclaimedRow, [])
    path = tmp_path / "unclaimed.csv"
    head = path.read_bytes().removesuffix(b"\n").replace(b'"reason"', b'"reason","x"')
    path.write_bytes(content.replace(b"HEAD", path.read_bytes().removesuffix(b"\n")) if head else b"")
    with pytest.raises(UsageError, match=sentence):
        read_csv_rows(tmp_path, UnclaimedRow)
